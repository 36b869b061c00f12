"""The gradient room: a planted bug is named, the worst coordinates are told, the run's weights are looked at."""

import re

import numpy as np
import pytest
from textual.pilot import Pilot
from textual.widgets import ContentSwitcher, DataTable, Static

from tests.ui.conftest import Messages, until
from tuilab.experiment import Experiment
from tuilab.lab import Lab
from tuilab.lab.sentences.gradients import best_epsilon, coordinate_rows, cubed, parameter_rows, sentence, swept
from tuilab.nn import EpsilonCurve, EpsilonPoint
from tuilab.ui.app import LabApp
from tuilab.ui.figures.curves import sweep_figure
from tuilab.ui.panels.needle import Needle
from tuilab.ui.plots import Plot
from tuilab.ui.plots.picture import picture
from tuilab.ui.screens.gradient import GradientScreen
from tuilab.ui.screens.plant import PlantScreen

WIDE, NARROW = (120, 40), (80, 24)


async def check(pilot: Pilot[None], messages: Messages) -> GradientScreen:
    await pilot.press("g")
    screen = pilot.app.screen
    assert isinstance(screen, GradientScreen)
    await until(pilot, lambda: screen.report is not None)
    return screen


def said(screen: GradientScreen) -> str:
    return str(screen.query_one("#sentence", Static).content)


async def plant(pilot: Pilot[None], messages: Messages, row: int) -> None:
    gradient = pilot.app.screen
    assert isinstance(gradient, GradientScreen)
    before = gradient.report
    await pilot.press("p")
    assert isinstance(pilot.app.screen, PlantScreen)
    pilot.app.screen.query_one(DataTable).move_cursor(row=row)
    await pilot.press("enter")
    await until(pilot, lambda: gradient.report not in (None, before))


async def test_a_planted_bug_is_named(app: LabApp, messages: Messages) -> None:
    async with app.run_test(size=NARROW) as pilot:
        screen = await check(pilot, messages)
        assert "✓ correct" in said(screen) and "at initialization" in said(screen)
        await plant(pilot, messages, 4)  # after none, a drawn one and the two of the penalty
        assert screen.bug == "dW1-factor-2"
        assert "look at W1 first" in said(screen) and "Planted: dW1-factor-2" in said(screen)
        table = screen.query_one("#parameters", DataTable)
        assert str(table.get_row_at(table.cursor_row)[0]) == "W1" and table.region.height >= 4
        await pilot.press("right_square_bracket")
        coordinates = screen.query_one("#coordinates", DataTable)
        assert str(coordinates.get_row_at(0)[0]).startswith("W1[") and coordinates.region.bottom <= NARROW[1]
        await until(pilot, lambda: "the gradient is off" in screen.query_one(Plot).figure.note)
        await plant(pilot, messages, 0)
        assert "✓ correct" in said(screen) and "Planted" not in said(screen)
        await until(pilot, lambda: screen.query_one(Plot).figure.note.startswith("Best: ε = 1e-0"))


async def test_a_drawn_bug_keeps_its_name_until_it_is_asked_for(app: LabApp, messages: Messages, monkeypatch) -> None:
    monkeypatch.setattr("tuilab.ui.screens.gradient.random.sample", lambda names, k: ["db2-forgotten"])
    async with app.run_test(size=WIDE) as pilot:
        screen = await check(pilot, messages)
        await plant(pilot, messages, 1)
        assert "db2-forgotten" not in said(screen) and "b2" in said(screen) and "press a" in said(screen)
        await pilot.press("a")
        await pilot.pause()
        assert "Planted: db2-forgotten" in said(screen)


async def test_the_u_curve_is_a_tab(app: LabApp, messages: Messages) -> None:
    async with app.run_test(size=NARROW) as pilot:
        screen = await check(pilot, messages)
        await until(pilot, lambda: bool(screen.query_one(Plot).figure.series))
        await pilot.press("left_square_bracket")
        await pilot.pause()
        assert screen.query_one(ContentSwitcher).current == "curve"
        plot = screen.query_one(Plot)
        assert len(plot.figure.series) == 2 and plot.region.height >= 6 and plot.region.bottom <= NARROW[1]
        await pilot.press("right_square_bracket")
        await pilot.pause()
        assert screen.query_one(ContentSwitcher).current == "parameters"


