"""kill -9 at any moment: of trainers, and of whoever saves a checkpoint. Seeded; what is killed is not."""

import os
import random
import signal
import statistics
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests.trainers import end_of, is_dead, kill, points, reach, trainer, until, words
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.runs import RunFolder, Tail
from tuilab.runs.archive import read_arrays
from tuilab.runs.checkpoint import newest

ROOT = Path(__file__).parents[2]
SEED = 5
KILLS = 100
RESUMES = 20
EXPERIMENT = edit(
    Experiment(),
    {
        "data.source": "moons",
        "data.examples": "200",
        "network.hidden": "12, 6",
        "dropout.keep_prob": "0.9",
        "optimization.batch_size": "32",
        "optimization.optimizer": "adam",
        "optimization.learning_rate": "0.001",
        "optimization.iterations": "9000000",
        "early_stopping.monitor": "dev_cost",
        "early_stopping.patience": "1000000000",
    },
)
ENDLESS = edit(EXPERIMENT, {"optimization.iterations": "1000000000"})


def weights(folder: RunFolder) -> dict[str, bytes]:
    return {name: array.tobytes() for name, array in read_arrays(folder.weights_file).items()}


def test_twenty_kills_leave_no_trace(lab: Lab) -> None:
    """F5: weights bit-equal, points equal, none twice, none missing."""
    chance = random.Random(SEED)
    folder = lab.store.find(lab.start(EXPERIMENT))
    kills = 0
    while kills < RESUMES:
        time.sleep(chance.uniform(0, 2.5))
        if lab.control.look(folder.name).view.finished:
            break
        kill(folder)
        kills += 1
        lab.control.resume(folder.name)
    killed = end_of(lab, folder.name, 240)
    whole = lab.store.find(lab.start(EXPERIMENT))
    never = end_of(lab, whole.name, 240)
    print(f"F5: {kills} kills, {len(killed.view.cost)} points of the cost curve")
    assert kills == RESUMES
    assert (killed.status, never.status) == ("done", "done")
    assert points(killed.view) == points(never.view)
    assert weights(folder) == weights(whole)
    assert (np.diff(killed.view.cost.iteration) > 0).all()


def test_a_kill_loses_at_most_two_tenths_of_a_second_of_metrics(lab: Lab) -> None:
    """F4: 100 kills at random times; every line that was seen is there, and the log stays readable."""
    chance = random.Random(SEED)
    folder = lab.store.find(lab.start(edit(EXPERIMENT, {"optimization.iterations": "20000000"})))
    lost = []
    reach(lab, folder.name, 1)
    for _ in range(KILLS):
        time.sleep(chance.uniform(0, 0.5))
        seen = folder.log_file.read_bytes()
        process = trainer(folder)
        at = time.time()
        process.kill()
        until(partial(is_dead, process))
        assert folder.log_file.read_bytes().startswith(seen)
        tail = Tail(folder.log_file)
        events = tail.read()
        while not tail.at_end:
            events += tail.read()
        lost.append(at - max(event.time for event in events))
        assert tail.damaged <= 1
        lab.control.resume(folder.name)
    kill(folder)
    print(f"F4: {KILLS} kills lost {max(lost):.3f} s at most, {statistics.median(lost):.3f} s in the middle")
    assert max(lost) <= 0.2


SAVER = """
import sys
from pathlib import Path
import numpy as np
from tuilab.runs import RunFolder
from tuilab.runs.checkpoint import Header, Saver, newest
folder = RunFolder(Path(sys.argv[1]))
found = newest(folder)
number = int(found.arrays["iteration"]) if found else 0
saver = Saver(folder)
while True:
    number += 1
    saver.save(Header(layers=(2, 1)), {"iteration": np.array(number), "theta": np.full(300_000, float(number))})
    print(number, flush=True)
"""


def test_a_checkpoint_is_whole_or_absent(tmp_path: Path) -> None:
    """F6: kill -9 while saving, 100 times."""
    chance, folder, unloadable, halves = random.Random(SEED), RunFolder(tmp_path), 0, 0
    for _ in range(KILLS):
        command = [sys.executable, "-c", SAVER, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
            assert process.stdout is not None
            saved = int(process.stdout.readline())
            time.sleep(chance.uniform(0, 0.03))
            process.kill()
            saved = max([saved, *map(int, process.stdout.read().split())])
        found = newest(folder)
        unloadable += found is None
        assert found is not None and int(found.arrays["iteration"]) >= saved
        assert (found.arrays["theta"] == float(found.arrays["iteration"])).all()
        names = [path.name for path in folder.checkpoints_folder.iterdir()]
        half = sum(name.startswith(".") for name in names)
        halves += half
        assert half <= 1
        assert sum(not name.startswith(".") for name in names) >= 1
    print(f"F6: {KILLS} kills, {unloadable} unloadable, {halves} found a half-written file beside the whole ones")
    assert unloadable == 0


def one_has_ended(processes: "list[subprocess.Popen[str]]") -> bool:
    return any(process.poll() is not None for process in processes)


def test_of_two_trainers_one_wins(lab: Lab) -> None:
    """F8: two trainers at once, 50 times; the other names the holder."""
    for _ in range(50):
        folder = lab.store.create(ENDLESS)
        command = [sys.executable, "-m", "tuilab.trainer", str(folder.path)]
        both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
        until(partial(one_has_ended, both))
        loser = next(process for process in both if process.poll() is not None)
        winner = next(process for process in both if process is not loser)
        assert loser.returncode == 2
        assert f"is being trained by process {winner.pid}" in words(loser)
        assert winner.poll() is None
        winner.kill()
        words(winner)
        winner.wait()


BLOCKED = """
import sys, time
from tuilab.training import Training
advance = Training.advance
def endless(self, updates):
    if self.iteration >= 200:
        time.sleep(3600)
    return advance(self, updates)
Training.advance = endless
from tuilab.trainer.process import main
main(sys.argv[1])
"""


@pytest.mark.parametrize("fault", ["kill", "stop", "endless"])
def test_dead_and_hung_are_told_apart(lab: Lab, fault: str) -> None:
    """F9: dead within 2 s, no progress within 10 s, from a sign of life that the training loop sends."""
    folder = lab.store.create(ENDLESS)
    command = [sys.executable, "-c", BLOCKED] if fault == "endless" else [sys.executable, "-m", "tuilab.trainer"]
    with subprocess.Popen([*command, str(folder.path)]) as process:
        try:
            reach(lab, folder.name, 1)
            if fault != "endless":
                os.kill(process.pid, {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}[fault])
            start, follower = time.monotonic(), lab.follow(folder.name)
            status, limit = ("dead", 2.0) if fault == "kill" else ("no progress", 10.0)
            until(lambda: follower.poll().status == status, limit)
            print(f"F9: {fault}: {status} after {time.monotonic() - start:.1f} s")
            if fault == "stop":
                os.kill(process.pid, signal.SIGCONT)
                until(lambda: follower.poll().status == "running", 5)
        finally:
            process.kill()
