"""An event as a line of JSON, and back."""

from typing import Any

import msgspec
import numpy as np

from tuilab.events.kinds import AnyEvent


def encode(event: AnyEvent) -> bytes:
    """One line of JSON, without its line end."""
    return _encoder.encode(event)


def decode(line: bytes) -> AnyEvent:
    """The event written in `line`, with tuples for arrays. Raises msgspec.ValidationError or msgspec.DecodeError."""
    return _decoder.decode(line)


def decode_lines(lines: bytes) -> list[AnyEvent]:
    """The events in `lines`, JSON values with blanks or line ends between them. Raises as `decode`."""
    return _decoder.decode_lines(lines)


def _encode_column(value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        raise NotImplementedError(f"no such value in the log: {type(value)}")
    if np.isfinite(value).all():
        return value.tolist()
    return [number if np.isfinite(number) else str(number) for number in value.tolist()]


_encoder = msgspec.json.Encoder(enc_hook=_encode_column)
_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)
