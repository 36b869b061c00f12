"""The widget draws the newest figure, seldom, only where it is seen, and only what changed."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from rich.style import Style
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.timer import Timer
from textual.widgets import TabbedContent, TabPane

from tests.ui.conftest import until
from tuilab.ui.plots.drawing import changes
from tuilab.ui.plots.figure import Figure
from tuilab.ui.plots.picture import picture as picture_of
from tuilab.ui.plots.plot import Plot
from tuilab.ui.plots.series import Series


def falling(points: int, title: str = "Cost") -> Figure:
    x = np.arange(float(points))
    return Figure(title, (Series("train", x, np.exp(-x / 50)),), x_range=(0, 200))


class Clocked(Plot):
    """A plot whose time stands still; its timers are held until `ring`; its drawings and regions are recorded."""

    def __init__(self, **arguments: Any) -> None:
        self.now = 0.0
        super().__init__(clock=lambda: self.now, **arguments)
        self.drawn: list[Figure] = []
        self.regions: list[tuple[Region, ...]] = []
        self.waits: list[tuple[float, Callable[[], None]]] = []

    def _paint(self) -> None:
        super()._paint()
        self.drawn.append(self.figure)

    def set_timer(self, delay: float, callback: Any = None, **arguments: Any) -> Timer:
        self.waits.append((delay, callback))
        return super().set_timer(delay, pause=True, **arguments)

    def refresh(self, *regions: Region, **arguments: Any) -> "Clocked":
        if hasattr(self, "regions"):
            self.regions.append(regions)
        return super().refresh(*regions, **arguments)

    def ring(self) -> None:
        delay, callback = self.waits.pop()
        self.now += delay
        callback()

    def forget(self) -> None:
        self.drawn.clear()
        self.regions.clear()


class OnePlot(App[None]):
    def compose(self) -> ComposeResult:
        yield Clocked()


class Tabs(App[None]):
    def compose(self) -> ComposeResult:
        with TabbedContent():
            with TabPane("one", id="one"):
                yield Plot(id="other")
            with TabPane("two", id="two"):
                yield Clocked()


def rows(plot: Plot) -> list[str]:
    return [plot.render_line(y).text for y in range(plot.size.height)]


def picture(plot: Plot, figure: Figure) -> list[str]:
    return picture_of(figure, *plot.size).cells.lines


def draw(figure: Figure, width: int, height: int) -> list[Strip]:
    return picture_of(figure, width, height).cells.strips(lambda ink: Style(bold=ink.bold))


async def test_shows_a_figure_given_before_it_is_mounted() -> None:
    class Early(App[None]):
        def compose(self) -> ComposeResult:
            plot = Plot()
            plot.show(falling(100))
            yield plot

    async with Early().run_test(size=(60, 14)) as pilot:
        plot = pilot.app.query_one(Plot)
        assert rows(plot) == picture(plot, falling(100))
        assert "train" in rows(plot)[0]


async def test_who_sees_no_color_sees_letters_along_the_lines() -> None:
    async with OnePlot().run_test(size=(60, 14)) as pilot:
        plot = pilot.app.query_one(Clocked)
        pilot.app.no_color = True
        x = np.arange(100.0)
        plot.show(Figure(series=(Series("train", x, x), Series("dev", x, 50 - x))))
        assert sum(row.count("o") for row in rows(plot)) > 2


async def test_the_first_points_are_drawn_at_once() -> None:
    async with OnePlot().run_test(size=(60, 14)) as pilot:
        plot = pilot.app.query_one(Clocked)
        assert "no points yet" in "".join(rows(plot))
        plot.forget()
        plot.show(falling(1))
        assert len(plot.drawn) == 1
        assert plot.waits == []


async def test_many_figures_are_one_drawing_and_the_newest_is_never_lost() -> None:
    async with OnePlot().run_test(size=(60, 14)) as pilot:
        plot = pilot.app.query_one(Clocked)
        plot.show(falling(1))
        plot.forget()
        figures = [falling(points) for points in range(2, 20)]
        for figure in figures:
            plot.show(figure)
        assert plot.drawn == []
        assert plot.waits[-1][0] == pytest.approx(0.25)
        plot.ring()
        assert plot.drawn == [figures[-1]]
        assert rows(plot) == picture(plot, figures[-1])


async def test_the_pace_is_a_parameter() -> None:
    class Slow(App[None]):
        def compose(self) -> ComposeResult:
            yield Clocked(fps=1.0)

    async with Slow().run_test(size=(60, 14)) as pilot:
        plot = pilot.app.query_one(Clocked)
        plot.show(falling(1))
        plot.show(falling(2))
        assert plot.waits[-1][0] == pytest.approx(1.0)


async def test_real_timers_draw_the_newest_figure() -> None:
    class Fast(App[None]):
        def compose(self) -> ComposeResult:
            yield Plot(fps=50.0)

    async with Fast().run_test(size=(60, 14)) as pilot:
        plot = pilot.app.query_one(Plot)
        figures = [falling(points) for points in range(1, 30)]
        for figure in figures:
            plot.show(figure)
        await until(pilot, lambda: rows(plot) == picture(plot, figures[-1]))


async def test_the_same_figure_is_not_drawn_again() -> None:
    async with OnePlot().run_test(size=(60, 14)) as pilot:
        plot = pilot.app.query_one(Clocked)
        figure = falling(10)
        plot.show(figure)
        plot.now += 10
        plot.forget()
        plot.show(figure)
        assert (plot.drawn, plot.regions) == ([], [])


async def test_only_what_changed_is_refreshed() -> None:
    async with OnePlot().run_test(size=(100, 25)) as pilot:
        plot = pilot.app.query_one(Clocked)
        plot.show(falling(100))
        plot.now += 1
        plot.forget()
        plot.show(falling(110))
        (regions,) = plot.regions
        assert 0 < sum(region.area for region in regions) < 30
        plot.now += 1
        plot.forget()
        plot.show(falling(110))  # another value, one picture
        assert len(plot.drawn) == 1
        assert plot.regions == []


async def test_a_hidden_tab_draws_nothing_until_it_is_shown() -> None:
    async with Tabs().run_test(size=(80, 20)) as pilot:
        plot = pilot.app.query_one(Clocked)
        for points in (5, 50, 100):
            plot.now += 1
            plot.show(falling(points))
        await pilot.pause()
        assert plot.drawn == []
        pilot.app.query_one(TabbedContent).active = "two"
        await until(pilot, lambda: bool(plot.drawn))
        assert rows(plot) == picture(plot, plot.figure)
        pilot.app.query_one(TabbedContent).active = "one"
        await pilot.pause()
        plot.forget()
        plot.now += 1
        plot.show(falling(150))
        assert plot.drawn == []


async def test_nothing_is_drawn_without_the_terminals_focus() -> None:
    async with OnePlot().run_test(size=(60, 14)) as pilot:
        plot = pilot.app.query_one(Clocked)
        pilot.app.app_focus = False
        plot.forget()
        plot.show(falling(5))
        assert (plot.drawn, plot.waits) == ([], [])
        pilot.app.app_focus = True
        assert plot.drawn == [plot.figure]


async def test_a_timer_that_ends_unseen_leaves_the_figure_for_later() -> None:
    async with OnePlot().run_test(size=(60, 14)) as pilot:
        plot = pilot.app.query_one(Clocked)
        plot.show(falling(5))
        plot.show(falling(6))
        pilot.app.app_focus = False
        plot.forget()
        plot.ring()
        assert plot.drawn == []
        pilot.app.app_focus = True
        assert plot.drawn == [plot.figure]


@pytest.mark.parametrize(("cover", "drawn"), [(Screen, 0), (ModalScreen, 1)])
async def test_under_another_screen(cover: type[Screen[None]], drawn: int) -> None:
    async with OnePlot().run_test(size=(60, 14)) as pilot:
        plot = pilot.app.query_one(Clocked)
        await pilot.app.push_screen(cover())
        plot.forget()
        plot.show(falling(5))
        assert len(plot.drawn) == drawn
        await pilot.app.pop_screen()
        await pilot.pause()
        assert rows(plot) == picture(plot, plot.figure)


async def test_a_storm_of_sizes() -> None:
    sizes = [(1, 1), (200, 60), (2, 40), (150, 2), (7, 7), (20, 4), (1, 60), (200, 1), (13, 9), (80, 24)]
    async with OnePlot().run_test(size=(80, 24)) as pilot:
        plot = pilot.app.query_one(Clocked)
        plot.show(falling(100))
        for size in sizes:
            await pilot.resize_terminal(*size)
            await until(pilot, lambda size=size: plot.size == size and rows(plot) == picture(plot, plot.figure))


async def test_colors_follow_the_theme_and_every_series_has_one() -> None:
    async with OnePlot().run_test(size=(60, 14)) as pilot:
        plot = pilot.app.query_one(Clocked)
        x = np.arange(9.0)
        plot.show(Figure(series=tuple(Series(f"s{i}", x, x + i) for i in range(6))))
        assert len({segment.style for segment in plot.render_line(0) if segment.text.strip()}) == 6
        before = plot.render_line(0)
        assert {segment.style.bgcolor for segment in before if segment.style} == {plot.background_colors[1].rich_color}
        pilot.app.theme = "textual-light"
        await pilot.pause()
        after = plot.render_line(0)
        assert after.text == before.text
        assert not {segment.style for segment in after} & {segment.style for segment in before}
        assert [segment.style.color for segment in after if segment.style] != [
            segment.style.color for segment in before if segment.style
        ]


def patched(old: list[Strip], new: list[Strip]) -> list[Strip]:
    """`old` with the changed regions of `new` written over it, as a terminal would."""
    for region in changes(old, new):
        line, width = old[region.y], old[region.y].cell_length
        fresh = new[region.y].crop(region.x, region.right)
        old[region.y] = Strip.join([line.crop(0, region.x), fresh, line.crop(region.right, width)])
    return old


def test_the_changed_regions_make_the_old_picture_the_new_one() -> None:
    figures = [falling(1), falling(100), falling(101), falling(200, "误差"), falling(200, "e\u0301误"), Figure()]
    for before in figures:
        for after in figures:
            new = draw(after, 60, 14)
            assert [strip.text for strip in patched(draw(before, 60, 14), new)] == [strip.text for strip in new]


def test_another_size_changes_everything() -> None:
    assert list(changes([], draw(Figure(), 20, 5))) == [Region(0, 0, 20, 5)]
    assert list(changes(draw(Figure(), 20, 5), draw(Figure(), 30, 4))) == [Region(0, 0, 30, 4)]


async def test_a_figure_that_comes_between_a_new_size_and_its_message() -> None:
    async with OnePlot().run_test(size=(60, 14)) as pilot:
        plot = pilot.app.query_one(Clocked)
        plot._strips = draw(Figure(), 40, 9)
        plot.show(falling(50))
        assert rows(plot) == picture(plot, plot.figure)
