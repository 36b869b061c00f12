"""The threshold that is best on dev is found, foretold, tried by one key, and held by whoever predicts."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verdicts import judged, rare_table
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit, knobs
from tuilab.nn.task import CLASSIFICATION, Classification
from tuilab.training import build
from tuilab.training.tally import balanced_error, precisions, recalls, tally
from tuilab.training.threshold import best_threshold

SCORES = st.lists(st.tuples(st.floats(-30, 30), st.booleans()), min_size=2, max_size=40)


@given(SCORES)
def test_no_other_threshold_has_a_lower_balanced_error(scores: list[tuple[float, bool]]) -> None:
    z, y = np.array([[score for score, _ in scores]]), np.array([int(label) for _, label in scores])
    found = best_threshold(z, y)
    if len(set(y.tolist())) < 2:
        assert found is None
        return
    assert found and 0 < found.value < 1
    assert found.tally == tally(y, Classification(found.value).predict(z), 2)
    assert balanced_error(found.tally) <= balanced_error(tally(y, CLASSIFICATION.predict(z), 2)) + 1e-12
    for cut in np.sort(z[0]):
        # Far out, or nearer to one another than three digits tell, scores are as good as equal.
        apart = np.abs(z[0] - cut) > 0.02
        if abs(cut) < 15 and apart.sum() == len(y) - 1:
            one = tally(y, (z[0] > cut).astype(int), 2)
            assert balanced_error(found.tally) <= balanced_error(one) + 1e-12


def test_where_all_thresholds_are_equal_it_is_one_half_and_where_z_says_nothing_there_is_none() -> None:
    y = np.array([0, 1])
    assert (found := best_threshold(np.array([[-1.0, 1.0]]), y)) and found.value == 0.5
    assert best_threshold(np.array([[np.nan, 1.0]]), y) is None


def test_the_action_does_what_was_foretold_on_dev(tmp_path: Path) -> None:
    rare_table(tmp_path / "rare.csv", 0.05, 2000)
    edits = {"data.source": str(tmp_path / "rare.csv"), "network.hidden": "8", "optimization.iterations": "300"}
    run = judged(edit(Experiment(), edits))
    assert run.diagnosis.state == "unequal"
    [action] = [one for one in run.diagnosis.actions if one.label.startswith("threshold")]
    foretold = run.finished.threshold
    assert foretold and f"{foretold.value:g}" in action.label and "chosen" in action.why
    child = judged(run.experiment, action.edits)
    assert child.cost == run.cost, "only what is said of the probabilities has changed"
    assert child.finished.tally.dev == foretold.tally and run.finished.tally.dev
    before, after = run.finished.tally.dev, foretold.tally
    assert (recalls(after)[1] or 0) > (recalls(before)[1] or 0) + 0.2, "more of the rare ones are found"
    assert (precisions(after)[1] or 0) < (precisions(before)[1] or 0), "and more that are none"
    assert child.diagnosis.state != "unequal"
    assert child.finished.threshold == foretold
    assert not any("threshold" in one.label for one in child.diagnosis.actions)


def test_of_equal_classes_none_is_told() -> None:
    run = judged(Experiment(), {"data.source": "moons", "optimization.iterations": "20"})
    assert run.finished.threshold is None


@pytest.mark.parametrize(("source", "threshold"), [("blobs", "0.4"), ("digits", "0.9")])
def test_of_more_than_two_classes_there_is_no_threshold(source: str, threshold: str) -> None:
    with pytest.raises(BadInput, match=r"must be 0\.5: of \d+ classes the most probable is said") as fault:
        build(edit(Experiment(), {"data.source": source, "diagnosis.threshold": threshold}))
    assert fault.value.path == "diagnosis.threshold"


@pytest.mark.parametrize("text", ["0", "1", "-0.1", "nan", "true"])
def test_a_threshold_is_a_probability(text: str) -> None:
    with pytest.raises(BadInput):
        edit(Experiment(), {"diagnosis.threshold": text})
    assert knobs()["diagnosis.threshold"].default == 0.5
