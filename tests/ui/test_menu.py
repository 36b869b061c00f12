"""A menu: its list is made when it is first opened, and is Textual's from then on."""

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Static
from textual.widgets._select import SelectOverlay

from tuilab.ui.panels.controls import Menu


class Page(App[None]):
    def compose(self) -> ComposeResult:
        yield Menu(("none", "l1", "l2"), "l1")

    @property
    def menu(self) -> Menu:
        return self.query_one(Menu)

    @property
    def shown(self) -> list[str]:
        return [str(part.content) for part in self.menu.query(Static)]


@pytest.mark.parametrize("way", [["enter"], ["down"], ["space"], []])
async def test_it_is_opened_by_a_key_or_a_click_and_a_choice_is_made(way: list[str]) -> None:
    app = Page()
    async with app.run_test() as pilot:
        assert app.shown == ["l1", "▼"] and not app.query(SelectOverlay)
        app.menu.focus()
        await (pilot.press(*way) if way else pilot.click(Menu))
        await pilot.pause()
        assert app.shown == ["l1", "▲"] and isinstance(app.focused, SelectOverlay) and app.focused.highlighted == 1
        await pilot.press("down", "enter")
        await pilot.pause()
        assert (app.menu.value, app.shown, app.focused) == ("l2", ["l2", "▼"], app.menu)
        app.menu.value = "none"
        await pilot.press("enter", "l", "enter")  # the first that has an l
        await pilot.pause()
        assert app.shown == ["l1", "▼"]
        await pilot.press("enter", "down", "escape")
        await pilot.pause()
        assert (app.menu.value, app.shown, app.menu.expanded) == ("l1", ["l1", "▼"], False)
