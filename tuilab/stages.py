"""How far long work is: whoever does it says so, whoever waits for it hears it, and may end it there.

Who hears is a matter of the thread: what reads a file knows nothing of bars and keys.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from functools import partial
from threading import Event
from typing import NamedTuple, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


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

_MANY = 2**12
"""Items between two words of how far it is."""


class _Part(NamedTuple):
    """What is being done of a stage: the share that is done, and that will be once this is over."""

    doing: str
    done: float
    end: float


_part: ContextVar[_Part | None] = ContextVar("part", default=None)


@contextmanager
def heard(by: Hear) -> Iterator[None]:
    """What is done within the block, in this thread, is heard."""
    token = _hear.set(by)
    _part.set(None)
    try:
        yield
    finally:
        _hear.reset(token)


class Team(ThreadPoolExecutor):
    """Threads that share the work of one: who hears of its stages hears of theirs, and may end them.

    A block that is left early, by a fault or since nobody waits, leaves no work behind.
    """

    def __init__(self, threads: int) -> None:
        super().__init__(threads)
        self._over = Event()

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As that of a pool."""
        return super().submit(copy_context().run, self._do, partial(work, *args, **kwargs))

    def __exit__(self, kind: type[BaseException] | None, *fault: object) -> None:
        if kind is not None:
            self._over.set()
        self.shutdown(cancel_futures=kind is not None)

    def _do(self, work: Callable[[], T]) -> T:
        outer = _hear.get()

        def hear(stage: Stage | None) -> None:
            if self._over.is_set():
                raise Ended
            if outer is not None:
                outer(stage)

        with heard(hear):
            return work()


def at(doing: str, share: float | None = None) -> None:
    """Says how far the work is. Raises `Ended`."""
    if (hear := _hear.get()) is not None:
        _part.set(None)
        hear(Stage(doing, share))


def check() -> None:
    """Raises `Ended` if nobody waits any more."""
    if (hear := _hear.get()) is not None:
        hear(None)


def through(doing: str, items: Sequence[T], first: float = 0, last: float = 1) -> Iterator[T]:
    """Each of `items`, saying how far that is, from the share `first` to `last`. Raises `Ended`."""
    for number, item in enumerate(items):
        done, end = (first + (last - first) * each / len(items) for each in (number, number + 1))
        at(doing, done)
        _part.set(_Part(doing, done, end))
        yield item


def along(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Many items, some at a time: the one at hand of those that are gone `through` is as much further on.

    How often such will come of it nobody knows: each time it is half of the way that is left. Raises `Ended`.
    """
    part = _part.get()
    for number in range(0, len(items), _MANY):
        if part is None or not number:
            check()
        else:
            done = part.done + (part.end - part.done) * number / len(items) / 2
            at(part.doing, done)
            _part.set(part._replace(done=done))
        yield items[number : number + _MANY]
