"""The inputs view: its two bowls and its sentence."""

import numpy as np
import pytest

from tests.ui.conftest import until
from tuilab.experiment import edit
from tuilab.lab import Lab
from tuilab.training import build
from tuilab.training.conditioning import Bowl
from tuilab.ui.app import LabApp
from tuilab.ui.panels.run import RunPane
from tuilab.ui.views import VIEWS
from tuilab.ui.views.inputs import InputsView, Insight, insight, paint


def bowls(raw: float, normalized: float) -> Insight:
    shapes = [Bowl(smallest=1.0, largest=condition, largest_rate=2 / condition) for condition in (raw, normalized)]
    return Insight(shapes[0], shapes[1], used=True, said="", rows=())


def extent(lines: list[str]) -> tuple[int, int]:
    """Columns and rows that hold dots."""
    dots = np.array([[character > "\u2800" for character in line] for line in lines])
    return int(dots.any(axis=0).sum()), int(dots.any(axis=1).sum())


@pytest.mark.parametrize(("width", "height"), [(68, 21), (78, 7), (140, 40)])
def test_a_long_bowl_is_flat_and_a_round_one_is_round(width: int, height: int) -> None:
    lines = paint(bowls(1e6, 1.0), width, height).lines
    half = (width - 2) // 2
    assert "raw" in lines[0][:half] and "▸normalized" in lines[0][half + 2 :]
    assert "κ 1e+06, α < 2e-06" in lines[1] and "α < 2" in lines[1][half:]
    columns, rows = extent([line[:half].replace("o", "\u28ff").replace("+", "\u28ff") for line in lines[3:]])
    assert rows * 2 * 4 <= columns + 8  # a cell is twice as high as wide
    columns, rows = extent([line[half + 2 :].replace("o", "\u28ff").replace("+", "\u28ff") for line in lines[3:]])
    assert abs(2 * rows - columns) <= 3


@pytest.mark.parametrize(("width", "height"), [(1, 1), (9, 4), (10, 5)])
def test_a_small_place_is_no_fault(width: int, height: int) -> None:
    assert len(paint(bowls(float("inf"), 3.0), width, height).lines) == height


def test_the_sentence_weighs_the_learning_rate(lab: Lab) -> None:
    _, experiment = lab.open("normalization")
    normalized = insight(build(experiment).dataset, experiment)
    assert "This experiment normalizes: its α 1 is below 7.77" in normalized.said
    assert normalized.rows[0].split() == ["feature", "μ", "σ", "smallest", "largest"] and len(normalized.rows) == 3
    raw = edit(experiment, {"inputs.normalize": "false"})
    other = insight(build(raw).dataset, raw)
    assert "does not normalize: its α 1 is above 2.45e-05" in other.said
    assert other.rows == normalized.rows
    assert (other.raw.condition, other.used) == (pytest.approx(normalized.raw.condition), False)


async def test_looking_again_finds_the_same(app: LabApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        pane = app.screen.query_one(RunPane)
        pane.current = VIEWS.index(InputsView)
        await until(pilot, lambda: pane.view.insight is not None)
        first, lab, experiment = pane.view.insight, pane._lab, pane.experiment
        assert experiment is not None
        assert InputsView.look(lab, experiment, None, None) == first
