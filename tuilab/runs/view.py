"""The view of a run: a pure fold of its log."""

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from tuilab.events import (
    MOST_EDITED,
    AnyEvent,
    Continued,
    Edited,
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
from tuilab.nn.task import Task
from tuilab.runs.curves import NO_COSTS, NO_ERRORS, CostCurve, ErrorCurve, GrowingCosts, GrowingErrors
from tuilab.runs.fitting import are_edits, are_shares, is_another, is_end_of, is_known, is_report_of, task_in
from tuilab.text import clean

T = TypeVar("T")
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
    def task(self) -> Task:
        """What its network is for; classes where that is not known."""
        return task_in(self.started)

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
    folding = Folding(view)
    folding.take(events, damaged)
    return folding.view


class Folding:
    """Lines of a log on their way into a view; points are added at the end, many at a time."""

    def __init__(self, view: RunView) -> None:
        self._before, self._told = view, dict[str, Any]()
        self._started, self._paused = view.started, view.paused
        self._costs, self._errors = GrowingCosts(view.cost), GrowingErrors(view.error)
        self._signals = _Bounded(view.signals, MOST_SIGNALS)
        self._machine = _Bounded(view.machine, MOST_MACHINE)
        self._marks = _Bounded(view.happened, MOST_MARKS)
        self._edits = dict(view.edits)
        self._damaged = 0

    def take(self, events: Iterable[AnyEvent], damaged: int = 0) -> None:
        """More lines, and so many that could not be read; one that cannot be of this run counts as such."""
        told = self._told
        self._damaged += damaged
        for event in events:
            if _TAKEN[type(event)](self, event):
                told["time"] = event.time
            else:
                self._damaged += 1
        self._costs.settle()
        self._errors.settle()

    def _progress(self, event: Progress) -> bool:
        costs, errors = event.costs, event.errors
        if errors is not None and not are_shares(errors, self._started):
            return False
        told = self._told
        told["iteration"], told["seconds"] = event.iteration, event.seconds
        self._damaged += costs is not None and not self._costs.take(costs)
        self._damaged += errors is not None and not self._errors.take(errors)
        return True

    def _report(self, event: Signal) -> bool:
        if not is_report_of(event, self._started, self._signals.items):
            return False
        self._signals.add(event)
        return True

    def _look(self, event: Machine) -> bool:
        self._machine.add(event)
        return True

    def _end(self, event: Finished) -> bool:
        if not is_end_of(event, self._started):
            return False
        self._told |= {"iteration": event.iteration, "seconds": event.seconds, "finished": event}
        self._paused = False
        return True

    def _edit(self, event: Edited) -> bool:
        if not are_edits({event.path: event.value}):
            return False
        if len(self._edits) == MOST_EDITED and event.path not in self._edits:
            return False
        self._edits[event.path] = event.value
        name = event.path.rpartition(".")[2]
        self._marks.add(Mark(event.iteration, clean(f"{name} = {event.value}", 60)))
        return True

    def _pause(self, event: Paused | Continued) -> bool:
        self._told["iteration"] = event.iteration
        if self._paused != isinstance(event, Paused):
            self._marks.add(Mark(event.iteration, "continued" if self._paused else "paused"))
            self._paused = not self._paused
        return True

    def _trouble(self, event: Trouble) -> bool:
        self._told["trouble"] = event.message
        self._told["troubled"] = self._told.get("troubled", self._before.troubled) or not event.harmless
        return True

    def _begin(self, event: Started) -> bool:
        """A trainer begins. A run that goes on keeps its curves, unless its network is another one now."""
        if not is_known(event):
            return False
        if is_another(event, self._started):
            self._costs.cut(0)
            self._errors.cut(0)
            self._signals.cut(lambda signal: True)
            self._machine.cut(lambda seen: True)
        if self._started is None:  # what has come so far was not known to be of such a run
            self._signals.cut(lambda signal: not is_report_of(signal, event, ()))
        self._started = self._told["started"] = event
        self._told["finished"], self._paused = None, False
        return True

    def _go_back(self, event: Resumed) -> bool:
        """What was logged beyond the checkpoint where `event` takes the run up is void."""
        if not are_edits(event.edits):
            return False
        iteration = event.iteration
        self._told |= {"finished": None, "iteration": iteration, "seconds": event.seconds}
        self._costs.cut(event.costs_before)
        self._errors.cut(event.errors_before)
        self._signals.cut(lambda signal: signal.iteration >= iteration)
        self._machine.cut(lambda seen: seen.iteration > iteration)
        self._marks.cut(lambda mark: mark.iteration > iteration)
        self._marks.add(Mark(iteration, f"resumed: {clean(event.note)}" if event.note else "resumed"))
        self._paused, self._edits = False, dict(event.edits)
        return True

    @property
    def view(self) -> RunView:
        """The view with all lines so far."""
        view = self._before
        if not self._told and not self._damaged:
            return view
        return replace(
            view,
            **self._told,
            cost=self._costs.curve,
            error=self._errors.curve,
            signals=tuple(map(_in_arrays, self._signals.told)) if self._signals.changed else view.signals,
            machine=self._machine.told,
            happened=self._marks.told,
            paused=self._paused,
            edits=self._edits if self._edits != view.edits else view.edits,
            damaged=view.damaged + self._damaged,
        )


_TAKEN: dict[type[AnyEvent], Callable[[Folding, Any], bool]] = {
    Started: Folding._begin,
    Progress: Folding._progress,
    Signal: Folding._report,
    Machine: Folding._look,
    Edited: Folding._edit,
    Paused: Folding._pause,
    Continued: Folding._pause,
    Resumed: Folding._go_back,
    Trouble: Folding._trouble,
    Finished: Folding._end,
}
"""What becomes of each kind of line; whether it can be of the run."""


def _in_arrays(signal: Signal) -> Signal:
    """The same with arrays for the tuples that were read."""
    layers: object = signal.layers
    if isinstance(layers, Layers):
        return signal
    columns = {name: column for name in Layers.__struct_fields__ if (column := getattr(layers, name)) is not None}
    return replace(signal, layers=Layers(**dict(zip(columns, np.array([*columns.values()], np.float64), strict=True))))


class _Bounded(Generic[T]):
    """The newest of what comes one by one, and the first; of more than `most` every second one is dropped."""

    def __init__(self, items: tuple[T, ...], most: int) -> None:
        self._before, self._most = items, most
        self.items = list(items)
        self.changed = False
        """Whether any came or went."""

    def add(self, item: T) -> None:
        """Adds one at the end; where there are as many as may be, every second one is dropped first."""
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
        """All that were kept, the same tuple as before where nothing changed."""
        return tuple(self.items) if self.changed else self._before
