"""Start a trainer as a process of its own, which outlives the one that started it."""

import os
import subprocess
import sys
import threading
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


class Waiting:
    """A trainer that has been started and loads its libraries, and then waits to be told its run.

    It ends by itself when nobody holds it any longer who could tell it, also if that is because the process was killed.
    """

    def __init__(self, folder: RunFolder | None = None) -> None:
        """What it prints until it is told goes to the output file of `folder`, or nowhere.

        Raises `BadInput` if that file cannot be written or the system has no room for a process.
        """
        self._process = _start(folder)
        finalize(self, self._input.close)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def waits(self) -> bool:
        """Whether it lives and has not been told a run."""
        return not self._input.closed and self._process.poll() is None

    def claim(self, folder: RunFolder) -> None:
        """Claims the run in `folder` for it, before it is told of it: so nothing ever trains unclaimed.

        Raises `BadInput` if that cannot be.
        """
        claim(folder, self.pid)

    def begin(self, folder: RunFolder) -> bool:
        """Tells it that the run is in `folder`; False if it is gone, or was told another one."""
        try:
            with self._input as pipe:
                pipe.write(os.fsencode(folder.path.absolute()))
        except (BrokenPipeError, ValueError):
            return False
        return True

    @property
    def _input(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin


def spawn(folder: RunFolder, *, first: bool = False) -> int:
    """Start a trainer for the run in `folder` and claim it for that; its process id.

    Of many who would be the `first` to begin the run one is: with the claim no other can begin, so that an empty log
    stays empty; the trainers of the others end without having begun. Raises `BadInput` if the run cannot be claimed or
    a trainer not be started.
    """
    trainer = Waiting(folder)
    trainer.claim(folder)
    log = look_up(folder.log_file)
    if not (first and log and log.st_size):
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


def _start(folder: RunFolder | None) -> "subprocess.Popen[bytes]":
    """A trainer in a session of its own. It gets no terminal, and paths must be absolute: its working folder is `/`."""
    output = subprocess.DEVNULL
    if folder is not None:
        with writing(folder.output_file):
            output = open_private(folder.output_file, os.O_WRONLY | os.O_APPEND)
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "tuilab.trainer", WAIT],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            cwd="/",
            env=ONE_THREAD | dict(os.environ),
            start_new_session=True,
        )
    except OSError as error:
        raise BadInput(f"no trainer can be started: {error.strerror}") from None
    finally:
        if output != subprocess.DEVNULL:
            os.close(output)
    reap(process)
    return process


def reap(process: "subprocess.Popen[bytes]") -> None:
    """Collect `process` when it ends, or it stays a zombie; the thread that does so waits for nothing else."""
    threading.Thread(target=process.wait, name=f"reap {process.pid}", daemon=True).start()
