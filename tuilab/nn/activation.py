"""Activation functions g and their derivatives, forward beside backward.

Forward turns z of shape (m, n) into a = g(z) in place. Backward turns ∂J/∂a into ∂J/∂z in place; it needs only the
output a, because every g′ here can be told from g, and it may overwrite a. relu′(0) = 0.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from tuilab.arrays import Array

LEAK = 0.01
"""Slope of leaky ReLU below 0."""
NEAR_LINEAR = 0.5
"""|z| below which tanh is within 8 % of z."""


class Activation(NamedTuple):
    """A pair of functions: `forward(z)` and `backward(gradient, a, scratch)`; scratch is a Boolean array like a."""

    forward: Callable[[Array], None]
    backward: Callable[[Array, Array, Array], None]
    kinked: bool = False
    """Whether g′ jumps at z = 0."""
    dies: bool = False
    """Whether g′ is 0 below z = 0: a unit that is there for every example learns nothing more."""
    nearly_linear: float = 0.0
    """|a| below which a is within 8 % of z; 0 for a g that is nowhere so, or everywhere."""


def relu(z: Array) -> None:
    """a = max(z, 0)."""
    np.maximum(z, 0, out=z)


def relu_backward(gradient: Array, a: Array, scratch: Array) -> None:
    """∂J/∂z = ∂J/∂a where z > 0, else 0."""
    np.greater(a, 0, out=scratch)
    np.multiply(gradient, scratch, out=gradient)


def leaky_relu(z: Array) -> None:
    """a = z where z > 0, else 0.01·z."""
    np.maximum(z, LEAK * z, out=z)


def leaky_relu_backward(gradient: Array, a: Array, scratch: Array) -> None:
    """∂J/∂z = ∂J/∂a where z > 0, else 0.01·∂J/∂a."""
    np.less_equal(a, 0, out=scratch)
    np.multiply(gradient, LEAK, out=gradient, where=scratch)


def tanh(z: Array) -> None:
    """a = tanh(z)."""
    np.tanh(z, out=z)


def tanh_backward(gradient: Array, a: Array, scratch: Array) -> None:
    """∂J/∂z = ∂J/∂a · (1 − a²)."""
    np.multiply(a, a, out=a)
    np.subtract(1, a, out=a)
    np.multiply(gradient, a, out=gradient)


def sigmoid(z: Array) -> None:
    """a = 1 / (1 + e⁻ᶻ); e⁻ᶻ may overflow to inf, which gives the right 0."""
    np.negative(z, out=z)
    np.exp(z, out=z)
    np.add(z, 1, out=z)
    np.reciprocal(z, out=z)


def sigmoid_backward(gradient: Array, a: Array, scratch: Array) -> None:
    """∂J/∂z = ∂J/∂a · a(1 − a)."""
    np.multiply(gradient, a, out=gradient)
    np.subtract(1, a, out=a)
    np.multiply(gradient, a, out=gradient)


def linear(z: Array) -> None:
    """a = z."""


def linear_backward(gradient: Array, a: Array, scratch: Array) -> None:
    """∂J/∂z = ∂J/∂a."""


ACTIVATIONS: dict[str, Activation] = {
    "relu": Activation(relu, relu_backward, kinked=True, dies=True),
    "leaky_relu": Activation(leaky_relu, leaky_relu_backward, kinked=True),
    "tanh": Activation(tanh, tanh_backward, nearly_linear=math.tanh(NEAR_LINEAR)),
    "sigmoid": Activation(sigmoid, sigmoid_backward),
    "linear": Activation(linear, linear_backward),
}
"""By the name that an experiment gives them. A new one is one more pair of functions and one more entry."""
