"""1 − αλ/m is told where every update multiplies the weights by it, and nowhere else."""

import numpy as np
import pytest
from msgspec import structs

from tests.ui.canned import snapshot
from tuilab.cli.inspect import inspection_text
from tuilab.data import prepare
from tuilab.engines import choose
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, convert, edit
from tuilab.lab import Lab
from tuilab.lab.sentences.report import run_text
from tuilab.lessons import Figures
from tuilab.training import Training, build

PLAIN = convert(
    {
        "data": {"source": "circles", "examples": 60},
        "network": {"hidden": [3]},
        "regularization": {"kind": "l2", "lambd": 0.9},
        "optimization": {"learning_rate": 0.1, "iterations": 5},
    }
)
OTHERS = [
    {"optimization.optimizer": "momentum"},
    {"optimization.optimizer": "rmsprop"},
    {"optimization.optimizer": "adam"},
    {"optimization.optimizer": "adamw"},
    {"optimization.decay": "inverse", "optimization.decay_rate": "0.5"},
    {"optimization.decay": "exponential", "optimization.decay_rate": "0.5"},
    {"regularization.kind": "l1"},
    {"regularization.kind": "none"},
    {"regularization.lambd": "0"},
]


def told(lab: Lab, experiment: Experiment, edits: dict[str, str] | None = None) -> list[bool]:
    """Whether it is told before a run and after it, and whether a lesson may claim it."""
    problem, run = build(experiment), snapshot("done")
    view = structs.replace(run.view, started=problem.started(0.0, choose(problem)), edits=edits or {})
    try:
        claimed = Figures(experiment, prepare).get("decay") == problem.decay
    except BadInput:
        claimed = False
    texts = inspection_text(lab, experiment), run_text(structs.replace(run, view=view))
    return [*("αλ/m" in text for text in texts), claimed]


def test_it_is_what_an_update_multiplies_the_weights_by(lab: Lab) -> None:
    problem = build(PLAIN)
    decay, still = problem.decay, build(edit(PLAIN, {"regularization.lambd": "0"}))
    assert decay == 1 - 0.1 * 0.9 / len(problem.dataset.train.y)
    decayed, plain = Training(problem), Training(still)
    decayed.step()
    plain.step()
    first = problem.initial.all_weights
    np.testing.assert_allclose(
        decayed.parameters.all_weights, plain.parameters.all_weights - first + decay * first, rtol=1e-12
    )
    assert told(lab, PLAIN) == [True, True, True]


@pytest.mark.parametrize("edits", OTHERS, ids=lambda edits: ", ".join(edits.values()))
def test_nobody_hears_of_it_where_it_is_not_true(lab: Lab, edits: dict[str, str]) -> None:
    problem = build(edit(PLAIN, edits))
    assert problem.decay is None and problem.started(0.0, choose(problem)).decay == 1
    assert told(lab, problem.experiment) == [False, False, False]


@pytest.mark.parametrize("path", ["optimization.learning_rate", "regularization.lambd"])
def test_a_run_that_was_edited_has_had_more_than_one(lab: Lab, path: str) -> None:
    assert told(lab, PLAIN, {path: "0.5"})[1] is False
    assert told(lab, PLAIN, {"dropout.keep_prob": "0.5"})[1] is True
