"""The Bayes error of a generated source: what the best of all classifiers gets wrong, from the distribution itself.

For K classes that are equally frequent it is 1 − ∫ maxₖ pₖ(x)/K dx (Devroye, Györfi and Lugosi, "A Probabilistic Theory
of Pattern Recognition", theorem 2.1). Here pₖ, the points of class k with N(0, noise²) added to both features, is taken
as a mean of Gaussians around evenly spread points of the shape.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuilab.data.generate import SHAPES, Shape

NODES = {0: 1, 1: 4096, 2: 112 * 112}
"""Points that stand for a class, by the number of uniform numbers that its shape takes."""
RESOLVED = 0.02
"""Noise below which the points would have to be denser."""
_TAILS = 6
"""Standard deviations around the points beyond which nothing is counted."""

Grid = NDArray[np.float32]


@lru_cache(maxsize=256)
def bayes_error(source: str, noise: float) -> float:
    """The Bayes error of `source` (a key of `SHAPES`) with `noise`, within 0.001.

    Classes that touch along a line are mixed up in proportion to a small noise, others hardly at all: what is below
    `RESOLVED` is read off that line through 0.
    """
    if noise < RESOLVED:
        return noise / RESOLVED * bayes_error(source, RESOLVED) if noise else 0.0
    shape = SHAPES[source]
    nodes = [_nodes(shape, k) for k in range(shape.classes)]
    axes = [_axis(np.concatenate([node[feature] for node in nodes]), noise) for feature in (0, 1)]
    cell = np.prod([step for _, step in axes])
    best: Any = 0.0
    for node in nodes:
        one, other = (_factors(x, centers, max(noise, 2 * step)) for centers, (x, step) in zip(node, axes, strict=True))
        best = np.maximum(best, one.T @ other / len(one))
    return float(min(max(1 - best.sum(dtype=np.float64) * cell / shape.classes, 0), 1 - 1 / shape.classes))


def _nodes(shape: Shape, k: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """x1 and x2 of points of class k, evenly spread over the uniform numbers."""
    count = NODES[shape.latent]
    if shape.latent < 2:
        u = [(np.arange(count) + 0.5) / count] * shape.latent
    else:  # not in the middle of their cells: there they would lie on the line that parts the classes of `ranges`
        side = np.arange(round(count**0.5))
        u = list(np.stack(np.meshgrid((side + 0.25) / len(side), (side + 0.5) / len(side))).reshape(2, -1))
    return shape.place(np.full(count, k), *u)


def _axis(centers: NDArray[Any], noise: float) -> tuple[NDArray[Any], float]:
    """Where a feature is looked at, and the width of a step."""
    low, high = centers.min(), centers.max()
    tail = _TAILS * max(noise, (high - low) / 160)
    step = max(noise / 8, (high - low + 2 * tail) / 320)
    return np.arange(low - tail, high + tail + step, step), step


def _factors(x: NDArray[Any], centers: NDArray[Any], spread: float) -> Grid:
    """(nodes, len(x)) densities of N(center, spread²)."""
    z = ((x - centers[:, None]) / spread).astype(np.float32)
    factors: Grid = np.exp(-0.5 * z * z) / np.float32(spread * (2 * np.pi) ** 0.5)
    return factors
