"""What is said of probabilities, in worlds whose truth is known."""

import math

import numpy as np
import pytest

from tuilab.nn.task import Classification
from tuilab.training.calibration import Reliability, reliability, temperature

PREDICT = Classification().predict


def world(rng: np.random.Generator, m: int, classes: int, factor: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Logits (K, m), of two classes (1, m), that are `factor` times those by which the labels (m,) are drawn."""
    z = 2 * rng.standard_normal((1 if classes == 2 else classes, m))
    chances = Classification().probabilities(z)
    y = (chances.cumsum(axis=1) > rng.random((m, 1))).argmax(axis=1)
    return factor * z, y


def seen(z: np.ndarray, y: np.ndarray) -> Reliability:
    said = PREDICT(z)
    found = reliability(Classification().probabilities(z)[np.arange(len(y)), said], said == y)
    assert found is not None
    return found


@pytest.mark.parametrize(("m", "classes"), [(60, 2), (114, 2), (150, 10)])
def test_a_perfect_model_is_told_to_be_within_its_noise_95_times_of_100(m: int, classes: int) -> None:
    rng = np.random.default_rng(m)
    states = [seen(*world(rng, m, classes)).state for _ in range(200)]
    assert states.count("calibrated") >= 0.95 * 200


@pytest.mark.parametrize("m", [5, 10])
def test_one_that_is_nearly_certain_of_few_examples_is_not_off_by_rounding(m: int) -> None:
    """Without a mistake its ECE is that of most perfect models, and was above it by the last digit."""
    rng, states = np.random.default_rng(91_000), list[str]()
    for number in range(300):
        said = 1 - 10 ** rng.uniform(-6, -1, m)
        found = reliability(said, rng.random(m) < said, seed=number)
        assert found is not None
        states.append(found.state)
    assert states.count("calibrated") >= 0.98 * 300


@pytest.mark.parametrize(("factor", "named", "of_two"), [(3.0, "overconfident", 150), (1 / 3, "underconfident", 400)])
def test_one_that_says_too_much_or_too_little_is_named(factor: float, named: str, of_two: int) -> None:
    """On few examples; who says too little of two classes, which leave little to say, is told on more of them."""
    rng = np.random.default_rng(3)
    for classes, m in ((2, of_two), (10, 150)):
        states = [seen(*world(rng, m, classes, factor)).state for _ in range(50)]
        assert states.count(named) >= 0.95 * 50 and states.count("calibrated") <= 2


@pytest.mark.parametrize(("classes", "factor"), [(2, 3.0), (10, 3.0), (3, 0.5), (10, 1.0)])
def test_the_temperature_recovers_a_planted_factor(classes: int, factor: float) -> None:
    rng = np.random.default_rng(4)
    found = [temperature(*world(rng, 500, classes, factor), PREDICT) for _ in range(60)]
    assert np.median([one.value for one in found if one]) == pytest.approx(factor, rel=0.05)
    held = [one.interval[0] <= factor <= (one.interval[1] or math.inf) for one in found if one]
    assert len(held) == 60 and sum(held) >= 52  # of intervals of 95 % fewer hold it once in 100 times
    assert all(one.after <= one.before and one.changed == 0 for one in found if one)


def test_figures_of_four_examples_by_hand() -> None:
    """Bins of one example each: |0.6 − 1|, |0.7 − 0|, |0.8 − 1|, |0.9 − 1|."""
    found = reliability(np.array([0.9, 0.6, 0.8, 0.7]), np.array([True, True, True, False]))
    assert found is not None and found.right.tolist() == [1, 0, 1, 1]
    assert found.ece == pytest.approx((0.4 + 0.7 + 0.2 + 0.1) / 4) and found.gap == pytest.approx(0)


def test_bins_are_of_equal_size_and_keep_what_was_said() -> None:
    said = np.random.default_rng(5).uniform(0.5, 1, 103)
    found = reliability(said, np.ones(103, bool))
    assert found is not None and set(found.examples.tolist()) == {10, 11}
    assert found.says @ found.examples == pytest.approx(said.sum()) and (np.diff(found.says) > 0).all()


def test_the_temperature_of_two_examples_by_hand() -> None:
    """Logits of 1 and −½, of which the second is wrong: the loss is least where σ(−1/T) = ½ σ(1/2T)."""
    found = temperature(np.array([[1.0, -0.5]]), np.array([1, 1]), PREDICT)
    assert found is not None
    inverse = 1 / found.value
    assert 1 / (1 + math.exp(inverse)) == pytest.approx(0.5 / (1 + math.exp(-inverse / 2)), abs=1e-9)
    assert found.before == pytest.approx((math.log1p(math.exp(-1)) + math.log1p(math.exp(0.5))) / 2)
    assert found.interval[1] is None  # two examples do not tell that the logits are worth anything


@pytest.mark.parametrize(
    ("z", "y"),
    [
        ([[3.0, -2.0]], [1, 0]),  # all right: the colder the better
        ([[3.0, -2.0]], [0, 1]),  # all wrong: the hotter the better
        ([[0.0, 0.0]], [0, 1]),
        ([[np.nan, 1.0]], [0, 1]),
        ([[1e308, -1e308]], [0, 0]),
    ],
)
def test_there_is_no_temperature_where_none_is_the_best(z: list[list[float]], y: list[int]) -> None:
    assert temperature(np.array(z), np.array(y), PREDICT) is None


def test_a_threshold_is_another_prediction_once_the_logits_are_cooler() -> None:
    z, y = world(np.random.default_rng(6), 300, 2, 3.0)
    found = temperature(z, y, Classification(0.9).predict)
    assert found is not None and found.changed > 0


def test_of_probabilities_that_are_none_nothing_is_told() -> None:
    assert reliability(np.full(5, np.nan), np.zeros(5, bool)) is None
