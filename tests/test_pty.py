"""The whole program in a real terminal."""

import json
import os
import re
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from tests.forge import Process
from tests.terminal import FRESH, Terminal
from tests.trainers import PATIENCE, end_of, reach
from tuilab.experiment import Experiment, dumps, edit
from tuilab.lab import Lab


def heaps_of_threads(pid: int) -> list[str]:
    """Where glibc has made further ones: it reserves 64 MiB for each, at a multiple of that. None without /proc.

    What it has no use for yet lies behind, reserved; other memory may begin at such a place too.
    """
    maps = Path(f"/proc/{pid}/maps")
    lines = [line.split()[:2] for line in maps.read_text().splitlines()] if maps.exists() else []
    found = []
    for (place, rights), (behind, reserved) in pairwise(lines):
        begin, end = (int(one, 16) for one in place.split("-"))
        next_begin, next_end = (int(one, 16) for one in behind.split("-"))
        is_reserved = reserved == "---p" and next_begin == end and next_end >= begin + 2**26
        if begin % 2**26 == 0 and rights == "rw-p" and is_reserved:
            found.append(place)
    return found


@pytest.mark.usefixtures("home")
def test_open_train_read_the_verdict_and_leave() -> None:  # in a narrow terminal: test_walk
    with Terminal("open", "high-variance", program=FRESH) as terminal:
        terminal.wait("r Run")
        terminal.press("r")
        terminal.wait("done")
        terminal.wait("High variance.*\n.*train error")
        terminal.wait("[\u2801-\u28ff]")  # a curve
        terminal.wait("Cost")
        terminal.wait("Error")
        terminal.press("c")  # a key of the view, which has the focus from the start
        terminal.wait(r"at \d+")
        terminal.press("g")
        terminal.wait("correct: ")
        assert not heaps_of_threads(terminal.pid)
        terminal.press("\x1b")
        assert terminal.until(lambda: "correct: " not in terminal.text)
        terminal.press("1")  # the first action: L2 with λ = 1
        terminal.wait("moons-0002")
        terminal.wait("done")
        terminal.press("q")
        assert terminal.exit_code() == 0


@pytest.mark.usefixtures("paced")
def test_a_run_outlives_a_killed_app_and_can_be_watched_to_its_end(lab: Lab, tmp_path: Path) -> None:
    endless = lab.edit(lab.open("circles")[1], {"optimization.iterations": "1000000000"})
    (tmp_path / "endless.toml").write_text(dumps(endless))
    with Terminal("open", str(tmp_path / "endless.toml")) as terminal:
        terminal.wait("r Run")
        terminal.press("r")
        terminal.wait(r"running\s+circles-0001")
        os.kill(terminal.pid, signal.SIGKILL)
        terminal.exit_code()
    at = lab.follow("circles-0001").poll().view.iteration
    reach(lab, "circles-0001", at + 1)
    command = [sys.executable, "-m", "tuilab", "watch", "circles-0001", "--plain", "--json"]
    with Process(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as watching:
        assert watching.stderr.readline()  # it looks on
        lab.stop("circles-0001")
        said, told = watching.communicate(timeout=PATIENCE)
    assert watching.returncode == 0, told
    found = json.loads(said)
    assert found["status"] == "stopped" and found["iterations"] > at


def test_attaching_again_shows_the_whole_curve(home: Path, lab: Lab) -> None:
    end_of(lab, lab.start(lab.open("circles")[1]))
    with Terminal("open", "digits") as terminal:
        terminal.wait("r Run")
        terminal.press("b")
        terminal.wait("circles-0001")
        terminal.press("\r")
        terminal.wait(r"done\s+circles-0001")
        terminal.wait("15,000 of 15,000")


@pytest.mark.usefixtures("home")
def test_a_file_is_opened_with_what_it_says_is_to_be_varied(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('[sweep.over]\n"optimization.learning_rate" = "0.25,0.75"\n')
    with Terminal("open", str(tmp_path / "mine.toml")) as terminal:
        terminal.wait("r Run")
        terminal.press("S")
        terminal.wait("0.25,0.75")


def test_the_size_that_a_shell_exports_is_not_believed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("LINES", "15")
    with Terminal("open", "digits") as terminal:
        terminal.wait("c Cursor")  # a wide screen from the first moment on, or its view would have lost the keys
        assert terminal.until(lambda: re.search("[│▕]", terminal.screen.display[30]))
        terminal.resize(80, 24)
        terminal.wait("Experiment    Watch")


@pytest.mark.parametrize(
    "command", [("open", "circles"), ("run", "circles"), ("watch", "last"), ("watch", "last", "--plain")]
)
def test_a_dumb_terminal_gets_plain_words(home: Path, command: tuple[str, ...]) -> None:
    quick = edit(Experiment(), {"data.source": "circles", "optimization.iterations": "300"})
    end_of(Lab(), Lab().start(quick))
    with Terminal(*command, kind="dumb") as terminal:
        assert terminal.exit_code() == 0
    assert b"done" in terminal.written
    assert b"\x1b" not in terminal.written
