"""Screens that are shown: styled and laid out no more often than needed, and what is hidden takes no keys."""

from collections import Counter

import pytest
from rich.cells import cell_len
from textual._compositor import Compositor
from textual.color import Color
from textual.dom import DOMNode
from textual.geometry import Size
from textual.pilot import Pilot
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static
from textual.widgets._footer import FooterKey

from tests.ui.conftest import until
from tuilab.lab import Lab
from tuilab.ui.app import LabApp
from tuilab.ui.panels.keyline import RoomKeys
from tuilab.ui.screens.dialog import Room
from tuilab.ui.screens.help import HelpScreen
from tuilab.ui.screens.runs import RunsScreen
from tuilab.ui.views import View
from tuilab.ui.views.looking import ScrollTable
from tuilab.ui.views.pane import RunPane
from tuilab.ui.views.signal import SignalView


def styled_by(app: LabApp, monkeypatch: pytest.MonkeyPatch) -> list[DOMNode]:
    """What is styled anew from here on, of all that have something in them."""
    styled: list[DOMNode] = []
    update = app.update_styles

    def note(node: DOMNode, animate: bool = True) -> None:
        styled.extend([node] if node.children else [])
        update(node, animate)

    monkeypatch.setattr(app, "update_styles", note)
    return styled


def laid_out(monkeypatch: pytest.MonkeyPatch) -> Counter[object]:
    """How often all of a screen was laid out from here on."""
    laid: Counter[object] = Counter()
    reflow = Compositor.reflow

    def note(compositor: Compositor, screen: Screen[object], size: Size) -> object:
        laid[screen] += 1
        return reflow(compositor, screen, size)

    monkeypatch.setattr(Compositor, "reflow", note)
    return laid


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_screen_that_is_shown_first_is_not_styled_a_second_time(
    app: LabApp, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    styled, laid = styled_by(app, monkeypatch), laid_out(monkeypatch)
    async with app.run_test(size=size) as pilot:
        assert laid == {app.screen: 1}, "the main screen, once"
        await pilot.press("t")
        await pilot.pause()
        assert app.screen.has_class("-narrow") == (size[0] < 118)
        assert not {*app.screen_stack} & {*styled}


async def test_a_wide_screen_is_not_styled_anew_for_the_place_that_a_narrow_one_goes_to(
    app: LabApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        styled = styled_by(app, monkeypatch)
        app._room.place = "watch"
        await pilot.pause()
        assert app.screen not in styled
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: app.screen.has_class("-narrow"))
        await until(pilot, lambda: not app.screen.query_one("#desk").display)
        assert app.screen.query_one(RunPane).display


async def test_a_place_and_a_lesson_style_no_more_than_they_are_about(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = LabApp(lab, lab.open("init-zeros")[1], "init-zeros")
    styled = styled_by(app, monkeypatch)

    async def hold(pilot: Pilot[None]) -> None:
        """Nothing has another style where all is styled."""
        await pilot.pause()
        assert app.screen not in styled
        seen = {node: node.styles.base.get_rules() for node in app.screen.walk_children()}
        app.screen.update_node_styles(animate=False)
        assert [node for node, rules in seen.items() if node.styles.base.get_rules() != rules] == []
        styled.clear()

    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app._room.lesson is not None)
        await hold(pilot)
        for place in ("lesson", "watch", "experiment"):
            app._room.place = place
            await hold(pilot)
        app._room.load("another", lab.open("circles")[1])
        await until(pilot, lambda: app._room.lesson is None)
        await hold(pilot)


async def test_beneath_a_room_nothing_is_drawn_and_its_keys_are_made_anew_where_they_are_others(
    app: LabApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    beneath: list[Screen[object]] = []

    class Noted(BackgroundScreen):
        def __init__(self, screen: Screen[object], color: Color) -> None:
            beneath.append(screen)
            super().__init__(screen, color)

    monkeypatch.setattr("textual.screen.BackgroundScreen", Noted)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("b")
        await until(pilot, lambda: bool(app.screen.query(FooterKey)))
        assert isinstance(app.screen, Room) and not beneath
        assert app.screen.query_one(".room").region.union(app.screen.query_one(RoomKeys).region) == app.screen.region
        keys = [*app.screen.query(FooterKey)]
        app.screen.refresh_bindings()
        await pilot.pause()
        assert [*app.screen.query(FooterKey)] == keys
        monkeypatch.setattr(RunsScreen, "check_action", lambda screen, action, _: action == "back" or None)
        app.screen.refresh_bindings()
        await until(pilot, lambda: bool(app.screen.query("FooterKey.-disabled")))
        await pilot.press("escape", "question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        assert beneath, "a dialog that is smaller than the screen lies over what is seen beside it"


async def test_a_view_that_is_hidden_has_no_keys(app: LabApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.focused is None
        await pilot.press("enter", "escape")
        assert app.focused is None
        await pilot.press("v")
        assert isinstance(app.focused, View)


async def test_who_changes_between_asking_for_a_layout_and_the_next_one_is_laid_out_as_it_is_then(app: LabApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await app.screen.query_one(RunPane).mount(line := Static("none"))
        await until(pilot, lambda: line.size.height == 1)
        line.update("one")
        for box in line.ancestors:  # somebody beside it has changed, and is laid out before it has said that it has
            if isinstance(box, Widget):
                box._clear_arrangement_cache()
        app.screen._refresh_layout()
        line.update("one\ntwo\nthree")
        await pilot.pause(0.1)
        await until(pilot, lambda: not app.screen._layout_required)
        assert line.size.height == 3


@pytest.mark.parametrize("width", [117, 118, 200])
async def test_both_places_stand_side_by_side_only_where_the_table_of_the_signal_is_not_cut(
    app: LabApp, width: int
) -> None:
    async with app.run_test(size=(width, 30)) as pilot:
        pane = app.screen.query_one(RunPane)
        app._room.place = "watch"
        pane.show("signal")
        await until(pilot, lambda: isinstance(pane.view, SignalView) and pane.view.insight is not None)
        assert app.screen.query_one("#desk").display == (width >= 118)
        table = pane.view.query_one(ScrollTable)
        await until(pilot, lambda: table.content_size.width > 0)
        widest = max(66, *map(cell_len, pane.view.insight.lines))  # numbers of others are longer
        assert widest <= table.content_size.width
