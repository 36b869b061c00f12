"""The app through its keys and its mouse: what it says first, what it shows then."""

import asyncio
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from textual.binding import Binding, BindingType
from textual.events import Click, Key, Resize
from textual.geometry import Size
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from tests.trainers import end_of
from tests.ui.canned import snapshot
from tests.ui.conftest import PATIENCE, Messages, names, until
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.presets import Preset
from tuilab.runs import ACTIVE
from tuilab.ui.app import LARGEST, TURN, LabApp, run
from tuilab.ui.desk.draft import edited
from tuilab.ui.messages import ActionChosen, FieldEdited
from tuilab.ui.panels.experiment import ExperimentColumn, FieldHelp
from tuilab.ui.panels.field import Field
from tuilab.ui.panels.lineage import Lineage
from tuilab.ui.panels.panel import Panel, PanelTitle
from tuilab.ui.panels.tabs import TabLine
from tuilab.ui.panels.verdict import ActionLine
from tuilab.ui.screens.dialog import Palette
from tuilab.ui.screens.help import HelpScreen
from tuilab.ui.screens.lab import LabScreen
from tuilab.ui.screens.leave import LeaveScreen
from tuilab.ui.screens.lessons import LessonsScreen
from tuilab.ui.screens.presets import PresetsScreen, best, found
from tuilab.ui.screens.runs import RunsScreen
from tuilab.ui.screens.save import SaveScreen
from tuilab.ui.tty import terminal
from tuilab.ui.views import VIEWS, View
from tuilab.ui.views.pane import RunPane
from tuilab.ui.work.mishaps import LOG

WIDE, NARROW = (120, 40), (80, 24)


def room(app: LabApp) -> LabScreen:
    screen = app.screen_stack[0]
    assert isinstance(screen, LabScreen)
    return screen


def field(app: LabApp, path: str) -> Field:
    fields = (field for panel in room(app).query(Panel) for field in panel.fields)
    return next(field for field in fields if field.knob.path == path)


async def go_to(pilot: Pilot[None], app: LabApp, path: str) -> None:
    """Gives the focus to a field, in a panel that may have been closed."""
    await pilot.pause()
    room(app).query_one(ExperimentColumn).go_to(path)
    await until(pilot, lambda: app.focused is not None and field(app, path) in app.focused.ancestors)


def said(app: LabApp) -> str:
    return str(room(app).query_one(FieldHelp).content)


async def test_an_edit_travels_from_the_field_to_the_experiment(app: LabApp, messages: Messages) -> None:
    async with app.run_test(size=WIDE, message_hook=messages.append) as pilot:
        await go_to(pilot, app, "network.hidden")
        await pilot.press(*"9,4")
        await until(pilot, lambda: room(app).plan.startswith("2-9-4-3: "))
        assert [(edit.path, edit.raw) for edit in messages.of(FieldEdited)][-1] == ("network.hidden", "9,4")
        draft = room(app).draft
        assert draft is not None and draft.experiment.network.hidden == (9, 4)
        assert field(app, "network.hidden").edited


async def test_a_wrong_value_shows_on_its_field_and_never_starts(app: LabApp, lab: Lab) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await go_to(pilot, app, "optimization.learning_rate")
        await pilot.press(*"-1")
        await pilot.pause()
        assert "must be a number > 0" in field(app, "optimization.learning_rate").fault
        assert "must be a number > 0" in said(app)
        await pilot.press("escape", "r")
        await pilot.pause()
        assert lab.runs() == []
        assert app.focused is room(app).query_one(RunPane).view, "a key that follows would be typed into the field"
        await pilot.press("enter")
        assert app.focused is not None and app.focused.has_pseudo_class("focus")
        assert field(app, "optimization.learning_rate") in app.focused.ancestors


