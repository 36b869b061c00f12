"""Gradient checking: the two-sided numerical gradient of every coordinate against back-propagation.

The penalty belongs in J, dropout is off. Notes of the course, "Gradient checking": with θ all parameters as one vector,
‖dθ_approx − dθ‖₂ / (‖dθ_approx‖₂ + ‖dθ‖₂) ≤ 1e-7 is right, about 1e-5 deserves another look, ≥ 1e-3 is wrong.
"""

from collections.abc import Iterator
from typing import Literal

import numpy as np
from msgspec import Struct

from tuilab.nn.activation import ACTIVATIONS, Array
from tuilab.nn.loss import loss_for
from tuilab.nn.network import Network, Pass
from tuilab.nn.parameters import Parameters
from tuilab.nn.regularizer import Penalty

CORRECT, DOUBTFUL, WRONG = 1e-7, 1e-5, 1e-3
"""The thresholds of the notes."""
EPSILON = 1e-7
_BLOCK = 1 << 16
"""Numbers a block of perturbed passes may hold in one layer, so that it stays in the cache."""

Verdict = Literal["correct", "look again", "wrong"]


class ParameterCheck(Struct, frozen=True, kw_only=True):
    """The check of one W or b on its own."""

    name: str
    size: int
    relative_difference: float


class GradientReport(Struct, frozen=True, kw_only=True):
    """The check of all parameters, and the blame of each, layer by layer."""

    relative_difference: float
    verdict: Verdict
    epsilon: float
    parameters: tuple[ParameterCheck, ...]

    @property
    def worst(self) -> ParameterCheck:
        """The parameter whose gradient is furthest off."""
        return max(self.parameters, key=lambda parameter: parameter.relative_difference)


def check_gradient(
    network: Network, parameters: Parameters, X: Array, y: Array, penalty: Penalty, epsilon: float = EPSILON
) -> GradientReport:
    """Compares back-propagation with the numerical gradient at `parameters`, in float64, coordinate by coordinate.

    X of shape (m, n_x), integer labels y of shape (m,), ε > 0 (`epsilon`).
    """
    exact = gradient(network, parameters, X, y, penalty)
    approximate = numerical_gradient(network, parameters, X, y, penalty, epsilon)
    pairs = zip(exact.named().items(), approximate.named().values(), strict=True)
    total = relative_difference(approximate.theta, exact.theta)
    return GradientReport(
        relative_difference=total,
        verdict=verdict(total),
        epsilon=epsilon,
        parameters=tuple(
            ParameterCheck(name=name, size=one.size, relative_difference=relative_difference(other, one))
            for (name, one), other in pairs
        ),
    )


def relative_difference(approximate: Array, exact: Array) -> float:
    """‖approximate − exact‖₂ / (‖approximate‖₂ + ‖exact‖₂); 0 where both are 0, 1 where one is not finite.

    Norms within machine epsilon count as 0: a gradient that is 0 on paper is a sum of ±½ that rounds to 1e-17.
    """
    scale = float(np.linalg.norm(approximate) + np.linalg.norm(exact))
    if scale <= np.finfo(np.float64).eps:
        return 0.0
    difference = float(np.linalg.norm(approximate - exact)) / scale
    return difference if np.isfinite(difference) else 1.0


def verdict(difference: float) -> Verdict:
    """What the notes say of a relative difference: between 1e-7 and 1e-3 it deserves another look."""
    if difference <= CORRECT:
        return "correct"
    return "look again" if difference < WRONG else "wrong"


def gradient(network: Network, parameters: Parameters, X: Array, y: Array, penalty: Penalty) -> Parameters:
    """∂J/∂θ by back-propagation, penalty included, for X of shape (m, n_x) and labels y of shape (m,)."""
    result = Parameters(network.sizes)
    targets = loss_for(network.sizes[-1]).targets(y, network.sizes[-1], X.dtype)
    Pass(network, len(X)).cost_and_gradient(parameters, X, targets, result)
    penalty.add_gradient(parameters, result, Parameters(network.sizes))
    return result


