"""The line of tabs: on a screen of any width the current one is seen, and what is clicked on is chosen."""

import re

import pytest
from textual import on
from textual.app import App, ComposeResult

from tuilab.ui.panels.tabs import MORE, TabChosen, TabLine, tab_line
from tuilab.ui.views import VIEWS

TITLES = [view.TITLE for view in VIEWS]


class TabApp(App[None]):
    chosen = -1

    def compose(self) -> ComposeResult:
        yield TabLine(TITLES)

    @on(TabChosen)
    def take(self, event: TabChosen) -> None:
        self.chosen = event.number


@pytest.mark.parametrize("width", [12, 30, 68, 69, 120])
@pytest.mark.parametrize("beside", [-1, 1, 9])
def test_the_current_tab_is_whole_on_the_line_and_no_other_is_cut(width: int, beside: int) -> None:
    for current in range(len(TITLES)):
        line = tab_line(TITLES, current, beside, width).plain
        assert len(line) <= width and f"▸{TITLES[current]}◂" in line
        shown = re.sub("[▸◂()…]", " ", line).split()
        assert set(shown) <= set(TITLES)
        assert (MORE in line) == (len(shown) < len(TITLES))


def test_a_line_of_hardly_any_width_has_the_name_alone() -> None:
    assert tab_line(TITLES, 2, -1, 3).plain == TITLES[2]


async def test_a_name_that_is_clicked_on_is_chosen() -> None:
    app = TabApp()
    async with app.run_test(size=(120, 3)) as pilot:
        line = app.query_one(TabLine)
        await pilot.click(line, offset=(line.content.plain.index(TITLES[3]) + 1, 0))
        await pilot.pause()
        assert app.chosen == 3
