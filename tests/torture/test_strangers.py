"""Ten thousand logs, two thousand folders, a thousand sweeps of strangers, and long logs; the app answers meanwhile."""

import shutil
import time
from pathlib import Path

import pytest

from tests.runs.events import finished, progress, started
from tests.strange_folders import folder, look_through, look_through_sweep, sweep
from tests.strangers import log
from tests.terminal import FRESH, Terminal
from tests.test_strange_folders import sound_run, sound_sweep
from tests.test_strangers import KINDS
from tests.withstand import look_at
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.runs import LogFollower, RunFolder
from tuilab.runs.log import written

MANY = 1_000_000
"""Events of a long log."""
SECONDS = dict.fromkeys(("reports", "one point each", "points that go back", "points and resumptions", "mixed"), 5.0)
"""Of CPU to fold so many of the kinds with the most in a line; 3 for every other one."""


@pytest.fixture
def run(lab: Lab) -> RunFolder:
    return lab.store.create(edit(Experiment(), {"data.source": "circles", "network.hidden": "3"}))


@pytest.mark.parametrize("batch", range(10))
def test_whatever_logs_say_they_are_told_of(lab: Lab, run: RunFolder, batch: int) -> None:
    for seed in range(1000 * batch, 1000 * (batch + 1)):
        run.log_file.write_bytes(log(seed))
        look_at(lab, run, drawn=seed % 10 == 0, exported=seed % 200 == 0)


def long_log(path: Path, kind: str) -> None:
    kinds = KINDS | {"one point each": lambda k: progress(k + 1, 0.5)}
    every = tuple(kinds.values())
    make = kinds.get(kind, lambda k: every[k % len(every)](k))
    with path.open("wb") as file:
        file.write(written(started()))
        for start in range(0, MANY, 10_000):
            file.write(b"".join(written(make(k)) for k in range(start, start + 10_000)))
        file.write(written(finished()))


@pytest.mark.parametrize("kind", [*KINDS, "one point each", "mixed"])
def test_a_million_events_are_folded_in_seconds(run: RunFolder, kind: str) -> None:
    long_log(run.log_file, kind)
    follower, start = LogFollower(run), time.process_time()
    while not follower.look(0.0).whole:
        pass
    seconds = time.process_time() - start
    print(f"{kind}: {MANY:,} events in {seconds:.1f} s")
    assert seconds < 1.5 * SECONDS.get(kind, 3.0)  # as long again by half: the machine is shared


@pytest.mark.parametrize("kind", ["resumptions", "pauses", "one point each"])
def test_the_app_answers_while_it_reads_a_long_log(home: Path, run: RunFolder, kind: str) -> None:
    long_log(run.log_file, kind)
    with Terminal("open", "--run", run.name, program=FRESH) as terminal:
        terminal.wait("Run", 20)
        waits = []
        for _ in range(5):
            start = time.perf_counter()
            terminal.press("?")
            terminal.wait("Change a knob on the left")
            waits.append(time.perf_counter() - start)
            terminal.press("\x1b")
            assert terminal.until(lambda: "Change a knob on the left" not in terminal.text)
        print(f"{kind}: a key is answered in {sorted(waits)[len(waits) // 2]:.2f} s, {max(waits):.2f} s at most")
        terminal.press("q")
        assert terminal.exit_code(5) == 0
    assert sorted(waits)[len(waits) // 2] < 0.2


@pytest.mark.parametrize("batch", range(4))
def test_strange_folders_are_answered_or_refused(lab: Lab, batch: int) -> None:
    sound = sound_run(lab)
    (before,) = lab.runs()
    for seed in range(500 * batch, 500 * (batch + 1)):
        path = folder(seed, sound, lab.store.runs)
        look_through(lab, path)
        assert before in lab.runs()
        shutil.rmtree(path)


@pytest.mark.parametrize("batch", range(2))
def test_strange_sweeps_are_answered_or_refused(lab: Lab, batch: int) -> None:
    sound = sound_sweep(lab)
    (before,) = lab.sweeps.rows()
    for seed in range(500 * batch, 500 * (batch + 1)):
        path = sweep(seed, sound, lab.store.sweeps)
        look_through_sweep(lab, path)
        assert before in lab.sweeps.rows()
        shutil.rmtree(path)
