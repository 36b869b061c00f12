"""Where the first number that is not finite came from."""

import numpy as np

from tuilab.arrays import Array
from tuilab.nn import ACTIVATIONS, Network, Parameters
from tuilab.nn.network import Masks


def first_non_finite(network: Network, parameters: Parameters, X: Array, masks: Masks | None = None) -> str:
    """The first tensor, in the order in which training makes them, that holds a number that is not finite.

    `dW3` means that the update of W3 left the finite numbers: back-propagation makes dW of the last layer first.
    `z2` and `a2` are the second layer's values for X of shape (m, n_x), `a0` the inputs under dropout; `J` is the cost
    itself.
    """
    for layer in range(network.depth, 0, -1):
        for kind, views in (("W", parameters.weights), ("b", parameters.biases)):
            if not np.isfinite(views[layer - 1]).all():
                return f"d{kind}{layer}"
    dropped = masks or [None] * network.depth
    a = X if dropped[0] is None else X * dropped[0]
    if not np.isfinite(a).all():
        return "a0"
    for layer, (weights, bias) in enumerate(zip(parameters.weights, parameters.biases, strict=True), 1):
        z = a @ weights + bias
        if not np.isfinite(z).all():
            return f"z{layer}"
        if layer <= len(network.activations):
            ACTIVATIONS[network.activations[layer - 1]].forward(z)
            mask = dropped[layer]
            a = z if mask is None else z * mask
            if not np.isfinite(a).all():
                return f"a{layer}"
    return "J"
