"""The same mathematics written plainly for HIPS autograd: the independent reference of the tests."""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import autograd.numpy as anp
import numpy as np
from autograd import grad

from tuilab.nn import Network, Parameters
from tuilab.nn.task import Regression

G = {
    "relu": lambda z: anp.where(z > 0, z, 0.0),
    "leaky_relu": lambda z: anp.where(z > 0, z, 0.01 * z),
    "tanh": anp.tanh,
    "sigmoid": lambda z: 0.5 * (anp.tanh(z / 2) + 1),
    "linear": lambda z: z,
}


def unpack(theta: Any, sizes: tuple[int, ...]) -> tuple[list[Any], list[Any]]:
    weights, biases, start = [], [], 0
    for n, k in pairwise(sizes):
        weights.append(anp.reshape(theta[start : start + n * k], (n, k)))
        start += n * k
    for k in sizes[1:]:
        biases.append(theta[start : start + k])
        start += k
    return weights, biases


def logits(theta: Any, network: Network, X: Any, masks: Any = None) -> Any:
    weights, biases = unpack(theta, network.sizes)
    a = X if masks is None or masks[0] is None else X * masks[0]
    for layer, name in enumerate(network.activations):
        a = G[name](anp.dot(a, weights[layer]) + biases[layer])
        if masks is not None and masks[layer + 1] is not None:
            a = a * masks[layer + 1]
    return anp.dot(a, weights[-1]) + biases[-1]


def data_cost(theta: Any, network: Network, X: Any, y: Any, masks: Any = None) -> Any:
    z = logits(theta, network, X, masks)
    if isinstance(network.task, Regression):
        return anp.sum((z[:, 0] - y) ** 2) / (2 * len(y))
    weights = np.array(network.class_weights)[y] if network.class_weights else 1.0
    if network.sizes[-1] == 1:
        z = z[:, 0]
        return anp.mean(weights * anp.where(y == 1, anp.logaddexp(0.0, -z), anp.logaddexp(0.0, z)))
    peak = anp.max(z, axis=1, keepdims=True)
    at_label = z[np.arange(len(y)), y] - peak[:, 0]  # a cost of 1e-6 would be lost in the rounding of the peak
    return anp.mean(weights * (anp.log(anp.sum(anp.exp(z - peak), axis=1)) - at_label))


def only_weights(theta: Any, sizes: tuple[int, ...]) -> Any:
    """θ with 0 for each bias."""
    weight_count = sum(n * k for n, k in pairwise(sizes))
    return anp.where(np.arange(len(theta)) < weight_count, theta, 0.0)


class OfPenalty(NamedTuple):
    """A penalty from its numbers, those of a tuilab penalty: its cost, and what follows an update by α."""

    cost: Callable[[Any, tuple[int, ...], Any], Any] = lambda theta, sizes, numbers: 0.0
    settled: Callable[..., Any] = lambda theta, sizes, numbers, rate, scale=1.0: theta


def l2(theta: Any, sizes: tuple[int, ...], numbers: Any) -> Any:
    counted = theta if numbers.biases else only_weights(theta, sizes)
    return numbers.lambd / (2 * numbers.examples) * anp.sum(counted**2)


def l1(theta: Any, sizes: tuple[int, ...], numbers: Any) -> Any:
    counted = theta if numbers.biases else only_weights(theta, sizes)
    return numbers.lambd / (2 * numbers.examples) * anp.sum(anp.abs(counted))


def soft_threshold(theta: Any, sizes: tuple[int, ...], numbers: Any, rate: float, scale: Any = 1.0) -> Any:
    """The minimum over w of (w − θ)²/2 + threshold·|w|, number by number.

    The threshold follows α as the rule scales it, one number for all or one for each; of those none is above 4α.
    """
    if numbers.l1_step == "subgradient":
        return theta
    thresholds = np.broadcast_to(rate * scale * numbers.lambd / (2 * numbers.examples), theta.shape)
    if np.ndim(scale):
        thresholds = np.minimum(thresholds, 4 * rate)
    shrunk = [
        (abs(t) - by) * (1 if t > 0 else -1) if abs(t) > by else 0.0 for t, by in zip(theta, thresholds, strict=True)
    ]
    counted = len(theta) if numbers.biases else sum(n * k for n, k in pairwise(sizes))
    return np.concatenate([shrunk[:counted], theta[counted:]])


