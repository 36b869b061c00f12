"""The worker: a process of its own that has the queued runs of a store trained, as many at once as there are cores.

A trainer that is through with a run gets the next one: a short run is not to pay a process of its own.
"""

import fcntl
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from tuilab.errors import BadInput
from tuilab.queue.cores import cores
from tuilab.runs import RunFolder, Status, Store, Waiting, done, glance, last_words, look_up, make_folder, pending
from tuilab.runs.files import open_private
from tuilab.runs.process import ONE_THREAD, reap

PACE = 0.2
"""Seconds between two looks at the queue."""
HANDOVER = 2.0
"""Seconds for which a worker waits for the one before, which may be on its way out."""
RETRY = 2.0
"""Seconds of rest after a run could not be started: there may be no room on the disk, or for a process."""
_RESTS = 6
"""Looks without a change after which the list of runs is not read again: its clock may tick only once a second."""
_BUSY = frozenset({"starting", "running", "no progress", "stopping"})
"""A run of such a status takes a core; one that is paused takes none."""


def work(store: Store) -> None:
    """Starts a worker for `store` unless one is at work. Raises `BadInput` or OSError where that cannot be.

    The worker is given the lock: from here on all who look see it at work, however long its start takes.
    """
    with _open_lock(store) as lock:
        if not _locked(lock):
            return
        with _closing(open_private(store.home / "queue.out", os.O_WRONLY | os.O_APPEND)) as output:
            worker = subprocess.Popen(
                [sys.executable, "-m", "tuilab.queue", str(store.home), str(lock)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                start_new_session=True,
                pass_fds=[lock],
            )
    reap(worker)


def main(home: str, lock: str = "") -> None:
    """Works off the queue of the store at `home`; ends when it is empty, or soon if another worker is at work.

    `lock` is the descriptor of the store's lock, if this process was given it.
    """
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # SLURM's warning is for the trainers
    store, at_once = Store(Path(home)), cores()
    if at_once > 1:  # whatever the user has set was meant for one run at a time
        os.environ.update(ONE_THREAD)
    worker = Worker(store, at_once)
    holding = _closing(int(lock)) if lock else _open_lock(store)
    while True:
        with holding as held:
            alone = _waited_for(held)
            while alone and worker.look():
                worker.rest()
        # Whoever has queued a run just now may have seen this worker at work and started no other.
        if not alone or not worker.has_work():
            return
        holding = _open_lock(store)


class Worker:
    """Starts the queued runs of `store`, the oldest first, so that at most `at_once` of them take a core.

    Any number of workers may be at it: each run is started once.
    """

    def __init__(self, store: Store, at_once: int) -> None:
        self._store, self._at_once = store, at_once
        self._waiting: list[RunFolder] = []
        self._going: list[RunFolder] = []
        self._started: set[str] = set()
        self._trainers: dict[str, Waiting] = {}
        """Those that this worker has started, by the name of the run that each was told last."""
        self._seen: set[str] = set()
        self._stamp, self._rests, self._rest_until = 0, 0, 0.0

    def look(self) -> bool:
        """Looks once, and starts what there is room for; whether anything is left to wait for."""
        self._find()
        self._going = [folder for folder in self._going if self._is_going(folder)]
        self._trainers = {name: trainer for name, trainer in self._trainers.items() if not trainer.is_gone}
        going = {folder.name for folder in self._going}
        ending = sum(not trainer.hear() for name, trainer in self._trainers.items() if name not in going)
        room = self._at_once - ending - sum(_status(folder) in _BUSY for folder in self._going)
        while room > 0 and self._waiting and time.monotonic() >= self._rest_until:
            folder = self._waiting.pop(0)
            if not self._start(folder):
                self._waiting.append(folder)
                self._rest_until = time.monotonic() + RETRY
                break
            self._going.append(folder)
            room -= _status(folder) in _BUSY
        return bool(self._waiting or self._going)

    def rest(self) -> None:
        """Waits for the next look: until a trainer is through with its run, but no longer than that takes at most."""
        select.select([trainer for trainer in self._trainers.values() if not trainer.hear()], [], [], PACE)

    def has_work(self) -> bool:
        """Whether there is anything to wait for, now."""
        self._rests = 0
        self._find()
        return bool(self._waiting or self._going)

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

    def _is_going(self, folder: RunFolder) -> bool:
        """Whether the run goes on; one that does not leaves the queue, or waits again where its worker was killed."""
        status = _status(folder)
        if status in _BUSY or status == "paused":
            return True
        if status == "queued" and folder.name not in self._started:
            self._waiting.insert(0, folder)
        else:
            _leave(folder)
        return False

    def _start(self, folder: RunFolder) -> bool:
        """Starts a run if it is still queued; False if that cannot be now, but may be later."""
        if _status(folder) != "queued":
            return True
        if last_words(folder):  # a trainer that ended before it began would do so again
            _leave(folder)
            return True
        try:
            self._tell(folder)
        except (BadInput, OSError):  # no room for a file or a process
            return False
        self._started.add(folder.name)
        return True

    def _tell(self, folder: RunFolder) -> None:
        """Has a trainer that is free, or else a new one, begin the run. Raises `BadInput` or OSError."""
        free = next((name for name, trainer in self._trainers.items() if trainer.hear() and trainer.waits), None)
        trainer = self._trainers[folder.name] = Waiting(folder) if free is None else self._trainers.pop(free)
        trainer.take(folder, last=False)


def _leave(folder: RunFolder) -> None:
    with suppress(OSError):
        done(folder, "start")


def _status(folder: RunFolder) -> Status:
    try:
        return glance(folder, time.time()).status
    except BadInput:
        return "not readable"


def _is_asked_for(folder: RunFolder) -> bool:
    try:
        return "start" in pending(folder)
    except BadInput:
        return False


def _waited_for(lock: int) -> bool:
    """Whether this process is now the store's one worker on this host, until `lock` is closed.

    The system unlocks a file when its process is gone. Where it cannot lock there may be two workers, who start too
    many runs at once, but none twice.
    """
    deadline = time.monotonic() + HANDOVER
    while not (alone := _locked(lock)) and time.monotonic() < deadline:
        time.sleep(PACE / 10)
    return alone


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


def _open_lock(store: Store) -> AbstractContextManager[int]:
    make_folder(store.home)
    return _closing(open_private(store.home / "queue.lock", os.O_RDWR))


@contextmanager
def _closing(descriptor: int) -> Iterator[int]:
    try:
        yield descriptor
    finally:
        os.close(descriptor)
