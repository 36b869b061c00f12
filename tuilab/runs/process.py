"""Start a trainer as a process of its own, which outlives the one that started it."""

import os
import subprocess
import sys
import threading
from weakref import finalize

from tuilab.runs.files import open_private, writing
from tuilab.runs.folder import RunFolder

_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""Unless the user has set them: sums come out the same bit for bit, and whoever watches keeps a core."""


WAIT = "--wait"
"""In place of a folder: the trainer is told it on standard input."""


def spawn(folder: RunFolder) -> int:
    """Start the trainer of `folder` in a session of its own; its process id.

    It gets no terminal: nothing on standard input, and what it prints goes to `folder.output_file`. Its working
    folder is `/`, so paths in the experiment must be absolute. Raises `BadInput` if that file cannot be written, and
    OSError if the system has no room for a process.
    """
    output = _output(folder)
    try:
        return _start(str(folder.path.absolute()), subprocess.DEVNULL, output).pid
    finally:
        os.close(output)


class Spare:
    """A trainer that has loaded its libraries and waits to be told its run, which then starts at once.

    It ends when nobody holds it any longer, also if that is because the process was killed.
    """

    def __init__(self) -> None:
        """Raises OSError if the system has no room for a process."""
        process = _start(WAIT, subprocess.PIPE, subprocess.DEVNULL)
        assert process.stdin is not None
        self._pid, self._input = process.pid, process.stdin
        finalize(self, self._input.close)

    def spawn(self, folder: RunFolder) -> int:
        """As `spawn`, which it calls where the trainer has been told already or is gone."""
        os.close(_output(folder))
        try:
            with self._input as pipe:
                pipe.write(os.fsencode(folder.path.absolute()))
        except (BrokenPipeError, ValueError):
            return spawn(folder)
        return self._pid


def _output(folder: RunFolder) -> int:
    with writing(folder.output_file):
        return open_private(folder.output_file, os.O_WRONLY | os.O_APPEND)


def _start(argument: str, given: int, output: int) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        [sys.executable, "-m", "tuilab.trainer", argument],
        stdin=given,
        stdout=output,
        stderr=output,
        cwd="/",
        env=_ONE_THREAD | dict(os.environ),
        start_new_session=True,
    )
    # Whoever started a process must collect it, or it stays a zombie; this thread waits for nothing else.
    threading.Thread(target=process.wait, name=f"reap {process.pid}", daemon=True).start()
    return process
