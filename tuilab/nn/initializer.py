"""Initial weights: each initializer is a standard deviation told from fan_in and fan_out; biases start at 0."""

from collections.abc import Callable

import numpy as np

from tuilab.nn.parameters import Parameters

STANDARD_DEVIATION: dict[str, Callable[[int, int], float]] = {
    "zeros": lambda fan_in, fan_out: 0.0,
    "random": lambda fan_in, fan_out: 1.0,
    "xavier": lambda fan_in, fan_out: (1 / fan_in) ** 0.5,
    "he": lambda fan_in, fan_out: (2 / fan_in) ** 0.5,
    "glorot": lambda fan_in, fan_out: (2 / (fan_in + fan_out)) ** 0.5,
    "notes_product": lambda fan_in, fan_out: (2 / (fan_in * fan_out)) ** 0.5,
}
"""σ of the weights of a layer. xavier: Var 1/n_in (for tanh; LeCun et al. 1998), he: 2/n_in (for ReLU; He et al. 2015),
glorot: 2/(n_in + n_out) (Glorot and Bengio 2010), random: 1, to be scaled by the gain. notes_product is the course
notes' literal third variance 2/(n_in·n_out), a slip for glorot's; it is here to be tried."""
IDENTITY = "identity"
"""W = gain·I, cut or filled with zeros where a layer changes its width: what makes vanishing and exploding exact."""


def initialize(sizes: tuple[int, ...], scheme: str, gain: float, random: np.random.Generator) -> Parameters:
    """Weights W of shape (fan_in, fan_out) drawn from N(0, (gain·σ)²) with σ by `scheme`, or gain·I; biases 0.

    `sizes` are the units a layer, inputs first. Raises KeyError for an unknown scheme.
    """
    parameters = Parameters(sizes)
    if scheme == IDENTITY:
        for weights in parameters.weights:
            np.fill_diagonal(weights, gain)
        return parameters
    deviation = STANDARD_DEVIATION[scheme]
    for weights in parameters.weights:
        weights[...] = random.standard_normal(weights.shape) * (gain * deviation(*weights.shape))
    return parameters
