"""Several runs watched at once, some of them queued."""

from collections.abc import Sequence
from typing import Protocol

from tuilab.lab.watching import Follower, Snapshot
from tuilab.runs import ACTIVE


class Lab(Protocol):
    """The part of the lab that is needed here."""

    def queue_seeds(self, name: str, seeds: int) -> list[str]:
        """Queues children of a run with other seeds; returns their names."""
        ...

    def wake(self) -> None:
        """Has the queue worked off."""
        ...

    def follow(self, name: str) -> Follower:
        """A reader of the run."""
        ...


class Comparison:
    """The runs called `names`, and `seeds` children of the first of them that differ from it in the seed alone.

    Use it from one thread.
    """

    def __init__(self, lab: Lab, names: Sequence[str], seeds: int = 0) -> None:
        self._lab, self._names, self._seeds = lab, list(names), seeds
        self._followers: list[Follower] = []
        self.waiting = seeds
        """Runs that are queued."""
        self.over = False
        """Whether nothing new is to be expected of any of them."""

    def poll(self) -> tuple[Snapshot, ...]:
        """Every run as it stands now, in order; queues the children first. Raises `BadInput`."""
        if self._seeds:
            seeds, self._seeds = self._seeds, 0
            self._names += self._lab.queue_seeds(self._names[0], seeds)
        for name in self._names[len(self._followers) :]:
            self._followers.append(self._lab.follow(name))
        snapshots = tuple(follower.poll() for follower in self._followers)
        self.waiting = sum(snapshot.status == "queued" for snapshot in snapshots)
        self.over = all(snapshot.status not in ACTIVE for snapshot in snapshots)
        if self.waiting:
            self._lab.wake()
        return snapshots
