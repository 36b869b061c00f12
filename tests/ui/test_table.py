"""The room of a table: what a file holds, and what is decided of it, goes into the panels."""

import threading
from pathlib import Path

import numpy as np
import pytest
from textual.pilot import Pilot
from textual.widgets import DataTable, OptionList, Static

from tests.ui.conftest import until
from tuilab.errors import BadInput
from tuilab.lab import Lab
from tuilab.ui.app import LabApp
from tuilab.ui.screens.file import DataTree, FileScreen, PathInput
from tuilab.ui.screens.lab import LabScreen
from tuilab.ui.screens.table import Questions, TableScreen

SIZE = (80, 24)


def table(path: Path, name: str = "own.csv") -> Path:
    rows = [
        f"{'no' if k % 3 else 'yes'},{k * 7 % 23 / 2},{'?' if k % 10 == 0 else k * 5 % 17 / 4},{k}" for k in range(60)
    ]
    path = path / name
    path.write_text("\n".join(["y,x1,x2,code", *rows]))
    return path


async def shown(pilot: Pilot[None], text: str) -> None:
    await until(pilot, lambda: text in str(pilot.app.screen.query_one("#sentence", Static).content))


async def test_what_is_decided_stands_in_the_panels(lab: Lab, tmp_path: Path) -> None:
    app = LabApp(lab, lab.open(str(table(tmp_path)))[1])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("D")
        await until(pilot, lambda: isinstance(app.screen, TableScreen))
        await shown(pilot, "60 rows, 4 columns")
        assert isinstance(app.screen, TableScreen)
        await pilot.press("l")
        await shown(pilot, "label y: 2 classes")
        assert app.screen.experiment.data.label == "y"
        app.screen.query_one(DataTable).move_cursor(row=2)
        await pilot.press("x")
        await until(pilot, lambda: "code" in app.screen.experiment.columns.drop)
        app.screen.query_one(OptionList).focus()
        await shown(pilot, "1 to be decided")
        await pilot.press("enter")
        await shown(pilot, "Nothing is left to decide")
        await pilot.press("u")
        await shown(pilot, "1 to be decided")
        await pilot.press("a")
        await shown(pilot, "Nothing is left to decide")
        decided = app.screen.experiment
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, LabScreen))
        draft = app.screen.draft
        assert draft is not None and draft.experiment == decided and decided.columns.missing == "median"


async def test_a_question_is_decided_from_its_column_so_or_otherwise(lab: Lab, tmp_path: Path) -> None:
    app = LabApp(lab, lab.open(str(table(tmp_path)))[1])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("D")
        await until(pilot, lambda: isinstance(app.screen, TableScreen))
        await shown(
            pilot, 'nobody chose it, it is the last column: data.label names that of the labels, perhaps "y" (l)'
        )
        room = app.screen
        assert isinstance(room, TableScreen)
        questions, enter = room.query_one(Questions), "enter Decide"

        def keys() -> str:
            told = (
                active.binding for active in room.active_bindings.values() if active.binding.show and active.enabled
            )
            return " ".join(f"{app.get_key_display(binding)} {binding.description}" for binding in told)

        await pilot.press("l")
        await shown(pilot, "2 to be decided (!).")
        assert "nobody chose" not in str(room.query_one("#sentence", Static).content)
        assert enter in keys() and "n Else" in keys(), "the first question is highlighted, whichever its column"
        await pilot.press("down", "up")
        await until(pilot, lambda: questions.highlighted is None)
        assert enter not in keys(), "of x1 nothing is asked"
        await pilot.press("enter", "n")
        assert room.experiment.columns == lab.open(str(tmp_path / "own.csv"))[1].columns
        await pilot.press("down", "down")
        await until(pilot, lambda: questions.highlighted is not None)
        await pilot.press("n")
        await shown(pilot, "1 to be decided")
        assert room.experiment.columns.as_ == ("code = number",)
        await pilot.press("enter")
        await shown(pilot, "Nothing is left to decide")
        assert room.experiment.columns.missing == "median", "enter goes on with what is left"
        await pilot.press("u", "tab")
        await shown(pilot, "1 to be decided")
        assert enter in keys()
        await pilot.press("n")
        await shown(pilot, "Nothing is left to decide")
        assert room.experiment.columns.missing == "drop rows"


@pytest.mark.parametrize(("key", "decided"), [("enter", "drop_rows"), ("n", "keep_rows"), ("a", "drop_rows")])
async def test_a_row_that_is_no_example_is_decided_like_all_else(
    lab: Lab, tmp_path: Path, key: str, decided: str
) -> None:
    path = tmp_path / "own.csv"
    rows = [f"c{k * 7 % 4},{k * 7 % 23 / 2},{'no' if k % 3 else 'yes'}" for k in range(60)]
    path.write_text("\n".join(["city,x,y", *rows, f"Total,{sum(k * 7 % 23 for k in range(60)) / 2},no"]))
    app = LabApp(lab, lab.open(str(path))[1])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("D")
        await until(pilot, lambda: isinstance(app.screen, TableScreen))
        await shown(pilot, "1 to be decided")
        room = app.screen
        assert isinstance(room, TableScreen)
        await shown(pilot, "60 rows, 3 columns")
        await pilot.press("tab", key)
        await shown(pilot, "Nothing is left to decide")
        await shown(pilot, f"{60 if decided == 'drop_rows' else 61} rows")
        assert getattr(room.experiment.columns, decided) == (62,)


