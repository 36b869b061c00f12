"""How round the bowl is: the conditioning of the inputs, before and after normalization.

Linearized at zero weights, where every class has the same probability, the cost of a network without hidden layers has
the Hessian c·X̃ᵀX̃/m, X̃ = [1, X], with c = 1/4 for one sigmoid unit, 1/K for K softmax units and 1 for a number; where
examples have weights w, c·X̃ᵀ diag(w) X̃/m. Gradient descent on such a bowl converges only for α < 2/λ_max, its slowest
direction shrinks by 1 − αλ_min an iteration.
"""

import numpy as np
from msgspec import Struct

from tuilab.arrays import Array
from tuilab.data import Dataset
from tuilab.data.normalize import moments, normalize


class Bowl(Struct, frozen=True, kw_only=True):
    """The shape of the cost around zero weights."""

    smallest: float
    """λ_min of the covariance of the features."""
    largest: float
    """λ_max of the covariance of the features."""
    largest_rate: float
    """2/λ_max of the Hessian: the largest α at which gradient descent is stable."""

    @property
    def condition(self) -> float:
        """λ_max/λ_min: 1 is round; infinite if a feature is constant or told by the others."""
        return self.largest / self.smallest if self.smallest > 0 else float("inf")


def bowls(dataset: Dataset) -> tuple[Bowl, Bowl]:
    """The bowl of the raw training inputs, and that of the normalized ones, whichever the experiment uses."""
    X, curvature = dataset.raw(dataset.train.looked_at().X), dataset.task.curvature(len(dataset.classes))
    raw = bowl(X, curvature)
    normalize(X, *moments(X, dataset.marks))
    return raw, bowl(X, curvature)


def bowl(X: Array, curvature: float) -> Bowl:
    """The bowl of inputs X of shape (m, n_x) under a loss of that `curvature` at zero weights, c above."""
    variances = _eigenvalues(X - X.mean(axis=0))
    smallest, largest = float(variances[0]), float(variances[-1])
    if smallest < largest * X.shape[1] * np.finfo(np.float64).eps:
        smallest = 0.0  # what is left is rounding
    return Bowl(smallest=smallest, largest=largest, largest_rate=largest_rate(X, curvature, np.ones(len(X))))


def largest_rate(X: Array, curvature: float, weights: Array, decay: float = 0.0) -> float:
    """2/λ_max of the Hessian of inputs X of shape (m, n_x) whose losses of that `curvature` have `weights` (m,).

    A penalty of Hessian `decay`·I, which is λ/m of L2, is taken to be one of the bias too: at most so much too careful.
    """
    with_bias = np.sqrt(weights)[:, np.newaxis] * np.hstack([np.ones((len(X), 1)), X])
    return 2 / (curvature * float(_eigenvalues(with_bias)[-1]) + decay)


def _eigenvalues(X: Array) -> Array:
    """Of XᵀX/m, ascending. Those of more features than examples are the eigenvalues of XXᵀ/m, and 0."""
    m, n = X.shape
    if n <= m:
        return np.linalg.eigvalsh(X.T @ X / m)
    return np.concatenate([np.zeros(1), np.linalg.eigvalsh(X @ X.T / m)])