def onto_balls(theta: Any, sizes: tuple[int, ...], numbers: Any, rate: float, scale: Any = 1.0) -> Any:
    """The nearest θ in which no unit's incoming weights are longer than c, unit by unit."""
    theta = theta.copy()
    for weights in unpack(theta, sizes)[0]:  # views
        for column in weights.T:
            if (length := float(np.sqrt(sum(float(w) ** 2 for w in column)))) > numbers.max_norm:
                column *= numbers.max_norm / length
    return theta


PENALTIES: dict[str, OfPenalty] = {
    "none": OfPenalty(),
    "l2": OfPenalty(l2),
    "l1": OfPenalty(l1, soft_threshold),
    "max_norm": OfPenalty(settled=onto_balls),
}
"""Every penalty under test."""


def gradient(cost: Any, parameters: Parameters) -> Any:
    return grad(cost)(parameters.theta.copy())


Direction = Callable[[Any, int, Any], tuple[Any, Any]]
"""From the gradient, the number of the update, from 1, and θ with 0 for each bias, to what α multiplies.

And to what the gradient was multiplied by in it: one number for all coordinates, or one for each.
"""


def gradient_descent() -> Direction:
    return lambda g, t, weights: (g, 1.0)


def average(beta: float) -> Callable[[Any, int], Any]:
    past: list[Any] = []

    def of(g: Any, t: int) -> Any:
        past.append(g)
        return (1 - beta) * sum(beta ** (t - 1 - i) * old for i, old in enumerate(past))

    return of


def momentum(beta1: float) -> Direction:
    first = average(beta1)
    return lambda g, t, weights: (first(g, t), 1.0)


def rmsprop(beta2: float, epsilon: float) -> Direction:
    second = average(beta2)

    def direction(g: Any, t: int, weights: Any) -> tuple[Any, Any]:
        scale = 1 / (np.sqrt(second(g**2, t)) + epsilon)
        return g * scale, scale

    return direction


def adam(beta1: float, beta2: float, epsilon: float) -> Direction:
    first, second = average(beta1), average(beta2)

    def direction(g: Any, t: int, weights: Any) -> tuple[Any, Any]:
        scale = 1 / (np.sqrt(second(g**2, t) / (1 - beta2**t)) + epsilon)
        return first(g, t) / (1 - beta1**t) * scale, scale

    return direction


def adamw(beta1: float, beta2: float, epsilon: float, weight_decay: float) -> Direction:
    inner = adam(beta1, beta2, epsilon)

    def direction(g: Any, t: int, weights: Any) -> tuple[Any, Any]:
        step, scale = inner(g, t, weights)
        return step + weight_decay * weights, scale

    return direction


DIRECTIONS: dict[str, Callable[..., Direction]] = {
    "gradient_descent": gradient_descent,
    "momentum": momentum,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adamw,
}
"""Every update rule under test, from its numbers."""


def trajectory(
    theta: Any,
    sizes: tuple[int, ...],
    data: Callable[[Any, Any], Any],
    penalty: Callable[[Any], Any],
    direction: Direction,
    steps: Iterable[tuple[Any, float]],
    settled: Callable[[Any, float, Any], Any],
    in_gradient: bool,
) -> Iterator[tuple[float, float, Any]]:
    """(data cost, penalty, θ after the update) of each of the `steps`, a batch and α; `data` takes θ and the batch.

    `settled(θ, α, scale)` follows an update, `scale` what the rule scales α by; the penalty is part of the gradient or
    not.
    """
    for t, (batch, rate) in enumerate(steps, 1):
        costs = data(theta, batch), penalty(theta)
        g = grad(lambda at, b=batch: data(at, b) + (penalty(at) if in_gradient else 0.0))(theta)
        step, scale = direction(g, t, only_weights(theta, sizes))
        theta = settled(theta - rate * step, rate, scale)
        yield *costs, theta
