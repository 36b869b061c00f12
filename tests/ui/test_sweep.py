"""The room of sweeps: a field is varied, trials arrive, the best opens; among the runs a sweep is one row."""

import shutil
from pathlib import Path

import pytest
from textual.widgets import Input, Static

from tests.sweeps import LAMBD, tell, told
from tests.ui.conftest import said, until
from tuilab.experiment import Experiment, edit, get
from tuilab.lab import Lab
from tuilab.presets import shipped
from tuilab.queue import Worker
from tuilab.search import Search
from tuilab.ui.app import LabApp
from tuilab.ui.panels.experiment import ExperimentColumn
from tuilab.ui.panels.long_table import LongTable
from tuilab.ui.screens.confirm import ConfirmScreen
from tuilab.ui.screens.lab import LabScreen
from tuilab.ui.screens.runs import RunsScreen
from tuilab.ui.screens.save import SaveScreen
from tuilab.ui.screens.sweep import SweepScreen, Varied
from tuilab.ui.screens.trials import ChosenTrial, TrialsScreen

PATH, ITERATIONS = "optimization.learning_rate", "optimization.iterations"


async def test_a_field_is_varied_trials_arrive_and_the_best_opens(lab: Lab, experiment: Experiment) -> None:
    app = LabApp(lab, experiment, "")
    async with app.run_test(size=(80, 24)) as pilot:
        main = app.screen
        assert isinstance(main, LabScreen)
        main.query_one(ExperimentColumn).go_to("optimization.iterations")
        await pilot.press("escape")
        await until(pilot, lambda: main.board.left == "optimization.iterations")
        await pilot.press("S")
        form = app.screen
        assert isinstance(form, SweepScreen)
        first = form.query_one(Varied)
        assert first.path == "optimization.iterations" and first.text == "log:10..160"
        first.query_one(Input).value = "20, 2"
        await until(pilot, lambda: form.focused is first.query_one(Input))
        await pilot.press("shift+tab")
        await until(pilot, lambda: form.focused is form.query_one("#cancel"))
        form.query_one("#another", Input).value = "lambd"
        form.query_one("#another", Input).focus()
        await pilot.press("enter")
        await until(pilot, lambda: len(form.query(Varied)) == 2)
        await pilot.press("ctrl+r")  # no penalty is chosen
        await until(pilot, lambda: "no effect" in str(form.query_one("#fault", Static).content))
        assert lab.sweeps.names() == []
        form.query(Varied).last().query_one(Input).value = ""
        await pilot.press("ctrl+r")
        await until(pilot, lambda: isinstance(app.screen, TrialsScreen))
        trials = app.screen
        assert isinstance(trials, TrialsScreen)
        await until(pilot, lambda: "2 trials: all done" in str(trials.query_one(".title", Static).content))
        table = trials.query_one(LongTable)
        assert sorted(table.row(number)[0] for number in range(table.row_count)) == ["2", "20"]
        best = lab.sweeps.look(trials._sweep).ranked[0]
        await pilot.press("w")
        await until(pilot, lambda: main.snapshot is not None and main.snapshot.name == best.best.name)
        assert main.experiment is not None
        assert str(get(main.experiment, "optimization.iterations")) == best.point["optimization.iterations"]


async def test_the_best_of_a_lesson_s_sweep_leaves_the_lesson_open_and_can_be_taken_back(lab: Lab) -> None:
    base = lab.open("init-he")[1]
    name = lab.sweeps.start(base, Search(over={ITERATIONS: "2,20"}, workers="asked"))
    worker = Worker(lab.store, 1, lab.sweeps.find(name))
    app = LabApp(lab, base, "init-he")
    async with app.run_test(size=(80, 24)) as pilot:
        main = app.screen
        assert isinstance(main, LabScreen)
        await until(pilot, lambda: main.lesson is not None and not worker.look())
        await pilot.press("b")
        await until(pilot, lambda: isinstance(app.screen, RunsScreen) and app.screen.query_one(LongTable).row_count > 0)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, TrialsScreen))
        await until(pilot, lambda: "all done" in str(app.screen.query_one(".title", Static).content))
        await pilot.press("w")
        await until(pilot, lambda: app.screen is main and main.snapshot is not None)
        assert main.lesson is not None and main.opened == "init-he" and main.snapshot is not None
        trial = main.snapshot.name
        assert main.draft.experiment.optimization.iterations in (2, 20)
        await pilot.press("u")
        assert main.draft.experiment == base
        own = edit(base, {"network.hidden": "3"})  # of the same title: the title tells no experiment
        other = ChosenTrial(trial, edit(own, {"optimization.iterations": "2"}), frozenset({ITERATIONS}))
        assert other.is_of(own) and not other.is_of(base)
        main._rooms._take_trial(other)
        await until(pilot, lambda: main.lesson is None)
        assert main.opened == trial and main.draft.experiment == other.experiment


