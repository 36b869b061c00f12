"""The signal report: what happens to activations and gradients from layer to layer."""

import math

import numpy as np

from tuilab.arrays import Array
from tuilab.engines import Problem
from tuilab.events import Layers
from tuilab.nn import ACTIVATIONS, Activation, Network, Parameters, Pass, Penalty
from tuilab.nn.initializer import IDENTITY
from tuilab.training.state import Training

EXAMPLES = 1024
"""Examples of the training part that a report looks at."""
PLAIN = 1e-200
"""A sum of squares between this and its inverse has lost nothing to the range of numbers."""
ALIKE = 1e-6
"""Times the largest weight of a layer: what two units may differ by and still be the same."""


def signal(
    network: Network,
    parameters: Parameters,
    after: Parameters,
    X: Array,
    y: Array,
    penalty: Penalty,
    gain: float | None,
) -> Layers:
    """The report of `parameters`, with the update to `after`, on X of shape (m, n_x) and labels y of shape (m,).

    `gain` is the scale of an identity initializer in a linear network, else None.
    """
    dtype = parameters.theta.dtype
    one, gradient = Pass(network, len(X), dtype), Parameters(network.sizes, dtype)
    logits = one.forward(parameters, X)
    activations = [a.copy() for a in one.activations]
    outputs = [*activations, logits.T.copy()]
    one.gradient(parameters, network.targets(y, dtype), gradient)
    brought = np.array([_norm(weights) for weights in gradient.weights])
    penalty.add_gradient(parameters, gradient, Parameters(network.sizes, dtype))
    norms = np.array([_norm(weights) for weights in parameters.weights])
    steps = np.array([_norm(new - old) for new, old in zip(after.weights, parameters.weights, strict=True)])
    means = [a.mean(dtype=np.float64) for a in outputs]
    kinds = [*(ACTIVATIONS[name] for name in network.activations), None]  # the output has none
    return Layers(
        mean=np.array(means),
        std=np.array([_norm(a - mean) / a.size**0.5 for a, mean in zip(outputs, means, strict=True)]),
        dead=np.array([_dead(kind, a) for kind, a in zip(kinds, outputs, strict=True)]),
        near_linear=np.array([_near_linear(kind, a) for kind, a in zip(kinds, outputs, strict=True)]),
        gradient_norm=np.array([_norm(weights) for weights in gradient.weights]),
        weight_norm=norms,
        update_ratio=steps / np.where(norms > 0, norms, math.nan),
        predicted=_predicted(network, gain),
        data_gradient_norm=brought,
        alike=np.array([*map(_alike, parameters.weights[:-1], parameters.biases[:-1]), math.nan]),
    )


def report(problem: Problem, before: Parameters, after: Parameters) -> Layers:
    """The report of a run's weights `before` an update, on the first examples of its training part."""
    train, first = problem.dataset.train, problem.experiment.initialization
    gain = first.gain if first.scheme == IDENTITY else None
    return signal(problem.network, before, after, train.X[:EXAMPLES], train.y[:EXAMPLES], problem.penalty, gain)


@np.errstate(all="ignore")  # an exploding signal is what the report is there to show
def first_signal(problem: Problem) -> Layers:
    """The report at iteration 0, with the first update."""
    training = Training(problem)
    training.step()
    return report(problem, problem.initial, training.parameters)


def _norm(array: Array) -> float:
    """√Σx² in float64; scaled where need be, because a signal of 1e±200 has squares beyond its range."""
    values = array.astype(np.float64, copy=False).ravel()
    squares = float(values @ values)
    if PLAIN < squares < 1 / PLAIN:
        return math.sqrt(squares)
    largest = float(np.abs(values).max())
    if largest == 0 or not math.isfinite(largest):
        return largest
    return largest * float(np.linalg.norm(values / largest))


def _dead(kind: Activation | None, a: Array) -> float:
    return _share(np.logical_and.reduce(a <= 0, axis=0)) if kind and kind.dies else math.nan


def _near_linear(kind: Activation | None, a: Array) -> float:
    return _share(np.abs(a) < kind.nearly_linear) if kind and kind.nearly_linear else math.nan


def _alike(weights: Array, bias: Array) -> float:
    """Share of the units, columns of W (fan_in, n) over b (n,), that equal another one but for rounding."""
    units = np.concatenate([weights, bias[np.newaxis]]).astype(np.float64)
    scale = float(np.abs(units).max())
    if not math.isfinite(scale) or units.shape[1] < 2:
        return 0.0
    # One number a unit, in which different ones hardly ever agree: equal ones stand side by side when it is sorted.
    mixed = np.sort(np.cos(np.arange(len(units))) @ units / (scale or 1.0))
    same = mixed[1:] - mixed[:-1] <= ALIKE
    alike: Array = np.zeros(len(mixed), bool)
    alike[1:] = same
    alike[:-1] |= same
    return _share(alike)


def _share(told: Array) -> float:
    """Of those that are True; a mean of them takes ten times as long."""
    return np.count_nonzero(told) / told.size


def _predicted(network: Network, gain: float | None) -> Array:
    if gain is None or set(network.activations) - {"linear"}:
        return np.full(network.depth, math.nan)
    return np.float64(gain) ** np.arange(1, network.depth + 1)
