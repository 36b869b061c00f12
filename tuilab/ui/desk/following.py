"""Following a run off the UI thread: read, tell what is new, rest; until nobody listens."""

from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import Protocol

from tuilab.lab import Snapshot

FIRST, STEADY, SLOW, AWAY = 0.02, 0.25, 1.0, 5.0
"""Seconds between two looks: until the first points, while they come, while nothing is to be expected soon, and while
nobody looks at the terminal."""


class Watched(Protocol):
    """What can be followed."""

    def look(self) -> tuple[Snapshot, bool]:
        """The run as it stands now, of a long log only the next part; and whether that was all of it."""
        ...


def pace(snapshot: Snapshot) -> float:
    """Seconds to rest after `snapshot`."""
    if snapshot.view.finished is not None or snapshot.status in ("no progress", "dead"):
        return SLOW
    return STEADY if len(snapshot.view.cost) or snapshot.status == "queued" else FIRST


def follow(
    follower: Watched,
    tell: Callable[[Snapshot], object],
    ended: Event,
    is_seen: Callable[[], bool] = lambda: True,
) -> None:
    """Looks until `ended` is set, which also cuts a rest short; tells each new snapshot once.

    The parts of a long log are told as they are read: its first points need not wait for the last. A run that is over
    is followed on: anybody may resume it, from another terminal too. While nothing is seen, little is told; what was
    missed is told then. Raises `BadInput` where the log cannot be read.
    """
    last = None
    while not ended.is_set():
        snapshot, whole = follower.look()
        if ended.is_set():
            return
        if snapshot != last:
            tell(snapshot)
            last = snapshot
        if not whole:
            continue
        ended.wait(pace(snapshot))
        back = monotonic() + AWAY
        while not is_seen() and monotonic() < back and not ended.wait(STEADY):
            pass
