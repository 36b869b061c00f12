"""The curves in words: where they are going, and the verdict on them."""

import numpy as np
import pytest
from msgspec.structs import replace

from tests.ui.canned import EXPERIMENT, ITERATIONS, snapshot
from tuilab.events import Edited
from tuilab.lab.insight.curves import CurvesInsight, trend
from tuilab.runs import fold
from tuilab.words import count

RISE = np.linspace(1, 2, 50)


@pytest.mark.parametrize(
    ("values", "direction"),
    [
        (RISE, "rising"),
        (RISE[::-1], "falling"),
        (np.full(50, 0.3), "flat"),
        (np.zeros(50), "flat"),
        (np.append(RISE[::-1], np.full(20, 1.001)), "flat"),
        (np.full(50, np.nan), "not finite"),
        (np.append(RISE, [np.inf] * 30), "not finite"),
        (RISE[:3], ""),
    ],
)
def test_the_trend_is_that_of_the_end(values: np.ndarray, direction: str) -> None:
    assert trend(values) == direction


def test_before_there_is_a_run_the_plan_is_told() -> None:
    found = CurvesInsight.before(EXPERIMENT)
    assert found.text.startswith(f"No run yet: {count(ITERATIONS)} iterations are planned.\nVerdict: No verdict yet")
    assert found.going == () and found.penalized and not len(found.cost.total)


def test_what_happened_to_a_run_is_told_before_its_figures() -> None:
    run = snapshot("diverged")
    edit = Edited(time=3, iteration=300, path="optimization.learning_rate", value="0.5")
    lines = CurvesInsight.of(replace(run, view=fold(run.view, [edit]))).text.split("\n")
    assert lines[0].startswith("canned-0001 is diverged: ")
    assert lines[1] == "After iteration 300: learning_rate = 0.5."
    assert lines[2].endswith("diverged.") and lines[3].startswith("Cost ")
    assert lines[-1].startswith("Action ")


def test_a_cost_of_other_units_or_examples_than_the_curve_is_told_apart() -> None:
    run = snapshot("done")
    assert CurvesInsight.of(run).evaluated is None, "it is the curve's last point"
    dropped = replace(run, view=replace(run.view, cost=run.view.cost.until(ITERATIONS)))
    seen = CurvesInsight.of(dropped)
    assert seen.evaluated is not None and seen.evaluated == dropped.view.finished.cost
    assert "At the end J is 0.08 with every example and every unit." in seen.going
