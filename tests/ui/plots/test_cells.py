"""Text over cells keeps every row as wide as it was, wide and combining characters included."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from tuilab.ui.plots.cells import MUTED, Cells, Ink

RED = Ink("error", ground="primary", share=0.5, bold=True)


@pytest.mark.parametrize(
    ("texts", "row"),
    [
        ([(1, "ab")], ".ab..."),
        ([(4, "abc")], "....ab"),
        ([(-1, "abc")], "bc...."),
        ([(1, "误")], ".误..."),
        ([(5, "误")], "......"),
        ([(1, "误"), (2, "x")], ". x..."),
        ([(1, "误"), (0, "ab")], "ab ..."),
        ([(1, "误误"), (2, "差")], ". 差 ."),
        ([(1, "e\u0301x")], ".ex..."),
    ],
)
def test_write(texts: list[tuple[int, str]], row: str) -> None:
    cells = Cells(6, 1)
    cells.write(0, 0, "......")
    for column, text in texts:
        cells.write(0, column, text, MUTED)
    assert cells.lines == [row]
    assert cell_len(row) == 6
    (strip,) = cells.strips(lambda ink: Style(bold=ink == MUTED))
    assert (strip.text, strip.cell_length) == (row, 6)


@given(st.integers(-8, 12), st.integers(-3, 5), st.text("abc", max_size=12))
def test_text_beyond_the_edges_is_left_out(column: int, row: int, text: str) -> None:
    cells = Cells(6, 3)
    cells.write(row, column, text, MUTED)
    expected = [[" "] * 6 for _ in range(3)]
    for place, character in enumerate(text):
        if 0 <= row < 3 and 0 <= column + place < 6:
            expected[row][column + place] = character
    assert cells.lines == ["".join(line) for line in expected]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30))
def test_strips_hold_each_cell_in_its_ink(codes: list[int]) -> None:
    cells = Cells(len(codes), 1)
    inks = [Ink(), MUTED, RED, Ink("128", ground="7")]
    for column, code in enumerate(codes):
        cells.write(0, column, "abcd"[code], inks[code])
    (strip,) = cells.strips(lambda ink: Style(color=f"color({inks.index(ink) + 1})"))
    assert strip.cell_length == len(codes) and strip.text == "".join("abcd"[code] for code in codes)
    seen = [segment.style.color.number - 1 for segment in strip for _ in segment.text]  # one character a cell
    assert seen == codes
