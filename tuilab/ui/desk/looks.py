"""When to look at a run: where there is something new, one look at a time, each followed by a rest."""

from collections.abc import Callable
from math import inf
from time import monotonic

REST, SHARE = 1.0, 5.0
"""Seconds between two looks at a run, at least; and how many times its own length a look is followed by rest."""


class Looks:
    """Knows when the next look is due; who asks says when one begins and ends. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._stale = False  # there is something that no look has begun to see
        self._begun: float | None = None
        self._rested = -inf

    def renew(self) -> None:
        """There is something new."""
        self._stale = True

    def hurry(self) -> None:
        """Somebody waits for another thing: the look that goes on does not count, and there is no rest."""
        self._stale, self._begun, self._rested = True, None, -inf

    def wait(self, *, bare: bool) -> float | None:
        """Seconds until a look is due, 0 for now; None as long as none is. `bare`: nothing is to be seen yet."""
        if not self._stale or self._begun is not None:
            return None
        return 0.0 if bare else max(0.0, self._rested - self._clock())

    def begin(self) -> None:
        """A look at all that is new begins."""
        self._stale, self._begun = False, self._clock()

    def end(self) -> None:
        """The look is over: the rest after it begins. Nothing, if it counts no longer."""
        if self._begun is not None:
            now = self._clock()
            self._rested = now + max(REST, SHARE * (now - self._begun))
            self._begun = None
