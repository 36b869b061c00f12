"""What engines have in common that compute with arrays: what each update sees, where they stand, how they go on."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from tuilab.arrays import Array
from tuilab.engines.batches import MiniBatches, batch_order
from tuilab.engines.problem import Problem
from tuilab.engines.protocol import Stride
from tuilab.errors import BadInput
from tuilab.experiment.fields import MOST_THREADS
from tuilab.nn import Optimizer, Parameters

_INDICES = 1 << 20
"""Examples of all updates whose indices are in memory at a time, at most."""


class ArrayEngine(ABC):
    """As `tuilab.engines.Engine`, but for the updates; `_optimizer` holds the state of the rule from the start on."""

    _optimizer: Optimizer

    def __init__(self, problem: Problem, order: Iterable[ArrayLike] | None = None) -> None:
        self._problem = problem
        self.iteration = 0
        self._weights, self._before = problem.initial.copy(), problem.initial.copy()
        """θ now and before the last update; the next one writes over the latter."""
        self._order = batch_order(len(problem.dataset.train.y), problem.batch_rows, problem.experiment.seed, order)

    @abstractmethod
    def _make(self, updates: int, batches: Sequence[Array] | None) -> Stride:
        """So many updates, or fewer as `advance` says; `batches` are the examples of each, None: all of them."""

    @property
    @abstractmethod
    def _masks_state(self) -> Array:
        """The state of the generator that draws the masks, as six words of 64 bits."""

    @_masks_state.setter
    @abstractmethod
    def _masks_state(self, words: Array) -> None: ...

    @property
    def parameters(self) -> Parameters:
        return self._weights

    @property
    def previous(self) -> Parameters:
        return self._before

    @property
    def placed(self) -> Parameters:
        return self._weights

    def place(self, array: Array) -> Array:
        return array

    def advance(self, updates: int) -> Stride:
        most = max(1, _INDICES // self._problem.batch_rows)
        if updates <= most:
            return self._advance(updates)
        strides = []
        for start in range(0, updates, most):
            strides.append(self._advance(min(most, updates - start)))
            if not strides[-1].is_finite:
                break
        return Stride.joined(strides)

    def _advance(self, updates: int) -> Stride:
        """As `advance`, of so few that the indices of all their examples may be in memory."""
        if self._order is None:
            return self._make(updates, None)
        batches: list[Array] = []
        ended = None
        drawn = self._order.state() if isinstance(self._order, MiniBatches) else {}
        try:
            for _ in range(updates):
                batches.append(next(self._order))
        except BadInput as error:
            if not batches:
                raise
            ended = error
        stride = self._make(len(batches), batches)
        if (told := len(stride.data)) < len(batches):
            if isinstance(self._order, MiniBatches):  # of the batches after that cost none was seen
                self._order.restore(drawn)
                for _ in range(told):
                    next(self._order)
        elif ended is not None:
            raise ended
        return stride

    def undo(self) -> None:
        self._weights, self._before = self._before, self._weights
        self.iteration -= 1

    def take(self, parameters: Parameters) -> None:
        self._weights.theta[:] = parameters.theta

    def state(self) -> dict[str, Array]:
        order = self._order.state() if isinstance(self._order, MiniBatches) else {}
        return {
            "iteration": np.array(self.iteration),
            "theta": self.parameters.theta,
            "masks": self._masks_state,
            **order,
            **self._optimizer.saved(),
        }

    def restore(self, state: dict[str, Array]) -> None:
        self._weights.theta[:] = state["theta"]
        self._masks_state = state["masks"]
        if isinstance(self._order, MiniBatches):
            self._order.restore(state)
        self._optimizer.restore(state)
        self.iteration = int(state["iteration"])


def elsewhere(problem: Problem, engine: str, threads: int = MOST_THREADS) -> BadInput | None:
    """The refusal of what an experiment asks for that only another engine has; None if it asks for nothing such."""
    compute = problem.experiment.compute
    if compute.device not in ("auto", "cpu"):
        return BadInput(f"the {engine} engine has no {compute.device}: the torch engine has", path="compute.device")
    if compute.precision != "full":
        return BadInput(
            f"the {engine} engine has no {compute.precision}: the torch engine has", path="compute.precision"
        )
    if compute.threads != "auto" and compute.threads > threads:
        return BadInput(f"the {engine} engine works in one thread, not {compute.threads}", path="compute.threads")
    return None
