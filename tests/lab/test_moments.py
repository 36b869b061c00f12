"""The network at one moment: which problem, which weights, and what is remembered."""

from pathlib import Path

import numpy as np
import pytest

from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit, loads
from tuilab.lab import Lab
from tuilab.nn import Parameters
from tuilab.runs import Weights

SMALL = """
[data]
source = "blobs"
examples = 60
[network]
hidden = [3]
"""


@pytest.fixture
def experiment() -> Experiment:
    return loads(SMALL)


def test_the_last_two_problems_are_remembered(lab: Lab, experiment: Experiment) -> None:
    other, third = (edit(experiment, {"seed": seed}) for seed in ("8", "9"))
    first, second = lab.problem(experiment), lab.problem(other)
    assert lab.problem(loads(SMALL)) is first and lab.problem(other) is second
    lab.problem(third)
    assert lab.problem(other) is second and lab.problem(experiment) is not first


def test_a_data_file_that_changed_is_read_again(lab: Lab, experiment: Experiment, tmp_path: Path) -> None:
    file = tmp_path / "data.csv"
    rows = [f"{place % 7},{place % 5},{place % 2}" for place in range(40)]
    file.write_text("\n".join(["a,b,y", *rows]))
    of_file = edit(experiment, {"data.source": str(file), "data.examples": "all"})
    before = lab.problem(of_file)
    assert lab.problem(of_file) is before
    file.write_text("\n".join(["a,b,y", *rows, *rows]))
    after = lab.problem(of_file)
    assert len(after.dataset.train.y) == 2 * len(before.dataset.train.y)


def test_a_draft_is_at_iteration_0_with_the_weights_of_its_seed(lab: Lab, experiment: Experiment) -> None:
    moment = lab.moment(experiment)
    assert moment.iteration == 0 and moment.parameters is moment.problem.initial


def test_a_run_has_its_newest_weights(lab: Lab, experiment: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = lab.store.create(experiment)
    assert lab.moment(experiment, folder.name).iteration == 0  # before the first checkpoint
    learned = Parameters(lab.problem(experiment).network.sizes)
    learned.theta[:] = np.arange(learned.theta.size)
    monkeypatch.setattr("tuilab.lab.moments.latest_weights", lambda folder: Weights(70, learned, kept=False))
    found = lab.moment(experiment, folder.name)
    assert found.iteration == 70 and found.parameters is learned
    with pytest.raises(BadInput, match="no longer those of the run"):
        lab.moment(edit(experiment, {"network.hidden": "4"}), folder.name)
