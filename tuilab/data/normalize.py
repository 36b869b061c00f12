"""Normalizing inputs: x ← (x − μ)/σ with μ and σ of the training part alone.

An input that says yes or no is centered alone, so that both are as far apart in a rare one as in any other (A. Gelman,
"Scaling regression inputs by dividing by two standard deviations", 2008, centers binary inputs so): of one yes in
30,000, σ would make an input of 170 whose weights hardly one example has trained.
"""

import numpy as np
from numpy.typing import NDArray

from tuilab.data.table import LARGEST, Floats

Vector = NDArray[np.float64]
_BLOCK = 1 << 20
"""Numbers that are looked at a time, so that no second X is ever in memory."""
_CHANGED = 1 << 17
"""Numbers that are changed at a time: what a cache holds."""


def moments(X: Floats, marks: NDArray[np.bool_] | None = None) -> tuple[Vector, Vector]:
    """(μ, σ), each (n,), of the columns of X (m, n), m ≥ 1: mean and standard deviation √(Σ(x − μ)²/m).

    A constant feature gets σ = 1, and so does each of the `marks` (n,), which are 1 or 0 for yes or no; and one whose
    σ underflows (below 1/`LARGEST`): dividing by it could overflow.
    """
    mean = X.mean(axis=0, dtype=np.float64)
    rows = max(1, _BLOCK // X.shape[1])
    squares = sum(((X[start : start + rows] - mean) ** 2).sum(axis=0) for start in range(0, len(X), rows))
    scale = np.sqrt(squares / len(X))
    # Asked of the values: the rounding of the mean gives equal values a σ of about 1e-17 instead of 0.
    constant = _constant(X, rows)
    mean[constant] = X[0, constant]
    scale[constant | (scale < 1 / LARGEST)] = 1
    if marks is not None:
        scale[marks] = 1
    return mean, scale


def _constant(X: Floats, rows: int) -> NDArray[np.bool_]:
    """(n,): the columns of equal values; looked for so many rows at a time, until there can be none any more."""
    constant = np.ones(X.shape[1], bool)
    for start in range(0, len(X), rows):
        constant &= (X[start : start + rows] == X[0]).all(axis=0)
        if not constant.any():
            break
    return constant


def normalize(X: Floats, mean: Vector, scale: Vector) -> None:
    """(X − mean)/scale in place; X is (m, n)."""
    rows = max(1, _CHANGED // X.shape[1])
    for start in range(0, len(X), rows):
        some = X[start : start + rows]
        some -= mean
        some /= scale
