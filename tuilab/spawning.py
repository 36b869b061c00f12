"""A trainer's process, started by the standard library alone: it loads its libraries while its starter does so."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from tuilab.threads import begun

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""Unless the user has set them: sums come out the same bit for bit, and whoever watches keeps a core."""
WAIT = "--wait"
"""In place of a folder: the trainer is told one after the other on the socket that is its standard input."""
LEASHED = "--leashed"
"""The same of one that does not outlive whoever tells it: what it trains is of no use to anybody else."""

END = b"\0"
"""Behind each folder that it is told; and what it says itself, when it is free for another."""


class Spawned(NamedTuple):
    """A trainer that waits to be told its runs."""

    process: "subprocess.Popen[bytes]"
    line: socket.socket
    """On which it is told them; it ends when nobody has this end any longer."""


def spawned(way: str = WAIT, output: int = subprocess.DEVNULL) -> Spawned:
    """A trainer in a session of its own. Raises OSError if the system has no room for it.

    It gets no terminal, and paths must be absolute: its working folder is `/`.
    """
    line, its_end = socket.socketpair()
    with its_end:
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "tuilab.trainer", way],
                stdin=its_end.fileno(),
                stdout=output,
                stderr=output,
                cwd="/",
                env=ONE_THREAD | dict(os.environ),
                start_new_session=True,
            )
        except OSError:
            line.close()
            raise
    reap(process)
    return Spawned(process, line)


def tell(line: socket.socket, folder: bytes, outputs: Sequence[int]) -> None:
    """Tells a trainer of its run in `folder`, and gives it the file to print to, if there is one.

    Raises OSError if it is gone.
    """
    socket.send_fds(line, [folder + END], outputs)


def told(line: socket.socket) -> bytes:
    """The folder that a trainer is told next; all output goes to the file that came with it. Empty: nobody tells."""
    said = b""
    while not said.endswith(END):
        more, outputs = b"", list[int]()
        with suppress(OSError):
            more, outputs, *_ = socket.recv_fds(line, 4096, 1)
        for output in outputs:
            for stream in (1, 2):
                os.dup2(output, stream)
            os.close(output)
        if not more:
            return b""
        said += more
    return said.removesuffix(END)


def reap(process: "subprocess.Popen[bytes]") -> None:
    """Collect `process` when it ends, or it stays a zombie; the thread that does so waits for nothing else.

    Where there is no room for the thread, `subprocess` collects it when the next one is started.
    """
    begun(threading.Thread(target=process.wait, name=f"reap {process.pid}", daemon=True))
