"""Terminals as they are out there: slow, frozen, resized without end, closed, with nobody reading."""

import os
import random
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.terminal import FRESH, Terminal
from tuilab.lab import Lab

SEED = 20
LONG = """
title = "Long"
[data]
source = "circles"
examples = 300
[network]
hidden = [20, 3]
[optimization]
learning_rate = 0.01
iterations = 500000000
"""


@pytest.fixture
def training(home: Path, tmp_path: Path) -> Iterator[Terminal]:
    """The app with a run that goes on for long; the run is ended afterwards."""
    path = tmp_path / "long.toml"
    path.write_text(LONG)
    with Terminal("open", str(path), program=FRESH) as terminal:
        terminal.wait("r Run")
        terminal.press("r")
        terminal.wait(r"running\s+circles-0001")
        terminal.until(lambda: False, 1)
        yield terminal
    Lab().stop("circles-0001")


def iteration() -> int:
    return Lab().follow("circles-0001").poll().view.iteration


def seconds_until_help(terminal: Terminal, bytes_a_second: float | None = None) -> float:
    """From the key to the help on the screen, of a line that takes so many bytes a second."""
    start = time.monotonic()
    terminal.press("?")
    while "Train the experiment" not in terminal.text:
        assert time.monotonic() - start < 30, terminal.text
        if bytes_a_second is None:
            terminal.read(0.02)
        else:
            terminal.read(0.02, int(bytes_a_second * 0.04))
            time.sleep(0.04)
    return time.monotonic() - start


def test_a_storm_of_resizes(training: Terminal) -> None:
    generator = random.Random(SEED)
    for _ in range(100):
        training.resize(generator.randint(1, 500), generator.randint(1, 200))
        training.until(lambda: False, 0.04)
    training.resize(120, 40)
    training.wait("r Run", 5)
    assert seconds_until_help(training) <= 1
    assert "Traceback" not in training.written.decode(errors="replace")


def test_a_terminal_that_nobody_reads_does_not_stall_the_training(training: Terminal) -> None:
    before = iteration()
    time.sleep(30)
    middle = iteration()
    time.sleep(30)
    assert before < middle < iteration()


def test_it_ends_though_the_line_is_frozen(training: Terminal) -> None:
    training.until_full()
    start = time.monotonic()
    os.kill(training.pid, signal.SIGTERM)
    while not (ended := os.waitpid(training.pid, os.WNOHANG))[0]:
        assert time.monotonic() - start <= 3
        time.sleep(0.02)
    assert os.waitstatus_to_exitcode(ended[1]) == 128 + signal.SIGTERM


def test_a_slow_line_has_no_backlog(training: Terminal) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        training.read(0.02, 1000)
        time.sleep(0.04)
    assert seconds_until_help(training, 25_000) <= 2


def test_idle_is_free(home: Path) -> None:
    with Terminal("open", "circles", program=FRESH) as terminal:
        terminal.wait("r Run")
        terminal.until(lambda: False, 3)
        process, written = psutil.Process(terminal.pid), len(terminal.written)
        before = process.cpu_times()
        terminal.until(lambda: False, 60)
        after = process.cpu_times()
        assert len(terminal.written) == written
        assert (after.user + after.system) - (before.user + before.system) <= 0.01 * 60


def test_a_session_of_tmux_that_nobody_is_attached_to_costs_nothing(home: Path, tmp_path: Path) -> None:
    """L5: detached, the app rests; attached again, it shows the run as it is now."""
    path = tmp_path / "long.toml"
    path.write_text(LONG)
    server = ["tmux", "-L", f"tuilab-{os.getpid()}", "-f", "/dev/null"]
    lab = shlex.join([sys.executable, "-m", "tuilab", "open", str(path)])
    subprocess.run([*server, "new-session", "-d", "-x", "120", "-y", "40", f"exec {lab}"], check=True)
    try:
        pid = subprocess.run([*server, "list-panes", "-F", "#{pane_pid}"], capture_output=True, check=True).stdout
        app = psutil.Process(int(pid))
        with Terminal(program=[*server, "attach"]) as terminal:
            terminal.wait("r Run")
            terminal.press("r")
            terminal.wait(r"running\s+circles-0001")
        time.sleep(5)  # until it is noticed
        before = app.cpu_times()
        time.sleep(30)
        after = app.cpu_times()
        assert (after.user + after.system) - (before.user + before.system) <= 0.01 * 30
        reached = iteration()
        with Terminal(program=[*server, "attach"]) as terminal:
            terminal.until(lambda: shown(terminal) >= reached, 5)
            assert shown(terminal) >= reached
    finally:
        subprocess.run([*server, "kill-server"], check=True)
        Lab().stop("circles-0001")


def shown(terminal: Terminal) -> int:
    """The iteration that the screen says."""
    said = re.search(r"iteration ([\d,]+) of 500,000,000", terminal.text)
    return int(said[1].replace(",", "")) if said else 0


def test_a_closed_terminal_ends_the_app_and_not_the_run(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "long.toml"
    path.write_text(LONG)
    with Terminal("open", str(path), program=FRESH) as terminal:
        terminal.wait("r Run")
        terminal.press("r")
        terminal.wait(r"running\s+circles-0001")
        pid = terminal.pid
    before = iteration()
    time.sleep(2)
    assert not psutil.pid_exists(pid)
    assert iteration() > before
    Lab().stop("circles-0001")
