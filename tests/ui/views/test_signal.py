"""The signal view: its sentence, its table, its reports."""

from collections.abc import Sequence

import numpy as np
import pytest
from msgspec.structs import replace

from tests.ui.canned import EXPERIMENT, snapshot
from tests.ui.conftest import until
from tuilab.events import Layers, Signal
from tuilab.experiment import edit
from tuilab.lab import Lab
from tuilab.training import build
from tuilab.training.signal import first_signal
from tuilab.ui.app import LabApp
from tuilab.ui.panels.run import RunPane
from tuilab.ui.views import VIEWS
from tuilab.ui.views.signal import SignalView, insight, sentence

NONE = float("nan")


def layers(std: Sequence[float], gradient: Sequence[float], **more: Sequence[float]) -> Layers:
    columns = {name: np.full(len(std), NONE) for name in Layers.__struct_fields__}
    columns |= {"std": np.array(std), "gradient_norm": np.array(gradient)}
    return Layers(**(columns | {name: np.array(column) for name, column in more.items()}))


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (layers([1, 1e-3, 1e-6, 1], [1e-20, 1, 1, 1]), ["vanish: σ 1 in layer 1, 1e-06 in layer 3", "×0.001 a layer"]),
        (layers([1, 1e-3, 1e-6, 1], [1e-20, 1, 1, 1]), ["gradient of W1 is 1e-20, 1 at the output", "learns nothing"]),
        (layers([1, 200, 1], [2, 3, 4]), ["activations explode: σ 1"]),
        (layers([1, np.inf, 1], [2, 3, 4]), ["explode: beyond all numbers in layer 2"]),
        (layers([1, 0, 1], [2, 3, 4]), ["layer 2 are all equal"]),
        (layers([1, 1.5, 1], [2, 3, 4]), ["activations hold: σ 1 in layer 1, 1.5 in layer 2"]),
        (layers([0.5, 1], [2, 3]), ["activations have σ 0.5", "gradient of W1 is 2, 3 at the output"]),
        (layers([1], [2]), ["no hidden layer", "gradient of W1 is 2."]),
        (layers([1, 1, 1], [1, 1, 1], dead=[0.1, 0.25, NONE]), ["layer 2 has the most dead units, 25 %"]),
        (layers([1, 1, 1], [1, 1, 1], near_linear=[0.2, 0.6, NONE]), ["nearly linear for 40 % of z"]),
    ],
)
def test_the_sentence_says_what_is_to_be_seen(report: Layers, words: list[str]) -> None:
    assert all(word in sentence(report) for word in words), sentence(report)


def test_150_layers_of_half_the_identity_follow_the_prediction() -> None:
    experiment = Lab().open("vanishing")[1]
    problem = build(experiment)
    found = insight(first_signal(problem), 0, (0,), problem.network.sizes, problem.network.activations)
    predicted, activation, gradient = found.figures[0].series
    assert [predicted.name, activation.name, gradient.name][0] == "predicted gainˡ"
    np.testing.assert_allclose(predicted.y[:149] / activation.y[:149], predicted.y[0] / activation.y[0], rtol=1e-9)
    assert "vanish" in found.said and "×0.5 a layer" in found.said and "learns nothing" in found.said
    assert len(found.rows) == 151 and found.rows[150].split()[:3] == ["150", "1", "output"]


def test_the_table_shows_each_figure_under_its_head_and_no_column_of_dashes() -> None:
    columns = {"mean": [7, 8], "weight_norm": [9, 10], "update_ratio": [0.01, 0.02], "dead": [0.25, NONE]}
    found = insight(layers([1, 2], [3, 4], **columns), 0, (0,), (5, 6, 1), ("relu",))
    head, first, last = (row.split("  ") for row in found.rows)
    assert [cell.strip() for cell in head if cell][-6:] == ["mean a", "σ of a", "‖∂J/∂W‖", "‖W‖", "ΔW:W", "dead"]
    assert " ".join(first).split() == ["1", "6", "relu", "7", "1", "3", "9", "0.01", "25", "%"]
    assert " ".join(last).split() == ["2", "1", "output", "8", "2", "4", "10", "0.02", "–"]


def test_the_table_of_a_very_deep_network_fits_into_80_columns() -> None:
    problem = build(Lab().open("exploding")[1])
    found = insight(first_signal(problem), 0, (0,), problem.network.sizes, problem.network.activations)
    assert max(map(len, found.rows)) <= 76  # less the margins and the scrollbar


async def test_the_reports_of_a_run_are_turned_over(app: LabApp) -> None:
    experiment = edit(EXPERIMENT, {"network.hidden": "10, 5"})
    canned = snapshot("done", experiment=experiment)
    reports = tuple(
        Signal(time=0, iteration=iteration, layers=layers([1, 2, 3], [1, 1, 1])) for iteration in (0, 100, 1999)
    )
    async with app.run_test(size=(120, 40)) as pilot:
        pane = app.screen.query_one(RunPane)
        pane.current = VIEWS.index(SignalView)
        await until(pilot, lambda: pane.view.insight is not None)
        assert "Iteration 0: " in pane.view.insight.said  # of the draft
        pane.snapshot = replace(canned, view=replace(canned.view, signals=reports))
        await until(pilot, lambda: pane.view.insight is not None and pane.view.insight.iteration == 1999)
        assert "report 3 of 3" in pane.view.insight.said
        for key, iteration in (("left", 100), ("left", 0), ("left", 0), ("right", 100), ("right", 1999)):
            pane.view.focus()
            await pilot.press(key)
            await until(pilot, lambda iteration=iteration: pane.view.insight.iteration == iteration)
        assert pane.view.choice is None  # follows the newest
        assert isinstance(pane.view, SignalView)
        await pilot.press("l")
        assert pane.view.figure == 1
