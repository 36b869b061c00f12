"""Lines become dots, and dots Braille."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tuilab.ui.plots import raster

dots = st.lists(st.tuples(st.integers(0, 79), st.integers(0, 79)), min_size=1, max_size=40)


@settings(deadline=None)
@given(dots)
def test_a_trace_has_no_gap_and_passes_through_its_dots(points: list[tuple[int, int]]) -> None:
    x, y = raster.trace(*np.array(points).T)
    assert np.maximum(abs(np.diff(x)), abs(np.diff(y))).max(initial=0) <= 1
    assert set(points) <= set(zip(x.tolist(), y.tolist(), strict=True))
    assert (x.min(), x.max()) == (min(x for x, _ in points), max(x for x, _ in points))


@settings(deadline=None)
@given(dots)
def test_each_dot_is_in_its_cell(points: list[tuple[int, int]]) -> None:
    columns, rows, characters = raster.cells(*np.array(points).T, width=40)
    found = {
        (2 * column + bit_column, 4 * row + 3 - bit_row)
        for column, row, character in zip(columns, rows, characters, strict=True)
        for bit, (bit_row, bit_column) in enumerate([(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (3, 0), (3, 1)])
        if (ord(character) - 0x2800) >> bit & 1
    }
    assert found == set(points)
