"""Processes in no time: forked from one that has loaded tuilab, and yet processes of their own.

To load Python, NumPy and tuilab costs a start a quarter of a second of a core, the app twice that, and hundreds of
tests start trainers, commands and the app. What tuilab starts is forged anyway; what a test starts, where it asks for
it (`Process`, `run`), and it does so where how Python starts is not what it tests.
A forged process has its own process id, session, descriptors, environment, working folder, umask and command line, and
is a child of whoever had it forged, as if `subprocess.Popen` had started it. It does so wherever a forge cannot.
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
import termios
import threading
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

MODULES = ("tuilab.trainer", "tuilab.worker", "tuilab.lessons")
"""What is forged whoever starts it; a test of how libraries are loaded has it empty."""
_LATER = (
    "importlib.metadata",
    "numpy.ma",
    "plotext",
    "textual.pilot",
    "textual.scrollbar",
    "tuilab.cli.plain",
    "tuilab.cli.report",
    "tuilab.lab.catalog",
    "tuilab.lab.export",
    "tuilab.lab.sentences.report",
    "typer._adapters",
)
"""What most commands, or the app, load on their way; of other versions it may not be there."""
_LOADED = {
    "tuilab.trainer": (_TRAINING := ("tuilab.trainer.process", "tuilab.queue.starting")),
    "tuilab.worker": _TRAINING,
    "tuilab.lessons": ("tuilab.lessons.seeds",),
    "tuilab": (_APP := (*_TRAINING, "tuilab.cli", "tuilab.ui.app", *_LATER)),
    "tests.stalled": _APP,
}
"""What is loaded before the first of each module is forged; a script may want all of it."""
_AT_LOAD = (
    "LANG",
    "LC_",
    "LD_",
    "NPY_",
    "OPENBLAS_",
    "OMP_",
    "MKL_",
    "PYTHONHASHSEED",
    "PYTHONIOENCODING",
    "PYTHONUNBUFFERED",
    "PYTHONUTF8",
)
"""What the names in an environment begin with that are read once, when a process loads its libraries."""
_SUBREAPER = 36
"""prctl's PR_SET_CHILD_SUBREAPER: a process whose parent is gone becomes a child of the next above it that is one."""
_ROOM = 4096
"""Bytes for the command line that a forged process shows."""
_LONGEST = 65_536
"""Bytes of an order."""
_EXECUTABLE = sys.executable


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
                environment = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
                subprocess.Popen(  # what one test plants is not for the processes of another
                    command,
                    env=environment,
                    pass_fds=[its_end.fileno()],
                    cwd=Path(__file__).parents[1],
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )

    def fileno(self) -> int:
        """The descriptor of the line to it."""
        return self._line.fileno()

    def order(self, what: Mapping[str, Any], descriptors: Sequence[int]) -> int:
        """Has a child of this process forged; its process id."""
        with self._in_use:
            self._prctl(_SUBREAPER, 1, 0, 0, 0)  # its parent ends at once
            try:
                socket.send_fds(self._line, [json.dumps(what).encode()], descriptors)
                return int(self._line.recv(_LONGEST))
            finally:
                self._prctl(_SUBREAPER, 0, 0, 0, 0)


the_forge = cache(Forge)


class Process(subprocess.Popen[Any]):
    """`subprocess.Popen` of a module of tuilab, `python -c SCRIPT` or `python -I FILE`, forged where that can be.

    `setpriv` before it (`tests.trainers.BOUND`) binds it too. With `terminal` its standard input is its terminal.
    """

    def __init__(self, command: Sequence[str], *, terminal: bool = False, forged: bool = True, **options: Any) -> None:
        self._terminal, self._forged = terminal, forged
        if terminal:
            options |= {"start_new_session": True, "preexec_fn": _take_terminal}
        super().__init__(command, **options)

    def _execute_child(self, args: Sequence[str], *rest: Any) -> None:
        """As that of CPython, which tells it what is to be started, and the ends of the pipes by number."""
        environment, pipes = dict(rest[5] or os.environ), rest[9:15]
        bound = args[0] == "setpriv"
        command = list(args[2 if bound else 0 :])
        known = command[1] in ("-c", "-I") or (command[1] == "-m" and command[2] in _LOADED)
        if not (self._forged and known and command[0] == _EXECUTABLE and _can_forge(environment)):
            vars(subprocess.Popen)["_execute_child"](self, args, *rest)
            return
        folder, passed = str(rest[4] or Path.cwd()), list(rest[3])
        what = {"command": command, "environment": environment, "folder": folder, "passed": passed, "session": rest[20]}
        what["umask"] = os.umask(0o77)
        os.umask(what["umask"])
        theirs = [end if end != -1 else number for number, end in enumerate((pipes[0], pipes[3], pipes[5]))]
        self.pid = the_forge().order(what | {"bound": bound, "terminal": self._terminal}, [*theirs, *passed])
        vars(self)["_child_created"] = True
        vars(subprocess.Popen)["_close_pipe_fds"](self, *pipes)


