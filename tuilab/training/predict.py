"""What a network says of examples, in evaluation mode."""

import numpy as np

from tuilab.arrays import Array
from tuilab.nn import Network, Parameters, Pass
from tuilab.nn.task.classification import NO_CLASS

_ROWS = 2048
"""Examples that a pass takes at a time."""


@np.errstate(all="ignore")  # weights that exploded are looked at, too
def probabilities(network: Network, parameters: Parameters, X: Array) -> Array:
    """P(y = k | x) of shape (m, K) for X of shape (m, n_x); NaN where there is none."""
    found = []
    for start in range(0, len(X), _ROWS):
        rows = X[start : start + _ROWS]
        logits = Pass(network, len(rows), parameters.theta.dtype).forward(parameters, rows)
        found.append(network.task.probabilities(logits))
    return np.concatenate(found) if found else network.task.probabilities(np.empty((network.sizes[-1], 0)))


def predicted(probabilities: Array) -> Array:
    """The most probable class (m,) of each row of (m, K), as the error counts it; `NO_CLASS` where it is NaN.

    Of two equal probabilities the first class is taken: a logit of 0 speaks for class 0.
    """
    classes: Array = np.where(np.isnan(probabilities).any(axis=1), NO_CLASS, probabilities.argmax(axis=1))
    return classes
