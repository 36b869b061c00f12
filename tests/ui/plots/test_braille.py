"""Lines become dots, and dots Braille."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tuilab.ui.plots.braille import braille, dotted, trace

dots = st.lists(st.tuples(st.integers(0, 79), st.integers(0, 79)), min_size=1, max_size=40)


@given(dots)
def test_a_trace_has_no_gap_and_passes_through_its_dots(points: list[tuple[int, int]]) -> None:
    x, y = trace(*np.array(points).T)
    assert np.maximum(abs(np.diff(x)), abs(np.diff(y))).max(initial=0) <= 1
    assert set(points) <= set(zip(x.tolist(), y.tolist(), strict=True))
    assert (x.min(), x.max()) == (min(x for x, _ in points), max(x for x, _ in points))


@given(dots)
def test_each_dot_is_in_its_cell(points: list[tuple[int, int]]) -> None:
    characters = dotted(*np.array(points).T, width=40, height=20)
    found = {
        (2 * column + bit_column, 4 * row + 3 - bit_row)
        for (row, column), character in np.ndenumerate(characters)
        if character
        for bit, (bit_row, bit_column) in enumerate([(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (3, 0), (3, 1)])
        if (ord(character) - 0x2800) >> bit & 1
    }
    assert found == set(points)


@given(st.integers(1, 3), st.integers(1, 3), st.randoms())
def test_braille_has_a_dot_for_each_that_is_filled(rows: int, columns: int, random: Any) -> None:
    filled = np.array([[random.random() < 0.5 for _ in range(2 * columns)] for _ in range(4 * rows)])
    found = braille(filled)
    bits = {(0, 0): 0, (1, 0): 1, (2, 0): 2, (0, 1): 3, (1, 1): 4, (2, 1): 5, (3, 0): 6, (3, 1): 7}
    for (row, column), character in np.ndenumerate(found):
        for (y, x), bit in bits.items():
            assert bool(ord(character) >> bit & 1) == filled[4 * row + y, 2 * column + x]
