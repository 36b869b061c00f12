"""A clock that is set back by an hour while a run goes on: the trainer's, or that of whoever looks on."""

import os
import time
from pathlib import Path

import numpy as np
import pytest

from tests.trainers import PACED, PATIENCE, reach
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab, Snapshot
from tuilab.runs import ACTIVE

HOUR = 3600.0
ITERATIONS = 400
RUN = edit(
    Experiment(),
    {"data.source": "circles", "optimization.iterations": str(ITERATIONS), "network.hidden": "10, 5"},
)
SET_BACK = f"""
import time
real, late = time.time, []
time.time = lambda: real() - {HOUR} * bool(late)
{PACED}
    def halfway(self, updates):
        late.extend([self] * (self.iteration > {ITERATIONS // 2}))
        return rested(self, updates)
    Training.advance = halfway
"""
"""The `sitecustomize` of a trainer whose clock is set back in the middle of the run."""


def to_the_end(lab: Lab, name: str) -> list[Snapshot]:
    """What somebody who looks on sees from now on."""
    follower, seen = lab.follow(name), []
    deadline = time.monotonic() + PATIENCE
    while not seen or seen[-1].status in ACTIVE:
        assert time.monotonic() < deadline, seen[-1].status
        seen.append(follower.poll())
        time.sleep(0.05)
    return seen


def holds_its_course(seen: list[Snapshot]) -> None:
    assert {look.status for look in seen} <= {"starting", "running", "done"}
    assert seen[-1].status == "done"
    assert all(look.eta is None or look.eta >= 0 for look in seen)
    assert all(look.rate is None or look.rate >= 0 for look in seen)
    assert sorted(look.view.iteration for look in seen) == [look.view.iteration for look in seen]
    iterations = seen[-1].view.cost.iteration
    assert (np.diff(iterations) > 0).all() and iterations[-1] == ITERATIONS


def test_the_clock_of_the_trainer(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F13"""
    (tmp_path / "sitecustomize.py").write_text(SET_BACK)  # before anything takes the clock
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setattr("tests.forge.MODULES", ())
    seen = to_the_end(lab, lab.start(RUN))
    started = seen[-1].view.started
    assert started is not None and seen[-1].view.time is not None
    assert seen[-1].view.time < started.time - HOUR / 2
    holds_its_course(seen)


@pytest.mark.usefixtures("paced")
def test_the_clock_of_whoever_looks_on(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """F13"""
    name, real = lab.start(RUN), time.time
    reach(lab, name, 1)
    monkeypatch.setattr(time, "time", lambda: real() - HOUR)
    assert lab.runs()[0].status in ACTIVE
    holds_its_course(to_the_end(lab, name))
