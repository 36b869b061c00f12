"""Curves that grow by adding points and never change otherwise."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Self

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from tuilab.events import Column, Costs, Errors, LoggedPoints

MINIMUM_CAPACITY = 1024


@dataclass(slots=True, eq=False)
class Buffer:
    """Rows of which the first `used` columns are written and never change."""

    rows: np.ndarray[Any, np.dtype[np.float64]]
    used: int = 0


class Curve(Struct, frozen=True, eq=False):
    """Points that can only be added to.

    Adding makes another curve and leaves this one as it was, yet copies nothing: successive curves share a buffer
    that doubles when it is full. Make the curves of one run in one thread; any thread may read them.
    """

    buffer: Buffer
    length: int = 0

    def __len__(self) -> int:
        return self.length

    def extended(self, points: Sequence[Column]) -> Self:
        """This curve with more points: one array of shape (n,) for each row."""
        end = self.length + len(points[0])
        buffer = self.buffer
        if self.length != buffer.used or end > buffer.rows.shape[1]:
            buffer = Buffer(np.empty((len(points), max(MINIMUM_CAPACITY, 2 * end))))
            buffer.rows[:, : self.length] = self.buffer.rows[:, : self.length]
        for row, column in zip(buffer.rows, points, strict=True):
            row[self.length : end] = column
        buffer.used = end
        return replace(self, buffer=buffer, length=end)

    def row(self, index: int) -> Column:
        """Row `index`, shape (len(self),), read-only."""
        values = self.buffer.rows[index, : self.length]
        values.flags.writeable = False
        return values

    def until(self, iteration: float) -> Self:
        """This curve without the points from `iteration` on."""
        return replace(self, length=int(np.searchsorted(self.row(0), iteration)))


class CostCurve(Curve, frozen=True, eq=False):
    """The cost over the iterations: total = data + penalty."""

    @property
    def iteration(self) -> Column:
        """Updates made before each point."""
        return self.row(0)

    @property
    def data(self) -> Column:
        """Mean loss over the examples."""
        return self.row(1)

    @property
    def penalty(self) -> Column:
        """Regularization term."""
        return self.row(2)

    @property
    def total(self) -> Column:
        """J."""
        return self.row(3)


class ErrorCurve(Curve, frozen=True, eq=False):
    """Share misclassified over the iterations, and the dev cost; a part that is empty is all NaN."""

    @property
    def iteration(self) -> Column:
        """Updates made before each point."""
        return self.row(0)

    @property
    def train(self) -> Column:
        """Of the training part."""
        return self.row(1)

    @property
    def dev(self) -> Column:
        """Of the dev part."""
        return self.row(2)

    @property
    def dev_cost(self) -> Column:
        """Mean loss over the dev part; NaN where it was not measured."""
        return self.row(3)

    @property
    def train_dev(self) -> Column:
        """Of the part held out of the training source."""
        return self.row(4)


def with_costs(curve: CostCurve, costs: Sequence[Costs]) -> CostCurve:
    """`curve` with the points of some lines of the log."""
    if not costs:
        return curve
    iteration, data, penalty = (_joined(costs, name) for name in ("iteration", "data", "penalty"))
    with np.errstate(over="ignore", invalid="ignore"):  # a diverging run has both
        total = data + penalty
    return curve.extended([iteration, data, penalty, total])


def with_errors(curve: ErrorCurve, errors: Sequence[Errors]) -> ErrorCurve:
    """`curve` with the points of some lines of the log."""
    if not errors:
        return curve
    return curve.extended([_joined(errors, name) for name in ("iteration", "train", "dev", "dev_cost", "train_dev")])


def _joined(blocks: Sequence[LoggedPoints], name: str) -> Column:
    """The column of that name of all `blocks`; NaN where it was not measured."""
    columns = (getattr(block, name) for block in blocks)
    numbers = (_nans(block) if column is None else column for block, column in zip(blocks, columns, strict=True))
    return np.array(list(chain.from_iterable(numbers)), np.float64)


def _nans(block: LoggedPoints) -> list[float]:
    """A number for each of its points, each of which says that there is none."""
    return [math.nan] * len(block.iteration)


NO_COSTS = CostCurve(Buffer(np.empty((4, 0))))
NO_ERRORS = ErrorCurve(Buffer(np.empty((5, 0))))
