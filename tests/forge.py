"""Trainers and workers in no time: forked from a process that has loaded tuilab, and yet processes of their own.

To load Python, NumPy and tuilab costs a start a quarter of a second of a core, and hundreds of tests start trainers.
A forged process has its own process id, session, descriptors, environment, working folder and command line, and is a
child of whoever had it forged, as if `subprocess.Popen` had started it. It does so wherever a forge cannot.
"""

import ctypes
import fcntl
import gc
import json
import os
import runpy
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

MODULES = ("tuilab.trainer", "tuilab.worker")
"""What is forged; a test of how libraries are loaded has it empty."""
_AT_LOAD = ("LD_", "NPY_", "OPENBLAS_", "OMP_", "MKL_", "PYTHONHASHSEED", "PYTHONIOENCODING", "PYTHONUTF8")
"""What the names in an environment begin with that are read once, when a process loads its libraries."""
_SUBREAPER = 36
"""prctl's PR_SET_CHILD_SUBREAPER: a process whose parent is gone becomes a child of the next above it that is one."""
_ROOM = 4096
"""Bytes for the command line that a forged process shows."""
_LONGEST = 65_536
"""Bytes of an order."""
_EXECUTABLE = sys.executable


class Forged:
    """A process that was forged, in as much of the shape of `subprocess.Popen` as is used."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._waited_for = threading.Lock()

    def poll(self) -> int | None:
        """Its exit code once it has ended."""
        if self._waited_for.acquire(blocking=False):
            try:
                self._collect(os.WNOHANG)
            finally:
                self._waited_for.release()
        return self.returncode

    def wait(self) -> int | None:
        """Its exit code, when it has ended."""
        with self._waited_for:
            self._collect(0)
        return self.returncode

    def _collect(self, options: int) -> None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)


class Forge:
    """A process that has loaded all and is forked. It ends with its starter."""

    def __init__(self) -> None:
        self._line, its_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._in_use = threading.Lock()
        self._prctl = ctypes.CDLL(None).prctl
        with its_end:
            if _is_forged():
                if not os.fork():
                    _serve(its_end.detach())
            else:
                command = [_EXECUTABLE, "-m", __name__, str(its_end.fileno()), "-" * _ROOM]
                subprocess.Popen(
                    command,
                    pass_fds=[its_end.fileno()],
                    cwd=Path(__file__).parents[1],
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )

    def fileno(self) -> int:
        """The descriptor of the line to it."""
        return self._line.fileno()

    def order(self, what: Mapping[str, Any], descriptors: Sequence[int]) -> Forged:
        """Has a child of this process forged."""
        with self._in_use:
            self._prctl(_SUBREAPER, 1, 0, 0, 0)  # its parent ends at once
            try:
                socket.send_fds(self._line, [json.dumps(what).encode()], descriptors)
                return Forged(int(self._line.recv(_LONGEST)))
            finally:
                self._prctl(_SUBREAPER, 0, 0, 0, 0)


the_forge = cache(Forge)


def popen(command: Sequence[str], **options: Any) -> Any:
    """`subprocess.Popen`, forged where that can be."""
    executable, flag, module, *_ = command
    environment = dict(options.get("env") or os.environ)
    alike = _at_load(environment) == _at_load(dict(os.environ))
    if sys.platform != "linux" or not alike or (executable, flag) != (_EXECUTABLE, "-m") or module not in MODULES:
        return subprocess.Popen(command, **options)
    passed = list(options.get("pass_fds", ()))
    what = {"command": list(command), "environment": environment, "folder": options["cwd"], "passed": passed}
    with Path(os.devnull).open("r+b") as nothing:
        streams = [options[name] for name in ("stdin", "stdout", "stderr")]
        streams = [nothing.fileno() if each == subprocess.DEVNULL else each for each in streams]
        return the_forge().order(what, [*streams, *passed])


def install() -> None:
    """What tuilab starts in this process from here on is forged."""
    forging = SimpleNamespace(**vars(subprocess) | {"Popen": popen})
    for module in ("tuilab.spawning", "tuilab.queue.starting"):
        vars(import_module(module))["subprocess"] = forging


def _is_forged() -> bool:
    return sys.orig_argv[2] in MODULES


def _at_load(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(_AT_LOAD)}


def _serve(line: int) -> None:
    """Forks whenever it is ordered to, until nobody can order any more."""
    gc.freeze()
    _close_all_but(0, 1, 2, line)
    with socket.socket(fileno=line) as orders:
        while True:
            told, descriptors, *_ = socket.recv_fds(orders, _LONGEST, 16)
            if not told:
                os._exit(0)
            told_by, tells = os.pipe()
            between = os.fork()
            if not between:
                if os.fork():
                    os._exit(0)
                orders.detach()
                _become(json.loads(told), descriptors, tells)
            os.waitpid(between, 0)  # from here on the forged process is its orderer's child
            orders.send(os.read(told_by, _LONGEST))
            for descriptor in (*descriptors, told_by, tells):
                os.close(descriptor)


def _become(what: Mapping[str, Any], descriptors: Sequence[int], tells: int) -> None:
    """Is the process that was ordered, to its end; writes its process id to `tells` as soon as it looks like it."""
    sys.orig_argv = what["command"]
    sys.argv = what["command"][2:]
    if sys.argv[0] == "tuilab.worker":  # which starts trainers itself
        install()
        the_forge()
    os.setsid()
    _show(what["command"])
    os.write(tells, str(os.getpid()).encode())
    aside = [fcntl.fcntl(each, fcntl.F_DUPFD, 500) for each in descriptors]
    kept = [0, 1, 2, *what["passed"]]
    for descriptor, wanted in zip(aside, kept, strict=True):
        os.dup2(descriptor, wanted)
    _close_all_but(*kept, *([the_forge().fileno()] if sys.argv[0] == "tuilab.worker" else []))
    os.chdir(what["folder"])
    os.environ.clear()
    os.environ.update(what["environment"])
    for folder in filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)):
        sys.path.insert(0, folder)
        if (Path(folder) / "sitecustomize.py").exists():
            sys.modules.pop("sitecustomize", None)
            import_module("sitecustomize")
    code = 1
    try:
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(BaseException):
            sys.stdout.flush()
        os._exit(code)


def _close_all_but(*kept: int) -> None:
    for found in [int(each.name) for each in Path("/proc/self/fd").iterdir()]:
        if found not in kept:
            with suppress(OSError):  # the one that read the folder
                os.close(found)


def _show(command: Sequence[str]) -> None:
    """Has `ps` show `command`."""
    begin, end = map(int, Path("/proc/self/stat").read_text().rpartition(")")[2].split()[45:47])
    shown = b"\0".join(map(os.fsencode, command))
    ctypes.memmove(begin, shown[: end - begin].ljust(end - begin, b"\0"), end - begin)


if __name__ == "__main__":
    for name in ("tuilab.trainer.process", "tuilab.queue.starting"):
        import_module(name)
    from tuilab.engines import why_missing

    why_missing()  # loads the fused engine's kernel
    _serve(int(sys.argv[1]))
