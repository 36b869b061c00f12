"""The worker: has the queued runs of a store trained, as many at once as there are cores.

A trainer that is through with a run gets the next one: a short run is not to pay a process of its own.
"""

import math
import select
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from tuilab.errors import BadInput
from tuilab.queue.pruner import Pruner
from tuilab.queue.sweep import SweepFolder, is_left, is_open, sweeps
from tuilab.queue.trials import TrialQueue
from tuilab.runs import (
    BUSY,
    RunFolder,
    Status,
    Store,
    Waiting,
    alive,
    ask,
    done,
    is_run,
    last_words,
    look_up,
    pending,
    status_of,
)
from tuilab.runs.process import is_unbegun
from tuilab.runs.requests import forget
from tuilab.spawning import Spawned

PACE = 0.2
"""Seconds between two looks at the queue."""
RETRY = 2.0
"""Seconds of rest after a run could not be started: there may be no room on the disk, or for a process."""
_RESTS = 6
"""Looks without a change after which the list of runs is not read again: its clock may tick only once a second."""


class Worker:
    """Starts the queued runs of `store`, the oldest first, then trials of its sweeps; `at_once` of them take a core.

    Any number of workers may be at it: each run is started once.
    """

    def __init__(
        self, store: Store, at_once: int, sweep: SweepFolder | None = None, trainers: Sequence[Spawned] = ()
    ) -> None:
        """One that is asked to work on a `sweep` has its trials trained, and nothing else.

        The `trainers` were started for it and wait; those that the first look needs not are let go.
        """
        self._store, self._at_once, self._only = store, at_once, sweep
        self._sweeps = {sweep.path / "runs": TrialQueue(sweep, asked=True)} if sweep else dict[Path, TrialQueue]()
        """By the folder of their runs."""
        self._pruners: dict[Path, Pruner] = {}
        self._waiting: list[RunFolder] = []
        self._going: list[RunFolder] = []
        self._started: set[str] = set()
        self._trainers: dict[str, Waiting] = {}
        """Those that this worker has started, by the name of the run that each was told last."""
        self._ready = [Waiting(already=one) for one in trainers]
        """Those that have been told none."""
        self._looks: dict[str, tuple[float, Status]] = {}
        """When those that trainers of this worker have were looked at last, and what was seen."""
        self._seen: set[str] = set()
        self._stamp, self._rests, self._rest_until = 0, 0, 0.0
        self.hindered = ""
        """Why what waits could not be begun at the last try; it is tried again every `RETRY` seconds."""

    def look(self) -> bool:
        """Looks once, and starts what there is room for; whether anything is left to wait for."""
        self._look_around()
        seen = [(folder, self._status(folder)) for folder in self._going]
        going = [(folder, status) for folder, status in seen if self._is_going(folder, status)]
        self._going = [folder for folder, _ in going]
        self._trainers = {name: trainer for name, trainer in self._trainers.items() if not trainer.is_gone}
        self._prune()
        room = self._at_once - sum(self._takes_a_core(folder, status) for folder, status in going)
        if time.monotonic() >= self._rest_until:
            try:
                self._fill(room)
                for trials in self._sweeps.values():
                    trials.prepare(self._at_once)
                self.hindered = ""
            except (BadInput, OSError) as error:  # no room for a file or a process
                self.hindered, self._rest_until = str(error), time.monotonic() + RETRY
        self._ready.clear()
        return self._is_at_work()

    def rest(self) -> None:
        """Waits for the next look: until a trainer is through with its run, but no longer than that takes at most."""
        told = [trainer for trainer in self._trainers.values() if not trainer.waits]
        free = any(trainer.hear() for trainer in told)  # since the look
        pace = 0.0 if free or any(trials.searching for trials in self._sweeps.values()) else PACE
        select.select([trainer for trainer in told if not trainer.hear()], [], [], pace)

    def stop(self) -> None:
        """Has those stopped that it has started, and waits for their ends; whoever comes next goes on with them."""
        for folder in self._going:
            with suppress(BadInput):
                ask(folder, "stop")
        while any(_status(folder) in BUSY for folder in self._going):
            time.sleep(PACE)

    def has_work(self) -> bool:
        """Whether there is anything to wait for, now."""
        self._rests = 0
        self._look_around()
        with suppress(BadInput):
            for trials in self._sweeps.values():
                trials.prepare(1)
        return self._is_at_work()

    def _is_at_work(self) -> bool:
        return bool(self._waiting or self._going or any(trials.ready for trials in self._sweeps.values()))

    def _fill(self, room: int) -> None:
        """Starts what there is room for. Raises `BadInput` or OSError for what cannot be now, but may be later."""
        while room > 0 and (folder := self._next()):
            try:
                self._start(folder)
            except (BadInput, OSError):
                if is_run(folder):
                    self._waiting.append(folder)
                raise
            if (told := self._is_told(folder)) or _is_here(folder):
                self._going.append(folder)
                room -= told or self._takes_a_core(folder, _status(folder))

    def _status(self, folder: RunFolder) -> Status:
        """The status; of a run that a trainer of this worker has it may be as old as `PACE`."""
        looked, status = self._looks.pop(folder.name, (-math.inf, "queued"))
        told, now = self._is_told(folder), time.monotonic()
        if not told or now >= looked + PACE:
            looked, status = now, _status(folder)
        if told:
            self._looks[folder.name] = looked, status
        return status

    def _takes_a_core(self, folder: RunFolder, status: Status) -> bool:
        return status in BUSY or (status != "paused" and self._is_told(folder))

    def _is_told(self, folder: RunFolder) -> bool:
        """Whether a trainer of this worker has the run, be it that its log does not say so yet, or no longer."""
        trainer = self._trainers.get(folder.name)
        return trainer is not None and not trainer.hear()

    def _next(self) -> RunFolder | None:
        """What there is to begin, or to go on with; None if nothing. Raises `BadInput`."""
        if self._waiting:
            return self._waiting.pop(0)
        going = {folder.name for folder in self._going}
        for trials in self._sweeps.values():
            while folder := trials.take():
                if folder.name not in going:
                    return folder
        return None

    def _prune(self) -> None:
        """Has trials stopped that are hopeless, where their sweep asks for that."""
        for runs, trials in self._sweeps.items():
            if trials.prunes:
                going = [folder for folder in self._going if folder.path.parent == runs]
                self._pruners.setdefault(runs, Pruner(trials.sweep)).look(going)

    def _look_around(self) -> None:
        """Takes in what was asked for since the last look."""
        if self._only is None:
            with suppress(BadInput):  # what stands where the runs are to be is no folder
                self._find()
            with suppress(BadInput):
                for sweep in reversed(sweeps(self._store, {runs.parent.name for runs in self._sweeps})):
                    self._sweeps[sweep.path / "runs"] = TrialQueue(sweep)
        for trials in self._sweeps.values():
            trials.look()
        self._waiting = [folder for folder in self._waiting if not self._is_stopped(folder)]

    def _is_stopped(self, folder: RunFolder) -> bool:
        """Whether the run is a trial of a sweep that is not to go on."""
        trials = self._sweeps.get(folder.path.parent)
        return trials is not None and trials.stopped

    def _find(self) -> None:
        """Takes in what was queued since the last look, and at the first one what earlier workers have left."""
        changed = look_up(self._store.runs)
        stamp = changed.st_mtime_ns if changed else 0
        self._rests = self._rests + 1 if stamp == self._stamp else 0
        self._stamp = stamp
        if self._rests > _RESTS:
            return
        new = [name for name in reversed(self._store.names()) if name not in self._seen]
        self._seen.update(new)
        for folder in (RunFolder(self._store.runs / name) for name in new):
            if _is_asked_for(folder):
                (self._waiting if _status(folder) == "queued" else self._going).append(folder)

    def _is_going(self, folder: RunFolder, status: Status) -> bool:
        """Whether the run goes on; one that does not leaves the queue, or waits again where its worker was killed."""
        if status in BUSY or status == "paused" or self._is_told(folder):
            if self._is_stopped(folder) and status in ("starting", "running", "no progress", "paused"):
                with suppress(BadInput):
                    ask(folder, "stop")
            return True
        if (status == "queued" and folder.name not in self._started) or self._is_for_another_try(folder, status):
            self._waiting.insert(0, folder)
        else:
            _leave(folder)
        return False

    def _is_for_another_try(self, folder: RunFolder, status: Status) -> bool:
        """Whether the run is a trial that has crashed and gets another trainer."""
        return status in ("queued", "dead", "failed") and folder.path.parent in self._sweeps and is_open(folder)

    def _start(self, folder: RunFolder) -> None:
        """Starts a run if it is still to be trained. Raises `BadInput` or OSError."""
        if folder.path.parent in self._sweeps:
            if is_open(folder):
                self._take_up(folder)
        elif _status(folder) == "queued":
            if last_words(folder):  # a trainer that ended before it began would do so again
                _leave(folder)
            else:
                self._tell(folder, is_unbegun)
                self._started.add(folder.name)

    def _take_up(self, folder: RunFolder) -> None:
        """Begins a trial, or goes on with it, unless somebody else was quicker. Raises `BadInput` or OSError."""
        if not is_unbegun(folder):
            forget(folder)
        try:
            self._tell(folder, is_left)
        except BadInput:
            if alive(folder) is False:
                raise
        self._started.add(folder.name)

    def _tell(self, folder: RunFolder, wanted: Callable[[RunFolder], bool]) -> None:
        """Has a trainer that is free, or else a new one, train the run if that is `wanted`. Raises as `_start`."""
        trainer = self._trainers[folder.name] = self._free() or Waiting(folder)
        trainer.take(folder, last=False, wanted=wanted)

    def _free(self) -> Waiting | None:
        """A trainer that waits, if there is one; nobody else has it from here on."""
        for name, trainer in self._trainers.items():
            if trainer.hear() and trainer.waits:
                return self._trainers.pop(name)
        while self._ready:
            if (trainer := self._ready.pop()).waits:
                return trainer
        return None


def _is_here(folder: RunFolder) -> bool:
    """Whether a run's trainer, if it has one, is on this host: what others train is not waited for."""
    with suppress(BadInput):
        return alive(folder) is not None
    return False


def _leave(folder: RunFolder) -> None:
    with suppress(OSError):
        done(folder, "start")


def _status(folder: RunFolder) -> Status:
    try:
        return status_of(folder, time.time())
    except BadInput:
        return "not readable"


def _is_asked_for(folder: RunFolder) -> bool:
    try:
        return "start" in pending(folder)
    except BadInput:
        return False