async def test_what_cannot_be_decided_is_not(lab: Lab, tmp_path: Path) -> None:
    """It was said, and stood in the panels all the same."""
    path = tmp_path / "own.npz"
    np.savez(path, X=np.random.default_rng(0).normal(size=(60, 2)), y=[0, 1] * 30)
    app = LabApp(lab, lab.open(str(path))[1])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("D")
        await until(pilot, lambda: isinstance(app.screen, TableScreen))
        await shown(pilot, "60 rows")
        room = app.screen
        assert isinstance(room, TableScreen)
        await pilot.press("x")
        await until(pilot, lambda: str(room.query_one(DataTable).get_row_at(0)[1]) == "left out")
        await pilot.press("l")
        await shown(pilot, "its labels are the array y")
        assert room.experiment.data.label == "" and room.experiment.columns.drop == ("x1",)
        await pilot.press("u")
        await shown(pilot, "60 rows")
        assert room.experiment.columns.drop == ()


async def test_a_file_is_picked_where_there_is_none_and_a_bad_one_is_refused(
    lab: Lab, app: LabApp, tmp_path: Path
) -> None:
    table(tmp_path)
    (tmp_path / "bad.csv").write_text("")
    (tmp_path / "none.txt").write_text("")
    (tmp_path / "\x1b[31mred.csv").write_text("a,b\n1,2\n")
    async with app.run_test(size=SIZE) as pilot:
        await app.push_screen(FileScreen(tmp_path))
        tree = app.screen.query_one(DataTree)
        await until(pilot, lambda: len(tree.root.children) == 3)
        names = [tree.render_label(node, tree.rich_style, tree.rich_style).plain for node in tree.root.children]
        assert "none.txt" not in " ".join(names) and "\x1b" not in "".join(names)
        await pilot.press("escape")
        await pilot.press("D")
        await until(pilot, lambda: isinstance(app.screen, FileScreen))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, LabScreen))
        await app.push_screen(TableScreen(lab, lab.open(str(tmp_path / "bad.csv"))[1]))
        await shown(pilot, "is empty")
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, FileScreen))
        (tmp_path / "notes.txt").write_text("")
        await pilot.press(*str(tmp_path / "notes.txt"), "enter")
        await shown(pilot, "notes.txt: is no file of data (.csv, ")
        await pilot.press("w", "l", "a", "x", "enter", "u", "escape")
        await until(pilot, lambda: isinstance(app.screen, LabScreen))


async def test_what_is_typed_among_the_files_is_a_path(app: LabApp, tmp_path: Path) -> None:
    table(tmp_path, "far.csv")
    async with app.run_test(size=SIZE) as pilot:
        chosen: list[str | None] = []
        await app.push_screen(FileScreen(tmp_path), chosen.append)
        tree = app.screen.query_one(DataTree)
        await until(pilot, lambda: bool(tree.root.children))
        await pilot.press(*"far", "full_stop", *"csv", "enter")
        await until(pilot, lambda: bool(chosen))
        assert chosen == [str(tmp_path / "far.csv")]


async def test_a_path_is_completed_and_what_is_not_there_is_said_beside_what_is(app: LabApp, tmp_path: Path) -> None:
    table(tmp_path, "far.csv")
    (tmp_path / "data" / "more").mkdir(parents=True)
    for name in ("data/clients-2024.csv", "data/clients-2025.csv", "data/clients.doc"):
        (tmp_path / name).write_text("a,b\n1,2\n")
    async with app.run_test(size=SIZE) as pilot:
        chosen: list[str | None] = []
        await app.push_screen(FileScreen(tmp_path), chosen.append)
        typed, foot = app.screen.query_one(PathInput), app.screen.query_one(".foot", Static)
        await pilot.press(*"fra", "enter")
        await until(pilot, lambda: str(foot.content) == "✗ fra: no such file; closest are far.csv")
        await pilot.press("ctrl+u", "d", "tab")
        await until(pilot, lambda: typed.value == "data/")
        await pilot.press("c", "tab")
        await until(pilot, lambda: typed.value == "data/clients-202")
        await pilot.press("enter")
        said = "✗ data/clients-202: no such file; closest are clients-2024.csv, clients-2025.csv"
        await until(pilot, lambda: str(foot.content) == said)
        await pilot.press("tab")  # there is nothing to add
        await until(pilot, lambda: app.focused is app.screen.query_one(DataTree))
        await pilot.press("5", "tab", "enter")
        await until(pilot, lambda: chosen == [str(tmp_path / "data" / "clients-2025.csv")])
        await app.push_screen(FileScreen(tmp_path), chosen.append)
        for path in ("~nobody-here/x", "\0", "/proc/1/root/x/"):
            app.screen.query_one(PathInput).value = path
            await pilot.press("tab", "enter")
        assert isinstance(app.screen, FileScreen)


async def test_a_file_is_opened_off_the_thread(
    lab: Lab, app: LabApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = []

    def refuse(self: Lab, path: str) -> None:
        threads.append(threading.current_thread())
        raise BadInput("is on a disk that does not answer", file=path)

    experiment = lab.open(str(table(tmp_path)))[1]
    monkeypatch.setattr(Lab, "open", refuse)
    async with app.run_test(size=SIZE) as pilot:
        await app.push_screen(TableScreen(lab, experiment))
        await shown(pilot, "60 rows")
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, FileScreen))
        app.screen.query_one(PathInput).value = str(tmp_path / "own.csv")
        await pilot.press("tab", "enter")
        await shown(pilot, "does not answer")
    assert threading.main_thread() not in threads
