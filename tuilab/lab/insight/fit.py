"""Numbers that are predicted, in a few levels, and which examples lie far from it."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, Self

import numpy as np

from tuilab.arrays import Array
from tuilab.nn.task.classification import NO_CLASS
from tuilab.words import quantity

LEVELS = 6
FAR = 2.0
"""Root mean squared errors from which on an example is far off; of normal errors one in twenty is."""


class Levels(NamedTuple):
    """Stretches of numbers that hold about equally many of some targets, by the `edges` between them.

    An edge lies half way between two targets: of counts, where many are one number, none stands on it.
    """

    edges: Array

    @classmethod
    def of(cls, targets: Array) -> Self:
        """Those of targets (m,)."""
        values = np.unique(targets)
        above = np.searchsorted(values, np.quantile(targets, np.arange(1, LEVELS) / LEVELS))
        above = np.unique(above[above > 0])
        return cls((values[above - 1] + values[above]) / 2 if len(above) else values)

    def places(self, values: Array) -> Array:
        """The level of each value, from 0 at the lowest; of one that is no number `NO_CLASS`."""
        places: Array = np.where(np.isnan(values), NO_CLASS, np.digitize(values, self.edges))
        return places

    @property
    def names(self) -> Sequence[str]:
        """What each is called, by its ends."""
        spread = float(np.ptp(self.edges)) or 1.0
        edges = [quantity(edge, spread) for edge in self.edges.tolist()]
        between = [f"{low} … {high}" for low, high in pairwise(edges)]
        return [f"below {edges[0]}", *between, f"above {edges[-1]}"]


def near(said: Array, targets: Array) -> Array:
    """Whether each prediction (m,) is not far from its target (m,), as errors go among them."""
    squares = np.square(said - targets)
    near: Array = squares <= FAR**2 * squares.mean() if len(squares) else np.empty(0, bool)
    return near
