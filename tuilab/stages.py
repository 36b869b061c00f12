"""How far long work is: whoever does it says so, whoever waits for it hears it, and may end it there.

Who hears is a matter of the thread: what reads a file knows nothing of bars and keys.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple


class Stage(NamedTuple):
    """What is being done."""

    doing: str
    """In a word: reading."""
    share: float | None
    """Of it that is done, from 0 to 1; None where that is not known."""


class Ended(BaseException):
    """Nobody waits for the work any more: no fault, and nothing that catches faults keeps it."""


Hear = Callable[[Stage | None], None]
"""Hears of each stage; of None it is only asked whether somebody still waits. Raises `Ended` if not."""

_hear: ContextVar[Hear | None] = ContextVar("hear", default=None)


@contextmanager
def heard(by: Hear) -> Iterator[None]:
    """What is done within the block, in this thread, is heard."""
    token = _hear.set(by)
    try:
        yield
    finally:
        _hear.reset(token)


def at(doing: str, share: float | None = None) -> None:
    """Says how far the work is. Raises `Ended`."""
    if (hear := _hear.get()) is not None:
        hear(Stage(doing, share))


def check() -> None:
    """Raises `Ended` if nobody waits any more."""
    if (hear := _hear.get()) is not None:
        hear(None)
