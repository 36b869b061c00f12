"""Figures of a part of the data in evaluation mode: no dropout, no penalty."""

import math
from typing import Any, NamedTuple

import numpy as np

from tuilab.arrays import Array
from tuilab.data.row_numbers import SourceRows
from tuilab.events import MOST_CLASSES, Outliers, Tally, Threshold
from tuilab.nn import Network, Parameters, Pass
from tuilab.training.agreement import Seen, agreement
from tuilab.training.alike import worth
from tuilab.training.outliers import outliers
from tuilab.training.tally import tally, unequal
from tuilab.training.threshold import best_threshold

ROWS = 2048
"""Examples a pass takes at a time, so that evaluating needs little memory whatever the size of the part."""


class Evaluator:
    """The cost and the error of one part: X of shape (m, n_x), labels y of shape (m,); m may be 0.

    With `chosen`, indices into them, of these examples alone; they are gathered as they are needed. X is where the
    parameters are: on one device. `group` (m,) tells which examples are of one group, and so err alike;
    `rows` (m,) where they stand in their file.
    """

    def __init__(
        self,
        network: Network,
        X: Array,
        y: Array,
        chosen: Array | None = None,
        group: Array | None = None,
        rows: SourceRows | None = None,
    ) -> None:
        self._network, self._X, self._chosen, self._group, self._rows = network, X, chosen, group, rows
        self._y = y if chosen is None else y[chosen]
        self._passes: dict[int, Pass] = {}

    def __len__(self) -> int:
        """Of examples."""
        return len(self._y)

    def error(self, parameters: Parameters) -> float | None:
        """The mean error of the examples, as the task has it: the share misclassified; None for an empty part."""
        if not len(self._y):
            return None
        errors = self._network.task.errors
        total = sum(float(errors(z, self._y[rows]).sum()) for rows, z in self._batches(parameters))
        return total / len(self._y)

    def at_last(self, parameters: Parameters) -> "AtLast":
        """What is measured of it at the end of a run, of one pass."""
        y, task, labels = self._y, self._network.task, self._network.task.labels(self._network.sizes[-1])
        if not len(y):
            return AtLast()
        loss, errors, said = 0.0, [], []
        for rows, z in self._batches(parameters):
            loss += self._loss(z, rows)
            errors.append(np.asarray(task.errors(z, y[rows])))
            if labels <= MOST_CLASSES:
                said.append(np.asarray(task.predict(z)))
        error = sum(float(batch.sum()) for batch in errors) / len(y)
        grouped = None if self._group is None else worth(np.concatenate(errors), self._group)
        if labels:
            told = tally(y, np.concatenate(said), labels) if said else None
            return AtLast(loss / len(y), error, tally=told, worth=grouped)
        of_each = np.concatenate(errors)
        square = float(np.square(of_each).mean())
        spread = math.sqrt(max(0.0, square - error * error)) if math.isfinite(square) else None
        others = outliers(of_each, task.predict(y[None]), self._rows)
        with np.errstate(all="ignore"):  # weights that exploded are looked at, too
            agrees = agreement(Seen(np.concatenate(said)[:, None], y[:, None])).beyond
        return AtLast(loss / len(y), error, spread, agrees if math.isfinite(agrees) else None, others, worth=grouped)

    def threshold(self, parameters: Parameters) -> Threshold | None:
        """The best threshold of two unequal classes; None of any others."""
        if self._network.task.labels(self._network.sizes[-1]) != 2 or not unequal(np.bincount(self._y).tolist()):
            return None
        return best_threshold(np.concatenate([np.array(z) for _, z in self._batches(parameters)], axis=1), self._y)

    def cost(self, parameters: Parameters) -> float | None:
        """The mean loss; None for an empty part."""
        if not len(self._y):
            return None
        return sum(self._loss(z, rows) for rows, z in self._batches(parameters)) / len(self._y)

    def error_and_cost(self, parameters: Parameters) -> tuple[float, float] | tuple[None, None]:
        """Both, of one pass; None for an empty part."""
        if not len(self._y):
            return None, None
        errors, wrong, loss = self._network.task.errors, 0.0, 0.0
        for rows, z in self._batches(parameters):
            wrong += float(errors(z, self._y[rows]).sum())
            loss += self._loss(z, rows)
        return wrong / len(self._y), loss / len(self._y)

    def parted(self, parameters: Parameters, first: int) -> tuple[float, float, float]:
        """The error of the `first` examples; error and mean loss of the others. Of at most `ROWS`: of one batch."""
        ((_, z),) = self._batches(parameters)
        errors, rest = self._network.task.errors(z, self._y), slice(first, None)
        wrong, others = float(errors[:first].sum()), len(self._y) - first
        return wrong / first, float(errors[rest].sum()) / others, self._loss(z[:, rest], rest) / others

    def _loss(self, z: Array, rows: slice) -> float:
        """The summed loss of the outputs z of these rows."""
        network = self._network
        return float(network.loss.losses(z, network.targets(self._y[rows], z.dtype)).sum())

    def _batches(self, parameters: Parameters) -> Any:
        like = parameters.theta
        for start in range(0, len(self._y), ROWS):
            rows = slice(start, start + ROWS)
            batch = self._X[rows if self._chosen is None else self._chosen[rows]]
            if len(batch) not in self._passes:
                self._passes[len(batch)] = Pass(self._network, len(batch), like.dtype, like)
            yield rows, self._passes[len(batch)].forward(parameters, batch)


class AtLast(NamedTuple):
    """Of a part at the end of a run; None of an empty one, and what classes, or numbers, do not have."""

    cost: float | None = None
    """The mean loss."""
    error: float | None = None
    spread: float | None = None
    """The standard deviation of the errors of numbers; None also where their squares are beyond all numbers."""
    agreement: float | None = None
    """Of numbers: by so many standard deviations they go with what is said of them, more than by chance."""
    outliers: Outliers | None = None
    """Of numbers."""
    tally: Tally | None = None
    """What is said of the examples, by class; None of very many classes."""
    worth: float | None = None
    """What an example tells beside one that stands for itself; None where all do."""


class RunningFigures(NamedTuple):
    """What is measured while training goes on; None for an empty part."""

    train: float | None
    dev: float | None
    dev_cost: float | None
    train_dev: float | None = None


class Running:
    """The figures of some parts while training goes on: of small ones, where the calls take longer than what they do,
    train and dev in one pass `together`."""

    def __init__(self, train: Evaluator, train_dev: Evaluator, dev: Evaluator, together: Evaluator | None) -> None:
        self._train, self._train_dev, self._dev, self._together = train, train_dev, dev, together

    def __len__(self) -> int:
        """Of examples."""
        return len(self._train) + len(self._train_dev) + len(self._dev)

    def measure(self, parameters: Parameters) -> RunningFigures:
        """The errors and the dev cost."""
        held_out = self._train_dev.error(parameters)
        if self._together is None:
            dev, cost = self._dev.error_and_cost(parameters)
            return RunningFigures(self._train.error(parameters), dev, cost, held_out)
        return RunningFigures(*self._together.parted(parameters, len(self._train)), held_out)
