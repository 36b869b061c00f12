"""A child beside its parent: the key that makes it, the line that tells the difference, the curves beneath."""

from msgspec import structs
from textual.pilot import Pilot

from tests.ui.canned import EXPERIMENT, snapshot
from tests.ui.conftest import names, until
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.lab.insight.curves import CurvesInsight
from tuilab.runs import ACTIVE, About
from tuilab.training.better import Better
from tuilab.ui.app import LabApp
from tuilab.ui.figures.curves import cost_figure, error_figure, overlaid
from tuilab.ui.panels.lineage import Lineage, lineage
from tuilab.ui.screens.lab import LabScreen

WIDE = (120, 40)


def room(app: LabApp) -> LabScreen:
    screen = app.screen_stack[0]
    assert isinstance(screen, LabScreen)
    return screen


async def ended(pilot: Pilot[None], app: LabApp) -> str:
    await until(pilot, lambda: app.snapshot is not None and app.snapshot.status not in ACTIVE)
    assert app.snapshot is not None
    return app.snapshot.name


async def test_an_action_and_an_edit_make_children_that_lie_over_their_parents(
    lab: Lab, experiment: Experiment
) -> None:
    hard = lab.edit(experiment, {"data.source": "moons", "data.noise": "1", "diagnosis.base_error": "0"})
    app = LabApp(lab, hard, "small")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        parent = await ended(pilot, app)
        await pilot.press("1")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.name != parent)
        child = await ended(pilot, app)
        await until(pilot, lambda: bool(room(app).overlays))
        assert app.snapshot is not None and app.snapshot.about == About(parent=parent)
        assert [overlay.name for overlay in room(app).overlays] == [parent]
        await until(pilot, lambda: "that this dev set can show" in str(app.screen.query_one(Lineage).content))
        room(app).board.edit({"optimization.learning_rate": "0.33"})
        await pilot.press("r")
        await until(pilot, lambda: len(names(lab)) == 3)
        grandchild = names(lab)[-1]
        assert lab.follow(grandchild).poll().about.parent == child


async def test_an_action_belongs_to_the_run_that_is_shown_whatever_stands_in_the_panels(app: LabApp, lab: Lab) -> None:
    canned = snapshot("done")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        before = room(app).draft
        room(app).snapshot = canned
        await pilot.pause()
        await pilot.press("1")
        await until(pilot, lambda: bool(names(lab)))
        started = lab.follow(names(lab)[0]).poll()
        assert started.experiment == edit(canned.experiment, canned.diagnosis.actions[0].edits)
        assert started.about.parent == canned.name
        await pilot.press("u")
        assert room(app).draft == before


async def test_running_the_same_again_or_another_preset_makes_no_child(app: LabApp, lab: Lab) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        await ended(pilot, app)
        await pilot.press("escape", "r")  # r again at once would be r held down
        await until(pilot, lambda: len(names(lab)) == 2)
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.name == names(lab)[-1])
        await ended(pilot, app)
        room(app).load(*lab.open("xor" if "xor" in [p.name for p in lab.presets()] else "circles"))
        room(app).board.edit({"optimization.iterations": "50"})
        await pilot.press("escape", "r")
        await until(pilot, lambda: len(names(lab)) == 3)
        assert all(not lab.follow(name).poll().about.parent for name in names(lab))


def test_the_line_tells_what_was_changed() -> None:
    parent = snapshot("done")
    child = structs.replace(
        snapshot("done", experiment=edit(EXPERIMENT, {"regularization.lambd": "3", "dropout.keep_prob": "0.8"})),
        name="canned-0002",
        about=About(parent=parent.name),
    )
    assert lineage(child, parent) == "↳ from canned-0001: λ 0.7 → 3.0 · keep_prob 1.0 → 0.8"
    assert lineage(child, None) == "↳ from canned-0001"
    assert lineage(parent, None) == ""
    known = Better(errors=(0.2, 0.1), difference=0.1, interval=(0.05, 0.15), p=0.01, examples=(200, 200))
    assert lineage(child, parent, known).startswith("↳ from canned-0001: dev better by 10.00 points (5.00 to 15.00")
    assert lineage(child, parent, known).endswith("λ 0.7 → 3.0 · keep_prob 1.0 → 0.8"), "what may have no room"


def test_the_parents_curves_lie_beneath_named_and_dim() -> None:
    run = CurvesInsight.of(snapshot("done"))
    parent = CurvesInsight.of(structs.replace(snapshot("done", 50), name="canned-0000"))
    for figure in (cost_figure(run, log=True), error_figure(run)):
        both = overlaid(figure, (parent,))
        assert both.series[1:] == figure.series and both.x_range == figure.x_range
        assert (both.series[0].name, both.series[0].color, len(both.series[0].x)) == ("canned-0000", "muted", 50)
        assert both.series[0].marker not in {series.marker for series in figure.series}
        assert overlaid(figure, ()).series == figure.series
