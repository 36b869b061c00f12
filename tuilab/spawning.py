"""A trainer's process, started by the standard library alone: it loads its libraries while its starter does so.

Of several that are started together the first loads them for all: the others are forked from it.
"""

import errno
import gc
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from functools import cached_property
from typing import NamedTuple, Protocol

from tuilab.threads import begun

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""Unless the user has set them: sums come out the same bit for bit, and whoever watches keeps a core."""
WAIT = "--wait"
"""In place of a folder: the trainer is told one after the other on the socket that is its standard input."""
LEASHED = "--leashed"
"""The same of one that does not outlive whoever tells it: what it trains is of no use to anybody else."""

END = b"\0"
"""Behind each folder that it is told; and what it says itself, when it is free for another."""
_FORKS = sys.platform == "linux"
"""Elsewhere libraries of the system may be loaded that do not outlive a fork."""
_LONGEST_LOAD = 60.0
"""Seconds for which one that is to be forked is waited for: that which loads may have been stopped."""


class Process(Protocol):
    """What there is to be known of a trainer's process."""

    @property
    def pid(self) -> int:
        """Its process id."""
        ...

    def poll(self) -> int | None:
        """None while it lives."""
        ...


class Spawned(NamedTuple):
    """A trainer that waits to be told its runs."""

    process: Process
    line: socket.socket
    """On which it is told them; it ends when nobody has this end any longer."""


class Forked:
    """A trainer that another one forks when it has loaded its libraries; what is known of it comes on its line."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    @cached_property
    def pid(self) -> int:
        """Its process id, for which it waits as long as the libraries are loaded. Raises OSError if it is gone."""
        said = b""
        self._line.settimeout(_LONGEST_LOAD)
        while not said.endswith(END):
            if not (more := self._line.recv(16)):
                raise OSError(errno.ESRCH, "it ended before it had begun")
            said += more
        self._line.settimeout(None)
        return int(said.removesuffix(END))

    def poll(self) -> int | None:
        """None while anybody has the other end of its line."""
        try:
            gone = not self._line.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            gone = False
        except OSError:
            gone = True
        return 0 if gone else None


def spawned(way: str = WAIT, output: int = subprocess.DEVNULL, beside: Sequence[int] = ()) -> Spawned:
    """A trainer in a session of its own. Raises OSError if the system has no room for it.

    It gets no terminal, and paths must be absolute: its working folder is `/`. `beside` are the ends of the lines of
    those that it is to fork.
    """
    line, its_end = socket.socketpair()
    with its_end:
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "tuilab.trainer", way, *map(str, beside)],
                stdin=its_end.fileno(),
                stdout=output,
                stderr=output,
                cwd="/",
                env=ONE_THREAD | dict(os.environ),
                start_new_session=True,
                pass_fds=beside,
            )
        except OSError:
            line.close()
            raise
    reap(process)
    return Spawned(process, line)


def spawned_together(count: int) -> list[Spawned]:
    """So many that wait. The last one's process id is known at once. Raises OSError as `spawned`."""
    if not _FORKS or count < 2:
        return [spawned() for _ in range(count)]
    with ExitStack() as ends:
        others = list[Spawned]()
        theirs = list[int]()
        for _ in range(count - 1):
            line, its_end = socket.socketpair()
            theirs.append(ends.enter_context(its_end).fileno())
            others.append(Spawned(Forked(line), line))
        return [*others, spawned(beside=theirs)]


def fork(beside: Sequence[int]) -> None:
    """Forks a process for each line of `beside`: it goes on from here as this one does, and is told its runs there.

    To be called before there are threads.
    """
    gc.freeze()  # what is loaded is shared until it is written to, as it would be where garbage is looked for
    forked = list[int]()
    for line in beside:
        try:
            pid = os.fork()
        except OSError:  # no room for another: its line ends
            break
        if not pid:
            os.setsid()
            os.dup2(line, sys.stdin.fileno())
            with suppress(OSError):  # it is not wanted any longer
                os.write(line, str(os.getpid()).encode() + END)
            forked.clear()
            break
        forked.append(pid)
    for line in beside:
        os.close(line)
    for pid in forked:
        begun(threading.Thread(target=os.waitpid, args=(pid, 0), name=f"reap {pid}", daemon=True))


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
