"""The signal view: its figures, its reports."""

from msgspec.structs import replace

from tests.lab.insight.test_signal import layers
from tests.ui.canned import EXPERIMENT, snapshot
from tests.ui.conftest import until
from tuilab.events import Signal
from tuilab.experiment import edit
from tuilab.ui.app import LabApp
from tuilab.ui.views import VIEWS
from tuilab.ui.views.pane import RunPane
from tuilab.ui.views.signal import SignalView, signal_figure


def test_a_linear_network_has_its_prediction_beside_it() -> None:
    plain, linear = layers([1, 2], [3, 4]), layers([1, 2], [3, 4], predicted=[0.5, 0.25])
    assert [series.name for series in signal_figure(plain).series] == ["σ of activations", "gradient ‖∂J/∂W‖"]
    assert signal_figure(linear).series[0].name == "predicted gainˡ"


async def test_the_reports_of_a_run_are_turned_over(app: LabApp) -> None:
    experiment = edit(EXPERIMENT, {"network.hidden": "10, 5"})
    canned = snapshot("done", experiment=experiment)
    reports = tuple(
        Signal(time=0, iteration=iteration, layers=layers([1, 2, 3], [1, 1, 1])) for iteration in (0, 100, 1999)
    )
    async with app.run_test(size=(120, 40)) as pilot:
        pane = app.screen.query_one(RunPane)
        pane.current = VIEWS.index(SignalView)
        await until(pilot, lambda: pane.view.insight is not None)
        assert "Iteration 0: " in pane.view.insight.said  # of the draft
        pane.snapshot = replace(canned, view=replace(canned.view, signals=reports))
        await until(pilot, lambda: pane.view.insight is not None and pane.view.insight.iteration == 1999)
        assert "report 3 of 3" in pane.view.insight.said
        for key, iteration in (("left", 100), ("left", 0), ("left", 0), ("right", 100), ("right", 1999)):
            pane.view.focus()
            await pilot.press(key)
            await until(pilot, lambda iteration=iteration: pane.view.insight.iteration == iteration)
        assert pane.view.choice is None  # follows the newest
        pane.view.action_turn(-1)
        pane.view.action_turn(-1)  # before there was a look at what the first one asks for
        await until(pilot, lambda: pane.view.insight.iteration == 0)
        assert isinstance(pane.view, SignalView)
        await pilot.press("l")
        assert pane.view.figure == 1
