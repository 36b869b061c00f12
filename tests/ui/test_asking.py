"""The room of a single example: chosen, typed, refused; and the way back."""

from pathlib import Path

from rich.text import Text
from textual.app import App, ComposeResult
from textual.widgets import DataTable, Input

from tests.trainers import end_of
from tests.ui.conftest import said, until
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.ui.app import LabApp
from tuilab.ui.screens.asking import AskedTable, AskingScreen
from tuilab.ui.screens.lab import LabScreen


async def test_the_nearest_rows_are_those_of_the_file(lab: Lab, tmp_path: Path) -> None:
    """Which are told narrower than their places in the training part were."""
    lines = ["x,me,kind", *(f"{row % 7}.5,{row + 2},{'ab'[row % 7 > 3]}" for row in range(60))]
    (tmp_path / "people.csv").write_text("\n".join(lines))
    edits = {"data.source": str(tmp_path / "people.csv"), "optimization.iterations": "3"}
    run = end_of(lab, lab.start(edit(Experiment(), edits)))
    app = LabApp(lab, run.experiment, "people", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status == "done")
        await pilot.press("E")
        await until(pilot, lambda: isinstance(app.screen, AskingScreen) and "Dev example 1, row " in said(app))
        own = app.screen.query_one("#columns", DataTable).get_row_at(1)[1].plain
        assert f"Dev example 1, row {own} of people.csv, truly " in said(app)
        nearest = app.screen.query_one("#nearest", DataTable)
        await until(pilot, lambda: nearest.row_count == 5)
        assert str(nearest.ordered_columns[0].label) == "ROW IN FILE"
        assert all(row[0].plain == row[4].plain for row in map(nearest.get_row_at, range(5)))


async def test_an_example_is_chosen_changed_and_asked_again(app: LabApp, finished: str) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, LabScreen))
        app.screen.attach(finished)
        await until(pilot, lambda: app.screen.snapshot is not None)
        await pilot.press("E")
        await until(pilot, lambda: isinstance(app.screen, AskingScreen) and "Dev example 1, truly" in said(app))
        nearest = app.screen.query_one("#nearest", DataTable)
        assert nearest.row_count == 5 and nearest.get_row_at(0)[2].plain.endswith("σ")
        for table in app.screen.query(DataTable):
            table.focus()
            told = [one.binding.description for one in app.screen.active_bindings.values() if one.binding.show]
            assert told[0] == "Change", "the key stands among the others, whichever table has it"
        app.screen.query_one("#columns").focus()
        await pilot.press("n")
        await until(pilot, lambda: "Dev example 2, truly" in said(app))
        await pilot.press("d", "d", "N")
        await until(pilot, lambda: "Training example 36, truly" in said(app))
        await pilot.press("enter")
        field = app.screen.query_one(Input)
        await until(pilot, lambda: field.has_focus)
        field.value = "x\x1b[2J"
        await pilot.press("enter")
        await until(pilot, lambda: 'column "x1": not a number: ' in said(app))
        assert "\x1b" not in said(app) and not nearest.row_count
        await pilot.press("enter")
        await until(pilot, lambda: field.has_focus)
        field.value = "-1.5; 0.25; 2; blue"
        await pilot.press("enter")
        await until(pilot, lambda: "4 cells, and 2 columns are wanted: x1, x2, not the label" in said(app))
        assert field.has_focus and field.value == "-1.5; 0.25; 2; blue", "what was typed stays, to be mended"
        field.value = "-1.5; 0.25"
        await pilot.press("enter")
        await until(pilot, lambda: "As typed. Predicted: " in said(app))
        columns = app.screen.query_one("#columns", DataTable)
        assert [columns.get_row_at(row)[1].plain for row in range(2)] == ["-1.5", "0.25"]
        nearest.focus()
        await pilot.press("enter")
        await until(pilot, lambda: "Training example " in said(app))
        columns.focus()
        await pilot.press("enter")
        await until(pilot, lambda: field.has_focus)
        await pilot.press("escape")
        await until(pilot, lambda: columns.has_focus)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, LabScreen))


async def test_the_row_of_the_cursor_stays_in_sight_where_its_table_becomes_lower() -> None:
    class Alone(App[None]):
        def compose(self) -> ComposeResult:
            yield AskedTable(cursor_type="row")

    app = Alone()
    async with app.run_test(size=(40, 20)) as pilot:
        table = app.query_one(AskedTable)
        table.add_column("COLUMN")
        for row in range(50):
            table.add_row(Text(str(row)))
        table.move_cursor(row=49)
        await until(pilot, lambda: table.scroll_offset.y == table.max_scroll_y > 0)
        await pilot.resize_terminal(40, 10)
        await until(pilot, lambda: table.size.height == 10 and table.scroll_offset.y == table.max_scroll_y)
