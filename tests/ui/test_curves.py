"""Looking at curves: zoom, pan, cursor, smoothing and view pause, by key and by mouse."""

from dataclasses import replace

import numpy as np
import pytest
from msgspec import structs
from textual.app import App, ComposeResult
from textual.events import MouseScrollUp
from textual.pilot import Pilot

from tests.ui.canned import ITERATIONS, snapshot
from tuilab.events import Edited, Paused
from tuilab.lab import Snapshot
from tuilab.lab.insight.curves import CurvesInsight
from tuilab.lab.sentences.run import epoch_updates
from tuilab.runs import fold
from tuilab.ui.figures.curves import cost_figure, iterations
from tuilab.ui.panels.status import status_lines
from tuilab.ui.plots import Chart, Figure, Series
from tuilab.ui.views.curves import CurvesView
from tuilab.ui.views.curves_scene import SMOOTHING, Scene
from tuilab.words import count

SCENE = Scene(whole=(0.0, 1000.0))


class OneView(App[None]):
    AUTO_FOCUS = "CurvesView"

    def compose(self) -> ComposeResult:
        yield CurvesView()

    @property
    def view(self) -> CurvesView:
        return self.query_one(CurvesView)

    def picture(self, plot: str) -> str:
        chart = self.query_one(f"#{plot}", Chart)
        return "\n".join(chart.render_line(y).text for y in range(chart.size.height))


async def show(pilot: Pilot[None], run: Snapshot) -> OneView:
    app = pilot.app
    assert isinstance(app, OneView)
    app.view.snapshot = run
    await pilot.pause()
    return app


def figure(pilot: Pilot[None], plot: str = "cost") -> Figure:
    return pilot.app.query_one(f"#{plot}", Chart).figure


def wheel_up(column: int) -> MouseScrollUp:
    return MouseScrollUp(None, column, 5, 0, 0, 0, False, False, False)


# The scene alone


def test_a_key_zooms_around_the_cursor_and_the_wheel_around_the_pointer() -> None:
    assert SCENE.zoomed(0.5).seen == (250, 750)
    assert replace(SCENE, cursor=200.0).zoomed(0.5).seen == (100, 600)
    assert SCENE.zoomed(0.5, at=1000.0).seen == (500, 1000)
    assert SCENE.zoomed(0.5).zoomed(2.0).window is None
    assert SCENE.zoomed(0.5).reset() == SCENE


def test_the_arrows_move_the_cursor_or_else_the_window() -> None:
    zoomed = SCENE.zoomed(0.1)
    assert zoomed.moved(1).seen == pytest.approx((460, 560))
    at_end = replace(zoomed, cursor=550.0).moved(3)
    assert at_end.cursor == 553
    assert at_end.seen == pytest.approx((453, 553))
    assert replace(SCENE, cursor=995.0).moved(1).cursor == 1000


def test_the_cursor_appears_where_there_is_a_curve() -> None:
    assert SCENE.with_cursor(newest=400).cursor == 200
    assert replace(SCENE, pointer=700.0).with_cursor(newest=400).cursor == 700
    assert SCENE.with_cursor(400).with_cursor(400) == SCENE


def test_smoothing_goes_round_and_keeps_the_raw_line_behind() -> None:
    scene = SCENE
    for weight in (*SMOOTHING[1:], 0.0):
        scene = scene.smoother()
        assert scene.smoothing == weight
    noisy = Series("data cost", np.arange(100.0), np.random.default_rng(1).random(100), "primary", "d")
    raw, smoothed = SCENE.smoother().of_figure(Figure(series=(noisy,))).series
    assert raw.behind and (raw.y == noisy.y).all()
    assert not smoothed.behind and smoothed.y.std() < noisy.y.std()
    assert SCENE.of_figure(Figure(series=(noisy,))).series == (noisy,)


def test_a_run_of_another_length_is_seen_whole() -> None:
    looked = replace(SCENE.zoomed(0.5).smoother(), cursor=3.0)
    assert looked.of((0.0, 1000.0)) is looked
    assert looked.of((0.0, 2000.0)).seen == looked.seen  # the same one, longer now
    other = looked.of((0.0, 50.0))
    assert (other.seen, other.cursor, other.smoothing) == ((0, 50), None, SMOOTHING[1])


# The view


async def test_keys_zoom_pan_and_show_all_again() -> None:
    async with OneView().run_test(size=(100, 40)) as pilot:
        await show(pilot, snapshot("done"))
        assert figure(pilot).x_range == (0, ITERATIONS)
        await pilot.press("plus", "plus", "right")
        assert figure(pilot).x_range == figure(pilot, "error").x_range == (800, 1300)
        assert "800 to 1300 of 2000" in figure(pilot).note
        await pilot.press("minus", "0")
        assert figure(pilot).x_range == (0, ITERATIONS)


async def test_the_cursor_reads_every_curve() -> None:
    async with OneView().run_test(size=(100, 40)) as pilot:
        app = await show(pilot, snapshot("done"))
        await pilot.press("c", "right")
        curve = snapshot("done").view.cost
        nearest = np.abs(curve.iteration - 1020).argmin()
        assert f"t train {curve.data[nearest]:.4g}  p penalty {curve.penalty[nearest]:.4g}" in app.picture("cost")
        assert "at 1020" in app.picture("cost") and "at 1020" in app.picture("error")
        await pilot.press("c")
        assert "at 1020" not in app.picture("cost")


