"""Which process holds something, and whether it lives: told by anybody, also on another host, also after its end."""

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Annotated, NamedTuple, TypeVar

import msgspec
import psutil
from msgspec import Meta, Struct

from tuilab.runs.files import read_at
from tuilab.text import clean


class Holder(Struct, frozen=True):
    """A process, told from every other one, be it gone."""

    pid: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    started: float
    """When it started, as `_seen` tells it: a pid is used again, a pid at that time is not."""
    host: str
    boot: str
    """Of the host; a process does not outlive it."""
    namespace: str = ""
    """In which its pid is counted: of a container another one than of its host. Empty where the system has none."""
    trains: bool = True
    """False of one that has a run trained elsewhere: its death is no crash of the run."""


HolderT = TypeVar("HolderT", bound=Holder)


def read_holder(file: Path, kind: type[HolderT]) -> HolderT | None:
    """What a file says of its holder; None if that cannot be read."""
    try:
        return msgspec.json.decode(read_at(file, 0, 2**16), type=kind)
    except (ValueError, RecursionError):  # BadInput is a ValueError
        return None


def describe(pid: int) -> Holder:
    """Process `pid` of this host; one that is gone by now never lives again."""
    try:
        started = _seen(pid).started
    except psutil.NoSuchProcess:
        started = -1.0
    return Holder(pid=pid, started=started, host=socket.gethostname(), boot=_boot(), namespace=_namespace())


def lives(holder: Holder | None, last_sign: Callable[[], float]) -> bool | None:
    """Whether the process lives; None if that cannot be told from here. `last_sign`: when it wrote something last.

    Of a host with the name of this one and of another boot either this machine has been booted since, or it is another
    machine; it is that if anything was written since this one was booted.
    """
    if holder is None:
        return None
    if not _is_of_this_boot(holder):
        ours = holder.host == socket.gethostname() and last_sign() < psutil.boot_time()
        return False if ours else None
    if holder.namespace and holder.namespace != _namespace():
        return None
    try:
        found = _seen(holder.pid)
        return found.status != psutil.STATUS_ZOMBIE and found.started == holder.started
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return None


def is_stopped(holder: Holder) -> bool:
    """Whether a process that lives here was stopped, by SIGSTOP or a debugger, and does nothing until it is let."""
    with suppress(psutil.Error):
        return _seen(holder.pid).status in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP)
    return False


def where(holder: Holder) -> str:
    """On which machine, or in which container, a process is that is not told from here to live."""
    if _is_of_this_boot(holder):
        return "in another container of this machine"
    if holder.host == socket.gethostname():
        return f"on another machine called {clean(holder.host, 100)}"
    return f"on {clean(holder.host, 100)}"


def _is_of_this_boot(holder: Holder) -> bool:
    """Whether it is of this machine, since it was booted; where the system does not say, by the name of the host."""
    return holder.boot == _boot() and (bool(holder.boot) or holder.host == socket.gethostname())


class _Seen(NamedTuple):
    """A process as it is found."""

    started: float
    """The same at every look, though the clock be set meanwhile: Linux counts from the boot."""
    status: str
    """One of psutil's, where anybody asks for it."""


_STATUSES = {b"Z": psutil.STATUS_ZOMBIE, b"T": psutil.STATUS_STOPPED, b"t": psutil.STATUS_TRACING_STOP}


def _seen(pid: int) -> _Seen:
    """What the system says of process `pid`. Raises `psutil.Error`.

    Whoever watches runs asks it again and again: Linux says all of it in one file (proc_pid_stat(5)), of which psutil
    asks for a piece at a time, and for the time of the boot, which follows the clock and wavers by a second.
    """
    if not psutil.LINUX:
        process = psutil.Process(pid)
        return _Seen(float(process.create_time()), process.status())
    try:
        told = Path(f"/proc/{pid}/stat").read_bytes()
    except PermissionError:
        raise psutil.AccessDenied(pid) from None
    except OSError:
        raise psutil.NoSuchProcess(pid) from None
    state, *numbers = told.rpartition(b")")[2].split()  # its name, before that, may hold anything
    return _Seen(int(numbers[18]) / os.sysconf("SC_CLK_TCK"), _STATUSES.get(state, ""))


@cache
def _boot() -> str:
    """Which boot of this machine this is, which no process outlives; empty where the system does not say."""
    return read_at(Path("/proc/sys/kernel/random/boot_id"), 0, 100).decode("ascii", "replace").strip()


def _namespace() -> str:
    """Which numbers of processes these are; empty where the system has no others."""
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return ""
