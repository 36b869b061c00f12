"""What a network says of examples, in evaluation mode."""

from typing import NamedTuple

import numpy as np

from tuilab.arrays import Array
from tuilab.nn import Network, Parameters, Pass

_ROWS = 2048
"""Examples that a pass takes at a time."""


class Predictions(NamedTuple):
    """Of m examples the classes (m,), as the error counts them, and P(y = k | x) (m, K); `NO_CLASS` and NaN for none.

    The classes are those of the logits, which tell apart what two probabilities near ½ or 1 no longer do.
    """

    classes: Array
    probabilities: Array


@np.errstate(all="ignore")  # weights that exploded are looked at, too
def outputs(network: Network, parameters: Parameters, X: Array) -> Array:
    """z of the last layer, (K, m), of X of shape (m, n_x)."""
    found = []
    for start in range(0, max(len(X), 1), _ROWS):
        rows = X[start : start + _ROWS]
        found.append(Pass(network, len(rows), parameters.theta.dtype).forward(parameters, rows))
    return np.concatenate(found, axis=1)


@np.errstate(all="ignore")
def predict(network: Network, parameters: Parameters, X: Array) -> Predictions:
    """What `network` says of X of shape (m, n_x)."""
    z = outputs(network, parameters, X)
    return Predictions(network.task.predict(z), network.task.probabilities(z))
