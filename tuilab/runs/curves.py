"""Curves that grow by adding points and never change otherwise."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from tuilab.events import Column, Costs, Errors

CurveT = TypeVar("CurveT", bound="Curve")
MINIMUM_CAPACITY = 1024
MOST_POINTS = 4_000_000
"""Of a curve: two hundred times what a run makes that is never prolonged."""


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
    """The errors over the iterations, as the task counts them, and the dev cost; a part that is empty is all NaN."""

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


NO_COSTS = CostCurve(Buffer(np.empty((4, 0))))
NO_ERRORS = ErrorCurve(Buffer(np.empty((5, 0))))


class _Growing(Generic[CurveT]):
    """A curve, and points that are to be added at its end. What is earlier takes the place of what was beyond it."""

    def __init__(self, curve: CurveT, rows: int) -> None:
        """`rows` numbers are given of each point, the iteration first."""
        self.curve: CurveT = curve
        """With all that was added until it was last settled."""
        self._new: list[list[Any]] = [[] for _ in range(rows)]
        self._last = self._end = _end(curve)
        self._room = MOST_POINTS - len(curve)

    def _make_room(self, iteration: Column | tuple[float, ...]) -> bool:
        """Whether points may follow at these iterations; not if they are more than any run has."""
        if not (count := len(iteration)):
            return True
        if self._last > iteration[0]:  # the line is lost that said so
            self.cut(iteration[0])
        if count > self._room:
            return False
        self._room -= count
        self._last = iteration[-1]
        return True

    def cut(self, iteration: float) -> None:
        """Takes the points from `iteration` on away."""
        if self._last < iteration:
            return
        iterations = self._new[0]
        first = bisect_left(iterations, iteration)
        self._room += len(iterations) - first
        for row in self._new:
            del row[first:]
        if self._end >= iteration:
            self._room += len(self.curve)
            self.curve = self.curve.until(iteration)
            self._room -= len(self.curve)
            self._end = _end(self.curve)
        self._last = iterations[-1] if first else self._end

    def settle(self) -> None:
        """Puts what was added into the curve: the sooner, the less lies about."""
        if self._new[0]:
            self.curve = self.curve.extended(self._columns())
            self._end = self._last
            for row in self._new:
                row.clear()

    def _columns(self) -> list[Column]:
        """What was added. What is not finite is a text where it was read."""
        return [np.array(row, np.float64) for row in self._new]


class GrowingCosts(_Growing[CostCurve]):
    """A cost curve with points that are to be added to it."""

    def __init__(self, curve: CostCurve) -> None:
        super().__init__(curve, 3)

    def take(self, costs: Costs) -> bool:
        """Adds points; False if no run has so many."""
        if not self._make_room(costs.iteration):
            return False
        iteration, data, penalty = self._new
        iteration.extend(costs.iteration)
        data.extend(costs.data)
        penalty.extend(costs.penalty)
        return True

    def _columns(self) -> list[Column]:
        iteration, data, penalty = super()._columns()
        with np.errstate(over="ignore", invalid="ignore"):  # a diverging run has both
            return [iteration, data, penalty, data + penalty]


class GrowingErrors(_Growing[ErrorCurve]):
    """An error curve with points that are to be added to it."""

    def __init__(self, curve: ErrorCurve) -> None:
        super().__init__(curve, 5)

    def take(self, errors: Errors) -> bool:
        """Adds points, NaN where something was not measured; False if no run has so many."""
        if not self._make_room(errors.iteration):
            return False
        iteration, train, dev, dev_cost, train_dev = self._new
        iteration.extend(errors.iteration)
        train.extend(errors.train)
        dev.extend(errors.dev)
        unknown = [math.nan] * len(errors.iteration)
        dev_cost.extend(unknown if errors.dev_cost is None else errors.dev_cost)
        train_dev.extend(unknown if errors.train_dev is None else errors.train_dev)
        return True


def _end(curve: Curve) -> float:
    """The iteration of the last point."""
    return float(curve.row(0)[-1]) if len(curve) else -math.inf