async def test_a_fault_of_several_fields_marks_their_panel(app: LabApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        panel = next(panel for panel in app.screen.query(Panel) if panel.section == "split")
        await pilot.click(panel.query_one(PanelTitle))
        await pilot.pause()
        await go_to(pilot, app, "split.train")
        await pilot.press(*"0.9")
        await pilot.pause()
        assert "must be 1" in panel.fault
        app.set_focus(None)
        panel.open = False
        await pilot.press("r")
        await pilot.pause()
        assert panel.open
        await pilot.press("enter")
        assert app.focused in field(app, "split.train").walk_children()


async def test_a_fault_that_only_the_data_tells_shows_on_its_field(app: LabApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await go_to(pilot, app, "data.source")
        await pilot.press(*"no.csv")
        await until(pilot, lambda: bool(field(app, "data.source").fault))
        await pilot.press("escape")
        await until(pilot, lambda: said(app) == "✗ source: no such file. D explains the file, enter goes there.")


async def test_run_trains_and_shows_every_point(app: LabApp, lab: Lab) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status not in ACTIVE)
        last = app.snapshot
        assert names(lab) == [last.name]
        assert (last.status, last.view.iteration) == ("done", 40)
        assert last.view.cost.iteration[-1] == 40 or len(last.view.cost) > 0


async def test_one_key_makes_and_runs_the_child(app: LabApp, lab: Lab) -> None:
    canned = snapshot("done")
    async with app.run_test(size=WIDE) as pilot:
        room(app).snapshot = canned
        await pilot.pause()
        await pilot.press("1")
        await until(pilot, lambda: bool(names(lab)))
        action = canned.diagnosis.actions[0]
        draft = room(app).draft
        assert draft is not None and action.edits.items() <= draft.texts.items()
        started = lab.follow(names(lab)[0]).poll().experiment
        assert started == edited(lab, draft, {}).experiment


async def test_a_click_on_an_action_chooses_it(app: LabApp, messages: Messages) -> None:
    async with app.run_test(size=WIDE, message_hook=messages.append) as pilot:
        room(app).snapshot = snapshot("done")
        await pilot.pause()
        await pilot.click(ActionLine)
        await pilot.pause()
        action = snapshot("done").diagnosis.actions[0]
        assert [(chosen.run, chosen.action) for chosen in messages.of(ActionChosen)] == [("canned-0001", action)]


async def test_a_number_without_an_action_does_nothing(app: LabApp, lab: Lab) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("1", "9")
        await pilot.pause()
        assert names(lab) == []


@pytest.mark.usefixtures("paced")
async def test_stop_stops_the_run(lab: Lab, experiment: Experiment) -> None:
    endless = lab.edit(experiment, {"optimization.iterations": "1000000000"})
    app = LabApp(lab, endless)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status == "running")
        await pilot.press("s")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status not in ACTIVE)
        assert app.snapshot is not None and app.snapshot.status == "stopped"


@pytest.mark.usefixtures("paced")
async def test_a_run_that_goes_on_is_asked_about_and_stopped(lab: Lab, experiment: Experiment) -> None:
    endless = lab.edit(experiment, {"optimization.iterations": "1000000000"})
    app = LabApp(lab, endless)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status == "running")
        await pilot.press("q")
        assert isinstance(app.screen, LeaveScreen)
        await pilot.press("escape")
        assert isinstance(app.screen, LabScreen)
        await pilot.press("q", "s")
        await pilot.pause()
        assert app.return_code == 0
    assert end_of(lab, "last").status == "stopped"


