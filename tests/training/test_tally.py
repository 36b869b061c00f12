"""Unequal classes: what the error hides is counted, weighs in the cost, and is said."""

from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verdicts import Judged, judged, rare_table
from tuilab.events import Parts, Tally
from tuilab.experiment import Experiment, edit
from tuilab.training import Course, Training, diagnose, problem_from_arrays
from tuilab.training.by_chance import AGREES
from tuilab.training.tally import (
    balanced_error,
    balanced_examples,
    baseline,
    beyond_chance,
    precisions,
    recalls,
    tally,
    unequal,
)

LABELS = st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 3)), min_size=1, max_size=40)


@given(LABELS)
def test_it_counts_what_a_plain_loop_counts(pairs: list[tuple[int, int]]) -> None:
    truth, said = np.array(pairs).T
    one = tally(truth, said, 4)
    assert one.examples == tuple(sum(t == k for t, _ in pairs) for k in range(4))
    assert one.predicted == tuple(sum(s == k for _, s in pairs) for k in range(4))
    assert one.right == tuple(sum(t == s == k for t, s in pairs) for k in range(4))
    found = [recall for recall in recalls(one) if recall is not None]
    assert balanced_error(one) == pytest.approx(1 - np.mean(found))
    assert all(value is None or 0 <= value <= 1 for value in chain(recalls(one), precisions(one)))


@given(LABELS)
def test_how_many_are_right_beyond_chance_is_that_of_all_matchings(pairs: list[tuple[int, int]]) -> None:
    """Against the moments over every pair of a label and a prediction, without a formula for classes."""
    truth, said = np.array(pairs).T
    alike, size = (truth[:, None] == said).astype(float), len(pairs)  # [i, j]: right if i's label met j's prediction
    mean = alike.sum() / size
    # Over permutations Σ alike[i, π(i)] has the variance Σ d²/(n − 1), d doubly centred (Hoeffding 1951).
    centred = alike - alike.mean(0) - alike.mean(1, keepdims=True) + alike.mean()
    found, variance = beyond_chance(tally(truth, said, 4)), float((centred**2).sum() / max(size - 1, 1))
    if variance < 1e-12:
        assert found == 0
    else:
        assert found == pytest.approx((np.sum(truth == said) - 1 - mean) / variance**0.5)


@pytest.mark.parametrize("shares_of", [(0.5, 0.5), (0.95, 0.05), (0.01, 0.03, 0.43, 0.4, 0.12, 0.01)])
def test_labels_of_which_nothing_is_known_are_hardly_ever_met_beyond_chance(shares_of: tuple[float, ...]) -> None:
    """Not in more than 1 % of 2,000 draws, and two sampling errors; nor of small ones."""
    random = np.random.default_rng(97_000)
    for size in (10, 30, 320):
        draws = (random.choice(len(shares_of), (2, size), p=shares_of) for _ in range(2000))
        beyond = [beyond_chance(tally(truth, said, len(shares_of))) > AGREES for truth, said in draws]
        assert np.mean(beyond) <= 0.01 + 2 * (0.01 / 2000) ** 0.5


def test_of_one_in_a_hundred_and_a_half_the_error_hides_what_the_balanced_error_tells() -> None:
    truth = np.array([1] * 6 + [0] * 994)
    one = tally(truth, np.zeros(1000, int), 2)
    assert unequal(one.examples) and baseline(one.examples) == pytest.approx(0.006)
    assert (balanced_error(one), recalls(one), precisions(one)) == (0.5, (1, 0), (0.994, None))
    assert balanced_examples(one) == pytest.approx(4 / (1 / 6 + 1 / 994))
    assert not unequal((40, 60)) and not unequal((5, 0)) and unequal((90, 10))


