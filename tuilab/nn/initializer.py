"""Initial weights, one entry a scheme; biases start at 0."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from tuilab.arrays import Array
from tuilab.nn.parameters import Parameters


class Initializer(NamedTuple):
    """`fill(W, gain, random)` writes the first weights of a layer, W of shape (fan_in, fan_out), in place."""

    variance: str
    """Of the weights, in a formula, for the help of a person who chooses."""
    fill: Callable[[Array, float, np.random.Generator], None]


def normal(formula: str, variance: Callable[[int, int], float]) -> Initializer:
    """Weights from N(0, gain²·variance(fan_in, fan_out))."""

    def fill(weights: Array, gain: float, random: np.random.Generator) -> None:
        fan_in, fan_out = weights.shape
        weights[...] = random.standard_normal(weights.shape) * (gain * variance(fan_in, fan_out) ** 0.5)

    return Initializer(formula, fill)


def identity(weights: Array, gain: float, random: np.random.Generator) -> None:
    """W = gain·I, cut or filled with zeros where a layer changes its width: vanishing and exploding become exact."""
    weights[...] = 0
    np.fill_diagonal(weights, gain)


IDENTITY = "identity"
INITIALIZERS: dict[str, Initializer] = {
    "zeros": normal("0", lambda fan_in, fan_out: 0.0),
    "random": normal("1", lambda fan_in, fan_out: 1.0),  # to be scaled by the gain
    "xavier": normal("1/n_in", lambda fan_in, fan_out: 1 / fan_in),  # for tanh; LeCun et al. 1998
    "he": normal("2/n_in", lambda fan_in, fan_out: 2 / fan_in),  # for ReLU; He et al. 2015
    "glorot": normal("2/(n_in+n_out)", lambda fan_in, fan_out: 2 / (fan_in + fan_out)),  # Glorot and Bengio 2010
    # The course notes' literal third variance, a slip for glorot's; it is here to be tried.
    "notes_product": normal("2/(n_in·n_out)", lambda fan_in, fan_out: 2 / (fan_in * fan_out)),
    IDENTITY: Initializer("none, W = gain·I", identity),
}
"""By the name that an experiment gives them. A new one is one more entry."""


def initialize(sizes: tuple[int, ...], scheme: str, gain: float, random: np.random.Generator) -> Parameters:
    """The first weights for layers of `sizes` units, inputs first, by `scheme`.

    Raises KeyError for an unknown scheme.
    """
    parameters, initializer = Parameters(sizes), INITIALIZERS[scheme]
    for weights in parameters.weights:
        initializer.fill(weights, gain, random)
    return parameters
