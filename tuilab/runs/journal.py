"""The log as its trainer writes it: paced, and patient with a disk that refuses."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from tuilab.events import AnyEvent, Paused, Progress, Trouble
from tuilab.runs.log import Appender

BEAT = 1.0
"""Seconds between two lines that say nothing new, so that a day of them is a few megabytes."""
RETRY = 1.0
"""Seconds between two attempts at what a disk refused."""


class Journal:
    """Appends events to a log; what cannot be written is kept in memory, in order, until it can.

    Raises OSError only where the log cannot be opened.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._log = Appender(path)
        self._clock = clock
        self._waiting: list[AnyEvent] = []
        self._last = self._retry = -BEAT + clock()
        self._troubles: dict[str, str] = {}
        self._notices: dict[str, str] = {}
        self.troubled = False
        """Whether anything could not be saved at any time."""

    @property
    def whole(self) -> bool:
        """Whether all that was to be written has been."""
        return not self._waiting

    def write(self, event: AnyEvent, *, beat: bool = False) -> None:
        """Append `event`; one without points is left out if there was a line not long ago, unless it is a `beat`."""
        if _says_nothing(event) and not beat and self._clock() < self._last + BEAT:
            return
        if self._waiting:
            # A sign of life that comes late is none.
            again = isinstance(event, Paused) and isinstance(self._waiting[-1], Paused)
            self._waiting += [] if again or _says_nothing(event) else [event]
            if self._clock() >= self._retry:
                self.catch_up()
            return
        self._waiting.append(event)
        self.catch_up()

    def catch_up(self) -> bool:
        """Write what waits; whether all of it was."""
        self._last = self._clock()
        self._retry = self._last + RETRY
        try:
            while self._waiting:
                self._log.append(self._waiting[0])
                del self._waiting[0]
        except OSError as error:
            self._tell({**self._troubles, "the log": _why(error)})
            return False
        if "the log" in self._troubles:
            self.saved("the log")
        return True

    def not_saved(self, what: str, error: OSError) -> None:
        """Say that `what` could not be saved, once for each reason."""
        if self._tell({**self._troubles, what: _why(error)}):
            self._log_trouble()

    def saved(self, what: str) -> None:
        """Say that `what` is saved again, if it was in trouble."""
        if self._tell({other: why for other, why in self._troubles.items() if other != what}):
            self._log_trouble()

    def notice(self, what: str, message: str) -> None:
        """Say what is amiss with `what`, by which nothing is lost, once until it changes; empty: nothing is."""
        notices = {other: said for other, said in self._notices.items() if other != what}
        if message:
            notices[what] = message
        if notices != self._notices:
            self._notices = notices
            print(message or f"{what}: all is well again", file=sys.stderr, flush=True)
            self._log_trouble()

    def sync(self) -> None:
        """Make the log survive a power failure. Raises OSError."""
        self._log.sync()

    def _tell(self, troubles: dict[str, str]) -> bool:
        """Say on stderr what is in trouble now; whether that is news."""
        if troubles == self._troubles:
            return False
        self._troubles, self.troubled = troubles, True
        print(self._unsaved() or "everything is saved again", file=sys.stderr, flush=True)
        return True

    def _log_trouble(self) -> None:
        self.write(Trouble(time=time.time(), message=self._message(), harmless=not self.troubled))

    def _message(self) -> str:
        return "; ".join(filter(None, (self._unsaved(), *self._notices.values())))

    def _unsaved(self) -> str:
        return "; ".join(f"{what} cannot be saved: {why}" for what, why in self._troubles.items())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._log.__exit__(kind, error, trace)


def _says_nothing(event: AnyEvent) -> bool:
    return isinstance(event, Progress) and event.costs is None and event.errors is None


def _why(error: OSError) -> str:
    return error.strerror or str(error)
