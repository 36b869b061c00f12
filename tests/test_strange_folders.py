"""A folder of a stranger costs the others nothing, and is answered or refused in one line each time."""

import shutil
import time
from pathlib import Path

import pytest

from tests.strange_folders import folder, look_through, look_through_sweep, sweep
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.queue.sweep import create_sweep
from tuilab.search import Search, trials
from tuilab.trainer.process import main


def sound_run(lab: Lab) -> Path:
    """The folder of a run that was trained to its end."""
    plan = {"data.source": "circles", "data.examples": "40", "network.hidden": "3", "optimization.iterations": "20"}
    run = lab.store.create(edit(Experiment(), plan))
    assert main(str(run.path)) == 0
    return run.path


def sound_sweep(lab: Lab) -> Path:
    """The folder of a sweep of two trials that were trained to their ends."""
    plan = {"data.source": "circles", "data.examples": "40", "network.hidden": "3", "optimization.iterations": "20"}
    base = edit(Experiment(), plan | {"regularization.kind": "l2"})
    search = Search(over={"regularization.lambd": [0.1, 1.0]}, sampler="grid", workers="asked")
    made = create_sweep(lab.store, base, search, "sound")
    for trial in trials(base, search):
        assert made.store.create_as(made.run(trial).name, trial.experiment, lambda folder: None)
        assert main(str(made.run(trial).path)) == 0
    return made.path


@pytest.mark.parametrize("batch", range(2))
def test_a_strange_folder_is_answered_or_refused_and_costs_the_others_nothing(lab: Lab, batch: int) -> None:
    sound = sound_run(lab)
    (before,) = lab.runs()
    for seed in range(40 * batch, 40 * (batch + 1)):
        path = folder(seed, sound, lab.store.runs)
        start = time.process_time()
        look_through(lab, path)
        assert time.process_time() - start < 2
        assert before in lab.runs()
        shutil.rmtree(path)


def test_a_strange_sweep_is_answered_or_refused_and_costs_the_others_nothing(lab: Lab) -> None:
    sound = sound_sweep(lab)
    (before,) = lab.sweeps.rows()
    assert before.status == "done"
    for seed in range(25):
        path = sweep(seed, sound, lab.store.sweeps)
        start = time.process_time()
        look_through_sweep(lab, path)
        assert time.process_time() - start < 2
        assert before in lab.sweeps.rows()
        shutil.rmtree(path)
