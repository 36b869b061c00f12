"""What a machine does."""

from typing import Annotated

from msgspec import Meta, Struct

from tuilab.events.ranges import Count, Share

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
