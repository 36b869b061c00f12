"""The line of tabs: on a screen of any width the current one is seen."""

import pytest
from textual.app import App, ComposeResult

from tests.ui.conftest import until
from tuilab.ui.panels.tabs import Tab, TabLine
from tuilab.ui.views import VIEWS


class TabApp(App[None]):
    CSS = "TabLine { height: 1; } TabLine > Tab { width: auto; }"

    def compose(self) -> ComposeResult:
        yield TabLine([view.TITLE for view in VIEWS])


@pytest.mark.parametrize("width", [30, 68, 120])
async def test_the_current_tab_is_whole_on_the_line(width: int) -> None:
    app = TabApp()
    async with app.run_test(size=(width, 3)) as pilot:
        for number in (len(VIEWS) - 1, 0, 5):
            app.query_one(TabLine).current = number
            tab = app.query(Tab)[number]
            await until(pilot, lambda tab=tab: tab.region.x >= 0 and 0 < tab.region.right <= width)
