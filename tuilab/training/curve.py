"""Thinning at the source: which points of the cost curve a run keeps.

The choice depends on the experiment alone, never on the clock, so the same run keeps the same points.
"""

import math

import numpy as np

from tuilab.arrays import Array
from tuilab.events import Costs, Errors

Point = tuple[int, float, float]
"""Iteration, data cost, penalty."""

POINTS = 10_000
"""Stretches a run is divided into; each keeps its lowest and its highest total cost."""


class CostRecorder:
    """Collects (iteration, data cost, penalty) and keeps two points a stretch of `iterations` / POINTS iterations."""

    def __init__(self, iterations: int) -> None:
        self._stretch = max(1, iterations // POINTS)
        self._open: list[Point] = []
        self._kept: list[Point] = []
        self._dropped: Point | None = None
        """The newest point, if it was not kept."""

    def add(self, iteration: int, data: float, penalty: float) -> None:
        """Takes the point of one iteration; iterations ascend."""
        self._open.append((iteration, data, penalty))
        if len(self._open) >= self._stretch:
            self._close()

    def extend(self, first: int, data: Array, penalty: Array) -> None:
        """Takes the points of a stride of iterations, the first of which is `first`."""
        for iteration, (one, other) in enumerate(zip(data.tolist(), penalty.tolist(), strict=True), first):
            self.add(iteration, one, other)

    def flush(self) -> None:
        """Ends the open stretch early and keeps the newest point: nothing comes after it, or it is not finite."""
        if self._open:
            self._close()
        if self._dropped:
            self._kept.append(self._dropped)
            self._dropped = None

    def take(self) -> Costs | None:
        """The points kept since the last call, or None."""
        if not self._kept:
            return None
        iteration, data, penalty = np.array(self._kept, dtype=np.float64).T
        self._kept = []
        return Costs(iteration=iteration, data=data, penalty=penalty)

    def decided(self, iteration: int) -> int:
        """The iteration below which it is decided which points are kept, after `iteration` updates."""
        return self._open[0][0] if self._open else iteration

    def state(self) -> dict[str, Array]:
        """What a checkpoint must keep, once the points were taken."""
        return {"costs_open": _rows(self._open), "costs_dropped": _rows([self._dropped] if self._dropped else [])}

    def restore(self, state: dict[str, Array]) -> None:
        """Goes on where `state` was taken."""
        self._open, dropped = _points(state["costs_open"]), _points(state["costs_dropped"])
        self._dropped = dropped[0] if dropped else None

    def _close(self) -> None:
        stretch = self._open
        kept = stretch if len(stretch) == 1 else sorted({min(stretch, key=_total), max(stretch, key=_total)})
        self._kept += kept
        self._dropped = None if kept[-1] is stretch[-1] else stretch[-1]
        self._open = []


def _rows(points: list[Point]) -> Array:
    return np.array(points, dtype=np.float64).reshape(len(points), 3)


def _points(rows: Array) -> list[Point]:
    return [(int(iteration), data, penalty) for iteration, data, penalty in rows.tolist()]


def _total(point: Point) -> float:
    return point[1] + point[2]


class ErrorRecorder:
    """The points of the error curves since they were last taken."""

    def __init__(self) -> None:
        self._points: list[tuple[float, float, float, float]] = []
        self.last = -1
        """The iteration of the newest point."""

    def wants(self, iteration: int) -> bool:
        """Whether that iteration has no point yet."""
        return iteration > self.last

    def add(self, iteration: int, train: float | None, dev: float | None, dev_cost: float | None) -> None:
        """Takes the errors and the dev cost after `iteration` updates; None: not measured."""
        self.last = iteration
        self._points.append((iteration, _number(train), _number(dev), _number(dev_cost)))

    def take(self) -> Errors | None:
        """The points since the last call, or None."""
        if not self._points:
            return None
        iteration, train, dev, dev_cost = np.array(self._points, dtype=np.float64).T
        self._points = []
        return Errors(iteration=iteration, train=train, dev=dev, dev_cost=dev_cost)


def _number(value: float | None) -> float:
    return math.nan if value is None else value
