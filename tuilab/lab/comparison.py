"""Several runs watched at once; those of more seeds are started one after another, as cores become free."""

import os
from collections.abc import Mapping, Sequence
from typing import Protocol

from tuilab.experiment import Experiment
from tuilab.lab.watching import Follower, Snapshot
from tuilab.runs import ACTIVE


class Launcher(Protocol):
    """The part of the lab that is needed here."""

    def edit(self, experiment: Experiment, edits: Mapping[str, str]) -> Experiment:
        """`experiment` with edits made."""
        ...

    def start(self, experiment: Experiment, parent: str = "") -> str:
        """Starts a run; returns its name."""
        ...

    def follow(self, name: str) -> Follower:
        """A reader of the run."""
        ...


class Comparison:
    """The runs called `names`, and `seeds` children of the first of them that differ from it in the seed alone.

    At most `at_a_time` of the children train at once: one fewer than there are cores, so that the app keeps one. Use
    it from one thread.
    """

    def __init__(self, lab: Launcher, names: Sequence[str], seeds: int = 0, at_a_time: int | None = None) -> None:
        self._lab = lab
        self._followers: list[Follower] = []
        self._names = list(names)
        self.waiting = seeds
        """Children that have not been started yet."""
        self.over = False
        """Whether nothing new is to be expected of any of them."""
        self._at_a_time = at_a_time or max(1, (os.cpu_count() or 1) - 1)

    def poll(self) -> tuple[Snapshot, ...]:
        """Every run as it stands now, in order; starts a child if one may. Raises `BadInput`."""
        for name in self._names[len(self._followers) :]:
            self._followers.append(self._lab.follow(name))
        snapshots = tuple(follower.poll() for follower in self._followers)
        going = sum(snapshot.status in ACTIVE for snapshot in snapshots)
        self.over = not going and not self.waiting
        if self.waiting and going < self._at_a_time:
            self._start_next(snapshots)
        return snapshots

    def _start_next(self, snapshots: Sequence[Snapshot]) -> None:
        parent = snapshots[0]
        seed = max(snapshot.experiment.seed for snapshot in snapshots) + 1
        self._names.append(self._lab.start(self._lab.edit(parent.experiment, {"seed": str(seed)}), parent.name))
        self.waiting -= 1
