"""Where the truth is known, the gap that is named is the right one, and chance alone names none."""

from typing import Any

import numpy as np
import pytest

from tests.verdicts import judged
from tuilab.events import Parts
from tuilab.experiment import Experiment, edit, get
from tuilab.lab.sentences.run import verdict
from tuilab.nn.task import CLASSIFICATION
from tuilab.training import Course, Diagnosis, diagnose
from tuilab.training.gaps import gaps

EXAMPLES = Parts(train=5000, train_dev=600, dev=600, test=600)
OTHER = edit(Experiment(), {"diagnosis.base_error": "0.01", "split.dev_noise": "1"})
NAMES = ("avoidable bias", "variance", "data mismatch", "overfitting to dev")


def measured(rng: np.random.Generator, **true: float) -> Parts[float]:
    """The errors of a network whose true ones are these, on so many examples."""
    sizes = {part: getattr(EXAMPLES, part) for part in true}
    return Parts(**{part: float(rng.binomial(sizes[part], error)) / sizes[part] for part, error in true.items()})


def told(error: Parts[float], experiment: Experiment = OTHER, **more: Any) -> Diagnosis:
    return diagnose(error, EXAMPLES, experiment, Course(**more))


def test_each_gap_is_of_its_two_errors() -> None:
    found = gaps(Parts(train=0.03, train_dev=0.06, dev=0.16, test=0.18), 0.01, EXAMPLES, CLASSIFICATION)
    assert [one.name for one in found] == list(NAMES)
    assert [one.value for one in found] == pytest.approx([0.02, 0.03, 0.10, 0.02])
    assert [one.between for one in found] == [
        ("train", "base"),
        ("train-dev", "train"),
        ("dev", "train-dev"),
        ("test", "dev"),
    ]
    assert [one.shown for one in found] == [True, True, True, False]
    without = gaps(Parts(train=0.03, dev=0.16), 0.01, EXAMPLES, CLASSIFICATION)
    assert [(one.name, one.between) for one in without][1:] == [("variance", ("dev", "train"))]


def test_of_100_intervals_of_a_gap_95_hold_the_true_one() -> None:
    rng, true = np.random.default_rng(1), {"train": 0.02, "train_dev": 0.06, "dev": 0.15, "test": 0.16}
    truth = np.array([0.01, 0.04, 0.09, 0.01])
    held = np.array(
        [
            [low <= gap <= high for gap, (low, high) in zip(truth, intervals, strict=True)]
            for _ in range(1500)
            for intervals in [[one.interval for one in gaps(measured(rng, **true), 0.01, EXAMPLES, CLASSIFICATION)]]
        ]
    )
    assert (np.abs(held.mean(axis=0) - 0.95) < 0.02).all()


@pytest.mark.parametrize(
    ("true", "leads"),
    [
        ({"train": 0.01, "train_dev": 0.03, "dev": 0.15}, "Data mismatch"),
        ({"train": 0.01, "train_dev": 0.15, "dev": 0.15}, "High variance"),
        ({"train": 0.15, "train_dev": 0.16, "dev": 0.16}, "High bias"),
        ({"train": 0.01, "train_dev": 0.01, "dev": 0.01}, "Low bias and low variance"),
    ],
)
def test_the_verdict_names_the_gap_that_is_there(true: dict[str, float], leads: str) -> None:
    rng = np.random.default_rng(2)
    verdicts = [told(measured(rng, **true)) for _ in range(100)]
    assert np.mean([one.sentence.startswith(leads) for one in verdicts]) >= 0.97
    alarms = np.mean([one.high_mismatch for one in verdicts])
    assert alarms >= 0.97 if leads == "Data mismatch" else alarms <= 0.04


def test_where_train_dev_and_dev_are_of_one_distribution_no_mismatch_is_told() -> None:
    """Of any error: at most 2.5 times of 100, one side of an interval of 95."""
    rng = np.random.default_rng(3)
    for error in (0.02, 0.1, 0.3):
        alarms = [told(measured(rng, train=0.01, train_dev=error, dev=error)).high_mismatch for _ in range(200)]
        assert np.mean(alarms) <= 0.04


def test_the_actions_follow_the_largest_gap() -> None:
    mismatch = told(Parts(train=0.01, train_dev=0.06, dev=0.20))
    assert mismatch.actions[0].edits == {"augmentation.copies": "2", "augmentation.noise": "1.0"}
    assert "High variance" in mismatch.sentence and any("regularization.kind" in one.edits for one in mismatch.actions)
    variance = told(Parts(train=0.01, train_dev=0.20, dev=0.26))
    assert "regularization.kind" in variance.actions[0].edits and "Data mismatch" in variance.sentence
    paths = [tuple(one.edits) for one in variance.actions if one.edits]
    assert len(paths) == len(set(paths))
    noisy = edit(OTHER, dict(mismatch.actions[0].edits))
    assert told(Parts(train=0.01, train_dev=0.02, dev=0.20), noisy).actions[0].edits["augmentation.noise"] == "2.0"


