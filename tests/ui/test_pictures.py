"""The pictures of runs and sweeps: as figures, as a grid, in the app, as SVG."""

import time

import numpy as np
from textual.widgets import Static

from tests.lab.test_pictures import runs
from tests.runs.events import finished, progress, started
from tests.search.test_pictures import SPACE, bowl, random_trials
from tests.ui.conftest import until
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.lab.pictures import of_runs, pictures
from tuilab.runs import Appender
from tuilab.ui.app import LabApp
from tuilab.ui.figures.pictures import EDGE, pages, title_of
from tuilab.ui.plots import Figure, Plot, Series
from tuilab.ui.plots.drawing import Drawing
from tuilab.ui.plots.grid import NumberGrid, grid_cells
from tuilab.ui.plots.parallel import ParallelLines, UprightAxis, parallel_cells
from tuilab.ui.plots.picture import picture
from tuilab.ui.plots.vector import as_picture
from tuilab.ui.screens.pictures import PicturesScreen


def test_each_knob_has_a_figure_and_two_a_grid() -> None:
    lambd, hidden, grid, lines, trials = (one.shown for one in pages(of_runs("some", runs(3))))
    assert isinstance(lambd, Figure) and isinstance(hidden, Figure) and isinstance(trials, Figure)
    assert [one.name for one in lambd.series] == ["seeds", "train", "dev", "best by value"]
    assert "".join(one.marker for one in lambd.series) == "|tdb", "- is the lowest, here and in every other figure"
    assert lambd.x_label == "log₁₀ λ" and lambd.note == EDGE and lambd.marks[0].label == "best 10000"
    assert hidden.x_label == "hidden layers: 0 is 16; 1 is 32, 16" and hidden.note == ""
    assert isinstance(grid, NumberGrid) and grid.y == ("16", "32, 16") and grid.values.shape == (2, 7)
    assert isinstance(lines, ParallelLines) and lines.lines.shape == (14, 3) and len(lines.bright) == 5
    text = "\n".join(picture(lambd, 100, 30).cells.lines)
    assert "best 10000" in text and EDGE in text and "d" in text


def test_dots_are_joined_by_no_line() -> None:
    x, y = np.array([0.0, 50.0, 100.0] * 10), np.array([0.0, 100.0, 0.0] * 10)
    dots, line = (
        "".join(picture(Figure(series=(Series("a", x, y, marker="a", dots=dots),)), 20, 8).cells.lines)
        for dots in (True, False)
    )
    assert sum("⠀" < one <= "⣿" for one in dots) <= 3 < sum("⠀" < one <= "⣿" for one in line)


def test_a_grid_shows_its_numbers_and_marks_the_lowest() -> None:
    values = np.array([[3.0, 12.5, np.nan], [50.0, 1.25, 7.0]])
    grid = NumberGrid("Title", "across", "up", ("0.01", "0.1", "1"), ("lower", "up\x1bper"), values)
    cells = grid_cells(grid, 40, 12)
    lines = cells.lines
    assert "Title" in lines[0] and "\x1b" not in "".join(lines)
    assert lines[2].split() == ["up\ufffdper", "50", "1.25", "7"] and lines[5].split() == ["lower", "3", "12.5"]
    assert lines[8].split() == ["0.01", "0.1", "1"]
    lowest = cells.inks[cells.codes[2, lines[2].index("1.25")]]
    assert lowest.reverse and not any(cells.inks[code].reverse for code in cells.codes[5])
    for width in range(1, 60, 7):
        for height in range(1, 20, 3):
            assert grid_cells(grid, width, height).characters.shape == (height, width)


def test_lines_across_the_knobs_pass_through_their_values_the_best_over_the_others() -> None:
    lines = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5], [0.0, 0.0, 0.0]])
    axes = (
        UprightAxis("first", "1", "9"),
        UprightAxis("sec\x1bond", "low", "high"),
        UprightAxis("dev error", "2", "3"),
    )
    bright = (("1", "success"), ("2", "primary"))
    cells = parallel_cells(ParallelLines("Points", axes, lines, bright, "note"), 61, 24)
    rows = cells.lines
    assert rows[0].startswith("Points  note") and rows[1].split() == ["first", "sec\ufffdond", "dev", "error"]
    assert rows[2].split() == ["9", "high", "3"] and rows[23].split() == ["1", "low", "2"]
    hue = [[cells.inks[code].color for code in row] for row in cells.codes]
    assert (hue[3][0], hue[22][0], hue[22][60]) == ("success", "primary", "muted")
    assert (hue[22][30], hue[3][30]) == ("success", "primary")
    assert (rows[9][10], rows[9][20], rows[19][40]) == ("1", "2", "1") and hue[13][15] == "success"
    for width in range(1, 60, 7):
        for height in range(1, 20, 3):
            shown = ParallelLines("Points", axes, lines, bright)
            assert parallel_cells(shown, width, height).characters.shape == (height, width)


def test_as_svg_all_of_them_stand_side_by_side() -> None:
    seen = of_runs("some", runs(3))
    assert as_picture([one.shown for one in pages(seen)], title_of(seen), "svg").startswith(b"<?xml")


def test_the_pictures_of_1000_trials_are_drawn_within_a_tenth_of_a_second() -> None:
    seen = pictures("many", SPACE, random_trials(1000, lambda lambd, keep, rate: bowl(lambd, keep)))
    picture(Figure(), 100, 30)  # what is loaded once
    spent = []
    for _ in range(3):
        start = time.process_time()
        for figure, _ in pages(seen):
            match figure:
                case NumberGrid():
                    grid_cells(figure, 100, 30)
                case ParallelLines():
                    parallel_cells(figure, 100, 30)
                case Figure():
                    picture(figure, 100, 30)
        spent.append(time.process_time() - start)
    assert min(spent) <= 0.1


async def test_the_pictures_of_the_listed_runs_are_turned(app: LabApp, lab: Lab, experiment: Experiment) -> None:
    for lambd in ("0.1", "1", "10"):
        for rate in ("0.1", "0.5"):
            edits = {"regularization.kind": "l2", "regularization.lambd": lambd, "optimization.learning_rate": rate}
            folder = lab.store.create(edit(experiment, edits))
            with Appender(folder.log_file) as log:
                for event in (started(), progress(900, float(lambd)), finished(dev=float(lambd) / 100)):
                    log.append(event)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("b")
        await until(pilot, lambda: len(getattr(app.screen, "runs", ())) == 6)
        await pilot.press("v")
        screen = app.screen
        assert isinstance(screen, PicturesScreen)
        await until(pilot, lambda: len(screen._pages) == 6)
        assert screen.query_one(Plot).display and "6 points" in str(screen.query_one("#sentence", Static).content)
        for _ in range(2):  # two knobs, and all of them
            await pilot.press("right_square_bracket")
        assert screen.query_one("#drawn", Drawing).display and not screen.query_one(Plot).display
        await pilot.press("right_square_bracket")
        assert screen.query_one("#drawn", Drawing).display
        await pilot.press("right_square_bracket")
        assert screen.query_one(Plot).display and "Dev error of the best 5" in screen._pages[4].shown.title
        await pilot.press("right_square_bracket", "right_square_bracket")
        assert screen.page == 0
        await pilot.press("escape")
        assert app.screen is not screen
