"""A cluster that is killed again and again: each trial is trained to its end once, and none that was is repeated."""

import random
import signal
import time
from functools import partial

import psutil
import pytest

from tests.peers.test_cluster import Dask, command, dask, done, over
from tests.queue.test_queue import begun
from tests.trainers import until
from tuilab.lab import Lab
from tuilab.queue.sweep import crashes

__all__ = ["dask"]
KILLS, TRIALS = 10, 32
SWEEP = ["--over", "optimization.learning_rate=log:0.01..0.1", "--trials", str(TRIALS), "--name", "one"]
QUICK = ["--set", "optimization.iterations=400"]


@pytest.mark.usefixtures("paced")
@pytest.mark.parametrize("killed", ["worker", "scheduler", "sweep"])
def test_whatever_is_killed_ten_times_each_trial_counts_once(lab: Lab, dask: Dask, killed: str) -> None:
    chance = random.Random(killed)
    going = command(dask, "sweep", "circles", *SWEEP, *QUICK)
    ended: dict[str, bytes] = {}
    for _ in range(KILLS):
        before = len(ended)
        until(partial(more_are_done, lab, before))
        time.sleep(chance.uniform(0, 0.3))
        ended |= over(lab, "one")
        match killed:
            case "worker":
                kill_worker(dask, chance)
            case "scheduler":
                dask.kill()
                said = going.communicate(timeout=100)[1]
                assert going.returncode == 1, said
                dask.begin()
            case "sweep":
                going.kill()
                going.wait()
        if killed != "worker":
            going = command(dask, "sweep", "one")
        now = over(lab, "one")
        assert {name: now[name] for name in ended} == ended
        ended |= now  # the next kill waits for one that came back since: none before the command is there
    middle = len(ended)
    said = going.communicate(timeout=300)[1]
    assert going.returncode == 0, said
    view, now = lab.sweeps.look("one"), over(lab, "one")
    print(f"{KILLS} kills of the {killed}: {middle} trials were over at the last one")
    assert 0 < middle < TRIALS
    assert view.states == {"done": TRIALS} and len({one.name for one in view.results}) == TRIALS
    assert {name: now[name] for name in ended} == ended
    folders = lab.sweeps.find("one").store.list()
    assert [(begun(folder), crashes(folder)) for folder in folders] == [(1, 0)] * TRIALS


def more_are_done(lab: Lab, before: int) -> bool:
    return lab.sweeps.has("one") and len(done(lab, "one")) > before


def kill_worker(dask: Dask, chance: random.Random) -> None:
    """Kills one of the two, whose trainers end with it, and adds another."""
    process = dask.workers.pop(chance.randrange(2))
    trainers = psutil.Process(process.pid).children()
    process.send_signal(signal.SIGKILL)
    process.wait()
    _, living = psutil.wait_procs(trainers, timeout=60)
    assert not living
    dask.workers.append(dask.add())
