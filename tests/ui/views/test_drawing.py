"""Drawings: cells, inks, and that only what changed is written."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style
from textual.app import App, ComposeResult
from textual.geometry import Region

from tuilab.ui.views.drawing import MUTED, Cells, Drawing, Ink, braille
from tuilab.ui.views.looking import Table, Words
from tuilab.words.table import aligned

RED = Ink("error", ground="primary", share=0.5, bold=True)


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


@given(st.integers(1, 3), st.integers(1, 3), st.randoms())
def test_braille_has_a_dot_for_each_that_is_filled(rows: int, columns: int, random: Any) -> None:
    filled = np.array([[random.random() < 0.5 for _ in range(2 * columns)] for _ in range(4 * rows)])
    found = braille(filled)
    bits = {(0, 0): 0, (1, 0): 1, (2, 0): 2, (0, 1): 3, (1, 1): 4, (2, 1): 5, (3, 0): 6, (3, 1): 7}
    for (row, column), character in np.ndenumerate(found):
        for (y, x), bit in bits.items():
            assert bool(ord(character) >> bit & 1) == filled[4 * row + y, 2 * column + x]


class DrawingApp(App[None]):
    CSS = "Table { height: 4; }"

    def compose(self) -> ComposeResult:
        yield Drawing()
        yield Words()
        yield Table()


def painter(mark: str) -> Any:
    def paint(width: int, height: int) -> Cells:
        cells = Cells(width, height)
        cells.write(1, 3, mark, RED)
        return cells

    return paint


async def test_only_what_changed_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    app = DrawingApp()
    async with app.run_test(size=(30, 12)) as pilot:
        drawing, words = app.query_one(Drawing), app.query_one(Words)
        drawing.show(painter("a"))
        words.say("one")
        written: list[tuple[Region, ...]] = []
        monkeypatch.setattr(Drawing, "refresh", lambda self, *regions, **_: written.append(regions))
        monkeypatch.setattr(Words, "update", lambda self, content: written.append(()))
        drawing.show(painter("a"))
        words.say("one")
        assert written == []
        drawing.show(painter("b"))
        assert written == [(Region(3, 1, 1, 1),)]
        await pilot.pause()


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark"])
async def test_inks_take_their_colors_from_the_theme(theme: str) -> None:
    app = DrawingApp()
    app.theme = theme
    async with app.run_test(size=(30, 12)) as pilot:
        drawing = app.query_one(Drawing)
        drawing.show(painter("a"))
        await pilot.pause()
        style = next(segment.style for segment in drawing.render_line(1) if segment.text == "a")
        plain = next(segment.style for segment in drawing.render_line(0))
        assert style is not None and style.bold and style.color is not None
        assert (style.bgcolor == plain.bgcolor) == (theme == "ansi-dark")


@pytest.mark.parametrize(("theme", "dark"), [("textual-dark", True), ("textual-light", False)])
async def test_muted_text_stands_out_from_the_background(theme: str, dark: bool) -> None:
    app = DrawingApp()
    app.theme = theme
    async with app.run_test(size=(30, 12)) as pilot:
        cells = Cells(1, 1)
        cells.write(0, 0, "x", MUTED)
        app.query_one(Drawing).show(lambda *_: cells)
        await pilot.pause()
        (segment,) = app.query_one(Drawing).render_line(0)
        assert segment.style is not None and segment.style.color is not None and segment.style.bgcolor is not None
        front, back = (sum(color.get_truecolor()) for color in (segment.style.color, segment.style.bgcolor))
        assert (front > back + 150) if dark else (front + 150 < back)


async def test_a_table_keeps_its_head_while_its_lines_scroll() -> None:
    app = DrawingApp()
    async with app.run_test(size=(30, 12)) as pilot:
        table = app.query_one(Table)
        table.show(aligned([("name", "n"), *((f"row {i}", str(i)) for i in range(20))], "lr"))
        await pilot.pause()
        lines = table.query_one(".lines", Words)
        assert lines.size.height == 20 and str(table.query_one(".head", Words).visual) == "name     n"