async def test_among_the_runs_a_sweep_is_one_row_that_opens_and_can_be_deleted(
    lab: Lab, experiment: Experiment
) -> None:
    search = Search(over={PATH: "0.1,1"}, workers="asked")
    name = lab.sweeps.start(edit(experiment, {"optimization.iterations": "3"}), search)
    worker = Worker(lab.store, 1, lab.sweeps.find(name))
    app = LabApp(lab, experiment, "")
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: not worker.look())
        await pilot.press("b")
        runs = app.screen
        assert isinstance(runs, RunsScreen)
        await until(pilot, lambda: runs.query_one(LongTable).row_count == 1)
        assert runs.query_one(LongTable).row(0)[1] == name and "2/2" in runs.query_one(LongTable).row(0)
        await pilot.press("space", "n")  # it is neither compared nor named
        assert not runs.marked and app.screen is runs and "label and note are of a run" in said(app)
        await pilot.press("c")
        assert app.screen is runs and "no run to compare" in said(app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, TrialsScreen))
        await pilot.press("escape", "b")
        runs = app.screen
        await until(pilot, lambda: isinstance(runs, RunsScreen) and runs.query_one(LongTable).row_count == 1)
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("tab", "enter")
        await until(pilot, lambda: lab.sweeps.names() == [])


async def test_x_widens_what_the_best_lies_at_the_edge_of(lab: Lab, experiment: Experiment) -> None:
    name = told(lab, Search(over={LAMBD: "0.01,0.1,1"}), lambda trial: 0.3 - trial.experiment.regularization.lambd / 10)
    app = LabApp(lab, experiment, "")
    async with app.run_test(size=(120, 40)) as pilot:
        await app.push_screen(TrialsScreen(lab, name))
        trials = app.screen
        await until(pilot, lambda: "x widens it." in str(trials.query_one("#sentence", Static).content))
        await pilot.press("x")
        await until(pilot, lambda: "5 trials: 3 done" in str(trials.query_one(".title", Static).content))
        tell(lab, name, lambda trial: 0.5)
        await until(pilot, lambda: "5 trials: all done" in str(trials.query_one(".title", Static).content))
        await until(
            pilot, lambda: "it is looked at for this one alone" in str(trials.query_one("#sentence", Static).content)
        )
        await pilot.press("k")
        await until(pilot, lambda: isinstance(app.screen, SaveScreen))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is trials)
        assert get(lab.open(f"{name}-best")[1], LAMBD) == 1.0
        assert not trials.check_action("widen", ()) and "x widens" not in str(
            trials.query_one("#sentence", Static).content
        )
        await pilot.press("v")
        assert not app.screen.check_action("widen", ())


async def test_the_cursor_stays_with_the_best_until_it_is_moved_and_then_with_its_trial(
    lab: Lab, experiment: Experiment
) -> None:
    name = told(lab, Search(over={LAMBD: "0.01,0.1"}), lambda trial: 0.3 - trial.experiment.regularization.lambd)
    app = LabApp(lab, experiment, "")
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(TrialsScreen(lab, name))
        table = app.screen.query_one(LongTable)
        await until(pilot, lambda: table.row_count == 2)
        for best, moved, row in (("0.2", "up", 0), ("0.22", "down", 2)):
            await pilot.press(moved)
            search = lab.sweeps.look(name).search
            lab.sweeps.go_on(name, search.changed({LAMBD: f"{search.over[LAMBD]},{best}"}))
            tell(lab, name, lambda trial: 0.3 - trial.experiment.regularization.lambd)
            await until(pilot, lambda best=best: table.row(0)[0] == best)
            assert table.cursor == row


@pytest.mark.parametrize("lies", ["among the presets", "in a file"])
async def test_what_a_preset_or_a_file_says_is_to_be_varied_is_proposed(lab: Lab, tmp_path: Path, lies: str) -> None:
    source = "random-or-grid"
    if lies == "in a file":  # called as a preset is that says something else
        source = str(shutil.copy(shipped() / f"{source}.toml", tmp_path / "lambda-search.toml"))
    preset = lab.preset(source)
    app = LabApp(lab, preset.experiment, preset.name, search=preset.search)
    async with app.run_test(size=(80, 24)) as pilot:
        main = app.screen
        assert isinstance(main, LabScreen)
        await pilot.press("escape", "S")
        await until(pilot, lambda: isinstance(app.screen, SweepScreen))
        form = app.screen
        assert isinstance(form, SweepScreen)
        await until(pilot, lambda: len(form.query(Varied)) == 2)
        assert [(row.path, row.text) for row in form.query(Varied)] == [
            (PATH, "log:1e-4..10"),
            (LAMBD, "log:1e-6..1e-2"),
        ]
        assert form._search() == preset.search
        await pilot.press("escape")
        main.load("mine", preset.experiment)
        await pilot.press("S")
        await until(pilot, lambda: isinstance(app.screen, SweepScreen))
        assert len(app.screen.query(Varied)) == 1  # nothing is proposed for another one
