"""Recall, precision and the balanced error: what an error hides where classes are unequal."""

import math
from collections.abc import Sequence

import numpy as np

from tuilab.arrays import Array
from tuilab.data.table import RARE
from tuilab.events import PARTS, Parts, Tally

HARDLY = 0.95
"""Of the error of chance: with more, hardly anything was learned, as by a run that diverged."""


def tally(truth: Array, said: Array, classes: int) -> Tally:
    """Counts of labels (m,) and of predictions (m,), which may be no class (−1)."""
    return Tally(
        examples=tuple(np.bincount(truth, minlength=classes).tolist()),
        predicted=tuple(np.bincount(said[said >= 0], minlength=classes).tolist()),
        right=tuple(np.bincount(truth[said == truth], minlength=classes).tolist()),
    )


def unequal(examples: Sequence[int]) -> bool:
    """Whether some class that occurs is rare, of so many examples each."""
    there = [count for count in examples if count]
    return len(there) > 1 and min(there) < RARE * sum(there) / len(there)


def baseline(examples: Sequence[int]) -> float:
    """The error of always saying the most frequent class, of so many examples each."""
    return 1 - max(examples) / sum(examples)


def beats_chance(error: float, chance: float) -> bool:
    """Whether more than hardly anything was learned; `chance` is the error of always one class, or of the mean."""
    return error < HARDLY * chance


def recalls(one: Tally) -> tuple[float | None, ...]:
    """Of the examples of each class, the share that is found; None of a class without any."""
    return _shares(one.right, one.examples)


def precisions(one: Tally) -> tuple[float | None, ...]:
    """Of what is said to be of each class, the share that is; None of a class that is never said."""
    return _shares(one.right, one.predicted)


def f1s(one: Tally) -> tuple[float | None, ...]:
    """The harmonic mean of recall and precision of each class; None of a class that neither occurs nor is said."""
    both = tuple(examples + said for examples, said in zip(one.examples, one.predicted, strict=True))
    return _shares(tuple(2 * right for right in one.right), both)


def balanced_error(one: Tally) -> float:
    """1 − the mean recall of the classes that occur: guessing and always saying one of K have 1 − 1/K."""
    found = [recall for recall in recalls(one) if recall is not None]
    return 1 - math.fsum(found) / len(found)


def balanced_examples(one: Tally) -> float:
    """How many examples would give an error as much to chance as these give the balanced one: K²/Σ(1/m_k)."""
    there = [examples for examples in one.examples if examples]
    return len(there) ** 2 / math.fsum(1 / examples for examples in there)


def beyond_chance(one: Tally) -> float:
    """By how many standard deviations more examples are right than if what is said knew nothing of the labels.

    Both as frequent as they are, matched at random: Cohen's κ in units of its deviation where κ = 0, by the exact
    moments of the matching (Everitt 1968, "Moments of the statistics kappa and weighted kappa"). One right is taken off
    for continuity: of two classes their number goes in steps of two, and is skewed where one is rare. 0 where always
    one class is said: no matching has another number right. It is `agreement` of one output a class, from counts alone,
    which is what a log has.
    """
    size, products = sum(one.examples), [true * said for true, said in zip(one.examples, one.predicted, strict=True)]
    total = sum(products)
    alike = sum(both * (true + said) for both, true, said in zip(products, one.examples, one.predicted, strict=True))
    variance = (size**2 * total - size * alike + total**2) / (size**2 * (size - 1)) if size > 1 else 0.0
    return (sum(one.right) - 1 - total / size) / math.sqrt(variance) if variance else 0.0


def balanced(tallies: Parts[Tally]) -> Parts[float]:
    """The balanced error of each part."""
    return Parts(**{name: balanced_error(one) for name in PARTS if (one := getattr(tallies, name))})


def _shares(some: tuple[int, ...], of: tuple[int, ...]) -> tuple[float | None, ...]:
    return tuple(part / whole if whole else None for part, whole in zip(some, of, strict=True))
