"""What goes wrong off the screen is said on it, and the app lives; what is asked once is done once."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import DataTable

from tests.commands import here
from tests.trainers import PATIENCE
from tests.ui.canned import snapshot
from tests.ui.conftest import names, said, until
from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.lab import Lab, Plan
from tuilab.runs import ACTIVE
from tuilab.ui.app import LabApp
from tuilab.ui.messages import ActionChosen
from tuilab.ui.screens.gradient import GradientScreen
from tuilab.ui.screens.lab import LabScreen
from tuilab.ui.screens.plant import SECRET, PlantScreen
from tuilab.ui.tty.hands import HELD
from tuilab.ui.views.pane import RunPane
from tuilab.ui.work.mishaps import LOG

WIDE = (120, 40)


def room(app: LabApp) -> LabScreen:
    screen = app.screen_stack[0]
    assert isinstance(screen, LabScreen)
    return screen


@pytest.fixture
def log(home: Path) -> Iterator[Path]:
    """The app's log, in which these tests expect mishaps."""
    yield home / LOG
    (home / LOG).unlink(missing_ok=True)


async def test_a_store_that_is_a_file_is_said(app: LabApp, lab: Lab, log: Path) -> None:
    lab.store.home.mkdir()
    (lab.store.home / "runs").write_text("")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: "not started: " in said(app))
        await pilot.press("b")
        await until(pilot, lambda: "✗ " in said(app) or "No runs" in said(app))
        await pilot.press("escape")
        assert app.screen is room(app) and app.return_code is None


@pytest.mark.usefixtures("home")
def test_on_the_command_line_it_is_one_line(home: Path) -> None:
    home.mkdir()
    (home / "runs").write_text("")
    done = here("run", "circles")
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("tuilab: ") and str(home) in done.stderr


async def test_a_system_without_room_for_a_trainer_is_said(
    app: LabApp, lab: Lab, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spawn(*arguments: object, **options: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("tuilab.spawning.subprocess.Popen", spawn)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: "no trainer can be started: Resource temporarily unavailable" in said(app))
        assert app.return_code is None
    assert not log.exists() or not log.read_text()  # no fault of the app's


async def test_a_look_that_runs_out_of_memory_is_said_in_its_view(
    app: LabApp, lab: Lab, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def problem(self: Lab, experiment: Experiment) -> None:
        raise MemoryError

    monkeypatch.setattr(Lab, "problem", problem)
    async with app.run_test(size=WIDE) as pilot:
        pane = room(app).query_one(RunPane)
        await pilot.pause()
        pane.current = 5  # the data
        await until(pilot, lambda: "MemoryError" in pane.view.fault)
        assert app.return_code is None


async def test_a_late_refusal_of_the_data_does_not_stick_to_what_stands_there_now(
    lab: Lab, experiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, let = threading.Event(), threading.Event()
    plan = Lab.plan

    def slow(self: Lab, wanted: Experiment) -> Plan:
        if wanted.data.source == "no.csv":
            asked.set()
            assert let.wait(PATIENCE)
            raise BadInput("no such file", path="data.source")
        return plan(self, wanted)

    monkeypatch.setattr(Lab, "plan", slow)
    app = LabApp(lab, experiment)
    async with app.run_test(size=WIDE) as pilot:
        room(app).board.edit({"data.source": "no.csv"})
        await until(pilot, asked.is_set)
        room(app).board.edit({"data.source": "blobs"})
        let.set()
        await until(pilot, lambda: bool(room(app).plan))
        assert room(app).draft is not None and room(app).draft.faults == {}
        await pilot.press("r")
        await until(pilot, lambda: app.snapshot is not None)


@pytest.mark.usefixtures("paced")
async def test_a_key_that_is_held_starts_one_run(lab: Lab, experiment: Experiment) -> None:
    app = LabApp(lab, lab.edit(experiment, {"optimization.iterations": "1000000000"}))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        first = Key("r", "r")
        app.post_message(first)
        for number in range(15):
            again = Key("r", "r")
            again.time = first.time + HELD * 0.9 + number * 0.03
            app.post_message(again)
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status == "running")
        later = Key("r", "r")
        later.time = again.time + 2 * HELD
        app.post_message(later)
        await until(pilot, lambda: "trains this very experiment already" in said(app))
        assert len(names(lab)) == 1
        await pilot.press("s")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status not in ACTIVE)
    assert len(names(lab)) == 1


async def test_a_click_on_an_action_of_a_run_that_is_no_longer_shown_does_nothing(app: LabApp, lab: Lab) -> None:
    run = snapshot("done")
    async with app.run_test(size=WIDE) as pilot:
        room(app).snapshot = run
        await pilot.pause()
        before = room(app).draft
        room(app).post_message(ActionChosen("another-0001", run.diagnosis.actions[0]))
        await pilot.pause()
        assert room(app).draft is before and not room(app)._jobs.goes_on("start")
        room(app).snapshot = snapshot("running", points=0)  # without an action
        room(app).post_message(ActionChosen("canned-0001", run.diagnosis.actions[0]))
        await until(pilot, lambda: len(names(lab)) == 1)
        assert lab.follow(names(lab)[0]).poll().about.parent == "canned-0001"


async def test_a_run_that_is_resumed_elsewhere_is_seen_to_go_on(lab: Lab, app: LabApp, experiment: Experiment) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status == "done")
        Lab(lab.store.home).control.resume(app.snapshot.name, {"optimization.iterations": "80"})
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.view.iteration == 80)
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status == "done")


