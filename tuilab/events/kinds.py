"""The events, one a line; by their names they are told apart for ever."""

from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import astuple

from tuilab.events.columns import Costs, Errors, Report
from tuilab.events.data import DataFile, Shift, Target
from tuilab.events.figures import Cost, Outliers, Parts, Tally, Threshold
from tuilab.events.machine import Card, Cores, Memory
from tuilab.events.ranges import (
    MOST_EDITED,
    ByClass,
    Count,
    ErrorValue,
    Instant,
    KnobPath,
    Layered,
    Named,
    Seconds,
    Sentence,
    Share,
    Value,
)

VERSION = 2
"""Of the log's format (2: checksums, edits, resumed runs, the machine). A newer one is refused, each older one read."""


class Event(Struct, frozen=True, kw_only=True, gc=False, tag_field="event", tag=str.lower):
    """One line of the log."""

    time: Instant


class Started(Event, frozen=True):
    """The first line: what is about to be trained."""

    version: Annotated[int, Meta(ge=0, le=VERSION)]
    """Of the log's format; a newer line is none that can be read here."""
    iterations: Count
    """Planned updates."""
    layers: Layered
    parameters: Count
    classes: tuple[Named, ...]
    examples: Parts[Count]
    decay: float = 1.0
    """1 − αλ/m: what an update multiplies the weights by until α or λ is changed; 1 where there is no such factor."""
    notes: Annotated[tuple[Sentence, ...], Meta(max_length=1000)] = ()
    """What is worth a person's look before the figures."""
    data: Annotated[tuple[DataFile, ...], Meta(max_length=100)] = ()
    """The files that the data were read from; none in the logs of earlier versions."""
    labels: Parts[ByClass] = Parts()
    """How many examples of each class the parts have; None of very many classes, and in older logs."""
    engine: Named = ""
    """What makes the updates, and its version; empty in the logs of earlier versions."""
    target: Target | None = None
    """What is predicted where that is a number; None of classes."""
    shift: Shift | None = None
    """How dev is unlike train; None where both are of one source, and in older logs."""
    telltales: Annotated[tuple[Named, ...], Meta(max_length=1000)] = ()
    """Columns of which one alone says the label; none in the logs of earlier versions."""

    def __post_init__(self) -> None:
        if {*map(len, filter(None, astuple(self.labels)))} - {len(self.classes)}:
            raise ValueError("counts of other classes")


class Signal(Event, frozen=True):
    """The signal report of the weights after `iteration` updates."""

    iteration: Count
    layers: Report


class Progress(Event, frozen=True):
    """What came since the last line, and a sign of life from the training loop itself. Paced by time."""

    iteration: Count
    seconds: Seconds
    costs: Costs | None = None
    errors: Errors | None = None


class Machine(Event, frozen=True):
    """What the machine did since the last such line: means of what changes, of memory and temperature the highest.

    In a long run these lines are further apart: a thousandth of its time.
    """

    iteration: Count
    seconds: Seconds
    cores: Annotated[int, Meta(ge=1, le=2**16)]
    """Those of the machine."""
    trainer_cpu: Cores
    """What the trainer used, with all of its threads."""
    cpu: Share
    """Of the machine's cores, what anybody used."""
    trainer_memory: Count
    """Bytes of the trainer that are in memory (its resident set)."""
    memory: Memory
    cards: Annotated[tuple[Card, ...], Meta(max_length=64)] = ()


class Edited(Event, frozen=True):
    """A value of the experiment that was changed while the run went on: it holds for the update after `iteration`."""

    iteration: Count
    path: KnobPath
    value: Value


class Paused(Event, frozen=True):
    """The trainer waits; in a pause this line is its sign of life."""

    iteration: Count


class Continued(Event, frozen=True):
    """The end of a pause."""

    iteration: Count


class Resumed(Event, frozen=True):
    """Another trainer took the run up where a checkpoint had left it; what was logged beyond that point is void.

    A point of the cost curve counts if its iteration is below `costs_before`, one of the error curve if it is below
    `errors_before`.
    """

    iteration: Count
    seconds: Seconds
    costs_before: Count
    errors_before: Count
    edits: Annotated[dict[KnobPath, Value], Meta(max_length=MOST_EDITED)] = {}
    """What has been edited so far: text by path."""
    note: Sentence = ""
    """What was amiss with that which the run goes on from, in a few words for a person."""


class Trouble(Event, frozen=True):
    """Something could not be saved; training goes on. An empty `message`: since then everything has been saved."""

    message: Sentence
    harmless: bool = False
    """Whether all could be saved at any time: what is or was amiss has cost nothing."""


Outcome = Literal["done", "stopped", "diverged", "failed"]


class Finished(Event, frozen=True):
    """The last line; `reason` is one sentence for a person. The figures are of the weights that were kept."""

    status: Outcome
    reason: Sentence
    iteration: Count
    """Updates made."""
    seconds: Seconds
    cost: Cost | None = None
    error: Parts[ErrorValue] = Parts()
    spread: Parts[ErrorValue] = Parts()
    """Of a regression: standard deviation of the errors of a part's examples; None in the logs of older versions."""
    agreement: Parts[float] = Parts()
    """Of a regression: by how many standard deviations what is said of a part goes with its targets more than with the
    same ones in a random order; None in the logs of earlier versions."""
    outliers: Parts[Outliers] = Parts()
    """None where no example is, of classes, and in the logs of earlier versions."""
    tally: Parts[Tally] = Parts()
    """None where nothing was measured, of very many classes, and in the logs of earlier versions."""
    worth: Parts[Share] = Parts()
    """Where the examples of a part come in groups: what one tells of its error, beside one that stands for itself."""
    threshold: Threshold | None = None
    """Of two unequal classes, that with the lowest balanced error on dev."""
    kept_iteration: Count | None = None
    """Updates after which the kept weights stood; less than `iteration` where better or finite ones were restored."""
    sparsity: Share | None = None
    """Share of weights that are exactly 0."""


AnyEvent = Started | Progress | Signal | Machine | Edited | Paused | Continued | Resumed | Trouble | Finished
