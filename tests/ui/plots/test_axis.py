"""Axes hold their values, and their labels say the ticks exactly."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tuilab.ui.plots.axis import linear, logarithmic

finite = st.floats(allow_nan=False, allow_infinity=False)
positive = st.floats(min_value=0, exclude_min=True, allow_infinity=False)
counts = st.integers(1, 8)


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0.03, 0.97, ("0.0", "0.2", "0.4", "0.6", "0.8", "1.0")),
        (0, 15000, ("0", "5000", "10000", "15000")),
        (0, 4e7, ("0", "1e7", "2e7", "3e7", "4e7")),
        (1, 1.00001, ("1.000000", "1.000002", "1.000004", "1.000006", "1.000008", "1.000010")),
        (2, 2, ("1.8", "1.9", "2.0", "2.1", "2.2")),
        (0, 0, ("0.0", "0.2", "0.4", "0.6", "0.8", "1.0")),
        (-1e-7, 1e-7, ("-1.0e-7", "-5e-8", "0", "5e-8", "1.0e-7")),
    ],
)
def test_linear_labels(low: float, high: float, labels: tuple[str, ...]) -> None:
    assert linear(low, high, 5).labels == labels


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (1e-9, 1e-3, ("1e-9", "1e-8", "1e-7", "1e-6", "1e-5", "0.0001", "0.001")),
        (0.03, 2.5, ("0.1", "1")),
        (0.3, 3, ("0.2", "0.5", "1", "2", "5")),
        (0.31, 0.33, ("0.310", "0.315", "0.320", "0.325", "0.330")),
    ],
)
def test_log_labels(low: float, high: float, labels: tuple[str, ...]) -> None:
    assert logarithmic(low, high, 7 if high / low > 100 else 5).labels == labels


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), st.integers(6, 40))
def test_ticks_are_as_many_cells_apart(low: float, length: float, rows: int) -> None:
    axis = linear(low, low + length, min(rows // 3, 7), cells=rows)
    cells = axis.tick_cells(4 * rows) // 4
    assert len(cells) >= 2 and len(set(np.diff(cells).tolist())) == 1
    assert axis.low <= low and low + length <= axis.high
    assert axis.high - axis.low <= 2.5 * length


@given(st.floats(-300, 280), st.floats(3, 20), st.integers(6, 40))
def test_decades_are_as_many_cells_apart(low: float, length: float, rows: int) -> None:
    axis = logarithmic(10.0**low, 10.0 ** (low + length), min(rows // 3, 7), rows)
    cells = axis.tick_cells(4 * rows) // 4
    assert len(cells) >= 2 and len(set(np.diff(cells).tolist())) == 1
    assert all(np.log10(float(label)) == round(np.log10(float(label))) for label in axis.labels)


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), st.integers(3, 8))
@example(827.4937, 0.0061, 6)
@example(0.6372, 0.0038, 4)
@example(48.2546, 0.1043, 5)
def test_a_low_axis_has_two_numbers_far_apart(low: float, length: float, rows: int) -> None:
    axis = linear(low, low + length, max(1, rows // 3), cells=rows)
    cells = axis.tick_cells(rows)
    assert len(set(cells.tolist())) >= 2 and len(set(axis.labels)) == len(axis.labels)


@pytest.mark.parametrize(("low", "high"), [(4e-12, 1.6e-8), (0.0014, 1335), (0.0103, 0.0318), (0.0018, 0.0068)])
def test_a_low_log_axis_has_two_numbers(low: float, high: float) -> None:
    for rows in (4, 5, 7):
        assert len(set(logarithmic(low, high, max(1, rows // 3), rows).tick_cells(rows).tolist())) >= 2


@pytest.mark.parametrize(
    ("low", "high", "labels"), [(0, 0.82, ("0.0", "0.2", "0.4", "0.6", "0.8", "1.0")), (0, 59, ("0", "20", "40", "60"))]
)
def test_an_axis_with_rows_for_three_numbers_has_them(low: float, high: float, labels: tuple[str, ...]) -> None:
    assert linear(low, high, 5, cells=16).labels == labels
    assert logarithmic(8e-4, 0.9, 5, 16).labels == ("0.001", "0.01", "0.1", "1")


def test_a_tight_axis_keeps_its_ends() -> None:
    assert linear(1, 3, 9, tight=True).labels == ("1", "2", "3")  # of layers
    axis = linear(0, 1234, 4, tight=True)
    assert (axis.low, axis.high, axis.labels) == (0, 1234, ("0", "500", "1000"))
    assert axis.cells(np.array([-5.0, 0.0, 617.0, 1234.0, 9e9]), 11).tolist() == [0, 0, 5, 10, 10]


@given(finite, finite, counts, st.booleans())
def test_a_linear_axis_holds_any_range(one: float, other: float, count: int, tight: bool) -> None:
    low, high = min(one, other), max(one, other)
    axis = linear(low, high, count, tight)
    assert np.isfinite([axis.low, axis.high]).all()
    assert axis.low < axis.high
    assert all(axis.low <= tick <= axis.high for tick in axis.ticks)
    assert len(axis.labels) == len(axis.ticks) <= count + 3
    cells = axis.cells(np.array([low, high]), 100)
    assert 0 <= cells[0] <= cells[1] < 100


@given(positive, positive, counts)
def test_a_log_axis_holds_any_range(one: float, other: float, count: int) -> None:
    low, high = min(one, other), max(one, other)
    axis = logarithmic(low, high, count)
    assert np.isfinite([axis.low, axis.high]).all()
    assert axis.low < axis.high
    assert 0 < len(axis.labels) == len(axis.ticks) <= max(count + 3, 6)
    cells = axis.cells(np.array([low, high]), 100)
    assert 0 <= cells[0] <= cells[1] < 100
