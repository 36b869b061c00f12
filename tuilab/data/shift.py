"""Do two parts look alike? A two-sample test, for parts that come from files of their own."""

import numpy as np
from numpy.typing import NDArray

from tuilab.data.dataset import Part
from tuilab.data.table import Floats

LEVEL = 0.01
"""A p-value below it is told."""
PERMUTATIONS = 299
ROWS, COLUMNS = 300, 60
"""Examples of each part, and features, that are looked at, at most: so that it takes a twentieth of a second."""


def p_value(one: Part, other: Part, rng: np.random.Generator) -> float:
    """How probable a difference as large as between two parts is, if their distribution is one.

    The statistic is the largest of the Kolmogorov–Smirnov distances of the features, of each example's mean and norm,
    and of the labels; its distribution that of random divisions of the pooled examples (a permutation test: P. Good,
    "Permutation, Parametric and Bootstrap Tests of Hypotheses", 2005), so its level holds whatever the features are.
    Of a group a single example is looked at: the others are as it is, and divisions of them no random ones.
    """
    columns = rng.permutation(one.X.shape[1])[:COLUMNS]
    first, second = (_sample(part, columns, rng) for part in (one, other))
    pooled = np.concatenate([first, second])
    order = np.argsort(pooled, axis=0, kind="stable")
    ordered = np.take_along_axis(pooled, order, axis=0)
    # A step of the distribution function ends where the next value differs.
    ends = np.concatenate([ordered[1:] != ordered[:-1], np.ones((1, pooled.shape[1]), bool)])
    weights = np.concatenate([np.full(len(first), 1 / len(first)), np.full(len(second), -1 / len(second))])

    def distance(weights: Floats) -> float:
        return float(np.abs(np.cumsum(weights[order], axis=0) * ends).max())

    seen = distance(weights) - 1e-12  # sums of the same numbers in another order differ in their last bits
    as_large = sum(distance(rng.permutation(weights)) >= seen for _ in range(PERMUTATIONS))
    return (1 + as_large) / (1 + PERMUTATIONS)


def _sample(part: Part, columns: NDArray[np.int64], rng: np.random.Generator) -> Floats:
    """What is compared of a part: some rows; of each some features, its mean and norm, and its label."""
    rows = rng.permutation(len(part.y))
    if part.group is not None:
        rows = rows[np.sort(np.unique(part.group[rows], return_index=True)[1])]
    some = part.at(rows[:ROWS])
    X = some.X.astype(np.float64)
    return np.column_stack([X[:, columns], X.mean(axis=1), np.linalg.norm(X, axis=1), some.y])
