"""The contract of an initializer, kept by every one in the list, and what each promises."""

import numpy as np
import pytest

from tuilab.experiment import knobs
from tuilab.nn import INITIALIZERS, initialize

VARIANCES = {
    "zeros": 0,
    "random": 1,
    "xavier": 1 / 400,
    "he": 2 / 400,
    "glorot": 2 / 700,
    "notes_product": 2 / (400 * 300),
}
"""Of a layer from 400 units to 300."""
schemes = pytest.mark.parametrize("scheme", INITIALIZERS)


def test_every_scheme_is_under_test_and_told_to_a_person() -> None:
    assert set(INITIALIZERS) == {*VARIANCES, "identity"}
    knob = knobs()["initialization.scheme"]
    assert set(knob.choices) == set(INITIALIZERS)
    assert all(f"{name} {one.variance}" in knob.help for name, one in INITIALIZERS.items())


@pytest.mark.parametrize("scheme", VARIANCES)
def test_initial_variance(scheme: str) -> None:
    parameters, variance = initialize((400, 300, 1), scheme, 1.0, np.random.default_rng(0)), VARIANCES[scheme]
    weights = parameters.weights[0]
    # Of 120 000 normal numbers, the mean is within 5·σ/√n and the variance within 5·σ²·√(2/n).
    assert abs(weights.mean()) <= 5 * (variance / weights.size) ** 0.5
    assert weights.var() == pytest.approx(variance, rel=5 * (2 / weights.size) ** 0.5)


def test_the_identity_is_cut_or_filled_where_the_width_changes() -> None:
    wide, narrow, last = initialize((2, 3, 2, 2), "identity", 0.5, np.random.default_rng(0)).weights
    assert wide.tolist() == [[0.5, 0, 0], [0, 0.5, 0]]
    assert narrow.tolist() == [[0.5, 0], [0, 0.5], [0, 0]]
    assert last.tolist() == [[0.5, 0], [0, 0.5]]


@schemes
def test_gain_multiplies(scheme: str) -> None:
    one, three = (initialize((20, 5), scheme, gain, np.random.default_rng(0)).theta for gain in (1.0, 3.0))
    np.testing.assert_allclose(three, 3 * one, rtol=1e-15)


@schemes
def test_it_writes_every_weight_in_place_and_randomness_is_an_argument(scheme: str) -> None:
    fill, ends = INITIALIZERS[scheme].fill, []
    for seed in (1, 1, 2):
        weights = np.full((7, 4), np.nan)
        assert fill(weights, 0.5, np.random.default_rng(seed)) is None
        ends.append(weights)
    assert np.isfinite(ends).all() and np.array_equal(ends[0], ends[1])
    assert np.array_equal(ends[0], ends[2]) == (scheme in ("zeros", "identity"))


@schemes
def test_biases_start_at_0(scheme: str) -> None:
    assert not any(biases.any() for biases in initialize((3, 2, 1), scheme, 2.0, np.random.default_rng(0)).biases)
