"""The frozen, tagged events of a run's log.

A `Column` holds the numbers of a curve as a NumPy array, so NaN and ±Inf survive the log; scalars are always
finite or absent. Times are seconds since the epoch (`time`) or of training (`seconds`).
"""

from typing import Any, Generic, TypeVar

import msgspec
import numpy as np
from msgspec import Struct

T = TypeVar("T")

VERSION = 1
"""Of the log's format. A reader refuses a newer one and reads every older one."""

Column = np.ndarray[Any, np.dtype[np.float64]]
"""A one-dimensional float64 array."""


class Parts(Struct, Generic[T], frozen=True, kw_only=True):
    """One figure for each part of the data; None where the part is empty or not measured."""

    train: T | None = None
    dev: T | None = None
    test: T | None = None


class Cost(Struct, frozen=True, kw_only=True):
    """J = data + penalty: the mean loss over the examples, and the regularization term."""

    data: float
    penalty: float
    total: float


class Event(Struct, frozen=True, kw_only=True, tag_field="event", tag=str.lower):
    """One line of the log."""

    time: float


class Started(Event, frozen=True):
    """The first line: what is about to be trained."""

    version: int
    iterations: int
    """Planned updates."""
    layers: tuple[int, ...]
    """Units a layer, inputs first, output last."""
    parameters: int
    classes: tuple[str, ...]
    examples: Parts[int]


class Costs(Struct, frozen=True, kw_only=True):
    """Points of the cost curve, each after `iteration` updates, as the training pass met it (its batch, its masks).

    Where many iterations fall between two points, the lowest and the highest total of the stretch are kept.
    """

    iteration: Column
    data: Column
    penalty: Column


class Errors(Struct, frozen=True, kw_only=True):
    """Points of the error curves (share misclassified), in evaluation mode; a part that is empty is all NaN."""

    iteration: Column
    train: Column
    dev: Column


class Progress(Event, frozen=True):
    """What came since the last line, and a sign of life from the training loop itself. Paced by time."""

    iteration: int
    seconds: float
    costs: Costs | None = None
    errors: Errors | None = None


class Finished(Event, frozen=True):
    """The last line. `status`: done, stopped, diverged or failed; `reason`: one sentence for a person."""

    status: str
    reason: str
    iteration: int
    seconds: float
    cost: Cost | None = None
    error: Parts[float] = Parts()


AnyEvent = Started | Progress | Finished


def encode(event: AnyEvent) -> bytes:
    """One line of JSON, without its line end."""
    return _encoder.encode(event)


def decode(line: bytes) -> AnyEvent:
    """The event written in `line`. Raises msgspec.ValidationError or msgspec.DecodeError."""
    return _decoder.decode(line)


def _encode_column(value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        raise NotImplementedError(f"no such value in the log: {type(value)}")
    if np.isfinite(value).all():
        return value.tolist()
    return [number if np.isfinite(number) else str(number) for number in value.tolist()]


def _decode_column(kind: type, value: Any) -> Any:
    try:
        return np.array(value, dtype=np.float64).reshape(len(value))
    except (TypeError, ValueError) as error:
        raise ValueError(f"a list of numbers is wanted: {error}") from None


_encoder = msgspec.json.Encoder(enc_hook=_encode_column)
_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent, dec_hook=_decode_column)
