"""The frozen, tagged events of a run's log, every value with its range: a line with another one is no event.

A `Column` holds numbers as a NumPy array, so NaN and ±Inf survive the log; scalars are always finite or absent. Times
are seconds since the epoch (`time`) or of training (`seconds`).
"""

import math
from typing import TYPE_CHECKING, Annotated, Any, Generic, Literal, TypeVar

import msgspec
import numpy as np
from msgspec import Meta, Struct
from msgspec.structs import astuple

T = TypeVar("T")

VERSION = 2
"""Of the log's format (2: checksums, edits, resumed runs, the machine). A newer one is refused, each older one read."""

Column = np.ndarray[Any, np.dtype[np.float64]]
"""A one-dimensional float64 array."""


Count = Annotated[int, Meta(ge=0, le=2**53)]
"""A number of things; a larger one could only come from a damaged log."""


PARTS = ("train", "train_dev", "dev", "test")
"""Of the data."""
MOST_CLASSES = 100
"""Up to so many are counted one by one."""
MAXIMUM_TIME = 253402300800
"""In seconds since the epoch: the year 10000."""
Instant = Annotated[float, Meta(ge=0, lt=MAXIMUM_TIME)]
"""Seconds since the epoch."""
Seconds = Annotated[float, Meta(ge=0, le=1e12)]
"""Of training."""
Share = Annotated[float, Meta(ge=0, le=1)]
"""A part of a whole."""
ErrorValue = Annotated[float, Meta(ge=0)]
"""A share of the examples, or of a target's variance, which may be above 1."""
Sentence = Annotated[str, Meta(max_length=10_000)]
"""Words for a person."""
Named = Annotated[str, Meta(max_length=1000)]
KnobPath = Annotated[str, Meta(max_length=100)]
"""Of a value in the experiment."""
MOST_EDITED = 100
"""Such paths; an experiment has fewer."""
LONGEST_VALUE = 16_384
"""Characters of such a value, which may be a list or a file's path."""
Value = Annotated[str, Meta(max_length=LONGEST_VALUE)]
MOST_LAYERS = 1001
"""Without the inputs: 1000 hidden ones, and the output."""
Layered = Annotated[tuple[Annotated[int, Meta(ge=1, le=2**53)], ...], Meta(min_length=2, max_length=MOST_LAYERS + 1)]
"""Units a layer, inputs first, output last."""

if TYPE_CHECKING:
    Numbers = Column | tuple[float, ...]
    Iterations = Numbers
    ErrorFigures = Numbers
else:
    Numbers = tuple[float | Literal["nan", "inf", "-inf"], ...]
    """Of a curve: an array where they are made, a tuple where they are read; a curve makes one array of many lines."""
    Iterations = tuple[Annotated[float, Meta(ge=0, le=2**53)], ...]
    """Ascending."""
    ErrorFigures = tuple[ErrorValue | Literal["nan", "inf"], ...]


ByClass = Annotated[tuple[Count, ...], Meta(min_length=1, max_length=MOST_CLASSES)]
"""One of each class."""


def part_name(part: str) -> str:
    """What a person calls it."""
    return part.replace("_", "-")


class Parts(Struct, Generic[T], frozen=True, kw_only=True):
    """One figure for each part of the data; None where the part is empty or not measured."""

    train: T | None = None
    train_dev: T | None = None
    """Held out of the training source, and of its distribution, where dev is of another."""
    dev: T | None = None
    test: T | None = None

    @property
    def told(self) -> dict[str, T]:
        """The figures that there are, by what a person calls the part."""
        figures = {name: getattr(self, name) for name in PARTS}
        return {part_name(name): figure for name, figure in figures.items() if figure is not None}


class Tally(Struct, frozen=True, kw_only=True):
    """What a network says of the examples of a part, counted by class."""

    examples: ByClass
    """Of each class."""
    predicted: ByClass
    """Those that are said to be of it."""
    right: ByClass
    """Those of which that is true."""

    def __post_init__(self) -> None:
        if not len(self.examples) == len(self.predicted) == len(self.right) or not sum(self.examples):
            raise ValueError("counts of different classes, or of no example")
        if any(right > min(pair) for right, *pair in zip(self.right, self.examples, self.predicted, strict=True)):
            raise ValueError("more right than there are")


class Threshold(Struct, frozen=True, kw_only=True):
    """A probability above which the second of two classes is said, and what is said of the dev examples there."""

    value: Annotated[float, Meta(gt=0, lt=1)]
    tally: Tally


