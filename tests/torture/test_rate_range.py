"""The suggested α on shipped presets and other seeds: J falls over the whole of the preset's iterations."""

import numpy as np
import pytest

from tuilab.experiment import edit
from tuilab.lab import Lab
from tuilab.training import Training, build
from tuilab.training.rate_range import RangeTest

NONE = {"exploding", "high-bias", "init-large", "init-zeros", "vanishing"}
"""Where no α does anything, or first weights so large that a fall says nothing of α."""
LONG = {"million"}


@pytest.mark.parametrize("seed", range(3))
def test_training_with_what_is_suggested_lowers_the_cost(lab: Lab, seed: int) -> None:
    for preset in lab.presets():
        if preset.name in LONG:
            continue
        experiment = edit(preset.experiment, {"seed": str(100 + 10 * seed)})
        test = RangeTest(experiment)
        list(test.rise())
        known = test.found()
        assert (known.suggested is None) == (preset.name in NONE), preset.name
        if known.suggested is None:
            continue
        training = Training(build(edit(experiment, {"optimization.learning_rate": str(known.suggested)})))
        before, updates = training.cost().total, min(2000, experiment.optimization.iterations)
        with np.errstate(all="ignore"):
            data, penalty = training.advance(updates)
        assert len(data) == updates and np.isfinite(data + penalty).all(), preset.name
        assert training.cost().total < before, preset.name
