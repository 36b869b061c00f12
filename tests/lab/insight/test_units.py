"""The units of a layer: z against a pass of its own, masks against those that the engine draws."""

import numpy as np
import pytest

from tuilab.engines.numpy_engine import NumpyEngine
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.lab.insight.units import BINS, SHOWN, UnitsInsight, mask

DROPPED = edit(
    Experiment(), {"network.hidden": "6, 4", "network.activation": "tanh", "dropout.keep_prob": "1.0, 0.5, 0.8"}
)


@pytest.mark.parametrize("batch", ["full", "64"])
def test_the_mask_is_the_one_that_the_engine_draws(lab: Lab, batch: str) -> None:
    problem = lab.problem(edit(DROPPED, {"optimization.batch_size": batch}))
    engine = NumpyEngine(problem)
    for update in range(2):
        engine.advance(1)
        assert engine.masks is not None
        for layer in range(2):
            drawn = engine.masks[layer + 1]
            assert drawn is not None
            assert (mask(problem, layer, update) == (drawn > 0)).all()
    found = UnitsInsight.look(lab, DROPPED, choice=(1, 0))
    assert found.mask.shape == (SHOWN, 4) and 0.6 < found.mask.mean() < 0.95
    assert len(found.lines) == 5 and found.lines[1].count("■") == found.mask[:, 0].sum()
    assert "keep_prob 0.8" in found.said


def test_z_is_that_of_the_layer_and_g_is_tanh(lab: Lab) -> None:
    found = UnitsInsight.look(lab, DROPPED)
    problem = lab.problem(DROPPED)
    X, first = problem.dataset.train.X, problem.initial
    z = X @ first.weights[0] + first.biases[0]
    assert found.counts.sum() == z.size
    assert found.near_linear == pytest.approx((np.abs(z) < 0.5).mean())
    np.testing.assert_allclose(found.g, np.tanh(found.z))
    inside = found.counts[1:-1].sum()
    assert inside == pytest.approx((np.abs(z) < found.edge * (1 - 2 / BINS)).sum(), abs=1)


def test_without_dropout_and_without_a_hidden_layer(lab: Lab) -> None:
    plain = UnitsInsight.look(lab, edit(DROPPED, {"dropout.keep_prob": "1.0"}))
    assert not plain.lines and "No dropout in this layer" in plain.said
    with pytest.raises(BadInput, match="no hidden layer"):
        UnitsInsight.look(lab, edit(Experiment(), {"network.hidden": "[]", "dropout.keep_prob": "1.0"}))
