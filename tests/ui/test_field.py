"""A field at rest is a line of text; its control comes, and stands where the text stood, when it is wanted."""

import pytest
from textual.content import Content
from textual.events import MouseDown
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Select
from textual.widgets._select import SelectOverlay

from tests.ui.conftest import look, until
from tuilab.experiment import get
from tuilab.ui.app import LabApp
from tuilab.ui.panels.controls import Line, Menu
from tuilab.ui.panels.experiment import ExperimentColumn
from tuilab.ui.panels.field import Field
from tuilab.ui.panels.panel import Panel, PanelTitle

Cell = tuple[str, str, str]


def field(app: LabApp, path: str) -> Field:
    return next(one for one in app.screen.query(Field) if one.knob.path == path)


def cells(app: LabApp, widget: Widget) -> list[Cell]:
    """What a terminal shows where `widget` is: the characters, their color unless they are blank, the ground."""
    look()
    row = app.screen._compositor.render_strips(app.screen.size)[widget.region.y]
    styled = [(letter, segment.style) for segment in row for letter in segment.text]
    told = [
        (letter, letter.strip() and str(style and style.color), str(style and style.bgcolor))
        for letter, style in styled
    ]
    return told[widget.region.x : widget.region.right]


def controls(app: LabApp) -> int:
    return len(app.screen.query_one(ExperimentColumn).query("Line, Menu"))


