"""All weights and biases of a network in one flat vector θ."""

from itertools import pairwise
from typing import Any

import numpy as np

from tuilab.arrays import Array


class Parameters:
    """θ = (W1, …, WL, b1, …, bL) as one contiguous vector, with each W of shape (fan_in, fan_out) and b of shape
    (fan_out,) as a view into it, so that an update of all of them is one operation.

    The weights come first: `theta[:weight_count]` is what a penalty counts.
    """

    def __init__(self, sizes: tuple[int, ...], dtype: Any = np.float64, theta: Array | None = None) -> None:
        """Zeros for layers of `sizes` (inputs first), or views into the given `theta`.

        Raises ValueError if `theta` has not the length that `sizes` ask for.
        """
        self.sizes = sizes
        self.weight_count = sum(fan_in * fan_out for fan_in, fan_out in pairwise(sizes))
        count = self.weight_count + sum(sizes[1:])
        self.theta: Array = np.zeros(count, dtype) if theta is None else theta
        if self.theta.shape != (count,):
            raise ValueError(f"layers {sizes} have {count} parameters, theta has shape {self.theta.shape}")
        self.weights: list[Array] = []
        self.biases: list[Array] = []
        start = 0
        for fan_in, fan_out in pairwise(sizes):
            self.weights.append(self.theta[start : start + fan_in * fan_out].reshape(fan_in, fan_out))
            start += fan_in * fan_out
        for fan_out in sizes[1:]:
            self.biases.append(self.theta[start : start + fan_out])
            start += fan_out

    @property
    def all_weights(self) -> Array:
        """Every weight and no bias, a flat view."""
        return self.theta[: self.weight_count]

    def named(self) -> dict[str, Array]:
        """{"W1": view, "b1": view, "W2": …}, layer by layer."""
        pairs = zip(self.weights, self.biases, strict=True)
        return {
            f"{kind}{layer}": view for layer, pair in enumerate(pairs, 1) for kind, view in zip("Wb", pair, strict=True)
        }

    def astype(self, dtype: Any) -> "Parameters":
        """The same values as another type of number, in a vector of their own."""
        return Parameters(self.sizes, theta=self.theta.astype(dtype))

    def copy(self) -> "Parameters":
        """The same values in a vector of their own."""
        return Parameters(self.sizes, theta=self.theta.copy())