async def test_quit_closes_at_once_where_nothing_runs(app: LabApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("q")
        await pilot.pause()
        assert app.return_code == 0


async def test_a_run_is_attached_from_its_first_point(lab: Lab, experiment: Experiment, app: LabApp) -> None:
    name = lab.start(experiment)
    end = end_of(lab, name)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("b")
        assert isinstance(app.screen, RunsScreen)
        await until(pilot, lambda: "Small" in str(app.screen.query_one("#about", Static).content))
        await pilot.press("enter")
        await until(pilot, lambda: app.snapshot is not None)
        assert app.snapshot is not None and app.snapshot.name == name
        assert list(app.snapshot.view.cost.iteration) == list(end.view.cost.iteration)


async def test_a_preset_is_opened(app: LabApp, lab: Lab) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("o")
        assert isinstance(app.screen, PresetsScreen)
        names = [preset.name for preset in lab.presets()]
        options = app.screen.query_one(OptionList)
        await until(pilot, lambda: options.option_count == len(names))
        options.highlighted = names.index("digits")
        await pilot.press("enter")
        await pilot.pause()
        draft = room(app).draft
        assert draft is not None and draft.base == lab.open("digits")[1]
        assert field(app, "data.source").text == "digits"


async def test_presets_are_searched_by_typing_and_the_cursor_is_where_it_is_meant(app: LabApp, lab: Lab) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: bool(room(app)._syllabus.presets))
        await pilot.press("o")
        screen, presets = app.screen, lab.presets()
        assert isinstance(screen, PresetsScreen)
        options = screen.query_one(OptionList)

        def here() -> str:
            return screen._shown[options.highlighted].name if options.highlighted is not None else ""

        await pilot.press("down", "down")
        assert here() == presets[2].name
        await pilot.press(*"digits")
        await until(pilot, lambda: here() == "digits")
        assert 1 <= options.option_count < len(presets)
        await pilot.press(*"zq")
        await until(pilot, lambda: options.option_count == 0)
        assert "No such preset" in str(screen.query_one("#about", Static).content)
        await pilot.press("enter", "down", "backspace", "backspace")
        await until(pilot, lambda: here() == "digits")
        await pilot.press("escape")
        await until(pilot, lambda: options.option_count == len(presets))
        assert here() == "digits" and app.screen is screen
        await pilot.press("up", "enter")
        await until(pilot, lambda: app.screen is not screen)
        assert room(app).opened == presets[[one.name for one in presets].index("digits") - 1].name


async def test_a_preset_has_a_line_whatever_else_is_listed(app: LabApp, lab: Lab) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: bool(room(app)._syllabus.presets))
        await pilot.press("o")
        await pilot.pause()
        options = app.screen.query_one(OptionList)
        assert options.virtual_size.height == options.option_count == len(lab.presets()) > options.size.height
        room_of_all = options.scrollable_content_region.width
        await pilot.press(*"digits")
        await until(pilot, lambda: options.option_count <= options.size.height)
        assert options.scrollable_content_region.width == room_of_all


async def test_a_list_without_room_has_no_page_to_turn(app: LabApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: bool(room(app)._syllabus.presets))
        await pilot.press("o")
        styles = app.screen.query_one(OptionList).styles
        styles.height = styles.min_height = 0
        await pilot.press("d", "pagedown", "pageup")  # what was typed made another list, of which nothing is laid out
        assert app.screen.query_one(Input).value == "d"


def test_a_preset_is_found_by_words_and_the_best_is_the_one_that_is_called_so() -> None:
    some = [Preset(name=name, experiment=edit(Experiment(), {"about": about}), own=False) for name, about in PRESETS]
    assert [one.name for one in found(some, "PENALTY  l2")] == ["dropout", "l2"]
    names = [name for name, _ in PRESETS]
    meant = {"l2": "l2", "out": "dropout", "d": "dropout", "x": "a-l2", "": "a-l2"}
    assert {text: names[best(names, text)] for text in meant} == meant


PRESETS = [("a-l2", "nothing"), ("dropout", "no penalty as L2 is"), ("l2", "the penalty"), ("other", "of l2")]


async def test_a_preset_is_saved_and_only_overwritten_when_confirmed(app: LabApp, lab: Lab) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("w")
        assert isinstance(app.screen, SaveScreen)
        name = app.screen.query_one("#name", Input)
        name.value = "../mine"
        await pilot.press("enter")
        await until(pilot, lambda: "letters" in str(app.screen.query_one("#fault", Static).content))
        name.value = "mine"
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is room(app))
        draft = room(app).draft
        assert draft is not None and lab.open("mine") == ("mine", draft.experiment)
        await go_to(pilot, app, "seed")
        await pilot.press("7", "escape", "w", "enter")
        await until(pilot, lambda: "Save again" in str(app.screen.query_one("#fault", Static).content))
        assert lab.open("mine")[1].seed != 7
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is room(app))
        assert lab.open("mine")[1].seed == 7