def test_copies_that_are_harder_than_what_is_unseen_are_no_bias() -> None:
    """Nor is a bigger network the first thing to do about them."""
    noisy = edit(OTHER, {"augmentation.copies": "2", "augmentation.noise": "1"})
    error = Parts(train=0.24, train_dev=0.10, dev=0.25)
    copies, plain = told(error, noisy), told(error)
    assert copies.sentence.startswith("Data mismatch") and "network.hidden" not in copies.actions[0].edits
    assert copies.sentence.endswith("The changed copies are harder than train-dev: the bias may be theirs.")
    assert plain.sentence.startswith("High bias") and "copies" not in plain.sentence


def test_a_dev_cost_that_turns_where_dev_is_of_another_distribution_is_no_overfitting() -> None:
    """Until train-dev tells, to hold it out comes first."""
    dev = {"measured": np.arange(100.0), "dev_cost": np.abs(np.arange(100.0) - 20) + 50, "dev_error": np.full(100, 0.4)}
    turned = Course(examples=EXAMPLES, **dev)
    mismatch = diagnose(Parts(train=0.07, train_dev=0.08, dev=0.4), EXAMPLES, OTHER, turned)
    assert mismatch.state == "told" and mismatch.sentence.startswith("Data mismatch")
    unknown = diagnose(Parts(train=0.07, dev=0.4), EXAMPLES, edit(OTHER, {"split.train_dev": "0"}), turned)
    assert unknown.state == "overfitting" and unknown.actions[0].label.startswith("train-dev")


def test_a_mismatch_that_chance_may_be_is_said_to_be_in_doubt() -> None:
    few = diagnose(Parts(train=0.01, train_dev=0.02, dev=0.08), Parts(train=500, train_dev=50, dev=50), OTHER)
    assert not few.high_mismatch and "A data mismatch is not shown" in few.sentence


def test_where_dev_is_of_another_source_a_train_dev_part_is_offered() -> None:
    [first, *_] = told(Parts(train=0.01, dev=0.15)).actions
    assert first.edits == {"split.train": "0.48", "split.train_dev": "0.12"}
    assert get(edit(OTHER, first.edits), "split.train_dev") == 0.12
    same = told(Parts(train=0.01, dev=0.15), edit(OTHER, {"split.dev_noise": "0"}))
    assert not any("split.train_dev" in one.edits for one in same.actions)


def test_a_test_error_above_dev_is_told_with_the_runs_that_were_compared_there() -> None:
    lucky = told(Parts(train=0.01, dev=0.03, test=0.09), edit(OTHER, {"split.dev_noise": "0"}), compared=40)
    assert "Test is worse than dev" in lucky.sentence
    assert lucky.actions[0].label == "other or more dev examples"
    assert "40 runs on this dev set" in "; ".join(verdict(lucky))
    alone = told(Parts(train=0.01, dev=0.03, test=0.09), edit(OTHER, {"split.dev_noise": "0"}), compared=1)
    assert "no other run that is still here was measured" in alone.sentence, "its parent may be deleted"
    assert lucky.actions[0] not in alone.actions
    fair = told(Parts(train=0.01, dev=0.03, test=0.035), compared=40)
    assert "Test" not in fair.sentence and "40 runs" in "; ".join(verdict(fair))


def test_a_run_measures_train_dev_all_the_way_and_is_judged_by_it() -> None:
    edits = {"data.source": "blobs", "split.train": "0.5", "split.train_dev": "0.1", "optimization.iterations": "60"}
    run = judged(Experiment(), edits)
    assert run.error.train_dev is not None and run.finished.tally.train_dev is not None
    assert run.diagnosis.variance == pytest.approx(run.error.train_dev - (run.error.train or 0))
    assert [one.name for one in run.diagnosis.gaps] == list(NAMES)


def test_no_end_of_an_interval_is_minus_nothing() -> None:
    """Rounding leaves a sign that says nothing."""
    near = diagnose(Parts(train=0.0, dev=0.5), EXAMPLES, edit(OTHER, {"diagnosis.base_error": "0.0002"}), Course())
    low = (near.gaps[0].interval or (0.0,))[0]
    assert -0.0005 < low < 0 and "(0.0 to" in verdict(near)[0]
