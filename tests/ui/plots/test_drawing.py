"""Drawings: colors from the theme, and that only what changed is written."""

from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region

from tuilab.ui.plots.cells import MUTED, Cells, Ink
from tuilab.ui.plots.drawing import Drawing
from tuilab.ui.views.looking import Prose, ScrollTable
from tuilab.words.table import aligned

RED = Ink("error", ground="primary", share=0.5, bold=True)


class DrawingApp(App[None]):
    CSS = "ScrollTable { height: 4; }"

    def compose(self) -> ComposeResult:
        yield Drawing()
        yield Prose()
        yield ScrollTable()


def painter(mark: str) -> Any:
    def paint(width: int, height: int) -> Cells:
        cells = Cells(width, height)
        cells.write(1, 3, mark, RED)
        return cells

    return paint


async def test_only_what_changed_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    app = DrawingApp()
    async with app.run_test(size=(30, 12)) as pilot:
        drawing, words = app.query_one(Drawing), app.query_one(Prose)
        drawing.draw(painter("a"))
        words.say("one")
        written: list[tuple[Region, ...]] = []
        monkeypatch.setattr(Drawing, "refresh", lambda self, *regions, **_: written.append(regions))
        monkeypatch.setattr(Prose, "update", lambda self, content: written.append(()))
        drawing.draw(painter("a"))
        words.say("one")
        assert written == []
        drawing.draw(painter("b"))
        assert written == [(Region(3, 1, 1, 1),)]
        await pilot.pause()


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark"])
async def test_inks_take_their_colors_from_the_theme(theme: str) -> None:
    app = DrawingApp()
    app.theme = theme
    async with app.run_test(size=(30, 12)) as pilot:
        drawing = app.query_one(Drawing)
        drawing.draw(painter("a"))
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
        app.query_one(Drawing).draw(lambda *_: cells)
        await pilot.pause()
        (segment,) = app.query_one(Drawing).render_line(0)
        assert segment.style is not None and segment.style.color is not None and segment.style.bgcolor is not None
        front, back = (sum(color.get_truecolor()) for color in (segment.style.color, segment.style.bgcolor))
        assert (front > back + 150) if dark else (front + 150 < back)


async def test_a_table_keeps_its_head_while_its_lines_scroll() -> None:
    app = DrawingApp()
    async with app.run_test(size=(30, 12)) as pilot:
        table = app.query_one(ScrollTable)
        table.show(aligned([("name", "n"), *((f"row {i}", str(i)) for i in range(20))], "lr"))
        await pilot.pause()
        lines = table.query_one(".lines", Prose)
        assert lines.size.height == 20 and str(table.query_one(".head", Prose).visual) == "name     n"