async def test_letters_are_text_in_a_field_and_keys_outside(app: LabApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await go_to(pilot, app, "data.source")
        await pilot.press("r", "q")
        await pilot.pause()
        assert field(app, "data.source").text == "rq"
        await pilot.press("escape", "question_mark")
        assert isinstance(app.screen, HelpScreen)


async def test_a_narrow_screen_has_two_places_and_resizing_keeps_state(app: LabApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        column = app.screen.query_one(ExperimentColumn)
        await go_to(pilot, app, "network.hidden")
        await pilot.press("6", "escape")
        assert column.region.width == NARROW[0]
        await pilot.press("v")
        assert column.region.width == 0
        await pilot.press("tab")
        assert column.region.width == NARROW[0] and column.has_focus_within
        await pilot.press("tab", "escape", "v")
        assert column.region.width == 0
        await pilot.click(".tab.experiment")
        assert column.region.width == NARROW[0]
        await pilot.resize_terminal(*WIDE)
        await pilot.pause()
        assert 0 < column.region.width < WIDE[0]
        assert field(app, "network.hidden").text == "6"


async def test_what_is_typed_goes_on_in_its_field_when_the_terminal_becomes_narrow(app: LabApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        room(app).place = "watch"
        await pilot.click(field(app, "network.hidden"), offset=(24, 0))
        await pilot.press("end", "ctrl+u", "6")
        await pilot.resize_terminal(*NARROW)
        await pilot.press("4")
        assert field(app, "network.hidden").text == "64"


async def test_what_says_the_same_is_not_laid_out_again(app: LabApp, monkeypatch: pytest.MonkeyPatch) -> None:
    async with app.run_test(size=WIDE) as pilot:
        written: list[Static] = []
        update = Static.update
        monkeypatch.setattr(
            Static, "update", lambda self, *text, **how: [written.append(self), update(self, *text, **how)]
        )
        await pilot.press("]")
        await pilot.pause()
        assert f"▸{VIEWS[1].TITLE}◂" in app.screen.query_one(TabLine).content.plain
        app.screen.query_one(Lineage).watch_snapshot()
        assert not any(isinstance(one, Lineage) for one in written)


async def test_a_view_has_all_the_room_from_the_first(app: LabApp, monkeypatch: pytest.MonkeyPatch) -> None:
    heights: set[int] = set()
    updated = View._size_updated  # what the layout says to a widget

    def noted(self: View, size: Size, virtual: Size, container: Size, layout: bool = True) -> bool:
        heights.add(size.height)
        return updated(self, size, virtual, container, layout)

    async with app.run_test(size=WIDE) as pilot:
        pane = app.screen.query_one(RunPane)
        monkeypatch.setattr(View, "_size_updated", noted)
        for _ in range(3):
            await pilot.press("]")
            await until(pilot, lambda: pane.view.region.height > 0)
        assert len(heights - {0}) == 1, "two views were laid out at once"


async def test_no_more_is_laid_out_than_a_screen_has_room_for(app: LabApp) -> None:
    async with app.run_test(size=(120, 5000)) as pilot:
        assert (app.size, room(app).size) == ((120, LARGEST.height), (120, LARGEST.height))
        app.post_message(Resize(Size(5000, 5000), Size(5000, 5000)))  # what a report of the terminal becomes
        await until(pilot, lambda: room(app).size == LARGEST)
        assert app.size == LARGEST
        await pilot.resize_terminal(*WIDE)
        await until(pilot, lambda: room(app).size == WIDE)


async def test_markup_and_controls_are_shown_as_text(lab: Lab, experiment: Experiment, tmp_path: Path) -> None:
    nasty = "loss[/ [link=http://x] \x1b]52;c;AAAA\x07"
    hostile = lab.edit(experiment, {"title": nasty, "data.source": str(tmp_path / "no[/.csv")})
    app = LabApp(lab, hostile, nasty)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: bool(field(app, "data.source").fault))
        await pilot.press("r", "w")
        await pilot.pause()
        assert "\x1b]52" not in app.export_screenshot()
        line = str(room(app).query_one("TitleLine .name", Static).content)
        assert "loss[/ [link=http://x]" in line and "\x1b" not in line


async def test_a_second_enter_ends_nothing_more(app: LabApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("t", "down")
        for key in ("enter", "enter", "enter"):
            app.post_message(Key(key, None))  # none waits for what the one before leads to
        await until(pilot, lambda: room(app).opened != "small" and app.screen is room(app))
        assert app.return_code is None


async def test_a_dialog_beneath_another_one_stays(app: LabApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("b")
        beneath = app.screen
        assert isinstance(beneath, RunsScreen)
        await app.push_screen(HelpScreen(()))
        beneath.dismiss(None)
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen) and beneath in app.screen_stack


async def test_a_key_that_is_quicker_than_its_screen_waits_for_it(app: LabApp, lab: Lab) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await until(pilot, lambda: bool(room(app)._syllabus.presets))
        screen = LessonsScreen(lab, room(app)._syllabus)
        app.push_screen(screen)
        await app.run_action("check", screen)
        await until(pilot, lambda: any("training" in str(text.content) for text in app.screen.query("#text")))


async def test_a_key_that_is_held_turns_through_the_views(app: LabApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        pane = room(app).query_one(RunPane)
        for _ in range(len(VIEWS) + 3):
            pane.turn(1)
            await asyncio.sleep(0.001)  # the view is being made when the next one is asked for
        await until(pilot, lambda: pane.current == 3 and pane.view.is_on_screen and pane.view.has_focus)


async def test_a_fault_in_a_key_costs_that_key_alone(
    lab: Lab, experiment: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(screen: LabScreen, name: str) -> None:
        raise KeyError("nobody thought of it")

    monkeypatch.setattr(LabScreen, "action_room", fail)
    app = LabApp(lab, experiment)
    log = lab.store.home / LOG
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("o")
        await until(pilot, lambda: any("nobody thought" in one.message for one in app._notifications))
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpScreen)
    assert "in fail" in log.read_text()
    log.unlink()


async def test_presets_that_are_slow_to_read_cost_no_key_and_a_new_one_is_listed(
    lab: Lab, experiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.save_preset("mine", experiment)
    app, gate, read = LabApp(lab, experiment), threading.Event(), lab.presets

    def wait() -> list[Preset]:
        assert gate.wait(PATIENCE) and threading.current_thread() is not threading.main_thread()
        return read()

    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: bool(room(app)._syllabus.presets))
        lab.save_preset("before-mine", experiment)
        monkeypatch.setattr(lab, "presets", wait)
        await pilot.press("o", "end")
        options = app.screen.query_one(OptionList)
        assert options.highlighted == len(read()) - 2
        gate.set()
        await until(pilot, lambda: options.option_count == len(read()))
        await pilot.press("enter")
        await until(pilot, lambda: room(app).opened == "mine")


def test_no_view_takes_a_key_from_the_lab() -> None:
    def keys(bindings: Sequence[BindingType]) -> set[str]:
        return {key for binding in bindings if isinstance(binding, Binding) for key in binding.key.split(",")}

    for view in (*VIEWS, RunPane):
        assert not keys(view.BINDINGS) & keys((*LabScreen.BINDINGS, *LabApp.BINDINGS)), view


def test_no_other_thread_keeps_the_screen_waiting_for_long(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    turns, before = [], sys.getswitchinterval()
    monkeypatch.setattr(terminal, "run", lambda *_, **__: turns.append(sys.getswitchinterval()) or 0)
    try:
        run(lab, Experiment())
    finally:
        sys.setswitchinterval(before)
    assert turns == [pytest.approx(TURN)]


async def test_a_click_where_a_terminal_that_became_smaller_shows_nothing_harms_nobody(app: LabApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, Palette))
        palette, beside = app.screen, WIDE[0] + 3
        palette.post_message(Click(palette, beside, 3, 0, 0, 1, False, False, False, screen_x=beside, screen_y=3))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is not palette)
