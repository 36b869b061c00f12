"""Following a run off the UI thread: read, tell what is new, rest; until the run has ended or nobody listens."""

from collections.abc import Callable
from threading import Event
from typing import Protocol

from tuilab.lab import Snapshot

FIRST, STEADY, SLOW = 0.02, 0.25, 1.0
"""Seconds between two looks: until the first points, while they come, and while nothing is to be expected soon."""


class Polled(Protocol):
    """What can be followed."""

    def poll(self) -> Snapshot:
        """The run as it stands now."""
        ...


def pace(snapshot: Snapshot) -> float:
    """Seconds to rest after `snapshot`."""
    if snapshot.status in ("no progress", "dead"):
        return SLOW
    return STEADY if len(snapshot.view.cost) else FIRST


def follow(follower: Polled, tell: Callable[[Snapshot], object], ended: Event) -> None:
    """Polls until the run has ended or `ended` is set, which also cuts a rest short; tells each new snapshot once.

    A dead run is followed on: it may be resumed.
    Raises `BadInput` where the log cannot be read.
    """
    last = None
    while not ended.is_set():
        snapshot = follower.poll()
        if ended.is_set():
            return
        if snapshot != last:
            tell(snapshot)
            last = snapshot
        if snapshot.view.finished is not None:
            return
        ended.wait(pace(snapshot))
