"""Help lists the keys of every room, each by its own, and a meaning that wraps stays beside its key."""

import importlib
import inspect
from pathlib import Path

import pytest
from textual.containers import VerticalScroll
from textual.widgets import Input

from tests.ui.conftest import until
from tuilab.ui import screens
from tuilab.ui.app import LabApp
from tuilab.ui.screens.confirm import ConfirmScreen
from tuilab.ui.screens.dialog import Dialog
from tuilab.ui.screens.file import FileScreen
from tuilab.ui.screens.help import ROOMS, HelpScreen
from tuilab.ui.screens.leave import LeaveScreen
from tuilab.ui.screens.note import NoteScreen
from tuilab.ui.screens.plant import PlantScreen
from tuilab.ui.screens.save import SaveScreen
from tuilab.ui.screens.seeds import SeedsScreen

SELF_EXPLAINING = {FileScreen, SaveScreen, SeedsScreen, NoteScreen, ConfirmScreen, LeaveScreen, PlantScreen, HelpScreen}
"""One field or one question, with its buttons."""


def test_every_room_with_keys_of_its_own_is_listed() -> None:
    folder = Path(inspect.getfile(screens)).parent
    modules = [importlib.import_module(f"{screens.__name__}.{path.stem}") for path in folder.glob("*.py")]
    found = {one for module in modules for one in vars(module).values() if isinstance(one, type)}
    rooms = {one for one in found if issubclass(one, Dialog) and len(vars(one).get("BINDINGS", ())) > 1}
    listed = [bindings for _, bindings in ROOMS]
    assert len(rooms) > 10
    assert not {room.__name__ for room in rooms - SELF_EXPLAINING if room.BINDINGS not in listed}


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_each_key_is_told_by_its_own_and_a_meaning_stays_beside_it(app: LabApp, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen) and app.screen.is_attached)
        await pilot.pause()
        tables = [one for one in app.screen.query_one(VerticalScroll).query("Static") if not one.classes]
        lines = [line.text.rstrip() for table in tables for line in table.render_lines(table.size.region)]
        keys = {meaning: key.split() for key, _, meaning in (line.strip().partition("  ") for line in lines)}
        keys = {meaning.strip(): found for meaning, found in keys.items()}
        assert keys["The report of an earlier iteration"] == ["←"] and keys["Another feature on the y axis"] == ["y"]
        assert all(line.startswith("  ") for line in lines), "nothing wraps to the left margin"


async def test_help_is_there_in_every_room_and_back_is_the_room_as_it_was(app: LabApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        for room, key, typed in (("t", "question_mark", ""), ("o", "f1", "x"), ("b", "f1", "")):
            await pilot.press(room)
            await until(pilot, lambda: len(app.screen_stack) == 2)
            await pilot.press(*typed)
            below = app.screen
            await pilot.press(key)
            await until(pilot, lambda: isinstance(app.screen, HelpScreen) and app.screen.is_attached)
            await pilot.press(key)
            await until(pilot, lambda below=below: app.screen is below)
            assert [line.value for line in below.query(Input)] == [typed] * (room != "t")
            await pilot.press("escape", *["escape"] * bool(typed))  # the first one ends the search
            await until(pilot, lambda: app.screen is app.screen_stack[0])
