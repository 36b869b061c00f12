"""kill -9, SIGSTOP and two terminals at once, at any moment of start, end and queue. Seeded; what is killed is not."""

import random
import subprocess
import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path

import psutil
import pytest

from tests.queue.test_queue import begun, workers
from tests.trainers import end_of, points, trainer, until
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, dumps, edit
from tuilab.lab import Lab
from tuilab.lab.seeds import with_seeds
from tuilab.runs import RunFolder

RUNS, ROUNDS, SEEDS = 20, 6, 6
EXPERIMENT = edit(
    Experiment(),
    {
        "data.source": "circles",
        "optimization.iterations": "60000",
        "early_stopping.monitor": "dev_cost",
        "early_stopping.patience": "15000",
    },
)


def tuilab(*arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tuilab", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def has_more(lab: Lab, before: set[str]) -> bool:
    return any(folder.name not in before for folder in lab.store.list())


def hit(chance: random.Random, lab: Lab, folder: RunFolder) -> bool:
    """Kills the run's trainer, or stops it for a moment, in which it is not dead; whether there was one."""
    try:
        process = trainer(folder)
        if chance.random() < 0.3:
            process.suspend()
            time.sleep(chance.uniform(0, 0.2))
            process.resume()
        else:
            process.kill()
    except (ValueError, psutil.NoSuchProcess):
        return False
    return True


def take_up(chance: random.Random, lab: Lab, name: str) -> None:
    """Resumes a run: from two terminals at once, here, or by a mere look."""
    way = chance.choice(["two", "resume", "look"])
    if way == "two":
        ends = [(both.communicate(timeout=60)[1], both.returncode) for both in [tuilab("resume", name) for _ in "ab"]]
        assert {code for _, code in ends} <= {0, 2} and not any("Traceback" in told for told, _ in ends)
    elif way == "look":
        lab.follow(name).poll()
    else:
        try:
            lab.control.resume(name)
        except BadInput as error:
            assert "its trainer ended before it began" not in str(error)


def test_whatever_is_killed_at_start_and_end_the_run_comes_out_the_same(lab: Lab, tmp_path: Path) -> None:
    chance, file = random.Random(7), tmp_path / "experiment.toml"
    file.write_text(dumps(EXPERIMENT))
    whole = lab.store.find(lab.start(EXPERIMENT))
    expected, weights = points(end_of(lab, whole.name).view), whole.weights_file.read_bytes()
    seen: Counter[str] = Counter()
    for _ in range(RUNS):
        before = {folder.name for folder in lab.store.list()}
        with tuilab("run", str(file)) as command:
            until(partial(has_more, lab, before))
            time.sleep(chance.choice([0, chance.uniform(0, 0.5)]))
            command.kill()
        hits = 6
        for folder in (one for one in lab.store.list() if one.name not in before):
            while (status := lab.control.look(folder.name).status) != "done":
                seen[status] += 1
                time.sleep(chance.choice([0, chance.uniform(0, 0.3), chance.uniform(0, 1.2)]))
                if status == "dead":
                    take_up(chance, lab, folder.name)
                elif hits and hit(chance, lab, folder):
                    hits -= 1
            end = end_of(lab, folder.name)
            assert points(end.view) == expected and folder.weights_file.read_bytes() == weights
    print(dict(seen))


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_is_killed_of_a_queue_each_run_comes_out_once(lab: Lab, tmp_path: Path, seed: int) -> None:
    chance, file = random.Random(seed), tmp_path / "experiment.toml"
    kills: Counter[str] = Counter()
    for number in range(ROUNDS):
        experiment = edit(EXPERIMENT, {"seed": str(100 * number)})
        file.write_text(dumps(experiment))
        if chance.random() < 0.5:
            with tuilab("run", str(file), "--seeds", str(SEEDS)) as command:
                time.sleep(chance.uniform(0.5, 2))
                command.kill()
        else:
            lab.queue(with_seeds(experiment, experiment.seed, SEEDS))
        give_up = time.monotonic() + 120
        while any(run.status != "done" for run in lab.runs()):
            found = lab.runs()
            assert time.monotonic() < give_up, Counter(run.status for run in found)
            time.sleep(chance.uniform(0, 0.3))
            for worker in workers(lab):
                if chance.random() < 0.3:
                    worker.kill()
                    kills["worker"] += 1
            going = [run.name for run in found if run.status in ("starting", "running")]
            if going and chance.random() < 0.1:
                kills["trainer"] += hit(chance, lab, lab.store.find(chance.choice(going)))
            for run in found:
                if run.status == "dead" and chance.random() < 0.5:
                    take_up(chance, lab, run.name)
    print(dict(kills))
    for folder in lab.store.list():
        iterations = end_of(lab, folder.name).view.cost.iteration.tolist()
        assert iterations == sorted(set(iterations))
        assert begun(folder) <= len(list(folder.claims_folder.iterdir()))
