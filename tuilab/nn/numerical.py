"""The numerical gradient of a network, (J(θ + ε) − J(θ − ε)) / 2ε for every coordinate, and the kinks in reach of ε.

A perturbed weight into unit u of layer l changes nothing below l and of z⁽ˡ⁾ only the row of u, so each pass starts
there, and the passes of many weights into one unit go through the layers above as one product. Arrays here have one
unit a row: shape (n, m), or (n, 2, P, m) for P perturbed coordinates, θ + ε before θ − ε.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from tuilab.arrays import Array
from tuilab.nn.activation import ACTIVATIONS
from tuilab.nn.network import Network
from tuilab.nn.parameters import Parameters
from tuilab.nn.penalty import Penalty
from tuilab.nn.rounding import EPSILON, UNIT

_BLOCK = 1 << 16
"""Numbers a block of perturbed passes may hold in one layer, so that it stays in the cache."""
_EXAMPLES = 2048
"""At a time, for the same reason."""


class NumericalGradient(NamedTuple):
    """What perturbing every coordinate tells."""

    gradient: Parameters
    kinks: Parameters
    """Of Booleans: coordinates within ε of a kink, where the two-sided difference is the gradient of neither side."""


def numerical_gradient(
    network: Network, parameters: Parameters, X: Array, y: Array, penalty: Penalty, epsilon: float = EPSILON
) -> NumericalGradient:
    """(J(θ + ε) − J(θ − ε)) / 2ε for every coordinate of θ, in float64: error O(ε²).

    X of shape (m, n_x), integer labels y of shape (m,), ε > 0 (`epsilon`). A coordinate is at a kink if a perturbation
    by ±ε changes the sign of the input of a ReLU or leaky ReLU for some example, or if it is a weight of an L1 penalty
    with |w| ≤ ε.
    """
    gradient, kinks = Parameters(network.sizes), Parameters(network.sizes, bool)
    for start in range(0, len(X), _EXAMPLES):
        some = slice(start, start + _EXAMPLES)
        _add_data(gradient, kinks, _Point(network, parameters, X[some], y[some]), epsilon)
    gradient.theta /= 2 * epsilon * len(X)
    _add_penalty(gradient, kinks, parameters, penalty, epsilon)
    return NumericalGradient(gradient, kinks)


def rounding(network: Network, parameters: Parameters, X: Array, y: Array, penalty: Penalty) -> float:
    """r, of which rounding makes about r/ε in each coordinate of the numerical gradient. Arguments as there."""
    squares = 0.0
    for start in range(0, len(X), _EXAMPLES):
        some = slice(start, start + _EXAMPLES)
        squares += float(np.square(_Point(network, parameters, X[some], y[some]).rounded()).sum())
    terms = np.abs(penalty.terms(penalty.counted(parameters))).max(initial=0) if penalty.has_cost else 0.0
    # Two roundings a difference, independent of one another and from example to example.
    return UNIT * (math.sqrt(squares / 2) / len(X) + float(terms))


def _add_data(gradient: Parameters, kinks: Parameters, point: "_Point", epsilon: float) -> None:
    """Adds loss(θ + ε) − loss(θ − ε), summed over the examples of `point`, for every coordinate."""
    sizes = point.network.sizes
    for layer in range(point.network.depth):
        # The bias is the weight of an input that is always 1.
        inputs = np.vstack([point.a[layer], np.ones_like(point.a[layer][:1])])
        for unit in range(sizes[layer + 1]):
            sums, kinked = np.empty(len(inputs)), np.zeros(len(inputs), bool)
            for some in _blocks(sizes[layer + 2 :], inputs):
                # Each example's difference before the sum: the rounding of large sums would drown small gradients.
                differences, kinked[some] = point.differences(layer, unit, epsilon * inputs[some])
                sums[some] = differences.sum(axis=1)
            gradient.weights[layer][:, unit] += sums[:-1]
            gradient.biases[layer][unit] += sums[-1]
            kinks.weights[layer][:, unit] |= kinked[:-1]
            kinks.biases[layer][unit] |= kinked[-1]


def _add_penalty(
    gradient: Parameters, kinks: Parameters, parameters: Parameters, penalty: Penalty, epsilon: float
) -> None:
    """The penalty is a sum over weights, of which each perturbation changes one term."""
    if not penalty.has_cost:
        return
    weights = penalty.counted(parameters)
    difference = penalty.terms(weights + epsilon) - penalty.terms(weights - epsilon)
    penalty.counted(gradient)[:] += difference / (2 * epsilon)
    penalty.counted(kinks)[:] |= penalty.kinks(weights, epsilon)


def _blocks(above: tuple[int, ...], inputs: Array) -> Iterator[slice]:
    """Slices over the inputs of a layer, as many at a time as fit the cache in the layers `above`."""
    step = max(1, _BLOCK // (2 * inputs.shape[1] * max(above, default=1)))
    return (slice(start, start + step) for start in range(0, len(inputs), step))


class _Point:
    """A network at θ with the z and the inputs a of every layer for all examples, each of shape (n, m)."""

    def __init__(self, network: Network, parameters: Parameters, X: Array, y: Array) -> None:
        self.network, self.parameters, self.y, self.loss = network, parameters, y, network.loss
        self.weights = network.weights(y)
        self.z: list[Array] = []
        self.a = [np.ascontiguousarray(X.T, np.float64)]
        for layer in range(network.depth):
            self.z.append(self._affine(layer, self.a[-1]))
            if layer < network.depth - 1:
                self.a.append(self.z[-1].copy())
                ACTIVATIONS[network.activations[layer]].forward(self.a[-1])

    def differences(self, layer: int, unit: int, delta: Array) -> tuple[Array, Array]:
        """loss(z + δ) − loss(z − δ), shape (P, m), for changes δ, (P, m), of one unit's z; and the kinks, (P,)."""
        kinks = np.zeros(len(delta), bool)
        if layer == self.network.depth - 1:
            return self.weights * self.loss.output_differences(self.z[-1], self.y, unit, delta), kinks
        rows = self.z[layer][unit] + np.stack([delta, -delta])
        self._activate(layer, rows, kinks)
        rows -= self.a[layer + 1][unit]
        rows = self.parameters.weights[layer + 1][unit][:, None, None, None] * rows
        rows += self.z[layer + 1][:, None, None, :]
        for above in range(layer + 1, self.network.depth - 1):
            self._activate(above, rows, kinks)
            rows = self._affine(above + 1, rows)
        return self.weights * self.loss.differences(rows, self.y), kinks

    def rounded(self) -> Array:
        """Σ|x|·|∂loss/∂x| over all x that are rounded on the way to the loss of each example, shape (m,).

        Times the unit of rounding that is its error, to first order (Higham, Accuracy and Stability of Numerical
        Algorithms, 2002, section 3.3). The terms of a sum are rounded, so they count, not what is left of them.
        """
        network = self.network
        targets = network.targets(self.y, np.float64)
        total = np.abs(self.loss.losses(self.z[-1], targets))
        slope = self.z[-1].copy()
        network.loss(len(self.y), np.float64)(slope, targets)
        for layer in range(network.depth - 1, -1, -1):
            weights, bias = self.parameters.weights[layer], self.parameters.biases[layer]
            terms = np.dot(np.abs(weights.T), np.abs(self.a[layer])) + np.abs(bias)[:, None]
            total += (np.abs(slope) * terms).sum(axis=0)
            if layer:
                slope, a = np.dot(weights, slope), self.a[layer].copy()
                ACTIVATIONS[network.activations[layer - 1]].backward(slope, a, np.empty(a.shape, bool))
        summed: Array = total
        return summed

    def _affine(self, layer: int, a: Array) -> Array:
        """W⊤a + b for a of shape (n, …)."""
        weights, bias = self.parameters.weights[layer], self.parameters.biases[layer]
        z = np.dot(weights.T, a.reshape(len(a), -1))
        z += bias[:, None]
        shaped: Array = z.reshape(-1, *a.shape[1:])
        return shaped

    def _activate(self, layer: int, z: Array, kinks: Array) -> None:
        """a = g(z) in place for z of shape (…, 2, P, m); marks the P whose two sides lie on either side of a kink."""
        activation = ACTIVATIONS[self.network.activations[layer]]
        if activation.kinked:
            positive = z > 0
            crossed = positive[..., 0, :, :] != positive[..., 1, :, :]
            kinks |= crossed.any(axis=-1).reshape(-1, len(kinks)).any(axis=0)
        activation.forward(z)
