"""Taking hold of the run that is shown: pause, step, resume, edits while it trains, another seed; and the footer."""

import pytest
from textual.content import Content
from textual.pilot import Pilot

import tuilab.ui.desk.live
from tests.ui.canned import EXPERIMENT, snapshot
from tests.ui.conftest import names, until
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.runs import Status
from tuilab.ui.app import LabApp
from tuilab.ui.desk.helm import live_edits
from tuilab.ui.panels.experiment import ExperimentColumn
from tuilab.ui.panels.field import Field
from tuilab.ui.panels.keyline import KeyLine, fitted
from tuilab.ui.screens.help import HelpScreen
from tuilab.ui.screens.lab import LabScreen

NARROW, WIDE = (80, 24), (120, 40)


def room(app: LabApp) -> LabScreen:
    screen = app.screen_stack[0]
    assert isinstance(screen, LabScreen)
    return screen


def footer(app: LabApp) -> list[str]:
    """The keys that the footer has room for."""
    keys, width = [], 0
    for active in app.screen.active_bindings.values():
        if active.binding.show and active.binding.action not in keys:
            width += len(app.get_key_display(active.binding)) + len(active.binding.description) + 2
            keys.append(active.binding.action)
            if width > app.size.width:
                return keys[:-1]
    return keys


async def has(pilot: Pilot[None], app: LabApp, status: Status) -> None:
    await until(pilot, lambda: app.snapshot is not None and app.snapshot.status == status)


@pytest.mark.usefixtures("paced")
async def test_pause_step_edit_resume_stop_and_go_on(lab: Lab, experiment: Experiment) -> None:
    app = LabApp(lab, lab.edit(experiment, {"optimization.iterations": "1000000000"}))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        await has(pilot, app, "running")
        await pilot.press("p")
        await has(pilot, app, "paused")
        assert app.snapshot is not None
        at = app.snapshot.view.iteration
        await pilot.press("full_stop")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.view.iteration == at + 1)
        room(app).board.edit({"optimization.learning_rate": "0.03"})
        await pilot.pause()
        await pilot.press("a")
        await until(pilot, lambda: app.snapshot is not None and bool(app.snapshot.view.edits))
        assert app.snapshot.view.edits == {"optimization.learning_rate": "0.03"}
        assert not room(app).check_action("ask", ("apply",))
        await pilot.press("p")
        await has(pilot, app, "running")
        await pilot.press("s")
        await has(pilot, app, "stopped")
        await pilot.press("p")
        await has(pilot, app, "running")
        await pilot.press("s")
        await has(pilot, app, "stopped")
        assert [mark.text for mark in app.snapshot.view.happened][:3] == ["paused", "learning_rate = 0.03", "continued"]


@pytest.mark.usefixtures("paced")
async def test_what_is_turned_acts_at_once_if_that_was_asked_for(
    lab: Lab, experiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuilab.ui.desk.live, "TURNED", 3600.0)  # a starved test may be slower than a finger
    app = LabApp(lab, lab.edit(experiment, {"optimization.iterations": "1000000000"}))
    alpha = "optimization.learning_rate"
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        await has(pilot, app, "running")
        room(app).query_one(ExperimentColumn).go_to(alpha)
        await pilot.press("up")
        assert text(app, alpha) == "0.2"
        await pilot.press("escape", "A", "enter", "up", "up", "down")  # 0.5, 1, 0.5: none of them is waited for
        await until(pilot, lambda: room(app).draft.experiment.optimization.learning_rate == 0.5)
        monkeypatch.setattr(tuilab.ui.desk.live, "TURNED", 0.01)
        await pilot.press("down")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.view.edits == {alpha: "0.2"})
        assert [mark.text for mark in app.snapshot.view.happened] == ["learning_rate = 0.2"]  # only where it ended
        await pilot.press("down")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.view.edits == {alpha: "0.1"})
        await pilot.press("escape", "s")
        await has(pilot, app, "stopped")


def text(app: LabApp, path: str) -> str:
    """What stands in a field."""
    return next(field.text for field in app.screen.query(Field) if field.knob.path == path)


async def test_another_seed_is_a_child(app: LabApp, lab: Lab, experiment: Experiment) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        await has(pilot, app, "done")
        await pilot.press("R")
        await until(pilot, lambda: len(names(lab)) == 2)
        first, second = (lab.follow(name).poll() for name in names(lab))
        assert second.experiment == lab.edit(experiment, {"seed": str(experiment.seed + 1)})
        assert second.about.parent == first.name


def test_only_what_can_change_and_differs_is_asked_for() -> None:
    run = snapshot("running")
    wanted = edit(EXPERIMENT, {"regularization.lambd": "2", "network.hidden": "3", "dropout.keep_prob": "0.5"})
    assert live_edits(run, wanted) == {"regularization.lambd": "2.0", "dropout.keep_prob": "0.5"}
    assert live_edits(run, EXPERIMENT) == {}


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_footer_has_room_for_what_matters(app: LabApp, size: tuple[int, int]) -> None:
    first: dict[Status | None, list[str]] = {
        None: ["run"],
        "running": ["run", "ask('pause')", "ask('stop')"],
        "paused": ["run", "ask('resume')", "ask('step')", "ask('stop')"],
        "done": ["run"],
        "dead": ["run", "ask('resume')"],
    }
    async with app.run_test(size=size) as pilot:
        for status, keys in first.items():
            room(app).snapshot = snapshot(status) if status else None
            await pilot.pause()
            assert footer(app)[: len(keys) + 2] == [*keys, "help", "quit"]


async def test_every_key_of_a_live_run_is_whole_on_a_narrow_screen(app: LabApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        room(app).snapshot = snapshot("running")
        await pilot.press("v")
        rows = str(room(app).query_one(KeyLine).content).split("\n")
        assert len(rows) == 2 and max(map(len, rows)) <= NARROW[0]
        for words in ("p Pause", "? Help", "g Gradients", "l Log", "c Cursor", "space Hold"):
            assert any(words in row for row in rows)


def test_a_key_that_does_not_fit_whole_is_left_out() -> None:
    words = [Content(text) for text in ("r Run", "? Help", "q Quit")]
    assert fitted(words, 12, 1).plain == "r Run ? Help"
    assert fitted(words, 11, 1).plain == "r Run"
    assert fitted(words, 11, 2).plain == "r Run\n? Help"
    assert fitted(words, 4, 2).plain == ""


async def test_a_click_on_a_key_presses_it(app: LabApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        line = room(app).query_one(KeyLine)
        text = str(line.content)
        assert text.startswith("r Run ? Help q Quit ")
        await pilot.click(KeyLine, offset=(text.index("Help"), 0))
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
