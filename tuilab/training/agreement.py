"""How far what a network says of examples goes with their labels, beside the same labels in a random order."""

import math
from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple

from tuilab.arrays import Array
from tuilab.training.alike import worth

LIMIT = 1.64
"""Standard deviations of a limit on one side, at 95 %."""


class Seen(NamedTuple):
    """What a network says of examples."""

    outputs: Array
    """(m, K)."""
    labels: Array
    """(m, K)."""
    group: Array | None = None
    """(m,) which group each is of, whose examples are alike; None where all stand for themselves."""


class Agreement(NamedTuple):
    """How far outputs go with their labels."""

    beyond: float
    """By how many standard deviations more than with the labels in a random order."""
    at_most: float
    """The limit of their correlation, at 95 %."""


def agreement(seen: Seen, folds: Iterable[Seen] = ()) -> Agreement:
    """Of what is `seen`, and of `folds`, each said by a network that learned from the others.

    Σ (outputs − mean)·(labels − mean) has the mean 0 over all orders of the labels, and the variance ⟨A, B⟩/(m − 1) of
    the scatter matrices A, B of either (W. Hoeffding, "A combinatorial central limit theorem", 1951). Of folds it is
    twice that: what one row says of another, that one says of it, so every pair of rows is counted two times. Of groups
    it is as much more as their examples are worth less.
    """
    total = variance = most = 0.0
    for counted, (outputs, labels, group) in chain([(1, seen)], ((2, one) for one in folds)):
        a, b = outputs - outputs.mean(axis=0), labels - labels.mean(axis=0)
        each = (a * b).sum(axis=1)
        total += float(each.sum())
        alone = float(((a.T @ a) * (b.T @ b)).sum()) / max(len(a) - 1, 1)
        variance += counted * alone / worth(each, group)
        most += math.sqrt(float((a * a).sum()) * float((b * b).sum()))
    if not 0 < variance < math.inf:  # of dead inputs all is said alike
        return Agreement(0.0, 0.0)
    deviation = math.sqrt(variance)
    return Agreement(total / deviation, (total + LIMIT * deviation) / most)