def numerical_gradient(
    network: Network, parameters: Parameters, X: Array, y: Array, penalty: Penalty, epsilon: float = EPSILON
) -> Parameters:
    """(J(θ + ε) − J(θ − ε)) / 2ε for every coordinate of θ: error O(ε²).

    A perturbed weight into unit j of layer l changes nothing below l and only column j of z⁽ˡ⁾, so each pass starts
    there, and the passes of many weights into one unit go through the layers above as one product.
    """
    result = Parameters(network.sizes)
    targets = loss_for(network.sizes[-1]).targets(y, network.sizes[-1], X.dtype)
    z, a = _layers(network, parameters, X)
    for layer, (d_weights, d_bias) in enumerate(zip(result.weights, result.biases, strict=True)):
        # The bias is the weight of an input that is always 1.
        inputs = np.vstack([a[layer].T, np.ones(len(X))])
        for unit in range(network.sizes[layer + 1]):
            column = np.empty(len(inputs))
            for rows in _blocks(network, layer, len(inputs), len(X)):
                above, below = (
                    _losses(network, parameters, z, a, layer, unit, z[layer][:, unit] + step * inputs[rows], targets)
                    for step in (epsilon, -epsilon)
                )
                # Each example's difference before the mean: the rounding of large sums would drown small gradients.
                column[rows] = (above - below).mean(axis=1) / (2 * epsilon)
            d_weights[:, unit], d_bias[unit] = column[:-1], column[-1]
    penalty.counted(result)[:] += _penalty_gradient(penalty.counted(parameters), penalty, epsilon)
    return result


def _penalty_gradient(weights: Array, penalty: Penalty, epsilon: float) -> Array:
    """The two-sided difference of the penalty, a sum over weights of which each perturbation changes one term."""
    one = np.empty(1)
    differences = np.zeros_like(weights)
    if penalty.kind != "none":
        for index, weight in enumerate(weights):
            one[0] = weight + epsilon
            above = penalty.of(one)
            one[0] = weight - epsilon
            differences[index] = (above - penalty.of(one)) / (2 * epsilon)
    return differences


def _layers(network: Network, parameters: Parameters, X: Array) -> tuple[list[Array], list[Array]]:
    """z of every layer and the input a of every layer, each of shape (m, n)."""
    z: list[Array] = []
    a = [X]
    for layer, (weights, bias) in enumerate(zip(parameters.weights, parameters.biases, strict=True)):
        z.append(a[-1] @ weights + bias)
        if layer < network.depth - 1:
            a.append(z[-1].copy())
            ACTIVATIONS[network.activations[layer]].forward(a[-1])
    return z, a


def _blocks(network: Network, layer: int, inputs: int, examples: int) -> Iterator[slice]:
    """Slices over the inputs of a layer, as many at a time as fit the cache in the layers above."""
    widest = max(network.sizes[layer + 2 :], default=network.sizes[-1])
    step = max(1, _BLOCK // (examples * widest))
    return (slice(start, start + step) for start in range(0, inputs, step))


def _losses(
    network: Network,
    parameters: Parameters,
    z: list[Array],
    a: list[Array],
    layer: int,
    unit: int,
    columns: Array,
    targets: Array,
) -> Array:
    """Losses, shape (P, m), when column `unit` of z⁽ˡ⁾ is replaced by each row of `columns`, shape (P, m)."""
    passes, examples = columns.shape
    loss = loss_for(network.sizes[-1])
    if layer == network.depth - 1:
        logits = np.repeat(z[-1].T[:, None, :], passes, axis=1)
        logits[unit] = columns
    else:
        ACTIVATIONS[network.activations[layer]].forward(columns)
        change = columns - a[layer + 1][:, unit]
        z_above = z[layer + 1] + change[:, :, None] * parameters.weights[layer + 1][unit]
        rows = z_above.reshape(passes * examples, -1)
        for above in range(layer + 1, network.depth - 1):
            ACTIVATIONS[network.activations[above]].forward(rows)
            rows = rows @ parameters.weights[above + 1] + parameters.biases[above + 1]
        logits = rows.T
    losses = loss.losses(logits.reshape(len(targets), -1), np.tile(targets, passes))
    return losses.reshape(passes, examples)
