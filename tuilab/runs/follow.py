"""Watch a run: the evidence in the order in which it must be taken."""

import time
from collections.abc import Callable

from msgspec import Struct

from tuilab.errors import BadInput
from tuilab.runs.claim import alive, claimed
from tuilab.runs.files import look_up
from tuilab.runs.folder import RunFolder
from tuilab.runs.log import Tail, ends
from tuilab.runs.requests import Request, pending
from tuilab.runs.status import Status, status
from tuilab.runs.view import View, fold


class Snapshot(Struct, frozen=True, eq=False):
    """A run as one look found it."""

    view: View
    status: Status
    whole: bool
    """Whether `view` holds the whole log; if not, the next look brings more at once."""


class Follower:
    """Follows one run from the beginning of its log. Use it from one thread. `clock` gives seconds; nobody sets it."""

    def __init__(self, folder: RunFolder, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder, self._clock = folder, clock
        self._tail = Tail(folder.log_file)
        self._view = View()
        self._heard: float | None = None

    def look(self, now: float) -> Snapshot:
        """The run at `now` (seconds since the epoch), with at most one chunk of its log more than at the last look.

        The status is always that of the end of the log. Raises `BadInput` for a log that cannot be read.
        """
        unclaimed, living = _evidence(self._folder, now)
        watched = self._tail.at_end
        events = self._tail.read()
        self._view = fold(self._view, events, self._tail.damaged - self._view.damaged)
        whole = self._tail.at_end
        last = self._view if whole else _ends(self._folder)
        if (watched and events) or (self._heard is None and last.time is not None and last.time > now):
            self._heard = self._clock()
        asked = _asked(self._folder)
        heard = None if self._heard is None else self._clock() - self._heard
        told = status(last, living, now, unclaimed=unclaimed, requests=asked, heard=heard)
        return Snapshot(self._view, told, whole)


def glance(folder: RunFolder, now: float) -> Snapshot:
    """The run at `now` from the two ends of its log: its curves have gaps, but it costs the same however long it is.

    Raises `BadInput` for a log that cannot be read.
    """
    unclaimed, living = _evidence(folder, now)
    view = _ends(folder)
    return Snapshot(view, status(view, living, now, unclaimed=unclaimed, requests=_asked(folder)), whole=False)


def _ends(folder: RunFolder) -> View:
    return fold(View(), ends(folder.log_file))


def _evidence(folder: RunFolder, now: float) -> tuple[float | None, bool | None]:
    """The age of a run that no trainer has taken, and whether its trainer lives.

    In this order: a trainer that takes the run in between would otherwise seem to have died.
    """
    unclaimed = _unclaimed(folder, now)
    return unclaimed, alive(folder)


def _unclaimed(folder: RunFolder, now: float) -> float | None:
    """Age in seconds of a run that no trainer has taken; None if one has, or if it is no run."""
    made = look_up(folder.experiment_file)
    return None if made is None or claimed(folder) else now - made.st_mtime


def _asked(folder: RunFolder) -> tuple[Request, ...]:
    """What has been asked, as far as that can be seen: it is the trainer's business, and a look fails by no request."""
    try:
        return pending(folder)
    except BadInput:
        return ()
