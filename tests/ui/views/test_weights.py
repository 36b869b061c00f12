"""The weights view: its drawing, its sentence, its keys."""

import numpy as np
import pytest

from tests.ui.conftest import until
from tuilab.lab import Lab, Moment
from tuilab.training.weight_report import BINS, layer_weights
from tuilab.ui.app import LabApp
from tuilab.ui.panels.run import RunPane
from tuilab.ui.views import VIEWS
from tuilab.ui.views.looking import Table, Words
from tuilab.ui.views.weights import WeightsView, insight, paint, sentence


def test_bars_are_as_high_as_their_counts_and_the_axis_says_where_they_end() -> None:
    counts, width, height = np.array([4, 0, 8, 1, 2]), 20, 6
    lines = paint(counts, 0.25, width, height).lines
    assert lines[0].startswith("highest bar: 8") and lines[4] == "─" * 10 + "┴" + "─" * 9
    assert lines[5] == "-0.25     0     0.25"
    filled = [sum(line[4 * place] in "█▄" for line in lines[1:4]) for place in range(5)]
    assert filled == [2, 0, 3, 1, 1]  # below the highest of four rows, where the words are
    assert lines[3] == "████    ████▄▄▄▄████"


@pytest.mark.parametrize(("width", "height"), [(1, 1), (5, 2), (20, 3), (62, 8), (200, 50)])
def test_a_histogram_fits_wherever_it_is_drawn(width: int, height: int) -> None:
    lines = paint(np.arange(BINS), 1.0, width, height).lines
    assert len(lines) == height and {len(line) for line in lines} == {width}
    assert any(set(line) & set("▁▂▃▄▅▆▇█") for line in lines) == (width > 1)  # the one bar is an empty one


def test_the_sentence_counts_the_zeros_over_all_layers() -> None:
    after = (layer_weights(np.array([3.0, 0.0, 4.0])), layer_weights(np.array([0.0])))
    first = (layer_weights(np.array([6.0, 8.0, 0.0])), layer_weights(np.array([0.0])))
    said = sentence(70, after, first, 1)
    assert said.startswith("Iteration 70: 50.00 % of 4 weights are exactly 0; their norm is 5, 10 at first.")
    assert said.endswith("The histogram is W2's.")
    lost = (layer_weights(np.array([np.nan, 1.0])),)
    assert "1 are not finite" in sentence(0, lost, lost, 0)


def test_the_table_has_a_row_a_layer_and_marks_the_one_that_is_drawn() -> None:
    lab = Lab()
    problem = lab.problem(lab.open("vanishing")[1])
    found = insight(Moment(problem, problem.initial, 0), 999)  # beyond the last layer is the last one
    assert found.layer == 149 and len(found.rows) == 151
    marked = [row for row in found.rows if row.startswith("▸")]
    assert len(marked) == 1 and marked[0].startswith("▸150")
    half = found.rows[2].split()  # a hidden layer of 0.5·I
    units = problem.network.sizes[1]
    assert half[:2] == ["2", str(units**2)] and float(half[2]) == pytest.approx(0.5 * units**0.5, rel=5e-3)
    assert found.rows[2].endswith(f"{100 * (1 - 1 / units):.2f} %")


async def test_keys_choose_the_layer(app: LabApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        pane = app.screen.query_one(RunPane)
        pane.current = VIEWS.index(WeightsView)
        await until(pilot, lambda: pane.view.insight is not None)
        said, lines = pane.view.query_one(".said", Words), pane.view.query_one(Table).query_one(".lines", Words)
        assert "histogram is W1's" in str(said.content)
        for key, layer in (("right", 2), ("right", 1), ("left", 2)):
            pane.view.focus()
            await pilot.press(key)
            await until(pilot, lambda layer=layer: f"histogram is W{layer}'s" in str(said.content))
            assert [line[0] for line in str(lines.content).split("\n")][layer - 1] == "▸"
