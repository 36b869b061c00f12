"""Start a trainer as a process of its own, which outlives the one that started it."""

import os
import subprocess
import sys
import threading
from contextlib import suppress
from typing import IO
from weakref import finalize

from tuilab.errors import BadInput
from tuilab.runs.claim import claim
from tuilab.runs.files import look_up, open_private, read_at, writing
from tuilab.runs.folder import RunFolder
from tuilab.text import clean

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""Unless the user has set them: sums come out the same bit for bit, and whoever watches keeps a core."""
WAIT = "--wait"
"""In place of a folder: the trainer is told it on standard input."""
_WORDS = 4096
"""Bytes at the end of what a trainer printed that are looked at."""


def spawn(folder: RunFolder, *, first: bool = False) -> int:
    """Start the trainer of `folder` in a session of its own and claim the run for it; its process id.

    If it shall be the `first` that begins the run and is not, it ends without having begun.

    It gets no terminal: on standard input nothing but its folder, and what it prints goes to `folder.output_file`. Its
    working folder is `/`, so paths in the experiment must be absolute. Raises `BadInput` if the run cannot be claimed
    or that file not be written, and OSError if the system has no room for a process.
    """
    output = _output(folder)
    try:
        process = _start(output)
    finally:
        os.close(output)
    with suppress(BrokenPipeError):  # it has ended already: its claim and its last words say so
        _tell(process, folder, first=first)
    return process.pid


class Spare:
    """A trainer that has loaded its libraries and waits to be told its run, which then starts at once.

    It ends when nobody holds it any longer, also if that is because the process was killed.
    """

    def __init__(self) -> None:
        """Raises OSError if the system has no room for a process."""
        self._process = _start(subprocess.DEVNULL)
        finalize(self, _input(self._process).close)

    def spawn(self, folder: RunFolder) -> int:
        """As `spawn`, which it calls where the trainer has been told already or is gone."""
        if _input(self._process).closed or self._process.poll() is not None:
            return spawn(folder)
        os.close(_output(folder))
        try:
            _tell(self._process, folder)
        except BrokenPipeError:
            return spawn(folder)
        return self._process.pid


def last_words(folder: RunFolder) -> str:
    """The last line that the run's trainers printed, cleaned; empty if there is none."""
    try:
        found = look_up(folder.output_file)
        size = found.st_size if found else 0
        printed = read_at(folder.output_file, max(0, size - _WORDS), _WORDS).decode(errors="replace")
    except BadInput:
        return ""
    return clean(next((line for line in reversed(printed.splitlines()) if line.strip()), "").strip())


def _tell(process: "subprocess.Popen[bytes]", folder: RunFolder, *, first: bool = False) -> None:
    """Claim the run for a trainer that waits, then tell it; if it is not told it ends by itself.

    In this order nothing trains unclaimed, whoever is killed in between, and of many who would be `first` one is: with
    the claim no other can begin, so that an empty log stays empty.
    """
    with _input(process) as pipe:
        claim(folder, process.pid)
        log = look_up(folder.log_file)
        if not (first and log and log.st_size):
            pipe.write(os.fsencode(folder.path.absolute()))


def _input(process: "subprocess.Popen[bytes]") -> IO[bytes]:
    assert process.stdin is not None
    return process.stdin


def _output(folder: RunFolder) -> int:
    with writing(folder.output_file):
        return open_private(folder.output_file, os.O_WRONLY | os.O_APPEND)


def _start(output: int) -> "subprocess.Popen[bytes]":
    """A trainer that waits to be told its folder; it ends if nobody is left who could."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tuilab.trainer", WAIT],
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=output,
        cwd="/",
        env=ONE_THREAD | dict(os.environ),
        start_new_session=True,
    )
    reap(process)
    return process


def reap(process: "subprocess.Popen[bytes]") -> None:
    """Collect `process` when it ends, or it stays a zombie; the thread that does so waits for nothing else."""
    threading.Thread(target=process.wait, name=f"reap {process.pid}", daemon=True).start()
