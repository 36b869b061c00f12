"""Cleaning and thinning lose no extreme, and say what they leave out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.ui.plots.series import Series, clean, thin

finite = st.floats(allow_nan=False, allow_infinity=False)
curves = st.lists(st.tuples(finite, finite), min_size=1, max_size=300).map(
    lambda points: (np.array(sorted(x for x, _ in points)), np.array([y for _, y in points]))
)


def test_series_takes_any_numbers_as_float64() -> None:
    series = Series("train", [1, 2], [True, 3])  # type-free on purpose: callers hold lists and arrays
    assert series.x.dtype == series.y.dtype == np.float64


@pytest.mark.parametrize(("x", "y"), [([1, 2], [1]), ([[1]], [[1]])])
def test_series_refuses_shapes_that_differ(x: list[int], y: list[int]) -> None:
    with pytest.raises(ValueError, match="one shape"):
        Series("train", np.array(x), np.array(y))


def test_clean_counts_what_it_leaves_out() -> None:
    x = np.array([0.0, 1, 2, 3, 4, 5, np.nan, np.inf])
    y = np.array([1.0, np.nan, np.inf, -np.inf, 0, -2, 1, 1])
    points = clean(x, y, log=True)
    assert (points.x.tolist(), points.y.tolist()) == ([0], [1])
    assert (points.hidden, points.lost) == (2, 5)
    assert points.lost_x.tolist() == [1, 2, 3]
    np.testing.assert_array_equal(points.lost_y, [np.nan, np.inf, -np.inf])


def test_clean_hides_nothing_finite_on_a_linear_axis() -> None:
    points = clean(np.array([0.0, 1, 2]), np.array([0.0, -1, 5e-324]))
    assert (len(points.x), points.hidden, points.lost) == (3, 0, 0)


def test_clean_puts_x_in_order() -> None:
    points = clean(np.array([3.0, 1, np.nan, 2]), np.array([30.0, 10, 0, 20]))
    assert (points.x.tolist(), points.y.tolist()) == ([1, 2, 3], [10, 20, 30])


@given(st.lists(st.tuples(st.floats(), st.floats())), st.booleans())
def test_clean_accounts_for_every_point(points: list[tuple[float, float]], log: bool) -> None:
    x, y = np.array(points, dtype=float).reshape(-1, 2).T
    found = clean(x, y, log)
    assert np.isfinite(found.x).all()
    assert np.isfinite(found.y).all()
    assert (np.diff(found.x) >= 0).all() or not np.isfinite(np.diff(found.x)).all()
    assert len(found.x) + found.hidden + found.lost == len(x)
    assert len(found.lost_x) == np.count_nonzero(np.isfinite(x) & ~np.isfinite(y))
    if log:
        assert (found.y > 0).all()


@given(curves, st.integers(1, 60))
def test_thin_keeps_ends_and_extremes(curve: tuple[np.ndarray, np.ndarray], buckets: int) -> None:
    x, y = curve
    kept_x, kept_y = thin(x, y, buckets)
    assert len(kept_x) <= 4 * buckets
    assert (kept_x[0], kept_y[0], kept_x[-1], kept_y[-1]) == (x[0], y[0], x[-1], y[-1])
    assert (kept_y.min(), kept_y.max()) == (y.min(), y.max())
    rest = iter(zip(x, y, strict=True))
    assert all(point in rest for point in zip(kept_x, kept_y, strict=True)), "points of the curve, in its order"
    again = thin(kept_x, kept_y, buckets)
    assert (again[0].tolist(), again[1].tolist()) == (kept_x.tolist(), kept_y.tolist())


@given(curves, st.integers(1, 60), finite, finite)
def test_thin_stays_within_its_span(
    curve: tuple[np.ndarray, np.ndarray], buckets: int, low: float, high: float
) -> None:
    x, y = curve
    low, high = min(low, high), max(low, high)
    within = (x >= low) & (x <= high)
    kept_x, kept_y = thin(x, y, buckets, (low, high))
    assert len(kept_x) <= 4 * buckets
    assert bool(len(kept_x)) == within.any()
    if within.any():
        assert (kept_x[0], kept_x[-1]) == (x[within][0], x[within][-1])
        assert (kept_y.min(), kept_y.max()) == (y[within].min(), y[within].max())


def test_a_spike_of_one_point_in_a_million_survives() -> None:
    y = np.zeros(1_000_000)
    y[123_457], y[765_432] = 1.0, -1.0
    x = np.arange(1_000_000.0)
    kept_x, kept_y = thin(x, y, 200, (0.0, 2_000_000.0))
    assert (123_457.0, 1.0) in zip(kept_x, kept_y, strict=True)
    assert (765_432.0, -1.0) in zip(kept_x, kept_y, strict=True)


def test_a_point_that_was_kept_stays_while_the_curve_grows_to_the_next_bucket() -> None:
    x, y = np.arange(1000.0), np.random.default_rng(3).random(1000)
    early = set(zip(*thin(x[:500], y[:500], 10, (0.0, 1000.0)), strict=True))
    late = set(zip(*thin(x, y, 10, (0.0, 1000.0)), strict=True))
    assert early <= late


def test_thin_of_nothing() -> None:
    empty = np.array([])
    assert [len(part) for part in thin(empty, empty, 10)] == [0, 0]
