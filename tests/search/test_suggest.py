"""What a person is offered to vary a knob over."""

import pytest

from tuilab.experiment import Experiment, edit, knobs
from tuilab.presets import Presets, shipped
from tuilab.search.space import NEITHER, dimension
from tuilab.search.suggest import named, suggested, variable

PRESETS = [Experiment(), *(preset.experiment for preset in Presets(shipped() / "none").list())]


@pytest.mark.parametrize("path", [path for path in knobs() if path not in NEITHER])
def test_what_is_offered_is_allowed(path: str) -> None:
    for experiment in PRESETS:
        if text := suggested(experiment, path):
            assert dimension(path, text).size >= 2


def test_it_lies_around_what_there_is() -> None:
    experiment = edit(Experiment(), {"optimization.learning_rate": "0.03", "network.hidden": "[10, 5]"})
    assert suggested(experiment, "optimization.learning_rate") == "log:0.0003..3"
    assert suggested(experiment, "network.hidden") == "[5, 2], [10, 5], [20, 10]"
    assert suggested(experiment, "dropout.keep_prob") == "0.5..1"
    assert suggested(experiment, "regularization.lambd") == "log:0.001..10"
    assert suggested(experiment, "data.source") == ""
    assert variable(experiment)[0] == "optimization.learning_rate" and "seed" not in variable(experiment)
    assert "regularization.lambd" not in variable(experiment)  # no penalty
    assert [named(text) for text in (" lambd", "kind", "noise", "x")] == [
        "regularization.lambd",
        "regularization.kind",
        "noise",
        "x",
    ]
