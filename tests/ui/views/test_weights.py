"""The weights view: its drawing, its sentence, its keys."""

import numpy as np
import pytest

from tests.ui.conftest import until
from tuilab.lab.insight.weights import BINS
from tuilab.ui.app import LabApp
from tuilab.ui.views import VIEWS
from tuilab.ui.views.looking import Prose, ScrollTable
from tuilab.ui.views.pane import RunPane
from tuilab.ui.views.weights import WeightsView, paint


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


async def test_keys_choose_the_layer(app: LabApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        pane = app.screen.query_one(RunPane)
        pane.current = VIEWS.index(WeightsView)
        await until(pilot, lambda: pane.view.insight is not None)
        said, lines = pane.view.query_one(".said", Prose), pane.view.query_one(ScrollTable).query_one(".lines", Prose)
        assert "histogram is W1's" in str(said.content)
        for key, layer in (("right", 2), ("right", 1), ("left", 2)):
            pane.view.focus()
            await pilot.press(key)
            await until(pilot, lambda layer=layer: f"histogram is W{layer}'s" in str(said.content))
            assert [line[0] for line in str(lines.content).split("\n")][layer - 1] == "▸"
