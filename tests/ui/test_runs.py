"""The runs browser: order, filter, marks, names, deletion; what a row says."""

import os
from typing import get_args

import msgspec
import pytest
from msgspec import structs
from textual.pilot import Pilot
from textual.widgets import Input, Static

from tests.runs.events import finished, progress, started
from tests.ui.conftest import said, until
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab, RunSummary
from tuilab.lab.sentences.run import STATUS_SIGNS
from tuilab.runs import About, Appender, Status, claim
from tuilab.runs.holder import describe
from tuilab.ui.app import LabApp
from tuilab.ui.panels.long_table import LongTable
from tuilab.ui.screens.compare import CompareScreen
from tuilab.ui.screens.confirm import ConfirmScreen
from tuilab.ui.screens.note import NoteScreen
from tuilab.ui.screens.run_table import ORDERS, cells, columns, ordered, wanted
from tuilab.ui.screens.runs import RunsScreen

WIDE, NARROW = (120, 40), (80, 24)


def summary(number: int, **more: object) -> RunSummary:
    values = {"title": "", "status": "done", "created": number, "iteration": 1, "iterations": 1, "dev_error": None}
    return RunSummary(name=f"run-{number:04}", **{**values, **more})


@pytest.fixture
def runs(lab: Lab, experiment: Experiment) -> list[str]:
    """Three that have ended, oldest first."""
    names = []
    for seed in (1, 2, 3):
        folder = lab.store.create(edit(experiment, {"seed": str(seed)}), About(parent=names[0] if names else ""))
        with Appender(folder.log_file) as log:
            for event in (started(), progress(900, 0.5 / seed, 0.4), finished()):
                log.append(event)
        names.append(folder.name)
    return names


async def browse(pilot: Pilot[None], count: int = 3) -> RunsScreen:
    await pilot.press("b")
    screen = pilot.app.screen
    assert isinstance(screen, RunsScreen)
    await until(pilot, lambda: screen.query_one(LongTable).row_count == count)
    return screen


def names(screen: RunsScreen) -> list[str]:
    table = screen.query_one(LongTable)
    return [table.row(number)[1] for number in range(table.row_count)]


async def test_a_queue_that_waits_for_a_silent_worker_says_so(app: LabApp, lab: Lab, runs: list[str]) -> None:
    lock = lab.store.home / "queue.lock"
    lock.write_bytes(msgspec.json.encode(structs.replace(describe(os.getpid()), host="far", boot="other")))
    os.utime(lock, (0, 0))
    async with app.run_test(size=NARROW) as pilot:
        line = (await browse(pilot)).query_one("#stall", Static)
        await until(pilot, lambda: line.display)
        assert f"worker, process {os.getpid()} on far, last sign" in str(line.content) and line.size.height > 1


async def test_the_filter_narrows_while_typing_and_escape_ends_it(app: LabApp, runs: list[str]) -> None:
    async with app.run_test(size=NARROW) as pilot:
        screen = await browse(pilot)
        await pilot.press("slash", *"0002 small")
        await pilot.pause()
        assert names(screen) == [runs[1]]
        await pilot.press("enter", "space")  # a key again, not a letter
        assert screen.marked == {runs[1]}
        await pilot.press("escape")
        await pilot.pause()
        assert names(screen) == runs[::-1] and not screen.query_one(Input).display
        await pilot.press("escape")
        assert app.screen is not screen


async def test_marked_runs_are_compared(app: LabApp, runs: list[str]) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await browse(pilot)
        await pilot.press("space", "space", "c")
        screen = app.screen
        assert isinstance(screen, CompareScreen)
        await until(pilot, lambda: len(screen.runs) == 2)
        assert [run.name for run in screen.runs] == runs[1:]


async def test_without_a_mark_a_run_is_compared_with_its_parent(app: LabApp, runs: list[str]) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await browse(pilot)
        await pilot.press("c")
        screen = app.screen
        assert isinstance(screen, CompareScreen)
        await until(pilot, lambda: [run.name for run in screen.runs] == [runs[0], runs[2]])


async def test_a_run_gets_a_name_and_a_note(app: LabApp, lab: Lab, runs: list[str]) -> None:
    async with app.run_test(size=NARROW) as pilot:
        screen = await browse(pilot)
        await pilot.press("n")
        assert isinstance(app.screen, NoteScreen)
        await pilot.press(*"mine", "tab", *"a note", "enter")
        await until(pilot, lambda: names(screen)[0] == "mine")
        about = next(run.about for run in lab.runs() if run.name == runs[2])
        assert about == About(parent=runs[0], label="mine", note="a note")


async def test_a_run_is_deleted_only_after_a_yes(app: LabApp, lab: Lab, runs: list[str]) -> None:
    async with app.run_test(size=NARROW) as pilot:
        screen = await browse(pilot)
        await pilot.press("d")
        assert isinstance(app.screen, ConfirmScreen)
        await pilot.press("enter")  # the safe button has the focus
        await pilot.pause()
        assert len(lab.runs()) == 3
        await pilot.press("space", "space", "d", "y")
        await until(pilot, lambda: names(screen) == runs[:1])
        assert [run.name for run in lab.runs()] == runs[:1] and screen.marked == frozenset()


async def test_a_run_that_may_still_go_on_is_not_deleted(app: LabApp, lab: Lab, experiment: Experiment) -> None:
    name = lab.store.create(experiment, put=claim).name
    async with app.run_test(size=WIDE) as pilot:
        await browse(pilot, 1)
        await pilot.press("d", "y")
        await until(pilot, lambda: "stop it first" in said(app))
        assert [run.name for run in lab.runs()] == [name]


