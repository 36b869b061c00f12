"""The same mathematics written plainly for HIPS autograd: the independent reference of the tests."""

from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd import grad

from tuilab.nn import Network, Parameters

G = {
    "relu": lambda z: anp.where(z > 0, z, 0.0),
    "leaky_relu": lambda z: anp.where(z > 0, z, 0.01 * z),
    "tanh": anp.tanh,
    "sigmoid": lambda z: 0.5 * (anp.tanh(z / 2) + 1),
    "linear": lambda z: z,
}


def unpack(theta: Any, sizes: tuple[int, ...]) -> tuple[list[Any], list[Any]]:
    weights, biases, start = [], [], 0
    for n, k in zip(sizes, sizes[1:], strict=False):
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
    if network.sizes[-1] == 1:
        z = z[:, 0]
        return anp.mean(anp.logaddexp(0.0, z) - y * z)
    peak = anp.max(z, axis=1, keepdims=True)
    log_sum = anp.log(anp.sum(anp.exp(z - peak), axis=1)) + peak[:, 0]
    return anp.mean(log_sum - z[np.arange(len(y)), y])


def penalty_cost(theta: Any, network: Network, kind: str, lambd: float, m: int) -> Any:
    total = 0.0
    for weights in unpack(theta, network.sizes)[0]:
        total = total + (anp.sum(weights**2) if kind == "l2" else anp.sum(anp.abs(weights)) if kind == "l1" else 0.0)
    return lambd / (2 * m) * total


def gradient(cost: Any, parameters: Parameters) -> Any:
    return grad(cost)(parameters.theta.copy())
