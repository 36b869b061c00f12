"""What is left of a sweep: its trials in their order, each made when it is needed and given to one worker of a host."""

import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from tuilab.errors import BadInput
from tuilab.experiment import Experiment, get, knobs
from tuilab.queue.sweep import SweepFolder, is_open
from tuilab.runs import ACTIVE, RunFolder, Status, alive, ask, glance, is_run, read_experiment
from tuilab.runs.files import Stamps
from tuilab.search import Search, Trial, Tried, trials_in_turn

AT_ONCE = 32
"""Trials that are looked at in one go: most may be over, and a trainer waits for the next run meanwhile."""


class TrialQueue:
    """What is left of a sweep for the workers of this host: its trials in their order, made when they are needed."""

    def __init__(self, sweep: SweepFolder, *, asked: bool = False) -> None:
        """`asked`: whether it is for a worker that was asked to work on this sweep."""
        self.sweep, self._asked = sweep, asked
        self.stopped = self.prunes = False
        self._is_left = False
        """Whether there may be trials that have not been looked at."""
        self._stamps: Stamps | None = None
        self._left: Iterator[Trial | None] = iter(())
        self._waits = False
        """Whether the next one follows from results that are still to come."""
        self._ready = deque[RunFolder]()
        self._given: set[str] = set()
        """The names of those that were taken from here, or are none for this host."""

    @property
    def ready(self) -> bool:
        """Whether there is a run to be taken, or may be one soon."""
        return not self.stopped and (bool(self._ready) or self._is_left)

    @property
    def searching(self) -> bool:
        """Whether no run is ready and there are trials to be looked at: then the next look is not to wait."""
        return not self.stopped and not self._ready and self._is_left and not self._waits

    def look(self) -> None:
        """Heeds what has been asked since the last look."""
        found = self.sweep.stamps()
        if found == self._stamps:
            return
        self._stamps, self._left, self._is_left, self._waits = found, iter(()), False, False
        self._given.clear()
        self._ready.clear()  # they are found again, in their order
        with suppress(BadInput):  # damaged: no more of its trials are begun
            self.stopped = self.sweep.stopped
            base, search = self.sweep.read()
            self.prunes = search.prune == "median"
            if self._asked or search.workers == "queue":
                tried = TriedRuns(self.sweep, search, self._is_taken)
                self._left, self._is_left = _readable(base, search, tried), True

    def take(self) -> RunFolder | None:
        """The next run to begin, or to go on with; one that goes on already is to be waited for. Raises `BadInput`."""
        if self.stopped:
            return None
        self.prepare(1)
        return self._ready.popleft() if self._ready else None

    def prepare(self, count: int) -> None:
        """Has so many runs ready to be taken, while there are trials; one call looks at a few. Raises `BadInput`."""
        for _ in range(AT_ONCE):
            if self.stopped or len(self._ready) >= count:
                return
            try:
                trial = next(self._left)
            except StopIteration:
                self._is_left = False
                return
            self._waits = trial is None
            if trial is None:
                return
            folder = self.sweep.run(trial)
            if folder.name not in self._given:
                is_new = not is_run(folder)
                if is_new:
                    self.sweep.store.create_as(folder.name, trial.experiment, _queued)
                self._given.add(folder.name)
                if is_new or _is_ours(folder):
                    self._ready.append(folder)

    def _is_taken(self, folder: RunFolder) -> bool:
        """Whether a run was taken from here, or is none for this host."""
        return folder.name in self._given and folder not in self._ready


class TriedRuns:
    """What came of all trials of a sweep so far, in the order in which they were made; their folders alone say it."""

    def __init__(self, sweep: SweepFolder, search: Search, is_taken: Callable[[RunFolder], bool]) -> None:
        """`is_taken` says whether a worker of this host has had a run."""
        self._sweep, self._search, self._is_taken = sweep, search, is_taken
        self._over: dict[str, Tried] = {}

    def __call__(self) -> list[Tried]:
        """All but those that cannot be read. Raises `BadInput` if that holds of the sweep."""
        names, _ = self._sweep.runs((), self._search.count() * self._search.seeds)
        stamps = self._sweep.store.stamps(names)  # first of the experiments, each of which is written once
        made = {name: parts[0][1] if parts else 0 for name, parts in stamps.items()}
        order = sorted(made, key=lambda name: (made[name], name))
        return [one for name in order if (one := self._over.get(name) or self._read(name))]

    def _read(self, name: str) -> Tried | None:
        folder = RunFolder(self._sweep.path / "runs" / name)
        try:
            experiment, look = read_experiment(folder), glance(folder, time.time())
            over = self._is_over(folder, look.status)
        except BadInput:
            return None
        end = look.view.finished
        tried = Tried(
            identity=name.rpartition(".")[2],
            point={path: knobs()[path].format(get(experiment, path)) for path in self._search.over},
            seed=experiment.seed,
            over=over,
            dev=end.error.dev if over and end is not None and end.status == "done" else None,
        )
        if over:
            self._over[name] = tried
        return tried

    def _is_over(self, folder: RunFolder, status: Status) -> bool:
        """Whether it will be trained no further; also of one that somebody has stopped by itself."""
        if status in ACTIVE or not is_open(folder):
            return status not in ACTIVE
        return status == "stopped" and self._is_taken(folder) and alive(folder) is False


def _readable(base: Experiment, search: Search, tried: Callable[[], Sequence[Tried]]) -> Iterator[Trial | None]:
    """The trials, up to one that cannot be: somebody has changed the file by hand."""
    with suppress(BadInput):
        yield from trials_in_turn(base, search, tried)


def _is_ours(folder: RunFolder) -> bool:
    """Whether a trial is to be begun, or waited for, on this host."""
    with suppress(BadInput):  # not readable: the sweep's list says why
        held = alive(folder)
        return held is not None and (held or (is_open(folder) and os.access(folder.path, os.W_OK)))
    return False


def _queued(folder: RunFolder) -> None:
    ask(folder, "start", lasting=False)
