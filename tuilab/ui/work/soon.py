"""Something that is done a moment after it was asked for last."""

from collections.abc import Callable
from typing import Protocol


class Stoppable(Protocol):
    """A timer that runs."""

    def stop(self) -> None:
        """Ends it; what it was to call is not called."""
        ...


Later = Callable[[float, Callable[[], None]], Stoppable]
"""Calls a function in so many seconds, on the UI thread."""


class Soon:
    """Does one thing at a time: what is asked for takes the place of what has not been done yet."""

    def __init__(self, later: Later) -> None:
        self._later = later
        self._timer: Stoppable | None = None

    def do(self, seconds: float, what: Callable[[], None]) -> None:
        """Does `what` in so many seconds."""
        self.drop()
        self._timer = self._later(seconds, what)

    def drop(self) -> None:
        """Does nothing of what was asked for."""
        if self._timer is not None:
            self._timer.stop()
