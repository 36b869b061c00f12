"""The process of the worker: whoever queues a run starts it, one for a store and host, and it ends by itself."""

import fcntl
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tuilab.errors import BadInput
from tuilab.queue.cores import cores
from tuilab.queue.sign import Sign, lock_file
from tuilab.queue.worker import PACE, Worker
from tuilab.runs import Store, make_folder
from tuilab.runs.files import open_private, writing
from tuilab.spawning import ONE_THREAD, Spawned, reap

HANDOVER = 2.0
"""Seconds for which a worker waits for the one before, which may be on its way out."""
LONGEST_WAIT = 60.0
"""Seconds for which a worker waits for the one who has started it: that one may have been stopped."""
_APPEND = os.O_WRONLY | os.O_APPEND


def work(store: Store) -> None:
    """Starts a worker for `store` unless one is at work. Raises `BadInput` or OSError where that cannot be."""
    if (begin := _started(store)) is not None:
        os.close(begin)


@contextmanager
def working(store: Store) -> Iterator[None]:
    """The same for what the block queues: while that is written, the worker and its trainers load their libraries."""
    begin = _started(store)
    try:
        yield
    finally:
        if begin is not None:
            os.close(begin)
    work(store)  # the one that was at work may have ended since


def _started(store: Store) -> int | None:
    """Starts a worker, which begins when the descriptor is closed that is returned; None if one is at work.

    It is given the lock: from here on all who look see it at work, however long its start takes.
    """
    at_once = cores()
    # Whatever the user has set of threads was meant for one run at a time.
    environment = dict(os.environ) | (ONE_THREAD if at_once > 1 else {})
    with _open_lock(store) as lock, _closing(_opened(store.home / "queue.out", _APPEND)) as output:
        if not _locked(lock):
            return None
        waits, begin = os.pipe()
        try:
            worker = subprocess.Popen(
                [sys.executable, "-m", "tuilab.worker", str(store.home), str(lock), str(at_once)],
                stdin=waits,
                stdout=output,
                stderr=output,
                cwd="/",
                env=environment,
                start_new_session=True,
                pass_fds=[lock],
            )
        except OSError as error:
            os.close(begin)
            raise BadInput(f"no worker can be started: {error.strerror}") from None
        finally:
            os.close(waits)
    reap(worker)
    return begin


def main(home: str, lock: str = "", trainers: Sequence[Spawned] = ()) -> None:
    """Works off the queue of the store at `home`; ends when it is empty, or soon if another worker is at work.

    `lock` is the descriptor of the store's lock, if this process was given it; then it begins at the end of its
    standard input. The `trainers` have been started for it.
    """
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # SLURM's warning is for the trainers
    store = Store(Path(home))
    worker = Worker(store, cores(), trainers=trainers)
    if lock:
        select.select([sys.stdin], [], [], LONGEST_WAIT)
    holding = _closing(int(lock)) if lock else _open_lock(store)
    while True:
        with holding as held:
            alone = _waited_for(held)
            if alone:
                _work_off(worker, Sign(held))
        # Whoever has queued a run just now may have seen this worker at work and started no other.
        if not alone or not worker.has_work():
            return
        holding = _open_lock(store)


def _work_off(worker: Worker, sign: Sign) -> None:
    """Has the worker at work until there is nothing left, and shows that it is."""
    while worker.look():
        sign.beat(worker.hindered)
        worker.rest()
    sign.end()


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
    return _closing(_opened(lock_file(store), os.O_RDWR))


def _opened(file: Path, flags: int) -> int:
    """A descriptor of one of the files that a store has for its worker. Raises `BadInput`."""
    with writing(file):
        make_folder(file.parent)
        return open_private(file, flags)


@contextmanager
def _closing(descriptor: int) -> Iterator[int]:
    try:
        yield descriptor
    finally:
        os.close(descriptor)