class Cost(Struct, frozen=True, kw_only=True):
    """J = data + penalty: the mean loss over the examples, and the regularization term."""

    data: float
    penalty: float
    total: float


class Event(Struct, frozen=True, kw_only=True, gc=False, tag_field="event", tag=str.lower):
    """One line of the log."""

    time: Instant


class DataFile(Struct, frozen=True, kw_only=True):
    """A file that a run's data were read from, as it was then."""

    place: KnobPath
    """What names it in the experiment: `data.source`, …"""
    file: Annotated[str, Meta(max_length=10_000)]
    size: Count
    """Bytes."""
    modified: Annotated[int, Meta(ge=0, lt=MAXIMUM_TIME)]
    """When its content was written, in seconds since the epoch."""
    checksum: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    """The SHA-256 of its content."""


class Target(Struct, frozen=True, kw_only=True):
    """The number that a regression predicts: trained as (y − mean)/scale, both of the training part.

    The error is then the mean of ((prediction − y)/scale)², from which these figures follow.
    """

    name: Named
    mean: float
    scale: Annotated[float, Meta(gt=0)]
    deviation: Parts[Annotated[float, Meta(ge=0)]] = Parts()
    """σ of the targets of each part, in their units."""

    def rmse(self, error: float) -> float:
        """The root of the mean squared error, in the units of the target."""
        return self.scale * math.sqrt(error)

    def r_squared(self, error: float, part: str) -> float | None:
        """R² = 1 − Σ(prediction − y)²/Σ(y − ȳ)² over the examples of a part; None where its targets are all equal."""
        deviation = self.deviation.told.get(part_name(part))
        if not deviation:
            return None
        ratio = self.scale / deviation
        return 1 - error * ratio * ratio


MeanAndSigma = tuple[float, Annotated[float, Meta(ge=0)]]


class FeatureShift(Struct, frozen=True, kw_only=True):
    """A feature whose values in dev are others than in train."""

    name: Named
    train: MeanAndSigma
    dev: MeanAndSigma


class Shift(Struct, frozen=True, kw_only=True):
    """How dev is unlike train, where it is of another source; see `tuilab.data.unlike`."""

    noise: Annotated[float, Meta(ge=0)] = 0.0
    """σ of the noise that dev has more than train, as a share of each feature's σ; 0 of none to be seen."""
    images: bool = False
    features: Annotated[tuple[FeatureShift, ...], Meta(max_length=100)] = ()
    """Those that are farthest off."""


class Started(Event, frozen=True):
    """The first line: what is about to be trained."""

    version: Count
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
    """What a regression predicts; None of a classification."""
    shift: Shift | None = None
    """How dev is unlike train; None where both are of one source, and in older logs."""

    def __post_init__(self) -> None:
        if {*map(len, filter(None, astuple(self.labels)))} - {len(self.classes)}:
            raise ValueError("counts of other classes")


class Columns(Struct, frozen=True, kw_only=True):
    """Numbers side by side: every field is a column, all of one length; one that may be absent is None then."""

    def __post_init__(self) -> None:
        if len({len(column) for column in astuple(self) if column is not None}) > 1:
            raise ValueError("columns of different lengths")


class LoggedPoints(Struct, frozen=True, kw_only=True, gc=False):
    """Points of curves over the iterations, which ascend; every field has a number for each."""

    iteration: Iterations


class Costs(LoggedPoints, frozen=True, gc=False):
    """Points of the cost curve, each after `iteration` updates, as the training pass met it (its batch, its masks).

    Where many iterations fall between two points, the lowest and the highest total of the stretch are kept.
    """

    data: Numbers
    penalty: Numbers

    def __post_init__(self) -> None:
        if not len(self.iteration) == len(self.data) == len(self.penalty):
            raise ValueError("columns of different lengths")
        if len(self.iteration) > 1:
            _check_ascent(self.iteration)


class Errors(LoggedPoints, frozen=True, gc=False):
    """Points of the error curves (as the task has it), in evaluation mode; a part that is empty is all NaN."""

    train: ErrorFigures
    dev: ErrorFigures
    dev_cost: Numbers | None = None
    """Mean loss over the dev part, without a penalty; absent in the logs of earlier versions."""
    train_dev: ErrorFigures | None = None
    """None where nothing was held out for it."""

    def __post_init__(self) -> None:
        count = len(self.iteration)
        if not count == len(self.train) == len(self.dev):
            raise ValueError("columns of different lengths")
        for perhaps in (self.dev_cost, self.train_dev):
            if perhaps is not None and len(perhaps) != count:
                raise ValueError("columns of different lengths")
        if len(self.iteration) > 1:
            _check_ascent(self.iteration)


