"""Normalizing inputs: x ← (x − μ)/σ with μ and σ of the training part alone."""

import numpy as np
from numpy.typing import NDArray

from tuilab.data.table import LARGEST

Vector = NDArray[np.float64]


def moments(X: NDArray[np.float64]) -> tuple[Vector, Vector]:
    """(μ, σ), each (n,), of the columns of X (m, n), m ≥ 1: mean and standard deviation √(Σ(x − μ)²/m).

    A constant feature gets σ = 1. So does one whose σ underflows (below 1/`LARGEST`): dividing by it could overflow.
    """
    mean, scale = X.mean(axis=0), X.std(axis=0)
    # Asked of the values: the rounding of the mean gives equal values a σ of about 1e-17 instead of 0.
    constant = X.min(axis=0) == X.max(axis=0)
    mean[constant] = X[0, constant]
    scale[constant | (scale < 1 / LARGEST)] = 1
    return mean, scale


def normalize(X: NDArray[np.float64], mean: Vector, scale: Vector) -> None:
    """(X − mean)/scale in place; X is (m, n)."""
    X -= mean
    X /= scale
