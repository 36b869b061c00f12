"""The figures of the weights, against a computation of their own, and their words."""

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from tuilab.lab import Lab, Moment
from tuilab.lab.insight.weights import LayerWeights, WeightsInsight, histogram, layer_weights


@given(npst.arrays(np.float64, st.integers(1, 60), elements=st.sampled_from([0.0, 1.0, -3.5, 2e-3, np.nan, np.inf])))
def test_the_figures_of_weights_are_those_of_their_finite_ones(weights: np.ndarray) -> None:
    found = layer_weights(weights)
    finite = [w for w in weights.tolist() if math.isfinite(w)]
    assert (found.weights, found.lost) == (len(weights), len(weights) - len(finite))
    if finite:
        assert found.norm == pytest.approx(math.sqrt(math.fsum(w * w for w in finite)))
        assert found.mean == pytest.approx(statistics.fmean(finite))
        assert found.std == pytest.approx(statistics.pstdev(finite))
        assert found.largest == max(map(abs, finite))
    assert found.zeros == sum(w == 0 for w in weights.tolist()) / len(weights)


@given(npst.arrays(np.float64, st.integers(1, 60), elements=st.floats(-1e300, 1e300) | st.just(np.nan)))
def test_every_finite_weight_is_in_the_histogram(weights: np.ndarray) -> None:
    counts, edge = histogram(weights)
    assert counts.sum() == np.isfinite(weights).sum()
    if (weights == 0).any():
        assert counts[len(counts) // 2] >= (weights == 0).sum()
    assert edge == (np.nanmax(np.abs(weights), initial=0) or 1.0)


def insight(iteration: int, layers: tuple[LayerWeights, ...], first: tuple[LayerWeights, ...]) -> WeightsInsight:
    return WeightsInsight(iteration=iteration, layers=layers, first=first, layer=0, counts=np.empty(0), edge=1.0)


def test_weights_whose_squares_are_beyond_the_numbers_have_a_norm() -> None:
    found = layer_weights(np.array([3e200, -4e200]))
    assert found.norm == pytest.approx(5e200) and found.std == pytest.approx(3.5e200)
    assert layer_weights(np.full(4, 1.7e308)).norm is None


def test_the_sentence_counts_the_zeros_over_all_layers() -> None:
    after = (layer_weights(np.array([3.0, 0.0, 4.0])), layer_weights(np.array([0.0])))
    first = (layer_weights(np.array([6.0, 8.0, 0.0])), layer_weights(np.array([0.0])))
    said = insight(70, after, first).said
    assert said == "Iteration 70: 50.00 % of 4 weights are exactly 0; their norm is 5, 10 at first."
    lost = (layer_weights(np.array([np.nan, 1.0])),)
    assert "1 are not finite" in insight(0, lost, lost).said


def test_the_table_has_a_row_a_layer() -> None:
    lab = Lab()
    problem = lab.problem(lab.open("vanishing")[1])
    found = WeightsInsight.of(Moment(problem, problem.initial, 0), 999)  # beyond the last layer is the last one
    assert found.layer == 149 and len(found.lines) == 151
    half = found.lines[2].split()  # a hidden layer of 0.5·I
    units = problem.network.sizes[1]
    assert half[:2] == ["2", str(units**2)] and float(half[2]) == pytest.approx(0.5 * units**0.5, rel=5e-3)
    assert found.lines[2].endswith(f"{100 * (1 - 1 / units):.2f} %")
