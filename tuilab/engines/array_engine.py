"""What engines have in common whose weights are arrays of NumPy: where they stand, and how they are taken up again."""

from abc import ABC, abstractmethod
from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from tuilab.arrays import Array
from tuilab.engines.batches import MiniBatches, batch_order
from tuilab.engines.problem import Problem
from tuilab.nn import Optimizer, Parameters


class ArrayEngine(ABC):
    """As `tuilab.engines.Engine`, but for the updates; `_optimizer` holds the state of the rule from the start on."""

    _optimizer: Optimizer

    def __init__(self, problem: Problem, order: Iterable[ArrayLike] | None = None) -> None:
        self._problem = problem
        self.iteration = 0
        self.parameters, self.previous = problem.initial.copy(), problem.initial.copy()
        self._order = batch_order(len(problem.dataset.train.y), problem.batch_rows, problem.experiment.seed, order)

    @property
    @abstractmethod
    def _masks_state(self) -> Array:
        """The state of the generator that draws the masks, as six words of 64 bits."""

    @_masks_state.setter
    @abstractmethod
    def _masks_state(self, words: Array) -> None: ...

    def undo(self) -> None:
        self.parameters, self.previous = self.previous, self.parameters
        self.iteration -= 1

    def take(self, parameters: Parameters) -> None:
        self.parameters.theta[:] = parameters.theta

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
        self.parameters.theta[:] = state["theta"]
        self._masks_state = state["masks"]
        if isinstance(self._order, MiniBatches):
            self._order.restore(state)
        self._optimizer.restore(state)
        self.iteration = int(state["iteration"])
