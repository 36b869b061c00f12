"""A UI thread for tests without a screen, and work that waits for them."""

import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, Queue
from time import monotonic

from tests.trainers import PATIENCE


class Loop:
    """A UI thread: what is to be called waits until the test lets it."""

    def __init__(self) -> None:
        self._calls: Queue[Callable[[], None]] = Queue()
        self.closed = False

    def call_later(self, callback: Callable[[], None]) -> bool:
        if not self.closed:
            self._calls.put(callback)
        return not self.closed

    def turn(self) -> None:
        """Waits for the next call, and makes it."""
        self._calls.get(timeout=PATIENCE)()

    def until(self, holds: Callable[[], bool]) -> None:
        """Makes calls until `holds()`, be it that a thread makes it hold, of which nothing is heard."""
        end = monotonic() + PATIENCE
        while not holds():
            assert monotonic() < end, "waited in vain"
            with suppress(Empty):
                self._calls.get(timeout=0.01)()

    def settle(self) -> None:
        """Makes the calls that wait."""
        while not self._calls.empty():
            self.turn()


class Gate:
    """Work that goes on until it is let."""

    def __init__(self, answer: str = "") -> None:
        self.begun, self._let, self._answer = threading.Event(), threading.Event(), answer

    def __call__(self) -> str:
        self.begun.set()
        assert self._let.wait(PATIENCE)
        return self._answer

    def let(self) -> None:
        self._let.set()


class Later:
    """Timers that end when the test says so."""

    def __init__(self) -> None:
        self.due: list[Callable[[], None]] = []

    def __call__(self, seconds: float, what: Callable[[], None]) -> "Timer":
        self.due.append(what)
        return Timer(self.due, what)

    def pass_(self) -> None:
        """Lets the time pass of all that wait now."""
        due, self.due[:] = list(self.due), []
        for what in due:
            what()


class Timer:
    def __init__(self, due: list[Callable[[], None]], what: Callable[[], None]) -> None:
        self._due, self._what = due, what

    def stop(self) -> None:
        if self._what in self._due:
            self._due.remove(self._what)
