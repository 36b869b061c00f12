"""How round the bowl is: the conditioning of the inputs, before and after normalization.

Linearized at zero weights, where every class has the same probability, the cost of logistic or softmax regression has
the Hessian c·X̃ᵀX̃/m, X̃ = [1, X], with c = 1/4 for one sigmoid unit and 1/K for K softmax units. Gradient descent on
such a bowl converges only for α < 2/λ_max, and its slowest direction shrinks by 1 − αλ_min an iteration.
"""

import numpy as np
from msgspec import Struct

from tuilab.data import Dataset
from tuilab.nn.activation import Array


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
    raw = dataset.train.X * dataset.scale + dataset.mean
    deviation = raw.std(axis=0)
    normalized = (raw - raw.mean(axis=0)) / np.where(deviation > 0, deviation, 1)
    return bowl(raw, len(dataset.classes)), bowl(normalized, len(dataset.classes))


def bowl(X: Array, classes: int) -> Bowl:
    """The bowl of inputs X of shape (m, n_x) for K = `classes`."""
    covariance = np.cov(X, rowvar=False, bias=True).reshape(X.shape[1], X.shape[1])
    eigenvalues = np.linalg.eigvalsh(covariance)
    smallest, largest = float(eigenvalues[0]), float(eigenvalues[-1])
    if smallest < largest * len(eigenvalues) * np.finfo(np.float64).eps:
        smallest = 0.0  # what is left is rounding
    with_bias = np.hstack([np.ones((len(X), 1)), X])
    curvature = (1 / 4 if classes == 2 else 1 / classes) * float(np.linalg.norm(with_bias, 2)) ** 2 / len(X)
    return Bowl(smallest=smallest, largest=largest, largest_rate=2 / curvature)
