"""The learning-rate range test, against trainings with a constant α and against noise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.data import Prepared
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.lab.sentences.rate_range import range_lines, range_text
from tuilab.training import Training, build
from tuilab.training.action import rounded_down
from tuilab.training.rate_range import BLOWN, CLEAR, LEAST_FALL, RangeTest, RatePoint, RateRange, fall_of

RATES = np.geomspace(1e-7, 10, 140)


def range_of(experiment: Experiment, seeds: int = 3) -> tuple[list[RatePoint], RateRange]:
    test = RangeTest(experiment, seeds=seeds)
    return list(test.rise()), test.found()


def brute_force(experiment: Experiment, updates: int = 200) -> float:
    """The largest α of a fine grid under which J does not end higher than it began."""
    data = Prepared().dataset
    for rate in np.geomspace(100, 1e-4, 121).tolist():
        training = Training(build(edit(experiment, {"optimization.learning_rate": str(rate)}), data))
        before = training.cost().total
        with np.errstate(all="ignore"):
            training.advance(updates)
            if training.cost().total <= before:
                return rate
    raise AssertionError("none is stable")


@pytest.mark.parametrize(
    "edits",
    [
        {"data.source": "franke", "inputs.normalize": "false"},  # a quadratic
        {"data.source": "franke"},
        {"data.source": "blobs", "data.noise": "1"},  # logistic regression
        {"data.source": "breast-cancer", "initialization.scheme": "zeros"},
    ],
    ids=["quadratic", "round quadratic", "softmax", "logistic"],
)
def test_the_largest_stable_rate_is_that_of_a_search(edits: dict[str, str]) -> None:
    experiment = edit(Experiment(), {"network.hidden": "", **edits})
    _, known = range_of(experiment)
    assert known.stable is not None and known.predicted is not None
    assert 1 / 3 < known.stable / brute_force(experiment) < 3
    if edits["data.source"] == "franke":
        assert known.stable == pytest.approx(known.predicted, rel=0.5)


def test_the_predicted_rate_knows_class_weights_and_the_penalty() -> None:
    """A quadratic whose penalty has more curvature than its inputs, and two classes that are not equally many."""
    plain = edit(Experiment(), {"network.hidden": "", "data.source": "franke"})
    heavy = edit(
        plain, {"regularization.kind": "l2", "regularization.lambd": str(2 * len(build(plain).dataset.train.y))}
    )
    (_, known), (_, held) = range_of(plain), range_of(heavy)
    assert known.predicted is not None and held.predicted is not None and held.stable is not None
    assert 2 / held.predicted == pytest.approx(2 / known.predicted + 2)
    assert held.stable == pytest.approx(held.predicted, rel=0.5)
    rare = edit(Experiment(), {"network.hidden": "", "data.source": "breast-cancer"})
    weighted = edit(rare, {"optimization.class_weights": "balanced"})
    assert range_of(rare)[1].predicted != range_of(weighted)[1].predicted


@pytest.mark.parametrize(
    "name", ["breast-cancer", "circles", "dropout", "nearly-linear", "normalization", "regression"]
)
def test_training_with_what_is_suggested_lowers_the_cost(lab: Lab, name: str) -> None:
    experiment = lab.open(name)[1]
    _, known = range_of(experiment)
    assert known.suggested is not None and known.stable is not None and known.suggested <= known.stable / 3
    for seed in (experiment.seed, experiment.seed + 50):
        edits = {"optimization.learning_rate": str(known.suggested), "seed": str(seed)}
        training = Training(build(edit(experiment, edits)))
        before = training.cost().total
        data, _ = training.advance(500)
        assert len(data) == 500 and training.cost().total < 0.9 * before


def test_no_weights_and_no_data_are_touched() -> None:
    problem = build(Experiment())
    theta, X = problem.initial.theta.copy(), problem.dataset.train.X.copy()
    test = RangeTest(Experiment(), lambda _: problem.dataset, seeds=2)
    list(test.rise())
    again = [one.initial.theta.copy() for one in test._problems]
    test.found()
    assert np.array_equal(problem.dataset.train.X, X) and np.array_equal(problem.initial.theta, theta)
    assert all(np.array_equal(one.initial.theta, before) for one, before in zip(test._problems, again, strict=True))


@pytest.mark.parametrize(
    ("edits", "why"),
    [
        ({"optimization.batch_size": "1"}, "the curve is too noisy"),
        ({"initialization.gain": "0"}, "the cost falls at no α"),
        ({"initialization.gain": "1e6", "network.hidden": "16, 16, 16, 16"}, "as low as it was at the start"),
        ({"initialization.gain": "100", "network.hidden": "10, 5"}, "smaller first weights come first"),
    ],
)
def test_where_the_curve_tells_nothing_nothing_is_suggested(edits: dict[str, str], why: str) -> None:
    points, known = range_of(edit(Experiment(), {"data.source": "circles", **edits}))
    assert why in known.refused and known.suggested is None
    assert range_text(points, known, Experiment()).startswith(f"No α is suggested: {known.refused}")


def test_what_blows_up_and_comes_back_by_units_that_died_is_not_stable() -> None:
    """Large first weights cost more than a dead network does, so that J ends low however high it was on the way."""
    experiment = edit(Experiment(), {"data.source": "circles", "network.hidden": "10, 5", "initialization.gain": "10"})
    _, known = range_of(experiment)
    assert known.stable is not None
    for seed in range(3):
        edits = {"optimization.learning_rate": str(known.stable), "seed": str(experiment.seed + seed)}
        training = Training(build(edit(experiment, edits)))
        before = training.cost().total
        data, _ = training.advance(100)
        assert max(data) < 2 * 9 * before, "no mean of nine updates is above twice the start"


def test_noise_alone_is_no_fall() -> None:
    rng, clear = np.random.default_rng(1), 0
    for _ in range(200):
        costs = 1 + 0.2 * rng.standard_normal((len(RATES), 5))
        fall = fall_of([RatePoint(rate=r, costs=tuple(c)) for r, c in zip(RATES.tolist(), costs.tolist(), strict=True)])
        clear += fall.size >= max(LEAST_FALL, CLEAR * fall.noise)
    assert clear <= 2


def test_a_fall_is_found_where_it_is() -> None:
    """J = 0.1 + 0.9/(1 + (α/0.01)²) up to α = 1, where it blows up."""
    costs = np.where(RATES < 1, 0.1 + 0.9 / (1 + (RATES / 0.01) ** 2), np.inf)
    fall = fall_of([RatePoint(rate=r, costs=(c,)) for r, c in zip(RATES.tolist(), costs.tolist(), strict=True)])
    assert fall.steepest == pytest.approx(0.01, rel=0.2) and 0.2 < fall.lowest < 1
    assert fall.size == pytest.approx(0.9, abs=0.03) and fall.noise < 0.001
    assert BLOWN > 1


@given(st.floats(1e-12, 1e3))
def test_what_is_rounded_down_has_one_digit_and_is_not_above(rate: float) -> None:
    down = rounded_down(rate)
    assert rate / 2 < down <= rate and float(f"{down:.0e}") == down


def test_a_line_for_some_of_the_rates_and_the_last() -> None:
    points = [RatePoint(rate=10.0**k, costs=(1.0, float("inf") if k == 24 else 0.5)) for k in range(25)]
    lines = range_lines(points)
    assert len(lines) == 5 and lines[-1].split() == ["1e+24", "∞", "1", "∞"]
