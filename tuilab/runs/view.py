"""The view of a run: a pure fold of its log."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tuilab.events import (
    AnyEvent,
    Continued,
    Costs,
    Edited,
    Errors,
    Finished,
    Machine,
    Paused,
    Progress,
    Resumed,
    Signal,
    Started,
    Trouble,
)
from tuilab.runs.curves import NO_COSTS, NO_ERRORS, CostCurve, ErrorCurve, with_costs, with_errors
from tuilab.text import clean


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

    Folding a log piece by piece gives what folding it at once gives; where nothing came, `view` itself is returned.
    """
    events = list(events)
    if not events and not damaged:
        return view
    folding = _Fold(view)
    for event in events:
        if isinstance(event, Resumed):
            folding = _Fold(_gone_back(folding.view(), event))
        else:
            folding.take(event)
    return replace(folding.view(), damaged=view.damaged + damaged)


class _Fold:
    """Some lines of a log on their way into a view; points are added at the end, many at a time."""

    def __init__(self, view: RunView) -> None:
        self._view = view
        self._told: dict[str, Any] = {}
        self._costs: list[Costs] = []
        self._errors: list[Errors] = []
        self._signals: list[Signal] = []
        self._machine: list[Machine] = []
        self._marks: list[Mark] = []

    def take(self, event: AnyEvent) -> None:
        """One more line."""
        told = self._told
        told["time"] = event.time
        match event:
            case Progress():
                told["iteration"], told["seconds"] = event.iteration, event.seconds
                self._costs += [event.costs] if event.costs else []
                self._errors += [event.errors] if event.errors else []
            case Signal():
                self._signals.append(event)
            case Machine():
                self._machine.append(event)
            case Started():
                # A run that goes on after its end keeps its curves.
                told["started"], told["finished"], told["paused"] = event, None, False
            case Finished():
                told["iteration"], told["seconds"] = event.iteration, event.seconds
                told["finished"], told["paused"] = event, False
            case Edited():
                told["edits"] = {**told.get("edits", self._view.edits), event.path: event.value}
                name = event.path.rpartition(".")[2]
                self._marks.append(Mark(event.iteration, clean(f"{name} = {event.value}", 60)))
            case Paused() | Continued():
                paused, told["paused"] = told.get("paused", self._view.paused), isinstance(event, Paused)
                told["iteration"] = event.iteration
                if paused != told["paused"]:
                    self._marks.append(Mark(event.iteration, "continued" if paused else "paused"))
            case Trouble():
                told["trouble"] = event.message
                told["troubled"] = told.get("troubled", self._view.troubled) or not event.harmless

    def view(self) -> RunView:
        """The view with all lines so far."""
        view = self._view
        return replace(
            view,
            **self._told,
            cost=with_costs(view.cost, self._costs),
            error=with_errors(view.error, self._errors),
            signals=(*view.signals, *self._signals) if self._signals else view.signals,
            machine=(*view.machine, *self._machine) if self._machine else view.machine,
            happened=(*view.happened, *self._marks) if self._marks else view.happened,
        )


def _resumed(note: str) -> str:
    return f"resumed: {clean(note)}" if note else "resumed"


def _gone_back(view: RunView, event: Resumed) -> RunView:
    """`view` without what was logged beyond the checkpoint where `event` takes the run up."""
    iteration = event.iteration
    return replace(
        view,
        finished=None,
        iteration=iteration,
        seconds=event.seconds,
        time=event.time,
        cost=view.cost.until(event.costs_before),
        error=view.error.until(event.errors_before),
        signals=tuple(signal for signal in view.signals if signal.iteration < iteration),
        machine=tuple(seen for seen in view.machine if seen.iteration <= iteration),
        paused=False,
        edits=event.edits,
        happened=(
            *(mark for mark in view.happened if mark.iteration <= iteration),
            Mark(iteration, _resumed(event.note)),
        ),
    )
