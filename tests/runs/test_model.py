"""Runs whose inputs of yes or no an earlier tuilab divided by their σ, too: they stay what they were trained as."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec import structs

from tests.trainers import end_of
from tuilab.data import normalize
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.runs import RunFolder, read_model, write_model
from tuilab.runs.model import as_trained
from tuilab.training import build


@pytest.fixture
def experiment(tmp_path: Path) -> Experiment:
    """60 rows of a number that two of them lack and a category of which one level is rare."""
    random = np.random.default_rng(5)
    lines = [
        f"{'' if row in (3, 40) else f'{random.normal():.3f}'},{'rare' if row % 15 == 0 else 'ab'[row % 2]},{row % 2}"
        for row in range(60)
    ]
    (tmp_path / "data.csv").write_text("\n".join(["x,kind,y", *lines]))
    decided = {"columns.missing": "median", "optimization.iterations": "40"}
    return edit(Experiment(), {"data.source": str(tmp_path / "data.csv"), **decided})


def of_an_earlier_tuilab(folder: RunFolder, experiment: Experiment, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Its problem, in which σ divides all; the model of the run in `folder` becomes one of it."""
    now = normalize.moments
    with monkeypatch.context() as earlier:
        earlier.setattr(normalize, "moments", lambda X, marks=None: now(X))
        problem = build(experiment)
    model = read_model(folder)
    assert model is not None
    write_model(folder, structs.replace(model, scale=tuple(problem.dataset.scale.tolist())))
    return problem


def test_its_views_and_its_next_trainer_normalize_as_it_was_trained(
    lab: Lab, experiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = end_of(lab, lab.start(experiment))
    folder, own = lab.store.find(run.name), build(experiment)
    assert as_trained(own, folder) is own and lab.moment(experiment, run.name).problem.dataset.scale[-1] == 1
    earlier = of_an_earlier_tuilab(folder, experiment, monkeypatch).dataset
    seen = lab.moment(experiment, run.name).problem.dataset
    for name, part in earlier.parts.items():
        np.testing.assert_allclose(seen.parts[name].X, part.X, rtol=1e-12, atol=1e-15)
    assert not np.allclose(own.dataset.train.X, earlier.train.X)
    lab.control.resume(run.name, {"optimization.iterations": "80"})
    assert end_of(lab, run.name).view.iteration == 80
    longer = read_model(folder)
    assert longer is not None and longer.scale == tuple(earlier.scale.tolist())
