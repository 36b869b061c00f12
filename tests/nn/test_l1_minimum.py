"""L1 on a convex cost: whatever the update rule and the step, training ends at the one minimum of J. On others it ends
no unit before its time.

The reference is an independent solver of the smooth form of the problem: w = u − v with u, v ≥ 0 (L-BFGS-B).
"""

from functools import cache
from typing import Any

import numpy as np
import pytest
import scipy

from tuilab.experiment import Experiment, edit
from tuilab.nn import OPTIMIZERS
from tuilab.training import Training, build

CONVEX = edit(
    Experiment(),
    {
        "data.source": "breast-cancer",
        "network.hidden": "",
        "regularization.kind": "l1",
        "regularization.lambd": "20",
        "optimization.iterations": "6000",
    },
)
SCALED = ("rmsprop", "adam", "adamw")
"""The rules that divide the step of each coordinate, whose α is of another size."""


@cache
def minimum() -> tuple[float, float]:
    """J and the share of zeros at its minimum."""
    train = build(CONVEX).dataset.train
    X, signs, pull = train.X, np.where(train.y == 1, 1.0, -1.0), 20 / (2 * len(train.y))
    n = X.shape[1]

    def cost(theta: Any) -> Any:
        margins = signs * (X @ (theta[:n] - theta[n : 2 * n]) + theta[-1])
        slope = -signs / (1 + np.exp(margins)) / len(X)
        of_w = X.T @ slope
        gradient = np.concatenate([of_w + pull, -of_w + pull, [slope.sum()]])
        return np.logaddexp(0, -margins).mean() + pull * theta[:-1].sum(), gradient

    bounds = [(0, None)] * (2 * n) + [(None, None)]
    found = scipy.optimize.minimize(
        cost, np.zeros(2 * n + 1), jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-15, "gtol": 1e-10}
    )
    return float(found.fun), float(np.mean(np.abs(found.x[:n] - found.x[n : 2 * n]) < 1e-6))


@pytest.mark.parametrize("step", ["subgradient", "proximal"])
@pytest.mark.parametrize("rule", OPTIMIZERS)
def test_every_rule_ends_at_the_minimum(rule: str, step: str) -> None:
    # The subgradient step swings about each weight that is 0 at the minimum, by about α: smaller steps end nearer.
    rate = {"subgradient": ("0.2", "0.003"), "proximal": ("0.5", "0.02")}[step][rule in SCALED]
    edits = {"optimization.optimizer": rule, "optimization.learning_rate": rate, "regularization.l1_step": step}
    training = Training(build(edit(CONVEX, edits)))
    training.advance(6000)
    least, zeros = minimum()
    assert training.cost().total == pytest.approx(least, rel=0.01 if step == "subgradient" else 0.001)
    if step == "proximal":
        assert training.sparsity() == pytest.approx(zeros, abs=0.03)
    else:
        assert training.sparsity() == 0, "it makes small weights, and none that is exactly 0"
        assert np.mean(np.abs(training.parameters.all_weights) < 0.02) == pytest.approx(zeros, abs=0.1)


@pytest.mark.parametrize("engine", ["numpy", "fused"])
@pytest.mark.parametrize("rule", ["rmsprop", "adam"])
def test_a_unit_that_the_first_batch_leaves_silent_lives_on(rule: str, engine: str) -> None:
    """Its gradient is 0: a threshold divided by nearly nothing makes its weights 0, and so its gradient for ever."""
    edits = {
        "data.source": "moons",
        "network.hidden": "16",
        "regularization.kind": "l1",
        "regularization.lambd": "0.1",
        "regularization.l1_step": "proximal",
        "optimization.optimizer": rule,
        "optimization.learning_rate": "0.001",
        "optimization.batch_size": "1",
        "compute.engine": engine,
    }
    training = Training(build(edit(Experiment(), edits)))
    before = np.abs(training.parameters.all_weights)
    training.step()
    after = np.abs(training.parameters.all_weights)
    silent = np.isclose(before - after, 4 * 0.001, rtol=1e-9)
    assert silent.sum() >= 10, "no weight is shrunk by more than that"
    assert (before[after == 0] <= 4 * 0.001).all()
