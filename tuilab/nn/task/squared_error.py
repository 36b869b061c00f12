"""The halved squared error of one linear output, forward and backward in one go.

loss(z, y) = ½(z − y)², ∂loss/∂z = z − y; the mean over the examples is J = 1/(2m) Σ(a − y)² (course notes).
"""

from typing import Any

import numpy as np

from tuilab.arrays import Array, number
from tuilab.nn.task.task import Loss


class SquaredError(Loss):
    """One linear unit against numbers y of shape (m,)."""

    def __init__(self, rows: int, dtype: Any, like: Array | None = None) -> None:
        """It needs no buffers."""

    @staticmethod
    def targets(y: Array, outputs: int, dtype: Any) -> Array:
        """y itself, of shape (1, m)."""
        return y.astype(dtype).reshape(1, -1)

    def __call__(self, z: Array, targets: Array) -> float:
        """The summed loss of outputs z of shape (1, m); z becomes ∂(summed loss)/∂z."""
        np.subtract(z, targets, out=z)
        return number(np.dot(z[0], z[0])) / 2

    @staticmethod
    def losses(z: Array, targets: Array) -> Array:
        """The loss of each example, shape (m,), of outputs z of shape (1, m), which stay as they are."""
        losses: Array = np.square(z[0] - targets[0]) / 2
        return losses

    @staticmethod
    def differences(z: Array, y: Array) -> Array:
        return _differences(z[0, 0], z[0, 1], y)

    @staticmethod
    def output_differences(z: Array, y: Array, unit: int, delta: Array) -> Array:
        return _differences(z[unit] + delta, z[unit] - delta, y)


def _differences(one: Array, other: Array, y: Array) -> Array:
    """½(z₁ − y)² − ½(z₂ − y)² as ½(z₁ − z₂)(z₁ + z₂ − 2y): no squares that are nearly equal are subtracted."""
    differences: Array = (one - other) * ((one - y) + (other - y)) / 2
    return differences
