"""The sign of life of a queue's worker, in the file of its lock: which process it is, when it last was at work, and
what hinders it.

The system frees the lock when its process is gone, and whoever looks next starts another worker. One that is stopped,
or on a machine that sleeps, keeps it: nobody can tell that it will never go on. So that is said, and what a person can
do; no run is started twice whatever they do.
"""

import os
import time
from pathlib import Path

import msgspec
from msgspec import Struct, structs

from tuilab.runs import Store, look_up
from tuilab.runs.holder import Holder, describe, is_stopped, lives, read_holder, where
from tuilab.text import clean

LONGEST = 300
"""Characters of what hinders a worker."""
BEAT = 5.0
"""Seconds between two signs of life, at least."""
SILENT = 60.0
"""Seconds without one after which it is said: a look at very many runs takes some."""


class Sign:
    """What this process, the worker, writes into the file of the lock that it holds."""

    def __init__(self, lock: int) -> None:
        self._lock, self._next = lock, time.monotonic() + BEAT
        self._said = _AtWork(**structs.asdict(describe(os.getpid())))
        self._write(msgspec.json.encode(self._said))

    def beat(self, hindered: str = "") -> None:
        """Says that it is at work, now and then, and at once what hinders it, or that nothing does any longer."""
        if (told := clean(hindered, LONGEST)) != self._said.hindered:  # a lone surrogate, of a file's name, is no JSON
            self._said = structs.replace(self._said, hindered=told)
            self._write(msgspec.json.encode(self._said))
        if time.monotonic() >= self._next:
            os.utime(self._lock)
            self._next = time.monotonic() + BEAT

    def end(self) -> None:
        """Says that it is at work no longer."""
        self._write(b"")

    def _write(self, text: bytes) -> None:
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, text, 0)


class _AtWork(Holder, frozen=True):
    """What a worker says of itself."""

    hindered: str = ""


class Stall(Struct, frozen=True, kw_only=True):
    """A worker that has the queue and does nothing."""

    pid: int
    place: str
    """Where it is, if that is another machine or container; else empty."""
    silent: float
    """Seconds since its last sign of life."""
    stopped: bool
    """Whether it was stopped, as it is known of one on this machine."""
    hindered: str
    """Why it cannot begin what waits, though it is at work; else empty."""
    lock: Path


def lock_file(store: Store) -> Path:
    """What the one worker of the store on this host holds locked."""
    return store.home / "queue.lock"


def stall(store: Store) -> Stall | None:
    """Why nothing of the queue is begun, if its worker is why. Raises `BadInput` if that cannot be read."""
    lock = lock_file(store)
    holder, found = read_holder(lock, _AtWork), look_up(lock)
    if holder is None or found is None:
        return None
    silent = max(0.0, time.time() - found.st_mtime)
    alive = lives(holder, lambda: found.st_mtime)
    stopped = alive is True and is_stopped(holder)
    if alive is False or not (stopped or silent > SILENT or holder.hindered):
        return None
    place = where(holder) if alive is None else ""
    hindered = "" if stopped or silent > SILENT else holder.hindered
    return Stall(pid=holder.pid, place=place, silent=silent, stopped=stopped, hindered=hindered, lock=lock)
