import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tuilab.data.normalize import moments, normalize
from tuilab.data.table import LARGEST

tables = arrays(np.float64, st.tuples(st.integers(1, 30), st.integers(1, 5)), elements=st.floats(-1e6, 1e6))
extremes = arrays(np.float64, st.tuples(st.integers(1, 6), st.just(2)), elements=st.floats(-LARGEST, LARGEST))


def test_it_divides_by_the_standard_deviation_not_by_the_variance():
    mean, scale = moments(np.array([[0.0, 5], [0, 5], [20, 5], [20, 5]]))
    assert mean.tolist() == [10, 5]
    assert scale.tolist() == [10, 1]


@pytest.mark.parametrize("yes", [1, 3, 50, 97])
def test_what_is_yes_or_no_is_centered_alone(yes):
    X = np.zeros((100, 2))
    X[:yes] = 1
    mean, scale = moments(X, np.array([True, False]))
    assert mean.tolist() == [yes / 100, yes / 100]
    assert scale[0] == 1 and scale[1] == pytest.approx((yes * (100 - yes)) ** 0.5 / 100)


@given(tables)
def test_mean_0_and_deviation_1_unless_constant(X):
    raw = X.copy()
    mean, scale = moments(X)
    normalize(X, mean, scale)
    varies = raw.std(axis=0) > 1e-6 * (1 + np.abs(raw).max(axis=0))
    np.testing.assert_allclose(X[:, varies].mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(X[:, varies].std(axis=0), 1, rtol=1e-6)


@given(st.floats(-1e6, 1e6), st.integers(1, 50))
def test_a_constant_feature_becomes_exactly_0(value, examples):
    X = np.full((examples, 1), value)
    mean, scale = moments(X)
    assert scale.tolist() == [1]
    normalize(X, mean, scale)
    assert not X.any()


def test_a_feature_that_varies_late_is_not_constant(monkeypatch):
    monkeypatch.setattr("tuilab.data.normalize._BLOCK", 4)
    X = np.array([[3.0, 5.0]] * 9 + [[3.0, 6.0]])
    mean, scale = moments(X)
    assert (mean[0], scale[0]) == (3, 1)
    np.testing.assert_allclose((mean[1], scale[1]), (5.1, 0.3))


@given(extremes)
def test_no_legal_value_becomes_infinite(X):
    mean, scale = moments(X)
    other = np.full_like(X, LARGEST)
    normalize(other, mean, scale)
    normalize(X, mean, scale)
    assert np.isfinite(X).all()
    assert np.isfinite(other).all()
