"""Watch a run: the evidence in the order in which it must be taken."""

import time
from collections.abc import Callable, Collection

from msgspec import Struct

from tuilab.errors import BadInput
from tuilab.runs.claim import alive, whereabouts
from tuilab.runs.folder import RunFolder
from tuilab.runs.log import WINDOW, Tail, ends
from tuilab.runs.requests import Request, pending
from tuilab.runs.status import Status, silence, status
from tuilab.runs.view import Folding, RunView, fold
from tuilab.words import last_sign

PIECES = 64
"""Of a log, that one look takes in at most."""
NEWEST = 2**13
"""Bytes at the end of a log that tell how the run stands, while it is not read so far."""


class Look(Struct, frozen=True, eq=False):
    """A run as one look found it."""

    view: RunView
    status: Status
    whole: bool
    """Whether `view` holds the whole log; if not, the next look brings more at once."""
    elsewhere: str = ""
    """Of a trainer that may live where that cannot be told from here: where, and when it last gave a sign of life."""


class LogFollower:
    """Follows one run from the beginning of its log. Use it from one thread. `clock` gives seconds; nobody sets it."""

    def __init__(self, folder: RunFolder, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder, self._clock = folder, clock
        self._tail = Tail(folder.log_file)
        self._view = RunView()
        self._heard: float | None = None
        self._damaged = 0
        """Lines so far that could not be read."""

    def look(self, now: float) -> Look:
        """The run at `now` (seconds since the epoch), with at most `PIECES` of its log more than at the last look.

        The status is always that of the end of the log. Raises `BadInput` for a log that cannot be read.
        """
        living = alive(self._folder)
        watched, before = self._tail.at_end, self._view
        self._read()
        whole = self._tail.at_end
        last = self._view if whole else _ends(self._folder, NEWEST)
        if (watched and self._view is not before) or (
            self._heard is None and last.time is not None and last.time > now
        ):
            self._heard = self._clock()
        asked = _asked(self._folder)
        heard = None if self._heard is None else self._clock() - self._heard
        told = _told(self._folder, last, living, now, asked, heard)
        return Look(self._view, told, whole, _elsewhere(self._folder, last, living, now, heard))

    def _read(self) -> None:
        """More of the log, piece by piece, so that what is not needed any longer makes room."""
        folding = Folding(self._view)
        try:
            for _ in range(PIECES):
                folding.take(self._tail.read())
                if self._tail.at_end:
                    return
        finally:
            folding.take((), self._tail.damaged - self._damaged)
            self._view, self._damaged = folding.view, self._tail.damaged


def glance(folder: RunFolder, now: float, window: int = WINDOW) -> Look:
    """The run at `now` from the two ends of its log: its curves have gaps, but it costs the same however long it is.

    `window` is how many bytes at either end are read: of `NEWEST` it costs a fifth, and how the run stands is told.
    Raises `BadInput` for a log that cannot be read.
    """
    living = alive(folder)
    view = _ends(folder, window)
    told = _told(folder, view, living, now, _asked(folder))
    return Look(view, told, whole=False, elsewhere=_elsewhere(folder, view, living, now))


def status_of(folder: RunFolder, now: float) -> Status:
    """The status alone, from the last lines of the log: a tenth of the work. Raises `BadInput` as `glance`."""
    living = alive(folder)
    return _told(folder, _ends(folder, NEWEST), living, now, _asked(folder))


def _ends(folder: RunFolder, window: int = WINDOW) -> RunView:
    return fold(RunView(), ends(folder.log_file, window))


def _told(
    folder: RunFolder,
    view: RunView,
    living: bool | None,
    now: float,
    asked: Collection[Request],
    heard: float | None = None,
) -> Status:
    """The status; one that seems dead is looked at again: another trainer may have taken it in the meantime."""
    told = status(view, living, now, requests=asked, heard=heard)
    if told == "dead" and (living := alive(folder)) is not False:
        return status(view, living, now, requests=asked, heard=heard)
    return told


def _elsewhere(folder: RunFolder, view: RunView, living: bool | None, now: float, heard: float | None = None) -> str:
    if living is not None or view.finished is not None or not (where := whereabouts(folder)):
        return ""
    return f"{where}, {last_sign(silence(view, now, heard))}"


def _asked(folder: RunFolder) -> tuple[Request, ...]:
    """What has been asked, as far as that can be seen: it is the trainer's business, and a look fails by no request."""
    try:
        return pending(folder)
    except BadInput:
        return ()
