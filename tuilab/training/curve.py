"""Thinning at the source: which points of the cost curve a run keeps.

The choice depends on the experiment alone, never on the clock, so the same run keeps the same points.
"""

import math

import numpy as np

from tuilab.events import Costs, Errors

POINTS = 10_000
"""Stretches a run is divided into; each keeps its lowest and its highest total cost."""


class CostRecorder:
    """Collects (iteration, data cost, penalty) and keeps two points a stretch of `iterations` / POINTS iterations."""

    def __init__(self, iterations: int) -> None:
        self._stretch = max(1, iterations // POINTS)
        self._open: list[tuple[int, float, float]] = []
        self._kept: list[tuple[int, float, float]] = []
        self._dropped: tuple[int, float, float] | None = None
        """The newest point, if it was not kept."""

    def add(self, iteration: int, data: float, penalty: float) -> None:
        """Takes the point of one iteration; iterations ascend."""
        self._open.append((iteration, data, penalty))
        if len(self._open) >= self._stretch:
            self._close()

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

    def _close(self) -> None:
        stretch = self._open
        kept = stretch if len(stretch) == 1 else sorted({min(stretch, key=_total), max(stretch, key=_total)})
        self._kept += kept
        self._dropped = None if kept[-1] is stretch[-1] else stretch[-1]
        self._open = []


def _total(point: tuple[int, float, float]) -> float:
    return point[1] + point[2]


class ErrorRecorder:
    """The points of the error curves since they were last taken."""

    def __init__(self) -> None:
        self._points: list[tuple[float, float, float]] = []
        self._last = -1

    def wants(self, iteration: int) -> bool:
        """Whether that iteration has no point yet."""
        return iteration > self._last

    def add(self, iteration: int, train: float | None, dev: float | None) -> None:
        """Takes the errors after `iteration` updates; None: not measured."""
        self._last = iteration
        self._points.append((iteration, _number(train), _number(dev)))

    def take(self) -> Errors | None:
        """The points since the last call, or None."""
        if not self._points:
            return None
        iteration, train, dev = np.array(self._points, dtype=np.float64).T
        self._points = []
        return Errors(iteration=iteration, train=train, dev=dev)


def _number(value: float | None) -> float:
    return math.nan if value is None else value
