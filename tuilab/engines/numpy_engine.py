"""The engine that is NumPy, one update after the other."""

import math
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from tuilab.arrays import Array
from tuilab.engines.array_engine import ArrayEngine, elsewhere
from tuilab.engines.batches import set_state, state_of
from tuilab.engines.divergence import first_non_finite
from tuilab.engines.problem import Problem
from tuilab.engines.protocol import Stride
from tuilab.errors import BadInput
from tuilab.nn import Dropout, Optimizer, Parameters, Pass
from tuilab.nn.network import Masks
from tuilab.streams import stream


class NumpyEngine(ArrayEngine):
    """With buffers that are made once for each size of batch."""

    @staticmethod
    def refusal(problem: Problem) -> BadInput | None:
        """Only of what no engine has that computes here: all others are measured by this one."""
        return elsewhere(problem, "numpy")

    @staticmethod
    def version(problem: Problem) -> str:
        """The version of NumPy."""
        return np.__version__

    def __init__(self, problem: Problem, order: Iterable[ArrayLike] | None = None) -> None:
        super().__init__(problem, order)
        train, network, dtype = problem.dataset.train, problem.network, problem.initial.theta.dtype
        self.batch: Array = train.X
        """X of the examples that the last update saw, and its dropout masks."""
        self.masks: Masks | None = None
        self._targets = network.targets(train.y, dtype)
        self._passes: dict[int, Pass] = {}
        self._buffers: dict[int, tuple[Array, Array]] = {}
        self._gradient = Parameters(network.sizes, dtype)
        self._dropouts: dict[int, Dropout] = {}
        self._masks_random = stream(problem.experiment.seed, "masks")
        self._drops = any(keep < 1 for keep in problem.keep_probs)
        self._optimizer = _optimizer(problem)

    def _make(self, updates: int, batches: Sequence[Array] | None) -> Stride:
        data, penalty = np.empty(updates), np.empty(updates)
        with _threads(self._problem.experiment.compute.threads):
            for made in range(updates):
                one, other = data[made], penalty[made] = self._update(None if batches is None else batches[made])
                if not math.isfinite(one + other):
                    return Stride(data[: made + 1], penalty[: made + 1])
        return Stride(data, penalty)

    def lost(self) -> str:
        return first_non_finite(self._problem.network, self._weights, self.batch, self.masks)

    def edit(self, problem: Problem) -> None:
        self._problem = problem
        optimizer = _optimizer(problem)
        optimizer.restore(self._optimizer.saved())
        self._optimizer = optimizer
        self._dropouts.clear()
        self._drops = any(keep < 1 for keep in problem.keep_probs)

    @property
    def _masks_state(self) -> Array:
        return state_of(self._masks_random)

    @_masks_state.setter
    def _masks_state(self, words: Array) -> None:
        set_state(self._masks_random, words)

    def _update(self, index: Array | None) -> tuple[float, float]:
        """One update, if the cost before it is finite. Returns the data cost and the penalty."""
        X, targets = self._examples(index)
        self.batch = X
        rows = len(X)
        if (one := self._passes.get(rows)) is None:
            one = self._passes[rows] = Pass(self._problem.network, rows, self._weights.theta.dtype)
        masks = self.masks = self._dropout(rows).masks() if self._drops else None
        rate, optimizer, weights = self._problem.rate(self.iteration), self._optimizer, self._weights
        scale = rate if optimizer.folds_rate else 1.0
        data = one.cost_and_gradient(weights, X, targets, self._gradient, masks, scale)
        penalty = self._problem.penalty.cost(weights)
        if not finite(weights.theta):
            data = math.nan
        if math.isfinite(data + penalty):
            optimizer.update(weights, self._gradient, rate, self._before)
            self._weights, self._before = self._before, weights
            self.iteration += 1
        return data, penalty

    def _examples(self, index: Array | None) -> tuple[Array, Array]:
        """X and the targets of those examples, of all of them for None."""
        train = self._problem.dataset.train
        if index is None:
            return train.X, self._targets
        if (buffers := self._buffers.get(len(index))) is None:
            dtype = self._weights.theta.dtype
            shapes = (len(index), train.X.shape[1]), (len(self._targets), len(index))
            buffers = self._buffers[len(index)] = (np.empty(shapes[0], dtype), np.empty(shapes[1], dtype))
        X, targets = buffers
        # mode="clip" writes straight into the buffer; indices are in range anyway.
        np.take(train.X, index, axis=0, out=X, mode="clip")
        np.take(self._targets, index, axis=1, out=targets, mode="clip")
        return X, targets

    def _dropout(self, rows: int) -> Dropout:
        if rows not in self._dropouts:
            problem, dtype = self._problem, self._weights.theta.dtype
            sizes = problem.network.sizes[:-1]
            self._dropouts[rows] = Dropout(problem.keep_probs, sizes, rows, self._masks_random, dtype)
        return self._dropouts[rows]


def finite(theta: Array) -> bool:
    """Whether every number is finite; the product, which is quick, overflows before they do."""
    return math.isfinite(np.dot(theta, theta)) or bool(np.isfinite(theta).all())


def _threads(count: int | Literal["auto"]) -> AbstractContextManager[Any]:
    """Has matrix products so many threads; "auto": as many as the environment says, one in a trainer."""
    return nullcontext() if count == "auto" else _libraries().limit(limits=count, user_api="blas")


@cache
def _libraries() -> Any:
    """Those that are loaded; nobody pays for that who leaves their threads alone."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _optimizer(problem: Problem) -> Optimizer:
    """The experiment's update rule, at its start."""
    rule = problem.experiment.optimization.rule
    return Optimizer(rule, problem.network.sizes, problem.penalty, problem.initial.theta.dtype)
