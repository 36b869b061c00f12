"""What one run trains."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from tuilab.arrays import Array
from tuilab.data import Dataset
from tuilab.engines.batches import batches_per_epoch, learning_rate
from tuilab.events import MOST_CLASSES, VERSION, Parts, Started
from tuilab.experiment import Experiment, keep_probs, without_effect
from tuilab.nn import Network, Parameters, Penalty
from tuilab.nn.optimizer import GradientDescent


class EngineChoice(NamedTuple):
    """What makes the updates: a key of `tuilab.engines.ENGINES`, its version, and what is to be said of the choice."""

    name: str
    version: str
    note: str = ""

    def __str__(self) -> str:
        """As the log says it."""
        return f"{self.name} {self.version}"


def decay_of(experiment: Experiment, penalty: Penalty) -> float | None:
    """1 − αλ/m, by which every update multiplies the weights; None where there is no such factor.

    There is one for L2 under plain gradient descent by a constant α. The other rules rescale its gradient.
    """
    optimization = experiment.optimization
    if not isinstance(optimization.rule, GradientDescent) or optimization.decay != "none":
        return None
    return penalty.decay(optimization.learning_rate)


@dataclass(frozen=True)
class Problem:
    """The data, the network with its first weights, and the penalty."""

    experiment: Experiment
    dataset: Dataset
    network: Network
    initial: Parameters
    penalty: Penalty
    keep_probs: tuple[float, ...]

    @property
    def batch_rows(self) -> int:
        """Examples that one update sees."""
        size = self.experiment.optimization.batch_size
        return len(self.dataset.train.y) if size == "full" else size

    def epoch(self, iteration: int) -> int:
        """Whole passes over the training part made after `iteration` updates."""
        return iteration // batches_per_epoch(len(self.dataset.train.y), self.batch_rows)

    def rate(self, iteration: int) -> float:
        """α of the update after `iteration` others."""
        optimization = self.experiment.optimization
        if optimization.decay == "none":
            return optimization.learning_rate
        rate, decay, epoch = optimization.learning_rate, optimization.decay, self.epoch(iteration)
        return learning_rate(rate, decay, optimization.decay_rate, epoch)

    def rates(self, iteration: int, updates: int) -> Array:
        """α of so many updates, the first after `iteration` others; `rate` of each."""
        if self.experiment.optimization.decay == "none":
            return np.full(updates, self.experiment.optimization.learning_rate)
        per_epoch = batches_per_epoch(len(self.dataset.train.y), self.batch_rows)
        starts, counts = np.unique(np.arange(iteration, iteration + updates) // per_epoch, return_counts=True)
        return np.repeat([self.rate(int(epoch) * per_epoch) for epoch in starts], counts)

    @property
    def decay(self) -> float | None:
        """1 − αλ/m, by which every update multiplies the weights; None where there is no such factor."""
        return decay_of(self.experiment, self.penalty)

    def started(self, time: float, engine: EngineChoice) -> Started:
        """The first event of the log of a run that `engine` trains."""
        return Started(
            time=time,
            version=VERSION,
            iterations=self.experiment.optimization.iterations,
            layers=self.network.sizes,
            parameters=self.initial.theta.size,
            classes=self.dataset.classes,
            examples=self.dataset.examples,
            decay=1.0 if self.decay is None else self.decay,
            notes=(*self.dataset.notes, *without_effect(self.experiment), *filter(None, [engine.note])),
            data=self.dataset.files,
            labels=self.dataset.labels if len(self.dataset.classes) <= MOST_CLASSES else Parts(),
            engine=str(engine),
            target=self.dataset.target,
            shift=self.dataset.shift,
            telltales=self.dataset.telltales,
        )

    def under(self, experiment: Experiment) -> "Problem":
        """The same data and first weights under an experiment that differs at most in α, λ, keep_prob and length."""
        penalty = experiment.regularization.penalty(len(self.dataset.train.y))
        return replace(self, experiment=experiment, penalty=penalty, keep_probs=keep_probs(experiment))
