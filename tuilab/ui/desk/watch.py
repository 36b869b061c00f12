"""The watching of a run: it and its parent are followed, and nothing that was seen of another one is shown."""

from collections.abc import Callable
from functools import partial

from tuilab.errors import BadInput
from tuilab.lab import Snapshot
from tuilab.ui.desk.following import Watched, follow
from tuilab.ui.work.jobs import Jobs, Tell
from tuilab.ui.work.soon import Soon

AGAIN = 2.0
"""Seconds until a run that could not be looked at is looked at again: there may be room for a thread then."""
Show = Callable[[Snapshot | None, tuple[Snapshot, ...]], None]
"""Takes the run as it stands now, None before the first look, and its parent if it is there."""


class Watch:
    """Follows one run at a time; calls `show` with each new look at it or at its parent.

    `reader` opens a run by its name, `refused` hears why the run cannot be shown, once for each reason, `is_seen` says
    whether somebody is looking at the terminal.
    """

    def __init__(
        self,
        jobs: Jobs,
        reader: Callable[[str], Watched],
        show: Show,
        refused: Callable[[BadInput], None],
        is_seen: Callable[[], bool],
        soon: Soon,
    ) -> None:
        self._jobs, self._reader, self._show, self._refused, self._is_seen = jobs, reader, show, refused, is_seen
        self._soon, self._said = soon, ""
        self._snapshot: Snapshot | None = None
        self._parents: tuple[Snapshot, ...] = ()

    def attach(self, name: str) -> None:
        """Follows the run called `name`, from its first point on, and no other any longer."""
        self._jobs.end("parent")
        self._soon.drop()
        self._snapshot, self._parents, self._said = None, (), ""
        self._show(None, ())
        self._begin(name)

    @property
    def is_waiting(self) -> bool:
        """Whether a run is followed of which nothing has been seen yet."""
        return self._snapshot is None and self._jobs.goes_on("run")

    def _begin(self, name: str) -> None:
        self._jobs.follow("run", partial(self._follow, name), self._take, partial(self._refuse, name))

    def _refuse(self, name: str, error: BadInput) -> None:
        """Says so, and looks again a moment later."""
        if str(error) != self._said:
            self._said = str(error)
            self._refused(error)
        self._soon.do(AGAIN, partial(self._begin, name))

    def _take(self, snapshot: Snapshot) -> None:
        first, self._snapshot = self._snapshot is None, snapshot
        self._show(snapshot, self._parents)
        if first and (parent := snapshot.about.parent):
            # A parent may have been deleted since.
            self._jobs.follow("parent", partial(self._follow, parent), self._take_parent, lambda error: None)

    def _take_parent(self, parent: Snapshot) -> None:
        self._parents = (parent,)
        self._show(self._snapshot, self._parents)

    def _follow(self, name: str, tell: Tell[Snapshot]) -> None:
        follow(self._reader(name), tell, tell.over, self._is_seen)
