"""The decision threshold of two classes: above which probability the second one is said."""

import numpy as np

from tuilab.arrays import Array
from tuilab.events import Threshold
from tuilab.nn.task import Classification
from tuilab.training.tally import tally

FAR = 20.0
"""A logit whose probability is 2e-9 away from 0 or 1."""


def best_threshold(z: Array, y: Array) -> Threshold | None:
    """The threshold with the lowest balanced error for logits z of shape (1, m) and labels y of shape (m,).

    To three digits; of equal ones that nearest to 1/2. None without examples of both classes, or where z says nothing.
    """
    logits, groups = z[0].astype(np.float64), [np.sort(z[0, y == k].astype(np.float64)) for k in (0, 1)]
    if not all(map(len, groups)) or not np.isfinite(logits).all():
        return None
    ends = np.unique(logits)
    between = np.concatenate([[ends[0] - 1], (ends[:-1] + ends[1:]) / 2, [ends[-1] + 1]])
    chances = np.unique([0.5, *_rounded(1 / (1 + np.exp(-np.clip(between, -FAR, FAR))))])
    cuts = np.log(chances / (1 - chances))
    below = [np.searchsorted(group, cuts, side="right") / len(group) for group in groups]
    recall = below[0] + 1 - below[1]
    best = np.flatnonzero(recall >= recall.max() - 1e-12)
    value = float(chances[best[np.abs(chances[best] - 0.5).argmin()]])
    return Threshold(value=value, tally=tally(y, Classification(value).predict(z), 2))


def _rounded(chances: Array) -> Array:
    """Probabilities to three digits of what is rarer, 0.00123 and 1 − 0.00123."""
    rare = np.minimum(chances, 1 - chances)
    rounded = np.array([float(f"{chance:.3g}") for chance in rare])
    return np.where(chances < 0.5, rounded, 1 - rounded)
