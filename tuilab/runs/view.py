"""The view of a run: a pure fold of its log."""

import math
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from tuilab.events import (
    MOST_EDITED,
    AnyEvent,
    Continued,
    Costs,
    Edited,
    Errors,
    Finished,
    Layers,
    Machine,
    Paused,
    Progress,
    Resumed,
    Signal,
    Started,
    Trouble,
)
from tuilab.runs.curves import NO_COSTS, NO_ERRORS, CostCurve, ErrorCurve, with_costs, with_errors
from tuilab.runs.fitting import fits, is_another
from tuilab.text import clean

T = TypeVar("T")
CurveT = TypeVar("CurveT", CostCurve, ErrorCurve)
PointsT = TypeVar("PointsT", Costs, Errors)
MOST_POINTS = 4_000_000
"""Of a curve: two hundred times what a run makes that is never prolonged."""
MOST_SIGNALS, MOST_MACHINE, MOST_MARKS = 1000, 10_000, 1000
"""Beyond which every second one is dropped."""


class Mark(Struct, frozen=True):
    """Something that happened after `iteration` updates, in a few words for a plot."""

    iteration: int
    text: str


class RunView(Struct, frozen=True, eq=False):
    """What the log of a run says so far."""

    started: Started | None = None
    finished: Finished | None = None
    iteration: int = 0
    """Updates made."""
    seconds: float = 0.0
    """Of training."""
    time: float | None = None
    """Of the last event, in seconds since the epoch by the trainer's clock."""
    cost: CostCurve = NO_COSTS
    error: ErrorCurve = NO_ERRORS
    signals: tuple[Signal, ...] = ()
    """The reports of the signal through the layers, by iteration."""
    machine: tuple[Machine, ...] = ()
    """What the machine did, by iteration."""
    paused: bool = False
    edits: dict[str, str] = {}
    """What differs from the experiment that the run began with: text by path."""
    happened: tuple[Mark, ...] = ()
    """Edits, pauses and resumptions, by iteration."""
    trouble: str = ""
    """What is amiss at present; empty if nothing."""
    troubled: bool = False
    """Whether anything could not be saved at any time."""
    damaged: int = 0
    """Lines of the log that could not be read."""

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What happened, with the way in which it ended."""
        end = self.finished
        if end is not None and end.status == "diverged":
            return (*self.happened, Mark(end.iteration, "diverged"))
        if end is not None and end.kept_iteration is not None and end.kept_iteration < end.iteration:
            return (*self.happened, Mark(end.kept_iteration, "best weights"))
        return self.happened


def fold(view: RunView, events: Iterable[AnyEvent], damaged: int = 0) -> RunView:
    """The view after `events`, and after `damaged` more lines that could not be read.

    Folding a log piece by piece gives what folding it at once gives; where nothing came, `view` itself is returned. The
    time is in proportion to the events, whatever they say, and what is kept of them is bounded.
    """
    events = list(events)
    if not events and not damaged:
        return view
    folding = _Fold(view)
    for event in events:
        folding.take(event)
    return folding.view(damaged)


class _Fold:
    """Some lines of a log on their way into a view; points are added at the end, many at a time."""

    def __init__(self, view: RunView) -> None:
        self._view, self._told = view, dict[str, Any]()
        self._started, self._paused = view.started, view.paused
        self._costs, self._errors = _Growing[CostCurve, Costs](view.cost), _Growing[ErrorCurve, Errors](view.error)
        self._signals = _Kept(view.signals, MOST_SIGNALS)
        self._machine = _Kept(view.machine, MOST_MACHINE)
        self._marks = _Kept(view.happened, MOST_MARKS)
        self._edits = dict(view.edits)
        self._unfit = 0

    def take(self, event: AnyEvent) -> None:
        """One more line; one that cannot be of this run counts as damaged."""
        reports = len(self._signals.items[0].layers.mean) if self._signals.items else 0
        if not fits(event, self._started, reports):
            self._unfit += 1
            return
        told = self._told
        told["time"] = event.time
        match event:
            case Progress():
                told["iteration"], told["seconds"] = event.iteration, event.seconds
                self._unfit += event.costs is not None and not self._costs.take(event.costs)
                self._unfit += event.errors is not None and not self._errors.take(event.errors)
            case Signal():
                self._signals.add(event)
            case Machine():
                self._machine.add(event)
            case Started():
                self._begin(event)
            case Resumed():
                self._go_back(event)
            case Finished():
                told["iteration"], told["seconds"] = event.iteration, event.seconds
                told["finished"], self._paused = event, False
            case Edited():
                if len(self._edits) == MOST_EDITED and event.path not in self._edits:
                    self._unfit += 1
                    return
                self._edits[event.path] = event.value
                name = event.path.rpartition(".")[2]
                self._marks.add(Mark(event.iteration, clean(f"{name} = {event.value}", 60)))
            case Paused() | Continued():
                told["iteration"] = event.iteration
                if self._paused != isinstance(event, Paused):
                    self._marks.add(Mark(event.iteration, "continued" if self._paused else "paused"))
                    self._paused = not self._paused
            case Trouble():
                told["trouble"] = event.message
                told["troubled"] = told.get("troubled", self._view.troubled) or not event.harmless

    def _begin(self, event: Started) -> None:
        """A trainer begins. A run that goes on keeps its curves, unless its network is another one now."""
        if is_another(event, self._started):
            self._costs.cut(0)
            self._errors.cut(0)
            self._signals.cut(lambda signal: True)
            self._machine.cut(lambda seen: True)
        if self._started is None:  # what has come so far was not known to be of such a run
            self._signals.cut(lambda signal: not fits(signal, event, 0))
        self._started = self._told["started"] = event
        self._told["finished"], self._paused = None, False

    def _go_back(self, event: Resumed) -> None:
        """What was logged beyond the checkpoint where `event` takes the run up is void."""
        iteration = event.iteration
        self._told |= {"finished": None, "iteration": iteration, "seconds": event.seconds}
        self._costs.cut(event.costs_before)
        self._errors.cut(event.errors_before)
        self._signals.cut(lambda signal: signal.iteration >= iteration)
        self._machine.cut(lambda seen: seen.iteration > iteration)
        self._marks.cut(lambda mark: mark.iteration > iteration)
        self._marks.add(Mark(iteration, f"resumed: {clean(event.note)}" if event.note else "resumed"))
        self._paused, self._edits = False, dict(event.edits)

    def view(self, damaged: int) -> RunView:
        """The view with all lines so far, and so many more that could not be read."""
        view = self._view
        return replace(
            view,
            **self._told,
            cost=with_costs(self._costs.curve, self._costs.new),
            error=with_errors(self._errors.curve, self._errors.new),
            signals=tuple(map(_in_arrays, self._signals.told)) if self._signals.changed else view.signals,
            machine=self._machine.told,
            happened=self._marks.told,
            paused=self._paused,
            edits=self._edits if self._edits != view.edits else view.edits,
            damaged=view.damaged + damaged + self._unfit,
        )


def _in_arrays(signal: Signal) -> Signal:
    """The same with arrays for tuples."""
    layers = signal.layers
    columns = {name: getattr(layers, name) for name in layers.__struct_fields__}
    arrays: dict[str, Any] = {
        name: None if one is None else np.asarray(one, np.float64) for name, one in columns.items()
    }
    return replace(signal, layers=Layers(**arrays))


class _Growing(Generic[CurveT, PointsT]):
    """A curve, and points that are to be added at its end. What is earlier takes the place of what was beyond it."""

    def __init__(self, curve: CurveT) -> None:
        self.curve: CurveT = curve
        self.new: list[PointsT] = []
        self._count = len(curve)
        self._last = self._end()

    def take(self, points: PointsT) -> bool:
        """Adds `points`; False if they are more than any run has."""
        if not (count := len(points.iteration)):
            return True
        if self._last > points.iteration[0]:  # the line is lost that said so
            self.cut(points.iteration[0])
        if self._count + count > MOST_POINTS:
            return False
        self.new.append(points)
        self._count += count
        self._last = points.iteration[-1]
        return True

    def cut(self, iteration: float) -> None:
        """Takes the points from `iteration` on away."""
        while self.new and self.new[-1].iteration[0] >= iteration:
            self._count -= len(self.new.pop().iteration)
        if self.new:
            last = self.new.pop()
            self.new.append(last.until(iteration))
            self._count -= len(last.iteration) - len(self.new[-1].iteration)
        elif self._end() >= iteration:
            self._count -= len(self.curve)
            self.curve = self.curve.until(iteration)
            self._count += len(self.curve)
        self._last = self._end()

    def _end(self) -> float:
        """The iteration of the last point."""
        if self.new:
            return self.new[-1].iteration[-1]
        return float(self.curve.row(0)[-1]) if len(self.curve) else -math.inf


class _Kept(Generic[T]):
    """The newest of what comes one by one, and the first; of more than `most` every second one is dropped."""

    def __init__(self, items: tuple[T, ...], most: int) -> None:
        self._before, self._most = items, most
        self.items = list(items)
        self.changed = False
        """Whether any came or went."""

    def add(self, item: T) -> None:
        """One more."""
        if len(self.items) == self._most:
            del self.items[1::2]
        self.items.append(item)
        self.changed = True

    def cut(self, beyond: Callable[[T], bool]) -> None:
        """Takes those at the end away that are beyond something."""
        while self.items and beyond(self.items[-1]):
            self.items.pop()
            self.changed = True

    @property
    def told(self) -> tuple[T, ...]:
        """Those that are there."""
        return tuple(self.items) if self.changed else self._before
