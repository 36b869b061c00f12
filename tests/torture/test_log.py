"""The log of a long run: small after a day, open at once."""

import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.runs.events import finished, started
from tests.terminal import FRESH, Terminal
from tuilab.events import Progress
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.runs import Appender
from tuilab.runs.journal import Journal
from tuilab.training.curve import CostRecorder, ErrorRecorder
from tuilab.training.evaluate import RunningFigures
from tuilab.training.loop import PACE

ROOT = Path(__file__).parents[2]
DAY = 86_400.0
POINTS, SPIKE = 1_000_000, 40.0
STARTS, ENOUGH = 5, 20
"""Of the app; cells of Braille with which a plot is drawn."""
READER = """
import resource, sys, time
from pathlib import Path
start = time.perf_counter()
from tuilab.runs import LogFollower, RunFolder
follower = LogFollower(RunFolder(Path(sys.argv[1])))
while not (look := follower.look(0.0)).whole:
    pass
seconds = time.perf_counter() - start
print(len(look.view.cost), seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def test_a_day_of_training_stays_below_64_megabytes(tmp_path: Path) -> None:
    """The loop offers a line ten times a second all day; costs and errors come as a run of a day makes them."""
    now, planned = [0.0], 10_000_000
    costs, errors = CostRecorder(planned), ErrorRecorder()
    journal = Journal(tmp_path / "log.jsonl", clock=lambda: now[0])
    random = np.random.default_rng(5)
    offers = int(DAY / PACE)
    for offer in range(offers):
        now[0] = offer * PACE
        first, last = planned * offer // offers, planned * (offer + 1) // offers
        total = random.random(last - first)
        costs.extend(first, total, total / 7)
        if offer % (offers // 200) == 0:
            errors.add(first, RunningFigures(0.125, 1 / 3, 0.4))
        journal.write(
            Progress(time=1.7e9 + now[0], iteration=last, seconds=now[0] / 3, costs=costs.take(), errors=errors.take())
        )
    size = (tmp_path / "log.jsonl").stat().st_size
    print(f"log: {size / 1e6:.1f} MB after a day")
    assert size < 64e6


@pytest.fixture(scope="module")
def million(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one finished run of `POINTS` points between 0 and 1, but for one of `SPIKE`."""
    home = tmp_path_factory.mktemp("million")
    plan = {"data.source": "circles", "optimization.iterations": str(POINTS)}
    folder = Lab(home).store.create(edit(Experiment(), plan))
    random = np.random.default_rng(5)
    with Appender(folder.log_file) as log:
        log.append(started())
        for start in range(0, POINTS, 500):
            costs = CostRecorder(1)
            total = random.random(500)
            penalty = total / 7
            if start <= (spike := POINTS * 7 // 9) < start + 500:
                total[spike - start] = SPIKE
            costs.extend(start, total, penalty)
            log.append(Progress(time=0.0, iteration=start + 499, seconds=1.0, costs=costs.take()))
        log.append(finished(POINTS))
    return home


def test_a_million_points_are_there_within_a_second(million: Path) -> None:
    """L6: without the screen; from the start of the imports, in a process of its own."""
    command = [sys.executable, "-c", READER, str(Lab(million).store.find("last").path)]
    told = [
        subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.split() for _ in range(3)
    ]
    assert {int(points) for points, _, _ in told} == {POINTS}
    seconds, memory = min(float(one[1]) for one in told), max(float(one[2]) for one in told)
    print(f"L6: {POINTS} points read in {seconds:.2f} s, {memory:.0f} MB")
    assert seconds <= 1
    assert memory <= 200


def test_a_million_points_are_on_the_screen_within_a_second(million: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """L6: from the command to the first plot; memory once all is drawn, and the one point that stands out."""
    monkeypatch.setenv("TUILAB_HOME", str(million))
    times, memory = [], []
    for _ in range(STARTS):
        start = time.perf_counter()
        with Terminal("open", "--run", "last", program=FRESH) as terminal:
            assert terminal.until(lambda: len(re.findall("[\u2801-\u28ff]", terminal.text)) >= ENOUGH, 20)
            times.append(time.perf_counter() - start)
            terminal.wait("✓ done")
            terminal.wait(r"[│┤] +⡇ *\n")  # the one that stands out goes through the top, where it is counted
            terminal.wait("1 point above")
            memory.append(psutil.Process(terminal.pid).memory_info().rss / 1e6)
    print(f"L6: first plot of {POINTS} points {min(times):.2f} s after the command, {max(memory):.0f} MB")
    assert min(times) <= 1
    assert max(memory) <= 200
