"""Pictures of the rooms at the sizes that are promised. `make snapshots` takes them anew."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from tests.ui.canned import EXPERIMENT, snapshot
from tests.ui.conftest import paint, until
from tuilab.experiment import Experiment
from tuilab.lab import Lab
from tuilab.nn import EpsilonCurve, EpsilonPoint, GradientReport, ParameterCheck, Parameters
from tuilab.ui.app import LabApp
from tuilab.ui.screens.lab import LabScreen
from tuilab.ui.views.pane import RunPane
from tuilab.ui.views.slot import Slot

Compare = Callable[..., bool]
SIZES = [(120, 40), (80, 24)]


class CannedLab(Lab):
    """A lab whose gradient check gives the same figures on every machine."""

    def epsilon_sweep(
        self, experiment: Experiment, after: int = 0, plant: str | None = None, at: Parameters | None = None
    ) -> EpsilonCurve:
        points = (EpsilonPoint(epsilon=10.0**-n, one_sided=10.0**-n, two_sided=10.0 ** (n - 12)) for n in range(1, 13))
        return EpsilonCurve(points=tuple(points), coordinates=91, parameters=91)

    def gradient_check(
        self,
        experiment: Experiment,
        epsilon: float | None = None,
        after: int = 0,
        plant: str | None = None,
        at: Parameters | None = None,
    ) -> GradientReport:
        names = {
            "W1": (20, 2e-9),
            "b1": (10, 4e-9),
            "W2": (50, 3e-4),
            "b2": (5, 1e-9),
            "W3": (5, 8e-10),
            "b3": (1, 5e-10),
        }
        return GradientReport(
            relative_difference=2.5e-5,
            verdict="look again",
            epsilon=epsilon or 1e-7,
            scale=1.0,
            parameters=tuple(
                ParameterCheck(name=name, size=size, relative_difference=difference)
                for name, (size, difference) in names.items()
            ),
        )


@pytest.fixture(autouse=True)
def _painted_at_every_step(_painted_when_looked_at: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Screen, "_compositor_refresh", paint)


@pytest.fixture
def app(home: object) -> LabApp:
    return LabApp(CannedLab(), EXPERIMENT, "canned")


async def settle(pilot: Pilot[None]) -> LabScreen:
    """Waits for what comes late: the fields, and the plan."""
    screen = pilot.app.screen_stack[0]
    assert isinstance(screen, LabScreen)
    await until(pilot, lambda: bool(screen.plan))
    await still(pilot)
    return screen


async def still(pilot: Pilot[None]) -> None:
    """Waits until nothing on the screen changes any more."""
    before = ""
    while (now := pilot.app.export_screenshot()) != before:
        before = now
        await pilot.pause(0.2)


async def finished(pilot: Pilot[None]) -> None:
    screen = await settle(pilot)
    screen.snapshot = snapshot("done")
    screen.place = "watch"
    await still(pilot)


@pytest.mark.parametrize("size", SIZES)
def test_a_finished_run(app: LabApp, snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(app, terminal_size=size, run_before=finished)


@pytest.mark.parametrize("size", [(160, 45), (200, 60)])
def test_two_views_of_a_run_side_by_side(app: LabApp, snap_compare: Compare, size: tuple[int, int]) -> None:
    async def beside(pilot: Pilot[None]) -> None:
        screen = await settle(pilot)
        screen.query_one(RunPane).beside = 2
        screen.snapshot = snapshot("done")
        second = screen.query_one("#beside", Slot)
        await until(pilot, lambda: second.current == 2 and second.view.insight is not None)
        await still(pilot)

    assert snap_compare(app, terminal_size=size, run_before=beside)


def test_the_experiment_on_a_narrow_screen(app: LabApp, snap_compare: Compare) -> None:
    async def idle(pilot: Pilot[None]) -> None:
        await settle(pilot)

    assert snap_compare(app, terminal_size=(80, 24), run_before=idle)


def test_a_wrong_value(app: LabApp, snap_compare: Compare) -> None:
    async def wrong(pilot: Pilot[None]) -> None:
        screen = await settle(pilot)
        screen.board.edit({"optimization.learning_rate": "-1"})
        screen.board.edit({"split.train": "0.9"})
        await until(pilot, lambda: screen.draft is not None and len(screen.draft.faults) == 2)
        await still(pilot)

    assert snap_compare(app, terminal_size=(120, 40), run_before=wrong)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", ["g", "question_mark", "o"])
def test_a_room(app: LabApp, snap_compare: Compare, size: tuple[int, int], key: str) -> None:
    async def enter(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await pilot.press(key)
        for field in pilot.app.screen.query(Input):
            field.cursor_blink = False  # or the picture depends on the moment
        await pilot.app.workers.wait_for_complete()
        await still(pilot)

    assert snap_compare(app, terminal_size=size, run_before=enter)
