"""Twenty minutes of a busy run, somebody going through all views and rooms: nothing grows, nothing gets slower."""

import itertools
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.terminal import FRESH, Terminal
from tests.trainers import stop_all
from tests.ui.conftest import SMALL
from tuilab.experiment import dumps, edit
from tuilab.lab import Lab

MINUTES, WARM = 20, 10
"""All in all; and until what is kept of old screens (Textual's caches are bounded) has come to its bound."""
ROOMS = "btoP?gDem"
KEYS = [*("]",) * 11, *itertools.chain(*((room, "\x1b") for room in ROOMS)), *"ccll++00nnn"]
PAUSE = 0.25
WATCHED = 20.0
"""Seconds without a key, in which the CPU is counted."""
MOST, SLOPE, SHARE = 150.0, 0.1, 0.10
"""MB; MB a minute; of a core."""


def memory(app: psutil.Process) -> float:
    return float(app.memory_info().rss) / 1e6


def share(terminal: Terminal, app: psutil.Process) -> float:
    """What watching takes of a core, once all keys are heeded."""
    terminal.press("?")
    terminal.wait("Change a knob on the left", WATCHED)
    terminal.press("\x1b")
    before, start = sum(app.cpu_times()[:2]), time.monotonic()
    terminal.drain(WATCHED)
    return float(sum(app.cpu_times()[:2]) - before) / (time.monotonic() - start)


def test_nothing_grows_and_nothing_gets_slower(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUILAB_HOME", str(tmp_path / "home"))
    file = tmp_path / "lab.toml"
    file.write_text(dumps(edit(SMALL, {"optimization.iterations": "1000000000"})))
    minutes, taken = [], []
    try:
        with Terminal("open", str(file), program=FRESH) as terminal:
            app = psutil.Process(terminal.pid)
            terminal.wait("r Run")
            terminal.press("r")
            terminal.wait("running")
            start, early = time.monotonic(), 0.0
            while (now := (time.monotonic() - start) / 60) < MINUTES:
                for key in KEYS:
                    terminal.press(key)
                    terminal.drain(PAUSE)
                if now >= WARM:
                    early = early or share(terminal, app)
                    minutes.append(now)
                    taken.append(memory(app))
            late = share(terminal, app)
            terminal.resize(120, 40)
            terminal.press("]")
            terminal.wait("iteration")
    finally:
        stop_all(Lab(tmp_path / "home"))
    slope = float(np.polyfit(minutes, taken, 1)[0])
    print(f"{taken[0]:.0f} to {taken[-1]:.0f} MB, {slope:.2f} MB a minute; CPU {early:.1%}, then {late:.1%} of a core")
    assert taken[-1] <= MOST and slope <= SLOPE and late <= SHARE