@pytest.mark.usefixtures("paced")
async def test_the_weights_of_a_run_are_checked_without_disturbing_it(
    lab: Lab, experiment: Experiment, messages: Messages
) -> None:
    app = LabApp(lab, lab.edit(experiment, {"optimization.iterations": "1000000000"}))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status == "running")
        name = app.snapshot.name
        screen = await check(pilot, messages)

        def saved() -> bool:
            return bool(list(lab.store.find(name).checkpoints_folder.glob("*")))

        await until(pilot, saved)
        await pilot.press("w")
        await until(pilot, lambda: "iterations of" in said(screen))
        assert f"iterations of {name}" in said(screen) and lab.weights(name).iteration > 0
        assert "not the experiment in the panels" not in said(screen)
        await pilot.press("escape")
        assert app.snapshot.status == "running"
        await pilot.press("s")
        await until(pilot, lambda: app.snapshot.status == "stopped")


async def test_where_the_run_is_of_another_experiment_that_is_said(
    lab: Lab, experiment: Experiment, messages: Messages
) -> None:
    """And what can be planted is what the network that is checked has."""
    app = LabApp(lab, experiment)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status == "done")
        screen = GradientScreen(lab, lab.edit(experiment, {"network.hidden": "3, 3, 3"}), app.snapshot)
        await app.push_screen(screen)
        await until(pilot, lambda: screen.report is not None and len(screen.report.parameters) == 8)
        await pilot.press("w")
        await until(pilot, lambda: "not the experiment in the panels" in said(screen))
        assert len(screen.report.parameters) == 2 * (len(experiment.network.hidden) + 1)
        await pilot.press("p")
        bugs = app.screen.query_one(DataTable)
        assert not any("W4" in str(bugs.get_row_at(row)[0]) for row in range(bugs.row_count))


async def test_a_check_that_proves_nothing_has_no_needle(lab: Lab, messages: Messages) -> None:
    app = LabApp(lab, lab.open("init-zeros")[1])
    async with app.run_test(size=NARROW) as pilot:
        screen = await check(pilot, messages)
        assert "– proves nothing" in said(screen) and "Check at other weights" in said(screen)
        assert screen.query_one(Needle).difference is None


def test_the_tables_tell_blame_kinks_and_both_values(lab: Lab, experiment: Experiment) -> None:
    report = lab.gradient_check(experiment, plant="dW1-wrong-sign")
    rows = parameter_rows(report)
    assert [row[0] for row in rows] == ["W1", "b1", "W2", "b2"]
    assert rows[0][-1] == "← 100 %" and rows[1][-1] == ""
    first = coordinate_rows(report)[0]
    assert float(first[1]) == pytest.approx(-float(first[2]), rel=1e-4)
    assert "look at W1 first" in sentence(report, "here") and " here, ε = 1e-07" in sentence(report, "here")


def test_of_many_parameters_of_which_nothing_is_told_some_are_named(lab: Lab) -> None:
    report = lab.gradient_check(lab.open("exploding")[1])
    assert re.search(r"Nothing is told of (b\d+, ){3}b\d+ and \d+ more: gradients of 0", sentence(report, "here"))


def test_the_u_curve_has_two_log_axes() -> None:
    points = tuple(EpsilonPoint(epsilon=10.0**-n, one_sided=10.0**-n, two_sided=10.0 ** (-2 * n)) for n in range(1, 4))
    figure = sweep_figure(EpsilonCurve(points=points, coordinates=3, parameters=9))
    assert figure.log_y
    np.testing.assert_allclose(figure.series[0].x, [-3, -2, -1])
    np.testing.assert_allclose(np.log10(figure.series[1].y), [-6, -4, -2])
    assert sweep_figure(None).series == ()


@pytest.mark.parametrize("width", [76, 114])
@pytest.mark.parametrize("error", [1e-9, 0.2])
def test_what_the_u_curve_says_is_whole_at_every_width(width: int, error: float) -> None:
    points = tuple(EpsilonPoint(epsilon=10.0**-n, one_sided=error, two_sided=error) for n in range(1, 4))
    sweep = EpsilonCurve(points=points, coordinates=99, parameters=99, examples=90)
    said = picture(sweep_figure(sweep), width, 12).cells.lines[-1].split("log₁₀")[0].strip()
    assert said in (
        best_epsilon(sweep),
        f"{best_epsilon(sweep)}  {swept(sweep)}",
        f"{best_epsilon(sweep)} {swept(sweep)}",
    )


def test_the_quotients_of_theta_cubed_are_those_of_the_notes() -> None:
    told = "\n".join(cubed())
    assert "(1.030301 − 0.970299) / 0.02 = 3.0001, off by ε² = 0.0001" in told
    assert "(1.030301 − 1.000000) / 0.01 = 3.0301, off by 3θε + ε² = 0.0301" in told
