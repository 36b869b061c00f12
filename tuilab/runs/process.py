"""Start a trainer as a process of its own, which outlives the one that started it."""

import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from weakref import finalize

from tuilab.errors import BadInput
from tuilab.runs.claim import claim, release
from tuilab.runs.files import look_up, open_private, read_at, writing
from tuilab.runs.folder import RunFolder
from tuilab.spawning import LEASHED, WAIT, Spawned, spawned, tell
from tuilab.text import clean

_WORDS = 4096
"""Bytes at the end of what a trainer printed that are looked at."""


def is_unbegun(folder: RunFolder) -> bool:
    """Whether no trainer has begun the run. Raises `BadInput`."""
    log = look_up(folder.log_file)
    return not (log and log.st_size)


class Waiting:
    """A trainer that has been started and loads its libraries, and then waits to be told its run, and others after it.

    It ends by itself, after the run that it trains, when nobody holds it any longer who could tell it another, also if
    that is because the process was killed.
    """

    def __init__(
        self, folder: RunFolder | None = None, *, leashed: bool = False, already: Spawned | None = None
    ) -> None:
        """What it prints until it is told goes to the output file of `folder`, or nowhere.

        One that is `leashed` does not finish its run where nobody holds it any longer; `already` is one that has been
        started. Raises `BadInput` if that file cannot be written or the system has no room for a process.
        """
        self._process, self._line = already or _started(folder, LEASHED if leashed else WAIT)
        self._free = True
        finalize(self, self._line.close)

    @property
    def pid(self) -> int:
        """Its process id. Raises OSError of one that was to be forked and is gone."""
        return self._process.pid

    @property
    def waits(self) -> bool:
        """Whether it lives and can be told a run."""
        return self._free and self._line.fileno() >= 0 and not self.is_gone

    @property
    def is_gone(self) -> bool:
        """Whether it has ended."""
        return self._process.poll() is not None

    def claim(self, folder: RunFolder) -> None:
        """Claims the run in `folder` for it, before it is told of it: so nothing ever trains unclaimed.

        Raises `BadInput` if that cannot be.
        """
        with _starting():
            pid = self.pid
        claim(folder, pid)

    def begin(self, folder: RunFolder, *, last: bool = True) -> bool:
        """Tells it that the run is in `folder`; False if it is gone, or was told another one.

        If this is not the `last` one, it will be free again (`hear`).
        """
        if not self.waits:
            return False
        self._free, outputs = False, list[int]()
        try:
            with suppress(BadInput):  # that costs its words, never the run
                outputs.append(_output(folder))
            tell(self._line, os.fsencode(folder.path.absolute()), outputs)
        except OSError:
            return False
        finally:
            for output in outputs:
                os.close(output)
            if last:
                self._line.close()
        return True

    def take(self, folder: RunFolder, *, last: bool = True, wanted: Callable[[RunFolder], bool] = is_unbegun) -> None:
        """Claims the run in `folder` for it and tells it of that, if the run is still `wanted`.

        Of many who would begin the run one is the first: with the claim no other can begin, so that an empty log stays
        empty. Raises `BadInput` if the run cannot be claimed, or what is printed not be kept.
        """
        os.close(_output(folder))
        self.claim(folder)
        if wanted(folder):
            self.begin(folder, last=last)  # if it has ended already, its claim and its last words say so
        else:
            release(folder, self.pid)

    def fileno(self) -> int:
        """A file descriptor that can be read when there is something to `hear`."""
        return self._line.fileno()

    def hear(self) -> bool:
        """Whether it is free for another run, or gone; waits for nothing."""
        if not self._free:
            with suppress(BlockingIOError):
                try:
                    said = self._line.recv(1, socket.MSG_DONTWAIT)
                except ConnectionError:
                    said = b""
                self._free = True
                if not said:  # it is gone
                    self._line.close()
        return self._free


def spawn(folder: RunFolder) -> int:
    """Start a trainer for the run in `folder`, be it begun or not, and claim it for that; its process id.

    Raises `BadInput` if the run cannot be claimed or a trainer not be started.
    """
    trainer = Waiting(folder)
    trainer.claim(folder)
    trainer.begin(folder)  # if it has ended already, its claim and its last words say so
    return trainer.pid


def last_words(folder: RunFolder) -> str:
    """The last line that the run's trainers printed, cleaned; empty if there is none."""
    try:
        found = look_up(folder.output_file)
        size = found.st_size if found else 0
        printed = read_at(folder.output_file, max(0, size - _WORDS), _WORDS).decode(errors="replace")
    except BadInput:
        return ""
    return clean(next((line for line in reversed(printed.splitlines()) if line.strip()), "").strip())


def _started(folder: RunFolder | None, way: str) -> Spawned:
    """A trainer that prints to the output file of `folder`, or nowhere. Raises `BadInput`."""
    output = subprocess.DEVNULL if folder is None else _output(folder)
    try:
        with _starting():
            return spawned(way, output)
    finally:
        if output != subprocess.DEVNULL:
            os.close(output)


@contextmanager
def _starting() -> Iterator[None]:
    """Says of an OSError of the block what it keeps from being."""
    try:
        yield
    except OSError as error:
        raise BadInput(f"no trainer can be started: {error.strerror or error}") from None


def _output(folder: RunFolder) -> int:
    """A descriptor of the file that takes what the run's trainers print. Raises `BadInput`."""
    with writing(folder.output_file):
        return open_private(folder.output_file, os.O_WRONLY | os.O_APPEND, shared=True)
