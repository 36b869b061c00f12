"""The inputs before and after normalization: μ and σ of each feature, and the shape of the cost."""

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from tuilab.data import Dataset, Part
from tuilab.data.normalize import moments
from tuilab.nn.activation import Array
from tuilab.training.conditioning import Bowl, bowls

EXAMPLES = 4096
"""Of the training part, how many examples are looked at, at most: its first ones."""


@dataclass(frozen=True, eq=False)
class InputReport:
    """`raw` and `normalized` bowl; (n,) moments and ends of each raw feature over the training examples looked at."""

    raw: Bowl
    normalized: Bowl
    mean: Array
    std: Array
    low: Array
    high: Array
    examples: int


@lru_cache(maxsize=1)  # a run changes none of it
def input_report(dataset: Dataset) -> InputReport:
    """The report on the training part of `dataset`, whether or not it is normalized."""
    part = Part(X=dataset.train.X[:EXAMPLES], y=dataset.train.y[:EXAMPLES])
    raw = part.X * dataset.scale + dataset.mean
    before, after = bowls(replace(dataset, train=part))
    mean, _ = moments(raw)
    return InputReport(before, after, mean, raw.std(axis=0), raw.min(axis=0), raw.max(axis=0), len(raw))


def steps(bowl: Bowl, shrink: float = 100.0) -> float:
    """Updates until the flattest direction has shrunk by `shrink`, at α = 1/λ_max; infinite if it is quite flat.

    There u ← (1 − λ_min/λ_max)·u at each update, and the steepest direction is at its minimum after one.
    """
    left = 1 - 1 / bowl.condition
    if left <= 0:
        return 1.0
    return -math.log(shrink) / math.log(left) if left < 1 else math.inf


def path(condition: float, count: int) -> Array:
    """Where gradient descent stands at first and after each of `count` updates at α = 1/λ_max, shape (count + 1, 2).

    In units of where it began: along the flattest direction, and along the steepest one.
    """
    time = np.arange(count + 1)[:, None]
    places: Array = np.array([1 - 1 / condition, 0.0]) ** time
    return places