async def test_the_mouse_reads_zooms_at_its_place_and_drags() -> None:
    async with OneView().run_test(size=(100, 40)) as pilot:
        app = await show(pilot, snapshot("done"))
        chart = app.query_one("#cost", Chart)
        column = chart.size.width // 2
        x = round(chart.x_at(column))
        await pilot.hover("#cost", offset=(column, 5))
        assert figure(pilot).cursor == x
        chart.post_message(wheel_up(column))
        await pilot.pause()
        low, high = figure(pilot).x_range or (0, 0)
        assert high - low == pytest.approx(0.8 * ITERATIONS) and low < x < high
        await pilot.mouse_down("#cost", offset=(column, 5))
        await pilot.hover("#cost", offset=(column + 10, 5))
        await pilot.mouse_up("#cost", offset=(column + 10, 5))
        moved = figure(pilot).x_range
        assert moved is not None and moved[0] < low
        await pilot.hover("VerdictPanel")
        assert figure(pilot).cursor is None


async def test_a_paused_view_stands_still_and_counts_what_waits() -> None:
    async with OneView().run_test(size=(100, 40)) as pilot:
        await show(pilot, snapshot("running", points=100))
        await pilot.press("space")
        await show(pilot, snapshot("running", points=1334))
        assert len(figure(pilot).series[0].x) == 100
        assert figure(pilot).note == f"view paused, {count(1234)} newer points wait"
        await pilot.press("space")
        assert len(figure(pilot).series[0].x) == 1334
        assert figure(pilot).note == ""


async def test_a_log_axis_says_how_many_points_it_hides() -> None:
    async with OneView().run_test(size=(100, 40)) as pilot:
        run = snapshot("done")
        run.view.cost.buffer.rows[1, :7] = 0.0
        app = await show(pilot, run)
        assert "7 points hidden" in app.picture("cost")  # of its own accord: the points lie decades apart
        await pilot.press("l")
        assert "hidden" not in app.picture("cost")
        await pilot.press("l")
        assert "7 points hidden" in app.picture("cost")


async def test_every_point_is_seen_where_it_is_asked_for() -> None:
    async with OneView().run_test(size=(100, 40)) as pilot:
        run = snapshot("done")
        run.view.cost.buffer.rows[1:, :3] = 1e9
        app = await show(pilot, run)
        assert "9 points above" in app.picture("cost")  # of three curves
        await pilot.press("f")
        assert "above" not in app.picture("cost")
        assert app.query_one("#cost", Chart).is_log


async def test_the_parent_can_be_hidden_and_the_axis_ends_where_the_run_did() -> None:
    async with OneView().run_test(size=(100, 40)) as pilot:
        child, parent = snapshot("stopped", points=600), structs.replace(snapshot("done"), name="parent")
        app = await show(pilot, child)
        assert figure(pilot).x_range == (0, child.view.iteration)
        app.view.overlays = (parent,)
        await pilot.pause()
        assert [series.name for series in figure(pilot).series if series.guest] == ["parent"]
        assert figure(pilot).x_range == (0, ITERATIONS)
        await pilot.press("h")
        assert not any(series.guest for series in figure(pilot).series + figure(pilot, "error").series)
        assert figure(pilot).x_range == (0, child.view.iteration)


def test_the_axis_of_a_running_run_grows_with_it() -> None:
    seen = CurvesInsight.of(snapshot("running"))
    for iteration, end in ((0, 2000), (1, 16), (100, 125), (251, 500), (999, 1000), (1000, 2000), (1999, 2000)):
        assert iterations(structs.replace(seen, iteration=iteration)) == (0, end)
    ended = structs.replace(seen, iteration=37, status="diverged")
    assert iterations(ended) == (0, 37)
    assert iterations(structs.replace(ended, iteration=0)) == (0, 2000)


def test_the_cost_of_the_end_is_a_point_of_its_own_where_the_curve_is_of_other_examples_or_units() -> None:
    run = snapshot("done")
    assert [one.marker for one in cost_figure(CurvesInsight.of(run)).series] == ["t", "p", "J", "d"]
    dropped = structs.replace(run, view=structs.replace(run.view, cost=run.view.cost.until(ITERATIONS)))
    point = cost_figure(CurvesInsight.of(dropped)).series[-1]
    assert (point.marker, point.x.tolist(), point.y.tolist()) == ("E", [ITERATIONS], [0.08])


def test_marks_stand_on_the_curve() -> None:
    run = snapshot("diverged")
    events = [
        Edited(time=3, iteration=300, path="optimization.learning_rate", value="0.5"),
        Paused(time=4, iteration=400),
    ]
    run = structs.replace(run, view=fold(run.view, events))
    marks = [(mark.x, mark.label) for mark in cost_figure(CurvesInsight.of(run), log=False).marks]
    assert marks[0] == (300, "learning_rate = 0.5")
    assert marks[1] == (400, "paused")
    assert marks[-1][1] == "diverged"


def test_the_status_tells_the_epoch() -> None:
    run = snapshot("running")
    assert epoch_updates(run) == 1
    assert f"epoch {count(1000)}" in status_lines(run, 100)[1].plain
    over = status_lines(snapshot("diverged"), 100)[1].plain
    assert over.endswith("it was told to"), "what else there is to say would be cut in its middle"


def test_a_penalty_that_weighs_nothing_does_not_decide_the_axis() -> None:
    seen = CurvesInsight.of(snapshot("done"))

    def aside(scale: float, data: float = 0.7) -> bool:
        data_cost, penalty = np.array([data, np.nan]), np.array([scale, np.nan])
        cost = structs.replace(
            seen.cost, iteration=np.arange(2.0), data=data_cost, penalty=penalty, total=data_cost + penalty
        )
        figure = cost_figure(structs.replace(seen, cost=cost))
        return next(series.aside for series in figure.series if series.name == "penalty")

    assert aside(5e-6) and not aside(0.05) and not aside(5e-6, data=1e-4) and not aside(0.0, data=0.0)
