"""Smoothing: the bias-corrected exponential mean, on real numbers and on those that are none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.ui.plots.smoothing import smooth

numbers = st.lists(st.floats(-1e6, 1e6), max_size=100).map(np.array)


def by_definition(y: np.ndarray, weight: float) -> np.ndarray:
    """Each mean from its weights alone: weight^(k−i) for the i-th of k."""
    weights = [weight ** np.arange(k, -1, -1.0) for k in range(len(y))]
    return np.array([(w * y[: len(w)]).sum() / w.sum() for w in weights])


@given(numbers, st.sampled_from([0.0, 0.6, 0.9, 0.99]))
def test_it_is_the_weighted_mean_of_all_before(y: np.ndarray, weight: float) -> None:
    np.testing.assert_allclose(smooth(y, weight), by_definition(y, weight), rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("weight", [0.6, 0.99])
def test_a_constant_stays_where_it_is_from_its_first_point_on(weight: float) -> None:
    np.testing.assert_allclose(smooth(np.full(50, 3.0), weight), 3.0, rtol=1e-12)


def test_what_is_not_finite_stays_and_counts_for_nothing() -> None:
    y = np.array([np.nan, 1.0, np.inf, 3.0, -np.inf])
    smoothed = smooth(y, 0.5)
    np.testing.assert_array_equal(smoothed[[0, 2, 4]], y[[0, 2, 4]])
    np.testing.assert_allclose(smoothed[[1, 3]], smooth(np.array([1.0, 3.0]), 0.5))


def test_the_curve_that_was_given_is_left_alone() -> None:
    y = np.array([1.0, 2.0])
    smooth(y, 0.9)
    assert y.tolist() == [1.0, 2.0]
