"""The inputs view: its two bowls."""

import numpy as np
import pytest
from msgspec.structs import replace

from tests.lab.insight.made import dataset, random_data
from tuilab.lab.insight.inputs import InputsInsight
from tuilab.training.conditioning import Bowl
from tuilab.ui.views.inputs import paint


def bowls(raw: float, normalized: float, rate: float = 1e-9) -> InputsInsight:
    shapes = [Bowl(smallest=1.0, largest=condition, largest_rate=2 / condition) for condition in (raw, normalized)]
    found = InputsInsight.of(dataset(*random_data(1, 20, 2, 2)), True, rate)
    return replace(found, raw=shapes[0], normalized=shapes[1])


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
    columns, rows = extent(
        [line[:half].replace("o", "\u28ff").replace("+", "\u28ff").replace("x", "\u28ff") for line in lines[3:]]
    )
    assert rows * 2 * 4 <= columns + 8  # a cell is twice as high as wide
    columns, rows = extent(
        [line[half + 2 :].replace("o", "\u28ff").replace("+", "\u28ff").replace("x", "\u28ff") for line in lines[3:]]
    )
    assert abs(2 * rows - columns) <= 3


@pytest.mark.parametrize(("width", "height"), [(1, 1), (9, 4), (10, 5)])
def test_a_small_place_is_no_fault(width: int, height: int) -> None:
    assert len(paint(bowls(float("inf"), 3.0), width, height).lines) == height


def test_a_learning_rate_that_is_too_large_is_seen_to_bounce_and_leave() -> None:
    """In the raw bowl; in the normalized one it goes straight to the minimum."""
    lines = paint(bowls(100.0, 1.0, rate=0.021), 80, 30).lines
    assert "this α: overshoots, ever farther" in lines[3] and "this α: straight down" in lines[3][41:]
    rows = [row for row, line in enumerate(lines[4:]) if "x" in line[:39]]
    middle = next(row for row, line in enumerate(lines[4:]) if "+" in line[:39])
    assert min(rows) < middle < max(rows)
    assert any("o" in line[:39] for line in lines[4:]), "the other way is not covered"
