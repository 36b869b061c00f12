"""Whether two engines agree: the same figures, to rounding, whatever the experiment."""

from typing import Any

import numpy as np

from tuilab.engines import Engine, EngineType, Problem
from tuilab.engines.numpy_engine import NumpyEngine
from tuilab.experiment import Experiment, edit
from tuilab.nn import ACTIVATIONS
from tuilab.nn.optimizer import OPTIMIZERS
from tuilab.nn.penalty import PENALTIES

CIRCLES = edit(Experiment(), {"data.source": "circles"})
CLOSE = {"float64": 1e-10, "float32": 2e-3}
"""Relative distance of two results, at most; but for runs that magnify every rounding."""
TWINS, FACTOR = 3, 100
"""Such a run lies this many times as far from NumPy's, at most, as runs of NumPy's that were rounded otherwise."""


def random_experiment(seed: int, precision: str = "float64") -> Experiment:
    random = np.random.default_rng([seed, 7])

    def one(*values: Any) -> str:
        return str(random.choice([str(value) for value in values]))

    hidden = random.integers(1, 24, random.integers(0, 4)).tolist()
    edits = {
        "data.source": one("circles", "moons", "blobs", "xor"),
        "data.examples": str(random.integers(24, 700)),
        "seed": str(random.integers(1, 1000)),
        "network.hidden": str(hidden),
        "network.precision": precision,
        "network.activation": one(*ACTIVATIONS),
        "optimization.optimizer": one(*OPTIMIZERS),
        "optimization.learning_rate": one(0.3, 0.03, 0.003),
        "optimization.batch_size": one("full", 10),
        "optimization.decay": one("none", "inverse"),
        "regularization.kind": one(*PENALTIES),
        "regularization.lambd": one(0, 0.3, 3),
        "regularization.biases": one("true", "false"),
        "regularization.l1_step": one("subgradient", "proximal"),
        "regularization.max_norm": one(0.5, 3),
        "dropout.keep_prob": one(1, 1, 0.8),
        "optimization.class_weights": one("none", "balanced"),
    }
    return edit(Experiment(), edits)


def distance(a: Any, b: Any) -> float:
    """‖a − b‖/‖a‖, where what is no number in both is equal; ∞ of other shapes."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    if a.shape != b.shape:
        return float("inf")
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    if same.all():
        return 0.0
    return float(np.linalg.norm(a[~same] - b[~same]) / np.linalg.norm(a[~same]))


def run(engine: Engine, updates: int, stride: int, rounded: np.random.Generator | None = None) -> tuple[Any, Any]:
    """The costs and the last weights; with `rounded` every weight is moved by at most one unit in its last place first,
    before each stride."""
    strides, unit = [], np.finfo(engine.parameters.theta.dtype).eps
    while engine.iteration < updates:
        if rounded is not None:
            engine.parameters.theta *= 1 + unit * rounded.integers(-1, 2, engine.parameters.theta.size)
        strides.append(engine.advance(min(stride, updates - engine.iteration)))
        if not strides[-1].is_finite:
            break
    return np.concatenate(strides, axis=1), engine.parameters.theta


def apart(one: tuple[Any, Any], other: tuple[Any, Any]) -> float:
    """How far the costs and weights of two runs are apart."""
    return max(distance(*pair) for pair in zip(one, other, strict=True))


def compare(problem: Problem, other: EngineType, updates: int, stride: int) -> tuple[float, float]:
    """How far an engine is from NumPy's; and where that is far, how far NumPy is from itself, rounded otherwise."""
    expected = run(NumpyEngine(problem), updates, updates)
    found = apart(expected, run(other(problem), updates, stride))
    if found <= CLOSE[problem.experiment.network.precision]:
        return found, 0.0
    twins = (run(NumpyEngine(problem), updates, 1, np.random.default_rng(twin)) for twin in range(TWINS))
    return found, max(apart(expected, twin) for twin in twins)
