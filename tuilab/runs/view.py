"""The view of a run: a pure fold of its log."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from tuilab.events import AnyEvent, Column, Costs, Errors, Finished, Signal, Started

MINIMUM_CAPACITY = 1024


@dataclass(slots=True, eq=False)
class _Buffer:
    """Rows of which the first `used` columns are written and never change."""

    rows: np.ndarray[Any, np.dtype[np.float64]]
    used: int = 0


class Curve(Struct, frozen=True, eq=False):
    """Points that can only be added to.

    Adding makes another curve and leaves this one as it was, yet copies nothing: successive curves share a buffer
    that doubles when it is full. Make the curves of one run in one thread; any thread may read them.
    """

    buffer: _Buffer
    length: int = 0

    def __len__(self) -> int:
        return self.length

    def extended(self, points: Sequence[Column]) -> Self:
        """This curve with more points: one array of shape (n,) for each row."""
        end = self.length + len(points[0])
        buffer = self.buffer
        if self.length != buffer.used or end > buffer.rows.shape[1]:
            buffer = _Buffer(np.empty((len(points), max(MINIMUM_CAPACITY, 2 * end))))
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
    """Share misclassified over the iterations; a part that is empty is all NaN."""

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


class View(Struct, frozen=True, eq=False):
    """What the log of a run says so far."""

    started: Started | None = None
    finished: Finished | None = None
    iteration: int = 0
    """Updates made."""
    seconds: float = 0.0
    """Of training."""
    time: float | None = None
    """Of the last event, in seconds since the epoch by the trainer's clock."""
    cost: CostCurve = CostCurve(_Buffer(np.empty((4, 0))))
    error: ErrorCurve = ErrorCurve(_Buffer(np.empty((3, 0))))
    signals: tuple[Signal, ...] = ()
    """The reports of the signal through the layers, by iteration."""
    damaged: int = 0
    """Lines of the log that could not be read."""


def fold(view: View, events: Iterable[AnyEvent], damaged: int = 0) -> View:
    """The view after `events`, and after `damaged` more lines that could not be read.

    Folding a log piece by piece gives what folding it at once gives; where nothing came, `view` itself is returned.
    """
    events = list(events)
    if not events and not damaged:
        return view
    started, finished = view.started, view.finished
    iteration, seconds, time = view.iteration, view.seconds, view.time
    costs: list[Costs] = []
    errors: list[Errors] = []
    signals: list[Signal] = []
    for event in events:
        time = event.time
        if isinstance(event, Started):
            # A run that goes on after its end keeps its curves.
            started, finished = event, None
            continue
        if isinstance(event, Signal):
            signals.append(event)
            continue
        iteration, seconds = event.iteration, event.seconds
        if isinstance(event, Finished):
            finished = event
        else:
            costs += [event.costs] if event.costs else []
            errors += [event.errors] if event.errors else []
    return View(
        started=started,
        finished=finished,
        iteration=iteration,
        seconds=seconds,
        time=time,
        cost=_with_costs(view.cost, costs),
        error=_with_errors(view.error, errors),
        signals=(*view.signals, *signals),
        damaged=view.damaged + damaged,
    )


def _with_costs(curve: CostCurve, costs: Sequence[Costs]) -> CostCurve:
    if not costs:
        return curve
    data = np.concatenate([block.data for block in costs])
    penalty = np.concatenate([block.penalty for block in costs])
    with np.errstate(over="ignore", invalid="ignore"):  # a diverging run has both
        total = data + penalty
    return curve.extended([np.concatenate([block.iteration for block in costs]), data, penalty, total])


def _with_errors(curve: ErrorCurve, errors: Sequence[Errors]) -> ErrorCurve:
    if not errors:
        return curve
    columns = zip(*((block.iteration, block.train, block.dev) for block in errors), strict=True)
    return curve.extended([np.concatenate(column) for column in columns])
