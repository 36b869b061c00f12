"""Any keys, at any pace, for long: the app lives, and answers at the end."""

import os
import shlex
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.mishaps import our_mishaps
from tests.monkey import NAMED, Act, acts
from tests.terminal import Terminal
from tests.trainers import stop_all
from tests.ui.conftest import SMALL
from tuilab.experiment import dumps, edit
from tuilab.lab import Lab
from tuilab.ui.work.mishaps import LOG

ACTS = 1000
QUIET, LOADED = range(4), range(4, 100)
"""Seeds that are played one at a time, and many at once."""
AT_ONCE = 12
EXPERIMENT = edit(SMALL, {"optimization.iterations": "60000"})


def sent(act: Act) -> str:
    """What a terminal sends for it."""
    match act.kind:
        case "key":
            return NAMED.get(act.what, act.what)
        case "paste":
            return f"\x1b[200~{act.what}\x1b[201~"
        case "click":
            return "".join(f"\x1b[<0;{act.x + 1};{act.y + 1}{end}" for end in "Mm")
        case _:
            return ""


def ended(terminal: Terminal) -> int | None:
    """The exit code, once there is one."""
    pid, status = os.waitpid(terminal.pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if pid else None


def play(seed: int, folder: Path) -> str:
    """What is wrong, in a sentence; nothing, if the app lived through all acts and then ended when it was told to."""
    home, lab = folder / "home", folder / "lab.toml"
    folder.mkdir()
    lab.write_text(dumps(EXPERIMENT))
    command = shlex.join([sys.executable, "-m", "tuilab", "open", str(lab)])
    start = f"cd {shlex.quote(str(folder))} && HOME=$PWD TUILAB_HOME={shlex.quote(str(home))} exec {command}"
    todo = list(enumerate(acts(seed, ACTS)))
    try:
        while todo:
            with Terminal(program=("sh", "-c", start)) as terminal:
                code, place = None, 0
                while todo and code is None:
                    place, act = todo.pop(0)
                    if act.kind == "resize":
                        terminal.resize(act.x, act.y)
                    terminal.press(sent(act))
                    terminal.drain(act.pause)
                    if place % 100 == 99:
                        stop_all(Lab(home))  # so many runs would take the memory; and the app sees them die
                    code = ended(terminal)  # where somebody pressed q
                if code is None:
                    code = leave(terminal)
                said = (home / LOG).read_text() if code and (home / LOG).exists() else our_mishaps(home)
                if code != 0 or said:
                    return f"seed {seed}, act {place}, exit code {code}:\n{said}"
        return ""
    finally:
        stop_all(Lab(home))


def leave(terminal: Terminal, seconds: float = 120) -> int | None:
    """Tells the app to end, and leaves what runs; the exit code. All keys before must have been heeded by then."""
    end = time.monotonic() + seconds
    while (code := ended(terminal)) is None and time.monotonic() < end:
        terminal.press("\x11l")
        terminal.drain(0.5)
    return code


@pytest.mark.parametrize(("seeds", "at_once"), [(QUIET, 1), (LOADED, AT_ONCE)])
def test_whatever_is_pressed_the_app_lives(seeds: range, at_once: int, tmp_path: Path) -> None:
    with ThreadPoolExecutor(at_once) as pool:
        faults = list(filter(None, pool.map(lambda seed: play(seed, tmp_path / str(seed)), seeds)))
    assert not faults, "\n\n".join(faults)
