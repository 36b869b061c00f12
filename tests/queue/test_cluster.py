"""What a cluster gives back, or does not: a death of its workers is no fault of a trial, a crash is."""

from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from tests.queue.test_queue import QUICK
from tests.runs.events import finished, started
from tests.trainers import end_of
from tuilab.lab import Lab
from tuilab.queue.cluster import LOSSES, Cluster, ClusterWorker
from tuilab.queue.sweep import TRIES
from tuilab.runs import Appender
from tuilab.runs.parcel import Parcel, encoded, own_version, packed
from tuilab.search import Search, trials

CRASHED = encoded(Parcel(version=own_version(), words="killed by signal 11"))
LOST = RuntimeError("all those workers died while running it")
SLOW = TimeoutError()
"""In place of a parcel that the scheduler does not have yet."""


class Given:
    """A future that is over, and gives its ends in turn, or raises them."""

    def __init__(self, *ends: object) -> None:
        self._ends = list(ends)

    @property
    def status(self) -> str:
        return "error" if self._ends[0] is LOST else "finished"

    def done(self) -> bool:
        return True

    def result(self, timeout: float) -> object:
        end = self._ends.pop(0)
        if isinstance(end, Exception):
            raise end
        return end


class OneThread(Cluster):
    """A cluster that gives back what it was given, in turn."""

    is_there, threads = True, 1

    def __init__(self, *ends: object) -> None:
        self._ends = list(ends)
        self.submitted: list[int] = []

    def submit(self, name: str, experiment: str, tries: int, stop: str) -> Any:
        self.submitted.append(tries)
        end = self._ends.pop(0)
        return Given(end, self._ends.pop(0)) if end is SLOW else Given(end)

    def begin(self, name: str) -> None:
        """There is nothing to take back."""


def sweep_of_one(lab: Lab) -> str:
    search = Search(over={"optimization.learning_rate": "0.1,0.2"}, trials=1, workers="asked")
    return lab.sweeps.start(QUICK, search)


def trained(lab: Lab, name: str) -> bytes:
    """The parcel of the trial of that sweep."""
    (trial,) = trials(*lab.sweeps.find(name).read())
    run = lab.start(trial.experiment)
    end_of(lab, run)
    return packed(lab.store.find(run))


def work(worker: ClusterWorker) -> None:
    while worker.look():
        pass


def stopped(place: Path) -> bytes:
    """The parcel of a trial that somebody has stopped there."""
    with Appender(place / "log.jsonl") as log:
        log.append(started())
        log.append(structs.replace(finished(), status="stopped"))
    return encoded(Parcel(version=own_version(), log=(place / "log.jsonl").read_bytes()))


def test_a_trial_that_is_lost_with_its_workers_or_stopped_there_is_submitted_again(lab: Lab, tmp_path: Path) -> None:
    name = sweep_of_one(lab)
    ends = [LOST, stopped(tmp_path)] * LOSSES
    cluster = OneThread(*ends[:-1], SLOW, trained(lab, name))
    work(ClusterWorker(lab.sweeps.find(name), cluster))
    assert lab.sweeps.look(name).states == {"done": 1}
    assert len(set(cluster.submitted)) == len(ends), "the scheduler would give back what it has, were one told it twice"


@pytest.mark.parametrize(("end", "tries"), [(CRASHED, TRIES), (LOST, TRIES * LOSSES)])
def test_one_that_crashes_or_is_lost_again_and_again_is_given_up_and_named(lab: Lab, end: object, tries: int) -> None:
    name, cluster = sweep_of_one(lab), OneThread(*[end] * tries)
    work(ClusterWorker(lab.sweeps.find(name), cluster))
    view = lab.sweeps.look(name)
    assert len(cluster.submitted) == tries and view.failed == [view.results[0].name]