def run(command: Sequence[str], **options: Any) -> "subprocess.CompletedProcess[Any]":
    """`subprocess.run` of a `Process`, its output captured as text."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with Process(command, **pipes | options) as process:
        try:
            said, told = process.communicate(timeout=600)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(command, process.returncode, said, told)


def popen(command: Sequence[str], **options: Any) -> Process:
    """`subprocess.Popen` of what tuilab starts."""
    return Process(command, forged=command[2] in MODULES, **options)


def install() -> None:
    """What tuilab starts in this process from here on is forged."""
    forging = SimpleNamespace(**vars(subprocess) | {"Popen": popen})
    for module in ("tuilab.spawning", "tuilab.queue.starting", "tuilab.lessons.seeds"):
        vars(import_module(module))["subprocess"] = forging


def _is_forged() -> bool:
    return __name__ == "__main__"


def _can_forge(environment: Mapping[str, str]) -> bool:
    return sys.platform == "linux" and bool(MODULES) and _at_load(environment) == _at_load(dict(os.environ))


def _at_load(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(_AT_LOAD)}


def _serve(line: int) -> None:
    """Forks whenever it is ordered to, until nobody can order any more."""
    _close_all_but(0, 1, 2, line)
    with socket.socket(fileno=line) as orders:
        while True:
            told, descriptors, *_ = socket.recv_fds(orders, _LONGEST, 16)
            if not told:
                os._exit(0)
            what = json.loads(told)
            _load(what["command"][2])
            told_by, tells = os.pipe()
            between = os.fork()
            if not between:
                if os.fork():
                    os._exit(0)
                orders.detach()
                _become(what, descriptors, tells)
            os.waitpid(between, 0)  # from here on the forged process is its orderer's child
            orders.send(os.read(told_by, _LONGEST))
            for descriptor in (*descriptors, told_by, tells):
                os.close(descriptor)


@cache
def _load(module: str) -> None:
    for name in _LOADED.get(module, _LOADED["tuilab"]):
        with suppress(ModuleNotFoundError):  # whoever needs it will say so
            import_module(name)
    gc.freeze()


def _become(what: Mapping[str, Any], descriptors: Sequence[int], tells: int) -> None:
    """Is the process that was ordered, to its end; writes its process id to `tells` as soon as it looks like it."""
    sys.orig_argv = what["command"]
    flag, module, *arguments = what["command"][1:]
    if what.get("bound"):
        _bind()
    starts = module != "tuilab.trainer"
    if starts:
        install()
        the_forge()
    if what["session"]:
        os.setsid()
    _show(what["command"])
    os.write(tells, str(os.getpid()).encode())
    aside = [fcntl.fcntl(each, fcntl.F_DUPFD, 500) for each in descriptors]
    kept = [0, 1, 2, *what["passed"]]
    for descriptor, wanted in zip(aside, kept, strict=True):
        os.dup2(descriptor, wanted)
    _close_all_but(*kept, *([the_forge().fileno()] if starts else []))
    if what.get("terminal"):
        _take_terminal()
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        vars(sys)[name] = vars(sys)[f"__{name}__"] = _stream(number, vars(sys)[name])
    os.chdir(what["folder"])
    os.umask(what["umask"])
    os.environ.clear()
    os.environ.update(what["environment"])
    for folder in filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)):
        sys.path.insert(0, folder)
        if (Path(folder) / "sitecustomize.py").exists():
            sys.modules.pop("sitecustomize", None)
            import_module("sitecustomize")
        if (other := Path(folder) / "tuilab").exists() and not other.samefile(import_module("tuilab").__path__[0]):
            _forget("tuilab")
            if starts:
                install()
    code = 1
    try:
        if flag == "-m":
            sys.argv = [module, *arguments]
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        elif flag == "-I":
            sys.argv = [module, *arguments]
            runpy.run_path(module, run_name="__main__")
        else:
            sys.argv = ["-c", *arguments]
            sys.modules["__main__"] = script = ModuleType("__main__")
            exec(module, vars(script))
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(BaseException):
            vars(threading)["_shutdown"]()  # waits for those that are to be waited for
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _forget(package: str) -> None:
    """Another one of that name is to be found."""
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]


def _stream(number: int, before: Any) -> TextIOWrapper:
    """As Python makes its own: to a terminal or for errors by the line."""
    at_once = before.write_through  # PYTHONUNBUFFERED
    by_line = not at_once and (number == 2 or os.isatty(number))
    raw = os.fdopen(number, "wb" if number else "rb", closefd=False)
    return TextIOWrapper(raw, before.encoding, before.errors, line_buffering=by_line, write_through=at_once)


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _bind() -> None:
    """Gives up, and for whatever it starts, what lets root read and write against permissions."""
    libc = ctypes.CDLL(None)
    header, held = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    libc.capget(header, held)
    for number in (1, 2):  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH
        libc.prctl(24, number, 0, 0, 0)  # PR_CAPBSET_DROP
    for each in range(3):  # effective, permitted, inheritable
        held[each] &= ~0b110
    libc.capset(header, held)


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
    _load("tuilab.trainer")
    from tuilab.engines import why_missing

    why_missing()  # loads the fused engine's kernel
    _serve(int(sys.argv[1]))
