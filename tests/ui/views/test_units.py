"""The units view: keys go through layers and masks, and the plot holds g and z."""

from tests.ui.conftest import until
from tuilab.experiment import edit
from tuilab.lab import Lab
from tuilab.ui.app import LabApp
from tuilab.ui.plots import Plot
from tuilab.ui.views import VIEWS
from tuilab.ui.views.pane import RunPane
from tuilab.ui.views.units import UnitsView


async def test_keys_go_through_layers_and_masks(lab: Lab) -> None:
    _, experiment = lab.open("dropout")
    app = LabApp(lab, edit(experiment, {"network.activation": "tanh"}), "dropped")
    async with app.run_test(size=(120, 40)) as pilot:
        pane = app.screen.query_one(RunPane)
        pane.current = VIEWS.index(UnitsView)
        await until(pilot, lambda: pane.view.insight is not None)
        names = [series.name for series in pane.view.query_one(Plot).figure.series]
        assert names == ["g = tanh", "how often z"]
        before = pane.view.insight.lines
        await pilot.press("n")
        await until(pilot, lambda: pane.view.insight.update == 1)
        assert pane.view.insight.lines != before
        pane.view.action_turn(0, -1)
        pane.view.action_turn(1, 0)  # before there was a look at what the first one asks for
        await until(pilot, lambda: (pane.view.insight.layer, pane.view.insight.update) == (1, 0))