async def test_the_order_turns_and_the_cursor_goes_to_the_best_and_stays_with_it(
    app: LabApp, lab: Lab, experiment: Experiment, runs: list[str]
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        screen = await browse(pilot)
        table = screen.query_one(LongTable)
        await pilot.press("down")
        for _ in range(list(ORDERS).index("name")):
            await pilot.press("o")
        await pilot.pause()
        assert names(screen) == runs and table.cursor == 0
        new = lab.store.create(experiment, About(label="an")).name
        screen._look()
        await until(pilot, lambda: names(screen) == ["an", *runs])
        assert table.cursor == 0 and screen._highlighted().name == new  # the first by name
        await pilot.press("down")
        lab.store.create(experiment, About(label="another"))
        screen._look()
        await until(pilot, lambda: names(screen) == ["an", "another", *runs])
        assert screen._highlighted().name == runs[0]


async def test_what_differs_is_a_column_and_an_order_and_can_be_asked_for(app: LabApp, runs: list[str]) -> None:
    async with app.run_test(size=NARROW) as pilot:
        screen = await browse(pilot)
        assert [column.title for column in screen._columns][3:6] == ["best dev", "seed", "train"]
        for _ in range(len(ORDERS)):
            await pilot.press("o")
        await until(pilot, lambda: names(screen) == runs)
        assert "by seed" in str(screen.query_one(".title").render())
        await pilot.press("slash", *"seed>=2 and ")
        await until(pilot, lambda: "✗ expected the name" in str(screen.query_one(".title").render()))
        assert names(screen) == runs[1:]  # as it was when it was whole
        await pilot.press(*"seed<3")
        await until(pilot, lambda: names(screen) == [runs[1]])
        assert "seed" not in [column.title for column in screen._columns]


async def test_ordering_and_filtering_read_nothing(
    app: LabApp, lab: Lab, runs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tuilab.ui.screens.runs.REFRESH", 1e6)
    async with app.run_test(size=WIDE) as pilot:
        screen = await browse(pilot)
        await until(pilot, lambda: screen._looked)
        monkeypatch.setattr(os, "open", lambda *arguments, **more: pytest.fail("something was read"))
        await pilot.press(*"o" * len(ORDERS), "slash", *"0002")
        await until(pilot, lambda: names(screen) == [runs[1]])
        monkeypatch.undo()


async def test_a_run_that_cannot_be_read_is_a_line_and_ends_nothing(app: LabApp, lab: Lab, runs: list[str]) -> None:
    file = lab.store.find(runs[2]).experiment_file
    file.unlink()
    os.mkfifo(file)
    async with app.run_test(size=WIDE) as pilot:
        screen = await browse(pilot)
        row = screen.query_one(LongTable).row(0)
        assert row[2] == "– not readable" and row[-1] == "experiment.toml: cannot be read: not a regular file"
        await pilot.press("s")
        assert app.screen is screen
        await pilot.press("c")
        await until(pilot, lambda: app.screen is not screen and "not a regular file" in said(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        app.clear_notifications()
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is not screen and "not a regular file" in said(app))
        screen = await browse(pilot)
        await pilot.press("d", "y")
        await until(pilot, lambda: names(screen) == runs[1::-1])
        assert app.is_running and app.return_code is None


async def test_a_list_that_cannot_be_read_says_so_and_is_not_waited_for(lab: Lab, experiment: Experiment) -> None:
    lab.store.home.mkdir(parents=True, exist_ok=True)
    (lab.store.home / "runs").write_text("")
    app = LabApp(lab, experiment)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("b")
        screen = app.screen
        assert isinstance(screen, RunsScreen)
        await until(pilot, lambda: "cannot be read: Not a directory" in str(screen.query_one("#empty", Static).content))
        assert "…" not in str(screen.query_one(".title", Static).content)


async def test_many_runs_are_counted_as_a_person_reads_numbers(
    app: LabApp, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = tuple(summary(number) for number in range(1, 1201))
    monkeypatch.setattr(RunsScreen, "_look", lambda screen: screen._take((many, True)))
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("b")
        title = app.screen.query_one(".title", Static)
        await until(pilot, lambda: "Runs: 1,200, by" in str(title.content))


def test_what_has_no_error_comes_last() -> None:
    some = [summary(1), summary(2, best_dev_error=0.2), summary(3, best_dev_error=0.1)]
    assert [run.name for run in ordered(some, "best dev error")] == ["run-0003", "run-0002", "run-0001"]


def test_every_word_must_be_found() -> None:
    some = [summary(1, title="Zwei Kreise"), summary(2, about=About(note="kreise, λ groß")), summary(3)]
    assert [run.name for run in wanted(some, "KREISE")] == ["run-0001", "run-0002"]
    assert [run.name for run in wanted(some, "kreise Λ")] == ["run-0002"]


@pytest.mark.parametrize("status", get_args(Status))
def test_every_status_has_a_row(status: Status) -> None:
    assert cells(summary(1, status=status), frozenset())[2] == f"{STATUS_SIGNS[status]} {status}"


def test_texts_from_outside_are_shown_as_text() -> None:
    row = cells(summary(1, title="\x1b]52;c;x\x07[b]", about=About(label="[/]", parent="\x1b[2J")), frozenset())
    assert len(row) == len(columns([])) and not any("\x1b" in cell for cell in row)
    assert row[-1].endswith("[b]") and row[1] == "[/]"
