"""A training in memory: an engine that makes the updates of a problem, and what is measured of its weights."""

import math
import time
from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from tuilab import stages
from tuilab.engines import ENGINES, Problem, Stride, choose
from tuilab.events import PARTS, Cost, Threshold
from tuilab.experiment import Experiment
from tuilab.nn import Parameters
from tuilab.streams import stream
from tuilab.training.evaluate import ROWS, AtLast, Evaluator, Running, RunningFigures
from tuilab.training.strides import next_stride

RUNNING_EXAMPLES = 2000
"""Of a large training part, how many examples are looked at for its error while training goes on."""


class Training:
    """The one place where an engine is made; whoever trains has it from here, and knows nothing of which one it is.

    `order` gives the examples of each update as a list of indices into the training part; without one the experiment's
    batch size and seed decide. Either way that batch size says how many updates are an epoch, by which α decays.
    Raises `BadInput` where the engine that the experiment asks for is not there.
    """

    def __init__(self, problem: Problem, order: Iterable[ArrayLike] | None = None) -> None:
        self.problem, self._given_order = problem, order is not None
        self.choice = choose(problem)
        self.engine = ENGINES[self.choice.name](problem, order)
        parts = ((name, getattr(problem.dataset, name)) for name in PARTS)
        self._evaluators = {
            name: Evaluator(problem.network, self.engine.place(part.X), part.y, group=part.group, rows=part.rows)
            for name, part in parts
        }
        self._running = self._watched()

    @property
    def iteration(self) -> int:
        """Updates made."""
        return self.engine.iteration

    @property
    def epoch(self) -> int:
        """Whole passes over the training part made."""
        return self.problem.epoch(self.engine.iteration)

    @property
    def whole(self) -> bool:
        """Whether an update sees every example and every unit, so that its cost is that of evaluation mode."""
        problem = self.problem
        batch = self._given_order or problem.batch_rows < len(problem.dataset.train.y)
        return not batch and min(problem.keep_probs) == 1

    @property
    def evaluated(self) -> int:
        """Examples that are measured while training goes on."""
        return len(self._running)

    @property
    def rate(self) -> float:
        """α of the next update."""
        return self.problem.rate(self.engine.iteration)

    @property
    def parameters(self) -> Parameters:
        """The weights after `iteration` updates."""
        return self.engine.parameters

    def step(self) -> tuple[float, float]:
        """One update. Returns the data cost and the penalty before it, as this pass met them (its batch, its masks).

        Where their sum is not finite, there is no update: `parameters` still are what gave that cost. Raises `BadInput`
        where a given order is at its end.
        """
        data, penalty = self.engine.advance(1)
        return float(data[0]), float(penalty[0])

    def advance(self, updates: int) -> Stride:
        """Many updates, or as many as there are before a cost that is not finite; the costs before each."""
        return self.engine.advance(updates)

    def advance_in_strides(self, updates: int) -> Stride:
        """As `advance`, one update or more; whoever waits for them may end them between two strides, Ctrl+C too.

        Raises `Ended`, of `tuilab.stages`.
        """
        strides, most, left = list[Stride](), 1, updates
        while left and (not strides or strides[-1].is_finite):
            stages.check()
            start, next_ones = time.perf_counter(), min(most, left)
            strides.append(self.advance(next_ones))
            most, left = next_stride(most, next_ones, time.perf_counter() - start), left - next_ones
        return Stride.joined(strides)

    def edit(self, experiment: Experiment) -> None:
        """Goes on under another experiment, which differs at most in α, λ, keep_prob and the number of iterations."""
        self.problem = self.problem.under(experiment)
        self.engine.edit(self.problem)

    def cost(self, measured: float | None = None) -> Cost:
        """J over the training part in evaluation mode, whose data cost may have been `measured` already."""
        data: float | None = math.nan
        if np.isfinite(self.parameters.theta).all():
            data = self.data_cost("train") if measured is None else measured
        assert data is not None, "a training part is never empty"
        penalty = self.problem.penalty.cost(self.parameters)
        return Cost(data=data, penalty=penalty, total=data + penalty)

    def data_cost(self, part: str) -> float | None:
        """The mean loss over `part` (one of `PARTS`) in evaluation mode; None if it is empty."""
        return self._evaluators[part].cost(self.engine.placed)

    def running(self) -> RunningFigures:
        """The errors and the dev cost while training goes on.

        That of train is over at most `RUNNING_EXAMPLES` examples, always the same ones.
        """
        return self._running.measure(self.engine.placed)

    def error(self, part: str) -> float | None:
        """The error of `part` (the share misclassified), in evaluation mode; None if it is empty."""
        return self._evaluators[part].error(self.engine.placed)

    def at_last(self, part: str) -> AtLast:
        """What is measured of `part` at the end of a run."""
        return self._evaluators[part].at_last(self.engine.placed)

    def error_and_cost(self, part: str) -> tuple[float, float] | tuple[None, None]:
        """Error and mean loss of `part`, of one pass; None if it is empty."""
        return self._evaluators[part].error_and_cost(self.engine.placed)

    def threshold(self) -> Threshold | None:
        """Of two unequal classes the threshold that is best on dev."""
        return self._evaluators["dev"].threshold(self.engine.placed)

    def sparsity(self) -> float:
        """Share of weights that are exactly 0."""
        return float(np.mean(self.parameters.all_weights == 0))

    def _watched(self) -> Running:
        """What is measured while training goes on."""
        train, dev = self.problem.dataset.train, self.problem.dataset.dev
        together = None
        if len(dev.y) and len(train.y) + len(dev.y) <= ROWS:
            X, y = (np.concatenate(pair) for pair in ((train.X, dev.X), (train.y, dev.y)))
            together = Evaluator(self.problem.network, self.engine.place(X), y)
        evaluators = self._evaluators
        return Running(self._sample(RUNNING_EXAMPLES), evaluators["train_dev"], evaluators["dev"], together)

    def _sample(self, size: int) -> Evaluator:
        """An evaluator of the training part, or of a seeded sample of it if it is larger than `size`."""
        train = self.problem.dataset.train
        if len(train.y) <= size:
            return self._evaluators["train"]
        chosen = stream(self.problem.experiment.seed, "evaluation").choice(len(train.y), size, replace=False)
        return Evaluator(self.problem.network, self.engine.place(train.X), train.y, chosen)
