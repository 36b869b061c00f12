"""What the weights of each layer look like: their size, their distribution, how many are exactly 0."""

from dataclasses import dataclass

import numpy as np

from tuilab.nn import Parameters
from tuilab.nn.activation import Array

BINS = 31
"""Of a histogram: odd, so that 0 is the middle of a bin."""


@dataclass(frozen=True)
class LayerWeights:
    """The W of one layer: `norm` ‖W‖ (Frobenius), `largest` |w|, mean, standard deviation, share of exact zeros.

    `lost` is how many are not finite; the figures are those of the others.
    """

    weights: int
    norm: float
    mean: float
    std: float
    largest: float
    zeros: float
    lost: int = 0


@np.errstate(all="ignore")  # weights that exploded are looked at, too
def layer_weights(weights: Array) -> LayerWeights:
    """The figures of `weights` of any shape, at least one."""
    finite = weights[np.isfinite(weights)].astype(np.float64)
    if not finite.size:
        none = float("nan")
        return LayerWeights(weights.size, none, none, none, none, zeros=0.0, lost=weights.size)
    return LayerWeights(
        weights=weights.size,
        norm=float(np.linalg.norm(finite)),
        mean=float(finite.mean()),
        std=float(finite.std()),
        largest=float(np.abs(finite).max()),
        zeros=float(np.count_nonzero(weights == 0) / weights.size),
        lost=weights.size - finite.size,
    )


def histogram(weights: Array, bins: int = BINS) -> tuple[Array, float]:
    """(counts (bins,), edge): how many finite `weights` lie in each of the equal bins from −edge to edge."""
    finite = weights[np.isfinite(weights)].astype(np.float64).ravel()
    edge = float(np.abs(finite).max(initial=0)) or 1.0
    counts, _ = np.histogram(finite / edge, bins=bins, range=(-1, 1))
    return counts, edge


def report(parameters: Parameters) -> tuple[LayerWeights, ...]:
    """The figures of each layer, the first hidden one first."""
    return tuple(layer_weights(weights) for weights in parameters.weights)
