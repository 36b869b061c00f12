"""The inputs before and after normalization: μ and σ of each feature, and the shape of the cost."""

import math
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any, Self

import numpy as np

from tuilab.arrays import Array
from tuilab.data import Dataset, Part
from tuilab.data.normalize import moments
from tuilab.experiment import Experiment
from tuilab.lab.insight.insight import Insight
from tuilab.lab.service import Lab
from tuilab.lab.watching import Snapshot
from tuilab.text import clean
from tuilab.training.conditioning import Bowl, bowls
from tuilab.words import count, number, plural
from tuilab.words.table import aligned

EXAMPLES = 4096
"""Of the training part, how many examples are looked at, at most: its first ones."""
ROUNDING = 1e-12
"""Of the largest value of a feature: what is not more is rounding."""
HEAD = ("feature", "μ", "σ", "smallest", "largest")


class InputsInsight(Insight, frozen=True, kw_only=True, eq=False):
    """`raw` and `normalized` bowl; (n,) moments and ends of each raw feature over the training examples looked at."""

    raw: Bowl
    normalized: Bowl
    used: bool
    """Whether the experiment normalizes."""
    learning_rate: float
    examples: int
    features: tuple[str, ...]
    mean: Array
    std: Array
    low: Array
    high: Array

    @classmethod
    def look(cls, lab: Lab, experiment: Experiment, snapshot: Snapshot | None = None, choice: Any = None) -> Self:
        """The inputs of the experiment's training part."""
        rate = experiment.optimization.learning_rate
        return cls.of(lab.problem(experiment).dataset, experiment.inputs.normalize, rate)

    @classmethod
    @lru_cache(maxsize=1)  # a run changes none of it
    def of(cls, dataset: Dataset, used: bool, learning_rate: float) -> Self:
        """Those of the training part of `dataset`, which is normalized where that is `used`."""
        part = Part(X=dataset.train.X[:EXAMPLES], y=dataset.train.y[:EXAMPLES])
        raw = dataset.raw(part.X)
        before, after = bowls(replace(dataset, train=part))
        return cls(
            raw=before,
            normalized=after,
            used=used,
            learning_rate=learning_rate,
            examples=len(raw),
            features=dataset.features,
            **_figures(raw),
        )

    @cached_property
    def said(self) -> str:
        """What normalization does, and what the experiment makes of it."""
        before, after = self.raw.condition, self.normalized.condition
        said = f"Normalizing takes the condition number from {number(before)} to {number(after)}"
        if math.isinf(before) and math.isinf(after):
            said = "Normalizing or not, the condition number is infinite: a feature is constant, or told by the others"
        if self.examples == EXAMPLES:
            said += f" (first {count(EXAMPLES)} examples)"
        largest = (self.normalized if self.used else self.raw).largest_rate
        word = "below" if self.learning_rate < largest else "above"
        return (
            f"{said}. This experiment {'normalizes' if self.used else 'does not normalize'}: its α "
            f"{number(self.learning_rate)} is {word} {number(largest)}, the largest that is stable near zero weights."
        )

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """A row for each feature."""
        columns = (self.mean, self.std, self.low, self.high)
        names = (clean(name, 40) for name in self.features)
        rows = ((name, *(number(column[place]) for column in columns)) for place, name in enumerate(names))
        return aligned([HEAD, *rows], "lr")

    @property
    def bowls(self) -> tuple[str, ...]:
        """A row for each bowl."""
        own = f"at α {number(self.learning_rate)}"
        rows = [("inputs", "condition κ", "largest stable α", "way down at half of it", own)]
        for name, bowl in (("raw", self.raw), ("normalized", self.normalized)):
            way = told_way(bowl, self.learning_rate)
            rows.append((name, number(bowl.condition), number(bowl.largest_rate), told_steps(bowl), way))
        return aligned(rows, "lrrll")

    @property
    def text(self) -> str:
        """The sentence, a row for each bowl, and one for each feature."""
        return "\n".join([self.said, "", *self.bowls, "", *self.lines])


def _figures(raw: Array) -> dict[str, Array]:
    """Mean, standard deviation and ends of each feature; what normalizing and back again has left of a 0 is 0."""
    columns = {"mean": moments(raw)[0], "std": raw.std(axis=0), "low": raw.min(axis=0), "high": raw.max(axis=0)}
    rounding = ROUNDING * np.abs(raw).max(axis=0)
    return {name: np.where(np.abs(column) <= rounding, 0.0, column) for name, column in columns.items()}


def told_steps(bowl: Bowl) -> str:
    """How many updates it takes, at α = 1/λ_max, until the flattest direction has shrunk to a hundredth."""
    needed = steps(bowl)
    if math.isinf(needed):
        return "flat in one direction"
    return f"{plural(math.ceil(needed), 'step')} to 1 %" if needed < 1e9 else f"{needed:.0e} steps to 1 %"


def steps(bowl: Bowl, shrink: float = 100.0) -> float:
    """Updates until the flattest direction has shrunk by `shrink`, at α = 1/λ_max; infinite if it is quite flat.

    There u ← (1 − λ_min/λ_max)·u at each update, and the steepest direction is at its minimum after one.
    """
    left = 1 - 1 / bowl.condition
    if left <= 0:
        return 1.0
    return -math.log(shrink) / math.log(left) if left < 1 else math.inf


def share_of(bowl: Bowl, rate: float) -> float:
    """α·λ_max: at 1 the steepest direction is at its minimum after one update, at 2 α is no longer stable."""
    return 2 * rate / bowl.largest_rate


def told_way(bowl: Bowl, rate: float) -> str:
    """What gradient descent does in the steepest direction at α = `rate`: there u ← (1 − α·λ_max)·u at each update."""
    share = share_of(bowl, rate)
    if share > 2:
        return "overshoots, ever farther"
    return "overshoots, and settles" if share > 1 else "straight down"


def path(condition: float, number: int, share: float = 1.0) -> Array:
    """Where gradient descent stands at first and after each of `number` updates at α = share/λ_max, (number + 1, 2).

    In units of where it began: along the flattest direction, and along the steepest one.
    """
    time = np.arange(number + 1)[:, None]
    places: Array = np.array([1 - share / condition, 1 - share]) ** time
    return places