async def plant(pilot: Pilot[None], name: str) -> GradientScreen:
    screen = pilot.app.screen
    assert isinstance(screen, GradientScreen)
    await pilot.press("p")
    assert isinstance(pilot.app.screen, PlantScreen)
    rows = list(pilot.app.screen._rows)
    pilot.app.screen.query_one(DataTable).move_cursor(row=rows.index(name))
    await pilot.press("enter")
    return screen


async def test_a_bug_that_cannot_be_planted_leaves_the_way_to_another(app: LabApp) -> None:
    async with app.run_test(size=WIDE) as pilot:  # λ is 0: the penalty's gradient cannot be forgotten
        await pilot.press("g")
        screen = await plant(pilot, "forgotten-penalty")
        await until(pilot, lambda: "✗ " in said(app) and "leaves the gradient as it is" in said(app))
        await plant(pilot, "dW1-factor-2")
        await until(pilot, lambda: screen.report is not None)
        assert screen.bug == "dW1-factor-2"


async def test_a_bug_that_is_drawn_can_be_planted_and_is_never_named(
    app: LabApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = ["forgotten-penalty", "doubled-penalty", "db1-forgotten"]
    monkeypatch.setattr("tuilab.ui.screens.gradient.random.sample", lambda names, k: drawn)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("g")
        screen = await plant(pilot, SECRET)
        await until(pilot, lambda: screen.report is not None)
        assert screen.bug == "db1-forgotten" and not any(name in said(app) for name in drawn)
        del drawn[2]
        await plant(pilot, SECRET)
        await until(pilot, lambda: "no bug can be planted here" in said(app))
        assert not any(name in said(app) for name in drawn)


@pytest.mark.parametrize("hidden", [False, True])
async def test_what_a_view_saw_of_another_run_is_not_shown(
    app: LabApp, monkeypatch: pytest.MonkeyPatch, hidden: bool
) -> None:
    asked, let = threading.Event(), threading.Event()

    def look(self: LabScreen, view: object, experiment: Experiment, run: object, choice: object) -> None:
        if run is None:
            asked.set()
            assert let.wait(PATIENCE)
        raise BadInput("of the draft" if run is None else "of the run")

    monkeypatch.setattr(LabScreen, "_look", look)
    async with app.run_test(size=WIDE) as pilot:
        pane = room(app).query_one(RunPane)
        await pilot.pause()
        pane.current = 5
        await until(pilot, asked.is_set)
        if hidden:  # no other look is made before the first has ended
            await pilot.press("question_mark")
        room(app).snapshot = snapshot("done")
        let.set()
        if hidden:
            await until(pilot, lambda: not room(app)._jobs.goes_on("look"))
            assert pane.view.fault == ""
            await pilot.press("escape")
        seen = set()
        await until(pilot, lambda: seen.add(pane.view.fault) or pane.view.fault == "of the run")
        assert "of the draft" not in seen


async def test_what_was_seen_of_a_run_goes_at_once_when_another_one_is_shown(
    app: LabApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    let = threading.Event()

    def look(self: LabScreen, view: object, experiment: Experiment, run: object, choice: object) -> None:
        assert run is None or let.wait(PATIENCE)
        raise BadInput("of the draft" if run is None else "of the run")

    monkeypatch.setattr(LabScreen, "_look", look)
    async with app.run_test(size=WIDE) as pilot:
        pane = room(app).query_one(RunPane)
        await pilot.pause()
        pane.current = 5
        await until(pilot, lambda: pane.view.fault == "of the draft")
        left = pane.view
        pane.current = 4
        await until(pilot, lambda: pane.view.fault == "of the draft")
        room(app).snapshot = snapshot("done")
        await pilot.pause()
        assert left.fault == pane.view.fault == ""
        let.set()
        await until(pilot, lambda: pane.view.fault == "of the run")


async def test_a_view_that_is_being_made_is_not_shown_anything_yet(app: LabApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        pane = room(app).query_one(RunPane)
        await pilot.pause()
        pane.current = 4  # the inputs
        room(app).snapshot = snapshot("done")
        assert not pane.view.is_mounted and not room(app)._jobs.goes_on("look")
        await until(pilot, lambda: pane.view.insight is not None or bool(pane.view.fault))
