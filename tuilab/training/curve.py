"""Thinning at the source: which points of the cost curve a run keeps.

The choice depends on the experiment alone, never on the clock, so the same run keeps the same points.
"""

import math

import numpy as np

from tuilab.arrays import Array
from tuilab.events import Costs, Errors
from tuilab.training.evaluate import RunningFigures

POINTS = 10_000
"""Stretches a run is divided into; each keeps its lowest and its highest total cost."""
_NO_POINTS = np.empty((3, 0))


class CostRecorder:
    """Collects (iteration, data cost, penalty) and keeps two points a stretch of `iterations` / POINTS iterations.

    Points are columns of arrays (3, n): where an update takes microseconds, a line of Python each would cost as much.
    """

    def __init__(self, iterations: int) -> None:
        self._stretch = max(1, iterations // POINTS)
        self._new: list[tuple[Array, Array, Array]] = []
        """Strides that nobody has asked for yet: to look at many at once costs as little as at one."""
        self._open = _NO_POINTS
        """The points of the stretch that goes on."""
        self._kept: list[Array] = []
        self._dropped = _NO_POINTS
        """The newest point, if it was not kept."""

    def add(self, iteration: int, data: float, penalty: float) -> None:
        """Takes the point of one iteration; iterations ascend."""
        self.extend(iteration, np.array([data]), np.array([penalty]))

    def extend(self, first: int, data: Array, penalty: Array) -> None:
        """Takes the points of a stride of iterations, the first of which is `first`; the arrays are not to change."""
        self._new.append((np.arange(first, first + len(data)), data, penalty))

    def flush(self) -> None:
        """Ends the open stretch early and keeps the newest point: nothing comes after it, or it is not finite."""
        self._settle()
        if self._open.size:
            self._close(self._open, self._open.shape[1])
        self._kept.append(self._dropped)
        self._open = self._dropped = _NO_POINTS

    def take(self) -> Costs | None:
        """The points kept since the last call, or None."""
        self._settle()
        (iteration, data, penalty), self._kept = np.concatenate([_NO_POINTS, *self._kept], axis=1), []
        if not len(iteration):
            return None
        return Costs(iteration=iteration, data=data, penalty=penalty)

    def decided(self, iteration: int) -> int:
        """The iteration below which it is decided which points are kept, after `iteration` updates."""
        self._settle()
        return int(self._open[0, 0]) if self._open.size else iteration

    def state(self) -> dict[str, Array]:
        """What a checkpoint must keep, once the points were taken."""
        self._settle()
        return {"costs_open": self._open.T, "costs_dropped": self._dropped.T}

    def restore(self, state: dict[str, Array]) -> None:
        """Goes on where `state` was taken."""
        self._open, self._dropped = state["costs_open"].T, state["costs_dropped"].T

    def _settle(self) -> None:
        """Takes in the new strides, and closes the stretches that are whole by now."""
        if not self._new:
            return
        points = np.concatenate(
            [self._open, [np.concatenate(column) for column in zip(*self._new, strict=True)]], axis=1
        )
        self._new = []
        whole = points.shape[1] // self._stretch * self._stretch
        if whole:
            self._close(points[:, :whole], self._stretch)
        self._open = points[:, whole:]

    def _close(self, points: Array, stretch: int) -> None:
        """Keeps the lowest and the highest of each stretch, the first of equals; NaN is neither."""
        total = (points[1] + points[2]).reshape(-1, stretch)
        if np.isnan(total).any():
            low = np.where(np.isnan(total), math.inf, total).argmin(axis=1)
            high = np.where(np.isnan(total), -math.inf, total).argmax(axis=1)
        else:
            low, high = total.argmin(axis=1), total.argmax(axis=1)
        chosen: Array = np.empty((len(total), 2), np.int64)
        np.minimum(low, high, out=chosen[:, 0])
        np.maximum(low, high, out=chosen[:, 1])
        chosen += stretch * np.arange(len(total))[:, np.newaxis]
        chosen = chosen.ravel()
        new = np.ones(len(chosen), bool)
        np.greater(chosen[1:], chosen[:-1], out=new[1:])
        chosen = chosen[new]
        self._kept.append(points[:, chosen])
        self._dropped = points[:, chosen[-1] + 1 :][:, -1:]


class ErrorRecorder:
    """The points of the error curves since they were last taken."""

    def __init__(self) -> None:
        self._points: list[tuple[float, ...]] = []
        self.last = -1
        """The iteration of the newest point."""

    def wants(self, iteration: int) -> bool:
        """Whether that iteration has no point yet."""
        return iteration > self.last

    def add(self, iteration: int, figures: RunningFigures) -> None:
        """Takes the errors and the dev cost after `iteration` updates; None: not measured."""
        self.last = iteration
        self._points.append((iteration, *map(_number, figures)))

    def take(self) -> Errors | None:
        """The points since the last call, or None."""
        if not self._points:
            return None
        iteration, train, dev, dev_cost, train_dev = np.array(self._points, dtype=np.float64).T
        self._points = []
        held_out = None if np.isnan(train_dev).all() else train_dev
        return Errors(iteration=iteration, train=train, dev=dev, dev_cost=dev_cost, train_dev=held_out)


def _number(value: float | None) -> float:
    return math.nan if value is None else value
