"""The log of a long run: small after a day, open at once."""

import subprocess
import sys
from pathlib import Path

import numpy as np

from tests.runs.events import started
from tuilab.events import Progress
from tuilab.runs import Appender
from tuilab.runs.journal import Journal
from tuilab.training.curve import CostRecorder, ErrorRecorder
from tuilab.training.loop import PACE

ROOT = Path(__file__).parents[2]
DAY = 86_400.0
POINTS = 1_000_000
READER = """
import resource, sys, time
from pathlib import Path
start = time.perf_counter()
from tuilab.runs import Follower, RunFolder
follower = Follower(RunFolder(Path(sys.argv[1])))
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
        for iteration, cost in zip(range(first, last), random.random(last - first).tolist(), strict=True):
            costs.add(iteration, cost, cost / 7)
        if offer % (offers // 200) == 0:
            errors.add(first, 0.125, 1 / 3)
        journal.write(
            Progress(time=1.7e9 + now[0], iteration=last, seconds=now[0] / 3, costs=costs.take(), errors=errors.take())
        )
    size = (tmp_path / "log.jsonl").stat().st_size
    print(f"log: {size / 1e6:.1f} MB after a day")
    assert size < 64e6


def test_a_million_points_are_there_within_a_second(tmp_path: Path) -> None:
    """L6: without the screen; from the start of the imports, in a process of its own."""
    random = np.random.default_rng(5)
    with Appender(tmp_path / "log.jsonl") as log:
        log.append(started())
        for start in range(0, POINTS, 500):
            costs = CostRecorder(1)
            for at, cost in zip(range(start, start + 500), random.random(500).tolist(), strict=True):
                costs.add(at, cost, cost / 7)
            log.append(Progress(time=0.0, iteration=start + 499, seconds=1.0, costs=costs.take()))
    command = [sys.executable, "-c", READER, str(tmp_path)]
    told = [
        subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.split() for _ in range(3)
    ]
    assert {int(points) for points, _, _ in told} == {POINTS}
    seconds, memory = min(float(one[1]) for one in told), max(float(one[2]) for one in told)
    print(f"L6: {POINTS} points read in {seconds:.2f} s, {memory:.0f} MB")
    assert seconds <= 1
    assert memory <= 200
