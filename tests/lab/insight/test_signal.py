"""The signal in words: its sentence and its table."""

from collections.abc import Sequence

import numpy as np
import pytest
from msgspec.structs import replace

from tests.ui.canned import snapshot
from tuilab.errors import BadInput
from tuilab.events import Layers, Signal
from tuilab.lab import Lab
from tuilab.lab.insight.signal import SignalInsight, sentence

NONE = float("nan")


def layers(std: Sequence[float], gradient: Sequence[float], **more: Sequence[float]) -> Layers:
    columns = {name: np.full(len(std), NONE) for name in Layers.__struct_fields__}
    columns |= {"std": np.array(std), "gradient_norm": np.array(gradient)}
    return Layers(**(columns | {name: np.array(column) for name, column in more.items()}))


def first(preset: str) -> SignalInsight:
    """That of a preset at iteration 0."""
    lab = Lab()
    return SignalInsight.look(lab, lab.open(preset)[1])


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
    found = first("vanishing")
    predicted, std = found.layers.predicted, found.layers.std
    np.testing.assert_allclose(predicted[:149] / std[:149], predicted[0] / std[0], rtol=1e-9)
    assert "vanish" in found.said and "×0.5 a layer" in found.said and "learns nothing" in found.said
    assert len(found.lines) == 151 and found.lines[150].split()[:3] == ["150", "1", "output"]


def test_the_table_shows_each_figure_under_its_head_and_no_column_of_dashes() -> None:
    columns = {"mean": [7, 8], "weight_norm": [9, 10], "update_ratio": [0.01, 0.02], "dead": [0.25, NONE]}
    found = SignalInsight(
        iteration=0,
        iterations=(0,),
        units=(6, 1),
        activations=("relu", "output"),
        layers=layers([1, 2], [3, 4], **columns),
    )
    head, first, last = (row.split("  ") for row in found.lines)
    assert [cell.strip() for cell in head if cell][-6:] == ["σ of a", "‖∂J/∂W‖", "ΔW:W", "‖W‖", "dead", "mean a"]
    assert " ".join(first).split() == ["1", "6", "relu", "1", "3", "0.01", "9", "25", "%", "7"]
    assert " ".join(last).split() == ["2", "1", "output", "2", "4", "0.02", "10", "–", "8"]


def test_the_table_of_a_very_deep_network_fits_into_80_columns() -> None:
    found = first("exploding")
    assert max(map(len, found.lines)) <= 76  # less the margins and the scrollbar


def test_a_report_of_another_network_is_refused(lab: Lab) -> None:
    run = snapshot("done")
    strange = Signal(time=0, iteration=3, layers=layers([1, 2], [1, 2]))
    with pytest.raises(BadInput, match="another network"):
        SignalInsight.look(lab, run.experiment, replace(run, view=replace(run.view, signals=(strange,))))
