"""kill -9 of a sweep's command, of its worker and of its trainers, again and again: each trial exactly once."""

import random
import time
from contextlib import suppress

import psutil
import pytest

from tests.queue.test_queue import begun, workers
from tests.torture.test_starts import EXPERIMENT, tuilab
from tests.trainers import trainer, until
from tuilab.experiment import edit
from tuilab.lab import Lab
from tuilab.queue.sweep import crashes
from tuilab.search import Search

KILLS, TRIALS = 10, 12


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_killed_each_trial_is_trained_once(lab: Lab, seed: int) -> None:
    chance = random.Random(seed)
    search = Search(over={"optimization.learning_rate": "log:0.01..1"}, trials=TRIALS)
    name = lab.sweeps.start(edit(EXPERIMENT, {"early_stopping.monitor": "off"}), search)
    sweep = lab.sweeps.find(name)
    ended: dict[str, bytes] = {}
    killed = {"command": 0, "worker": 0, "trainer": 0}
    while sum(killed.values()) < KILLS and lab.sweeps.look(name).status != "done":
        command = tuilab("sweep", name)
        time.sleep(chance.uniform(0.1, 1.0))
        what = chance.choice(list(killed))
        if what == "worker":
            for process in workers(lab):
                process.kill()
                killed[what] += 1
        elif what == "trainer":
            # A second death would be a crash, by which a trial is given up.
            going = [one for one in sweep.store.list() if lab.control.look(one.name).status == "running"]
            for folder in [one for one in going if not crashes(one)][:1]:
                with suppress(psutil.NoSuchProcess, ValueError):
                    trainer(folder).kill()
                    killed[what] += 1
        killed["command"] += what == "command"
        command.kill()
        command.communicate()
        for one in lab.sweeps.look(name).results:
            if one.status == "done":
                log = lab.store.find(one.name).log_file.read_bytes()
                assert ended.setdefault(one.name, log) == log
    end = tuilab("sweep", name)
    assert end.wait(300) == 0
    view = lab.sweeps.look(name)
    assert view.states == {"done": TRIALS} and len({one.name for one in view.results}) == TRIALS
    assert all(lab.store.find(one).log_file.read_bytes() == log for one, log in ended.items())
    assert sum(begun(folder) for folder in sweep.store.list()) <= TRIALS + killed["trainer"]
    until(lambda: not workers(lab))
    print(killed)