def _check_ascent(iteration: Iterations) -> None:
    if sorted(iteration) != list(iteration):
        raise ValueError("iterations that do not ascend")


class Layers(Columns, frozen=True):
    """The signal through the network, a row a layer from the first hidden one to the output; NaN: does not apply."""

    mean: Column
    """Of the layer's activations (the output: of its logits)."""
    std: Column
    dead: Column
    """Share of ReLU units that are 0 for every example looked at."""
    near_linear: Column
    """Share of tanh's z with |z| < 0.5, where tanh is nearly a straight line."""
    gradient_norm: Column
    """‖∂J/∂W‖."""
    weight_norm: Column
    """‖W‖ (Frobenius)."""
    update_ratio: Column
    """‖ΔW‖/‖W‖ of the update that follows."""
    predicted: Column
    """gainˡ, by which a linear network with W = gain·I scales its input; NaN for any other."""
    alike: Column | None = None
    """Share of units with the incoming weights and the bias of another one; None in the logs of earlier versions."""
    data_gradient_norm: Column | None = None
    """‖∂J/∂W‖ without the penalty: what back-propagation brings; None in the logs of earlier versions."""

    @property
    def brought(self) -> Column:
        """What back-propagation brings, as far as it is known."""
        return self.gradient_norm if self.data_gradient_norm is None else self.data_gradient_norm


if TYPE_CHECKING:
    Report = Layers
else:
    _SHARES = ("dead", "near_linear", "alike")

    def _as_read(name: str) -> Any:
        """The type of a column where it is read: a number a layer in a tuple, of which a view makes arrays."""
        number = ErrorValue | Literal["inf"]
        if name in _SHARES:
            number = Share
        elif name == "mean":
            number = float | Literal["inf", "-inf"]
        return Annotated[tuple[number | Literal["nan"], ...], Meta(min_length=1, max_length=MOST_LAYERS)]

    Report = msgspec.defstruct(
        "Report",
        [
            (one.name, _as_read(one.name)) if one.required else (one.name, _as_read(one.name) | None, None)
            for one in msgspec.structs.fields(Layers)
        ],
        namespace={"__post_init__": Columns.__post_init__},
        frozen=True,
        kw_only=True,
        gc=False,
    )


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


Cores = Annotated[float, Meta(ge=0, le=2**16)]
"""Cores' worth of processor time."""


class Memory(Struct, frozen=True, kw_only=True):
    """Bytes in use, of all there are."""

    used: Count
    total: Annotated[int, Meta(ge=1, le=2**53)]

    def __post_init__(self) -> None:
        if self.used > self.total:
            raise ValueError("more memory in use than there is")


class Card(Struct, frozen=True, kw_only=True):
    """What an NVIDIA card did; None: it does not tell."""

    name: Annotated[str, Meta(max_length=100)] = ""
    busy: Share | None = None
    """The part of the time in which it computed anything."""
    memory: Memory | None = None
    power: Annotated[float, Meta(ge=0, le=1e5)] | None = None
    """Watts."""
    temperature: Annotated[float, Meta(ge=-100, le=1000)] | None = None
    """Degrees Celsius."""


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
    tally: Parts[Tally] = Parts()
    """None where nothing was measured, of very many classes, and in the logs of earlier versions."""
    threshold: Threshold | None = None
    """Of two unequal classes, that with the lowest balanced error on dev."""
    kept_iteration: Count | None = None
    """Updates after which the kept weights stood; less than `iteration` where better or finite ones were restored."""
    sparsity: Share | None = None
    """Share of weights that are exactly 0."""


AnyEvent = Started | Progress | Signal | Machine | Edited | Paused | Continued | Resumed | Trouble | Finished


def encode(event: AnyEvent) -> bytes:
    """One line of JSON, without its line end."""
    return _encoder.encode(event)


def decode(line: bytes) -> AnyEvent:
    """The event written in `line`, with tuples for arrays. Raises msgspec.ValidationError or msgspec.DecodeError."""
    return _decoder.decode(line)


def _encode_column(value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        raise NotImplementedError(f"no such value in the log: {type(value)}")
    if np.isfinite(value).all():
        return value.tolist()
    return [number if np.isfinite(number) else str(number) for number in value.tolist()]


_encoder = msgspec.json.Encoder(enc_hook=_encode_column)
_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)
