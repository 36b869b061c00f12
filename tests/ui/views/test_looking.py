"""The looking: off the UI thread, once what is new can be seen, at once for somebody who waits."""

from typing import Any

import pytest

from tests.ui.canned import snapshot
from tests.ui.conftest import until
from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.lab import Lab, Snapshot
from tuilab.lab.insight.mistakes import MistakesInsight
from tuilab.ui.app import LabApp
from tuilab.ui.desk import looks
from tuilab.ui.views import VIEWS
from tuilab.ui.views.looking import Prose
from tuilab.ui.views.mistakes import MistakesView
from tuilab.ui.views.pane import RunPane


async def test_nothing_is_looked_at_where_nobody_sees_it(app: LabApp, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[Any] = []
    look = MistakesView.look

    def counted(*given: Any) -> Any:
        looks.append(given)
        return look(*given)

    monkeypatch.setattr(MistakesView, "look", staticmethod(counted))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = app.screen_stack[0]
        pane = screen.query_one(RunPane)
        pane.current = VIEWS.index(MistakesView)
        await pilot.pause(0.2)
        assert looks == []  # a narrow screen that shows the experiment
        await pilot.press("v")
        await until(pilot, lambda: pane.view.insight is not None)
        await pilot.press("question_mark")
        await pilot.pause()
        seen = len(looks)
        pane.view.choice = "train"
        await pilot.pause(0.2)
        assert len(looks) == seen
        await pilot.press("escape")
        await until(pilot, lambda: pane.view.insight.part == "train")


async def test_a_run_that_is_over_is_looked_at_without_a_rest(app: LabApp, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def noted(lab: Lab, experiment: Experiment, run: Snapshot | None, choice: Any) -> Any:
        seen.append(run.status if run else "")
        return MistakesInsight.look(lab, experiment)

    monkeypatch.setattr(looks, "REST", 3600.0)
    monkeypatch.setattr(MistakesView, "look", staticmethod(noted))
    async with app.run_test(size=(120, 40)) as pilot:
        pane = app.screen.query_one(RunPane)
        pane.snapshot = snapshot("running")
        pane.current = VIEWS.index(MistakesView)
        await until(pilot, lambda: pane.view.insight is not None)
        pane.snapshot = snapshot("done")
        await until(pilot, lambda: seen[-1] == "done")
        assert seen[0] == "running"


async def test_what_hinders_a_view_is_said_in_its_place(app: LabApp, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> Any:
        raise BadInput("there is nothing\x1b to be seen")

    monkeypatch.setattr(MistakesView, "look", staticmethod(refuse))
    async with app.run_test(size=(120, 40)) as pilot:
        pane = app.screen.query_one(RunPane)
        pane.current = VIEWS.index(MistakesView)
        await until(pilot, lambda: bool(pane.view.fault))
        said, *parts = pane.view.children
        assert isinstance(said, Prose) and str(said.visual) == "✗ there is nothing\ufffd to be seen"
        assert not any(part.display for part in parts)
        monkeypatch.setattr(
            MistakesView, "look", staticmethod(lambda lab, experiment, *_: MistakesInsight.look(lab, experiment))
        )
        pane.view.choice = "dev"
        await until(pilot, lambda: not pane.view.fault)
        assert parts[0].display and "dev" in str(said.visual)
