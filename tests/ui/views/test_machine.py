"""The machine view: its figures, its key, its tab."""

from msgspec.structs import replace

from tests.lab.insight.test_machine import watched
from tests.ui.canned import snapshot
from tests.ui.conftest import until
from tuilab.lab.insight.machine import MachineInsight
from tuilab.ui.app import LabApp
from tuilab.ui.figures.machine import figures
from tuilab.ui.panels.tabs import TabLine
from tuilab.ui.plots import Plot
from tuilab.ui.plots.vector import as_picture
from tuilab.ui.views import VIEWS
from tuilab.ui.views.machine import MachineView
from tuilab.ui.views.pane import RunPane


def test_cards_are_drawn_where_there_are_some() -> None:
    run = watched()
    drawn = figures(MachineInsight.of(run))
    assert [figure.title for figure in drawn] == ["Busy, %", "Memory in use, %", "Power, W", "Temperature, °C"]
    assert [series.name for series in drawn[0].series] == ["trainer", "machine", "busiest card"]
    assert drawn[0].series[0].y.tolist() == [25, 75, 50] and drawn[1].series[2].y.tolist() == [50, 50]
    bare = replace(run.view, machine=run.view.machine[:1])
    assert len(figures(MachineInsight.of(replace(run, view=bare)))) == 2
    assert figures(MachineInsight.of(snapshot("done"))) == ()
    assert b"seconds of training" in as_picture(drawn, "", "svg")


async def test_its_figures_are_turned_over_and_its_tab_is_on_the_screen(app: LabApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        pane = app.screen.query_one(RunPane)
        pane.current = VIEWS.index(MachineView)
        await until(pilot, lambda: pane.view.insight is not None)
        assert "there is no run yet" in pane.view.insight.said
        pane.snapshot = watched()
        await until(pilot, lambda: pane.view.insight is not None and bool(pane.view.insight.lines))
        pane.view.focus()
        titles = []
        for _ in range(5):
            titles.append(pane.view.query_one(Plot).figure.title)
            await pilot.press("l")
        assert titles[0] == titles[4] == "Busy, %" and len(set(titles)) == 4
        assert "▸Machine◂" in pane.query_one(TabLine).content.plain