@pytest.mark.parametrize("size", [(120, 60), (80, 40)])
async def test_at_rest_it_shows_what_its_control_shows(app: LabApp, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        board = app.screen_stack[0].board
        board.edit({"data.source": "a" * 40, "data.label": "日" * 20})
        board.edit({"optimization.learning_rate": "-1"})
        board.edit({"network.activation": "tanh"})
        await pilot.pause()
        fields = [one for one in app.screen.query(Field) if one.is_on_screen and not one.idle]
        rest = [cells(app, one) for one in fields]
        assert len(fields) > 12 and controls(app) == 0
        for one in fields:
            assert one.control
        await pilot.pause()
        assert controls(app) > 10
        assert [cells(app, one) for one in fields] == rest


async def test_the_focus_goes_to_the_control_and_what_follows_at_once_is_typed_there(app: LabApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        app.screen.query_one(ExperimentColumn).go_to("data.examples")
        await pilot.pause()
        assert controls(app) == 1
        await pilot.press("tab", "7", "tab", "tab", "x", "shift+tab", "y")
        assert [field(app, f"data.{name}").text for name in ("noise", "dev_source", "test_source")] == [
            "7.0",
            "y",
            "x",
        ]
        assert isinstance(app.focused, Line) and controls(app) == 4


async def test_what_is_typed_is_what_is_meant(app: LabApp) -> None:
    cases: list[tuple[str, str, object, str]] = [
        ("title", "Two words ", "Two words", "Two words"),
        ("data.source", "  moons", "moons", "moons"),
        ("columns.drop", 'id, "a, b"', ("id", "a, b"), 'id, "a, b"'),
        ("columns.group", '" b"', " b", '" b"'),
        ("network.hidden", "150x2", (150, 150), "150, 150"),
    ]
    async with app.run_test(size=(120, 40)) as pilot:
        board = app.screen_stack[0].board
        for path, typed, value, left in cases:
            app.screen.query_one(ExperimentColumn).reveal(path)
            await pilot.pause()
            line = field(app, path).control
            assert isinstance(line, Line)
            line.value = typed
            await pilot.pause()
            assert get(board.draft.experiment, path) == value
            board.leave(path)
            assert (line.value, get(board.draft.experiment, path)) == (left, value)
            board.leave(path)  # what the lab wrote is read as the same
            assert (line.value, get(board.draft.experiment, path)) == (left, value)


async def test_of_several_numbers_that_is_turned_at_which_the_cursor_stands(app: LabApp) -> None:
    async with app.run_test(size=(120, 60)) as pilot:
        board = app.screen_stack[0].board
        board.edit({"dropout.keep_prob": "1, 0.5"})
        app.screen.query_one(ExperimentColumn).go_to("dropout.keep_prob")
        await pilot.press("home", "down", "down", "end", "up")
        assert board.draft.experiment.dropout.keep_prob == (0.9, 0.55)


async def test_behind_the_last_field_is_the_first_though_other_things_stand_beside_them(app: LabApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        first, *_, last = app.screen.query(PanelTitle)
        last.focus()  # its panel is closed
        await pilot.press("tab")
        assert app.focused is first


async def test_one_out_of_sight_is_scrolled_to(app: LabApp) -> None:
    async with app.run_test(size=(120, 24)) as pilot:
        app.screen.query_one(ExperimentColumn).go_to("data.test_source")
        await pilot.pause()
        one, column = field(app, "optimization.iterations"), app.screen.query_one("ExperimentColumn > VerticalScroll")
        for _ in range(60):
            await pilot.press("tab")
            if app.focused and app.focused.parent is one:
                break
        assert app.focused is one.control
        await until(pilot, lambda: column.region.contains_region(one.region))


async def test_a_click_that_comes_with_the_mouse_is_none_the_less_for_the_field(app: LabApp) -> None:
    async with app.run_test(size=(120, 60)) as pilot:
        one = field(app, "network.hidden")
        x, y = one.region.x + 30, one.region.y
        one.on_enter()  # its control is made and not yet laid out
        app.screen._forward_event(MouseDown(one, x, y, 0, 0, 1, False, False, False, screen_x=x, screen_y=y))
        await pilot.press("ctrl+u", "7")
        assert isinstance(app.focused, Line) and app.focused is one.control and one.text.startswith("7")
        assert not one.allow_focus()


async def hover(pilot: Pilot[None], one: Field, x: int) -> None:
    await pilot.hover(one, offset=(x, 0))
    await pilot.pause()


async def test_the_mouse_finds_the_control(app: LabApp) -> None:
    async with app.run_test(size=(120, 60)) as pilot:
        one = field(app, "network.hidden")
        app.screen_stack[0].board.edit({"network.hidden": "20, 10"})
        await hover(pilot, one, 24)
        assert controls(app) == 1 and app.focused is not one.control
        await pilot.click(one, offset=(24, 0))
        assert app.focused is one.control and one.control.cursor_position == 2
        menu = field(app, "network.precision")
        await hover(pilot, menu, 30)
        assert controls(app) == 2
        await pilot.click(menu, offset=(30, 0))
        assert isinstance(menu.control, Menu) and menu.query_one(SelectOverlay).display


async def test_it_shows_what_becomes_of_its_value(app: LabApp) -> None:
    async with app.run_test(size=(120, 60)) as pilot:
        one = field(app, "network.hidden")
        for text in ("7, 7", "8, 8", "9, 9"):
            app.screen_stack[0].board.edit({"network.hidden": text})
            await pilot.pause()
            assert f" {text} " in "".join(letter for letter, *_ in cells(app, one))
            if text == "8, 8":
                assert controls(app) == 0 and one.control
        assert one.control.value == "9, 9"


async def test_one_that_is_left_shows_what_the_experiment_has_whatever_is_wrong_elsewhere(app: LabApp) -> None:
    async with app.run_test(size=(120, 60)) as pilot:
        board = app.screen_stack[0].board
        board.edit({"data.noise": "x"})
        for path, typed in {"optimization.learning_rate": "0.50", "split.train": "0.90"}.items():
            app.screen.query_one(ExperimentColumn).go_to(path)
            await pilot.pause()
            await pilot.press(*typed)
        app.screen.query_one(ExperimentColumn).go_to("data.noise")
        await pilot.pause()
        assert set(board.draft.faults) == {"data.noise", "split"}
        assert [field(app, path).text for path in ("optimization.learning_rate", "split.train")] == ["0.5", "0.90"]


async def test_a_click_on_the_label_is_for_the_field_however_often(app: LabApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        one, other = field(app, "network.hidden"), field(app, "regularization.kind")
        for _ in range(2):
            for each in (one, other):
                for left in (3, 19):  # the label, and the gap behind it
                    app.set_focus(None)
                    await pilot.click(each, offset=(left, 0))
                    assert app.focused is each.control
        assert isinstance(other.control, Select) and not other.control.expanded


async def test_a_panel_that_is_opened_at_the_foot_of_the_screen_shows_its_fields(app: LabApp) -> None:
    async with app.run_test(size=(120, 24)) as pilot:
        panel, column = [*app.screen.query(Panel)][-1], app.screen.query_one("ExperimentColumn > VerticalScroll")
        panel.query_one(PanelTitle).focus()
        await pilot.press("enter")
        await until(pilot, lambda: column.region.contains_region(panel.region) and panel.fields[-1].region.height > 0)


async def test_the_title_of_a_closed_panel_tells_what_acts_and_on_a_large_screen_all_of_it(app: LabApp) -> None:
    async with app.run_test(size=(200, 60)) as pilot:
        app.screen_stack[0].board.edit({"title": "prose " * 20, "data.source": "moons", "network.hidden": "4 " * 70})
        for panel in app.screen.query(Panel):
            panel.open = False
        titles = {panel.section: panel.query_one(PanelTitle) for panel in app.screen.query(Panel)}
        assert str(titles["augmentation"].content) == "▸ Augmentation  copies 0", "no copy is turned or zoomed"
        assert "prose" not in str(titles[""].content)
        long = titles["optimization"]
        assert isinstance(long.content, Content) and long.content.cell_length > 60
        await until(pilot, lambda: all(is_whole(title) for title in titles.values()))


def is_whole(title: PanelTitle) -> bool:
    """Whether all of it is seen."""
    assert isinstance(title.content, Content)
    return title.region.width > 0 and title.region.height == len(title.content.wrap(title.region.width))
