"""A run in memory: the weights after some updates, and how to make the next one."""

import math
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import ArrayLike

from tuilab.events import Cost
from tuilab.experiment import Experiment
from tuilab.nn import Dropout, Optimizer, Parameters, Pass
from tuilab.nn.activation import Array
from tuilab.nn.network import Masks
from tuilab.streams import stream
from tuilab.training.batches import (
    MiniBatches,
    batches_per_epoch,
    given_batches,
    learning_rate,
    set_state,
    state_of,
)
from tuilab.training.build import Problem, with_experiment
from tuilab.training.evaluate import Evaluator

RUNNING_EXAMPLES = 10_000
"""Of a large training part, how many examples are looked at for its error while training goes on."""


class Training:
    """`parameters` are the weights after `iteration` updates, `previous` those before the last one.

    `order` gives the examples of each update as a list of indices into the training part; without one the experiment's
    batch size and seed decide. Either way that batch size says how many updates are an epoch, by which α decays.
    """

    def __init__(self, problem: Problem, order: Iterable[ArrayLike] | None = None) -> None:
        self.problem = problem
        self.iteration = 0
        self.parameters, self.previous = problem.initial.copy(), problem.initial.copy()
        dataset, network, optimization = problem.dataset, problem.network, problem.experiment.optimization
        rows, dtype = len(dataset.train.y), problem.initial.theta.dtype
        self.batch: Array = dataset.train.X
        """X of the examples that the last update saw, and its dropout masks."""
        self.masks: Masks | None = None
        self._targets: Array = network.targets(dataset.train.y, dtype)
        self._order: Iterator[Array] | None = None if order is None else given_batches(rows, order)
        if order is None and problem.batch_rows < rows:
            self._order = MiniBatches(rows, problem.batch_rows, stream(problem.experiment.seed, "batches"))
        self._updates_per_epoch = batches_per_epoch(rows, problem.batch_rows)
        self._passes: dict[int, Pass] = {}
        self._buffers: dict[int, tuple[Array, Array]] = {}
        self._gradient = Parameters(network.sizes, dtype)
        self._dropouts: dict[int, Dropout] = {}
        self._masks_random = stream(problem.experiment.seed, "masks")
        self._drops = any(keep < 1 for keep in problem.keep_probs)
        self._optimizer = _optimizer(problem)
        self._constant_rate = optimization.decay == "none"
        parts = {"train": dataset.train, "dev": dataset.dev, "test": dataset.test}
        self._evaluators = {name: Evaluator(network, part.X, part.y) for name, part in parts.items()}
        self._running = self._sample(RUNNING_EXAMPLES)

    @property
    def epoch(self) -> int:
        """Whole passes over the training part made."""
        return self.iteration // self._updates_per_epoch

    @property
    def rate(self) -> float:
        """α of the next update."""
        optimization = self.problem.experiment.optimization
        if self._constant_rate:
            return optimization.learning_rate
        return learning_rate(optimization.learning_rate, optimization.decay, optimization.decay_rate, self.epoch)

    def step(self) -> tuple[float, float]:
        """One update. Returns the data cost and the penalty before it, as this pass met them (its batch, its masks).

        Where their sum is not finite, there is no update: `parameters` still are what gave that cost. Weights that are
        not finite have the data cost NaN, though a saturated unit would hide them. Raises `BadInput` where a given
        order is at its end.
        """
        X, targets = self._next_batch()
        self.batch = X
        rows = len(X)
        if (one := self._passes.get(rows)) is None:
            one = self._passes[rows] = Pass(self.problem.network, rows, self.parameters.theta.dtype)
        masks = self.masks = self._dropout(rows).masks() if self._drops else None
        rate, optimizer, parameters = self.rate, self._optimizer, self.parameters
        scale = rate if optimizer.folds_rate else 1.0
        data = one.cost_and_gradient(parameters, X, targets, self._gradient, masks, scale)
        penalty = self.problem.penalty.cost(parameters)
        if not _finite(parameters.theta):
            data = math.nan
        if math.isfinite(data + penalty):
            optimizer.update(parameters, self._gradient, rate, self.previous)
            self.parameters, self.previous = self.previous, parameters
            self.iteration += 1
        return data, penalty

    def undo(self) -> None:
        """Goes back to the weights before the last update; once."""
        self.parameters, self.previous = self.previous, self.parameters
        self.iteration -= 1

    def edit(self, experiment: Experiment) -> None:
        """Goes on under another experiment, which differs at most in α, λ, keep_prob and the number of iterations."""
        self.problem = with_experiment(self.problem, experiment)
        optimizer = _optimizer(self.problem)
        optimizer.restore(self._optimizer.saved())
        self._optimizer = optimizer
        self._dropouts.clear()
        self._drops = any(keep < 1 for keep in self.problem.keep_probs)

    def state(self) -> dict[str, Array]:
        """All that the updates to come depend on besides the problem: arrays for a checkpoint, still in use here.

        `previous` is not among them: an update overwrites it, and nobody asks for it before the next one.
        """
        order = self._order.state() if isinstance(self._order, MiniBatches) else {}
        return {
            "iteration": np.array(self.iteration),
            "theta": self.parameters.theta,
            "masks": state_of(self._masks_random),
            **order,
            **self._optimizer.saved(),
        }

    def restore(self, state: dict[str, Array]) -> None:
        """Goes on bit for bit where `state` was taken, of the same problem. Raises ValueError if it was not."""
        self.parameters.theta[:] = state["theta"]
        set_state(self._masks_random, state["masks"])
        if isinstance(self._order, MiniBatches):
            self._order.restore(state)
        self._optimizer.restore(state)
        self.iteration = int(state["iteration"])

    def cost(self) -> Cost:
        """J over the training part in evaluation mode."""
        data = self.data_cost("train") if _finite(self.parameters.theta) else math.nan
        assert data is not None, "a training part is never empty"
        penalty = self.problem.penalty.cost(self.parameters)
        return Cost(data=data, penalty=penalty, total=data + penalty)

    def data_cost(self, part: str) -> float | None:
        """The mean loss over `part` (train, dev, test) in evaluation mode; None if it is empty."""
        return self._evaluators[part].cost(self.parameters)

    def running_error(self) -> float | None:
        """The train error while training goes on: over at most `RUNNING_EXAMPLES` examples, always the same ones."""
        return self._running.error(self.parameters)

    def error(self, part: str) -> float | None:
        """The share of `part` misclassified, in evaluation mode; None if it is empty."""
        return self._evaluators[part].error(self.parameters)

    def sparsity(self) -> float:
        """Share of weights that are exactly 0."""
        return float(np.mean(self.parameters.all_weights == 0))

    def _sample(self, size: int) -> Evaluator:
        """An evaluator of the training part, or of a seeded sample of it if it is larger than `size`."""
        train = self.problem.dataset.train
        if len(train.y) <= size:
            return self._evaluators["train"]
        chosen = stream(self.problem.experiment.seed, "evaluation").choice(len(train.y), size, replace=False)
        return Evaluator(self.problem.network, train.X, train.y, chosen)

    def _next_batch(self) -> tuple[Array, Array]:
        train = self.problem.dataset.train
        if self._order is None:
            return train.X, self._targets
        index = next(self._order)
        if (buffers := self._buffers.get(len(index))) is None:
            dtype = self.parameters.theta.dtype
            shapes = (len(index), train.X.shape[1]), (len(self._targets), len(index))
            buffers = self._buffers[len(index)] = (np.empty(shapes[0], dtype), np.empty(shapes[1], dtype))
        X, targets = buffers
        # mode="clip" writes straight into the buffer; indices are in range anyway.
        np.take(train.X, index, axis=0, out=X, mode="clip")
        np.take(self._targets, index, axis=1, out=targets, mode="clip")
        return X, targets

    def _dropout(self, rows: int) -> Dropout:
        if rows not in self._dropouts:
            problem, dtype = self.problem, self.parameters.theta.dtype
            sizes = problem.network.sizes[:-1]
            self._dropouts[rows] = Dropout(problem.keep_probs, sizes, rows, self._masks_random, dtype)
        return self._dropouts[rows]


def _finite(theta: Array) -> bool:
    """Whether every number is finite; the product, which is quick, overflows before they do."""
    return math.isfinite(np.dot(theta, theta)) or bool(np.isfinite(theta).all())


def _optimizer(problem: Problem) -> Optimizer:
    """The experiment's update rule, at its start."""
    rule = problem.experiment.optimization.rule
    return Optimizer(rule, problem.network.sizes, problem.penalty, problem.initial.theta.dtype)
