"""Where the first number that is not finite came from."""

import numpy as np

from tuilab.nn import ACTIVATIONS, Network, Parameters
from tuilab.nn.activation import Array


def first_non_finite(network: Network, parameters: Parameters, X: Array) -> str:
    """The first tensor, in the order in which a pass makes them, that holds a number that is not finite.

    `dW3` means that the update left the finite numbers, so the gradient did: back-propagation makes dW of the last
    layer first. `z2` and `a2` are the second layer's values for X of shape (m, n_x); `J` is the cost itself.
    """
    named = parameters.named()
    for name in reversed(named):
        if not np.isfinite(named[name]).all():
            return f"d{name}"
    a = X
    for layer, (weights, bias) in enumerate(zip(parameters.weights, parameters.biases, strict=True), 1):
        z = a @ weights + bias
        if not np.isfinite(z).all():
            return f"z{layer}"
        if layer <= len(network.activations):
            ACTIVATIONS[network.activations[layer - 1]].forward(z)
            if not np.isfinite(z).all():
                return f"a{layer}"
        a = z
    return "J"
