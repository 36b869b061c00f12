"""The inputs and their bowls, against a computation of their own, and their words."""

import math
from dataclasses import replace

import numpy as np
import pytest

from tests.lab.insight.made import dataset, random_data
from tuilab.experiment import edit
from tuilab.lab import Lab
from tuilab.lab.insight.inputs import InputsInsight, path, share_of, steps, told_way
from tuilab.training.conditioning import Bowl


@pytest.mark.parametrize("normalized", [True, False])
def test_the_inputs_are_reported_raw(normalized: bool) -> None:
    X, y = random_data(8, 200, 3, 2)
    X[:, 1] = X[:, 1] * 50 + 7
    mean, std = (X.mean(axis=0), X.std(axis=0)) if normalized else (np.zeros(3), np.ones(3))
    data = replace(dataset((X - mean) / std, y), mean=mean, scale=std)
    found = InputsInsight.of(data, normalized, 1.0)
    for column, expected in (
        (found.mean, X.mean(axis=0)),
        (found.std, X.std(axis=0)),
        (found.low, X.min(axis=0)),
        (found.high, X.max(axis=0)),
    ):
        np.testing.assert_allclose(column, expected, atol=1e-12)
    eigenvalues = np.linalg.eigvalsh(np.corrcoef(X.T))
    assert found.normalized.condition == pytest.approx(eigenvalues[-1] / eigenvalues[0])
    assert found.raw.condition > 1000
    assert InputsInsight.of(data, normalized, 1.0) is found  # looked at once


@pytest.mark.parametrize("condition", [1.0, 1.5, 40.0])
def test_the_way_down_is_that_of_gradient_descent(condition: float) -> None:
    curvature = np.array([1.0, condition])
    at = np.ones(2)
    for place in path(condition, 5):
        np.testing.assert_allclose(place, at, atol=1e-15)
        at = at - curvature * at / condition
    needed = steps(Bowl(smallest=1.0, largest=condition, largest_rate=1.0))
    slowest = (1 - 1 / condition) ** np.arange(1000)
    assert math.ceil(needed) == max(1, int(np.argmax(slowest <= 0.01)))


def test_a_direction_that_is_quite_flat_never_shrinks() -> None:
    assert steps(Bowl(smallest=0.0, largest=3.0, largest_rate=1.0)) == math.inf


def test_the_sentence_weighs_the_learning_rate(lab: Lab) -> None:
    _, experiment = lab.open("normalization")
    normalized = InputsInsight.look(lab, experiment)
    assert "This experiment normalizes: its α 1 is below 7.77" in normalized.said
    assert normalized.lines[0].split() == ["feature", "μ", "σ", "smallest", "largest"] and len(normalized.lines) == 3
    raw = edit(experiment, {"inputs.normalize": "false"})
    other = InputsInsight.look(lab, raw)
    assert "does not normalize: its α 1 is above 2.45e-05" in other.said
    assert other.lines == normalized.lines
    assert (other.raw.condition, other.used) == (pytest.approx(normalized.raw.condition), False)
    assert "flat" not in other.text and other.text.count("steps to 1 %") == 2


def test_features_that_are_constant_are_said_and_no_rounding_is_shown(lab: Lab) -> None:
    found = InputsInsight.look(lab, lab.open("digits")[1])
    assert found.said.startswith("Normalizing or not, the condition number is infinite: a feature is constant, or told")
    assert "e-1" not in "\n".join(found.lines)  # −2.22e-16 stood for a dark pixel
    assert found.low.min() == 0 and found.text.count("flat in one direction") == 2


def test_a_learning_rate_that_is_too_large_overshoots_ever_farther() -> None:
    bowl = Bowl(smallest=1.0, largest=10.0, largest_rate=0.2)
    ways = {0.05: "straight down", 0.15: "overshoots, and settles", 0.21: "overshoots, ever farther"}
    for rate, way in ways.items():
        assert told_way(bowl, rate) == way
        steep = path(bowl.condition, 6, share_of(bowl, rate))[:, 1]
        assert (np.sign(steep[1:]) != np.sign(steep[:-1])).all() == (way != "straight down")
        assert (abs(steep[-1]) > 1) == way.endswith("farther")
        u = 1.0
        for place in steep:  # gradient descent itself
            assert place == pytest.approx(u)
            u -= rate * bowl.largest * u