def test_balanced_weights_are_copies_of_the_rare_examples() -> None:
    """40 and 10 examples with weights give J, and every update, that 40 and 4 times 10 give without."""
    random = np.random.default_rng(0)
    X, y = random.standard_normal((50, 3)), np.array([0] * 40 + [1] * 10)
    copies = np.concatenate([np.arange(40), np.repeat(np.arange(40, 50), 4)])
    experiment = edit(Experiment(), {"inputs.normalize": "false", "network.activation": "tanh"})
    weighted = edit(experiment, {"optimization.class_weights": "balanced"})
    one = Training(problem_from_arrays(weighted, (X, y)))
    other = Training(problem_from_arrays(experiment, (X[copies], y[copies])))
    for _ in range(50):
        assert one.step() == pytest.approx(other.step(), rel=1e-12)
    np.testing.assert_allclose(one.parameters.theta, other.parameters.theta, rtol=1e-9)
    assert one.cost().data == pytest.approx(other.cost().data, rel=1e-12)


def of_rare(path: Path, share: float, **edits: str) -> Judged:
    rare_table(path, share)
    plain = {"data.source": str(path), "network.hidden": "8", "optimization.iterations": "300"}
    return judged(edit(Experiment(), plain | edits))


def test_who_finds_none_of_the_rare_is_told_so_and_weights_find_them(tmp_path: Path) -> None:
    run = of_rare(tmp_path / "rare.csv", 0.01)
    assert run.error.train is not None and run.error.train < 0.02
    assert run.diagnosis.state == "unequal" and "(recall)" in run.diagnosis.sentence
    assert run.diagnosis.bias == run.diagnosis.balanced.train and run.diagnosis.high_bias
    child = judged(run.experiment, run.diagnosis.actions[0].edits)
    assert child.diagnosis.balanced.train is not None and run.diagnosis.balanced.train is not None
    assert child.diagnosis.balanced.train < run.diagnosis.balanced.train - 0.1
    assert child.diagnosis.state != "unequal"


@pytest.mark.parametrize("share", [0.5, 0.3])
def test_classes_that_are_about_equal_are_judged_by_the_error(tmp_path: Path, share: float) -> None:
    run = of_rare(tmp_path / "fair.csv", share)
    assert run.diagnosis.balanced == Parts() and run.diagnosis.state != "unequal"


def test_a_log_whose_counts_do_not_fit_together_ends_nothing() -> None:
    """That of a stranger: shares of two classes, a tally of three, one name."""
    tallies = Parts(train=tally(np.array([0] * 200 + [1, 2]), np.zeros(202, int), 3))
    odd = Course(classes=("a",), labels=Parts(train=(990, 10)), tally=tallies)
    said = diagnose(Parts(train=0.01, dev=0.01), Parts(train=1000, dev=0), Experiment(), odd)
    assert said.state == "unequal" and "class 1" in said.sentence
    with pytest.raises(ValueError, match="counts"):
        Tally(examples=(1, 2), predicted=(1,), right=(1,))
    with pytest.raises(ValueError, match="more right"):
        Tally(examples=(1, 2), predicted=(0, 3), right=(1, 2))


def test_while_a_run_goes_on_the_shares_of_the_classes_are_all_that_is_known() -> None:
    going = Course(made=900, going=True, classes=("no", "yes"), labels=Parts(train=(994, 6)))
    some, base = Parts(train=1000, dev=1000), edit(Experiment(), {"diagnosis.base_error": "0"})
    stuck, fine = (diagnose(Parts(train=e, dev=e), some, base, going) for e in (0.006, 0.001))
    assert stuck.state == "unequal" and 'always saying "no" has an error of 0.60 %' in stuck.sentence
    assert fine.state == "told"


def test_a_child_is_compared_by_what_the_verdict_is_told_of(tmp_path: Path) -> None:
    """With class weights more are wrong, and far more of the rare ones are found: that is better."""
    run = of_rare(tmp_path / "rare.csv", 0.05)
    child = judged(run.experiment, run.diagnosis.actions[0].edits, run.line)
    assert run.error.dev is not None and child.error.dev is not None and child.error.dev > run.error.dev
    (step,) = child.course.steps
    assert step.changed == {"optimization.class_weights": ("none", "balanced")} and step.better
