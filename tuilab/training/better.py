"""Is the second of two networks better, or was it chance? What their mistakes on the same dev examples can show.

Q. McNemar, "Note on the sampling error of the difference between correlated proportions or percentages", 1947, in its
exact form: of the examples that one alone gets right, each falls to either side like a coin, if neither is better.
The interval is Newcombe's tenth ("Improved confidence intervals for the difference between binomial proportions based
on paired data", 1998): the two Wilson intervals, put together by how much the mistakes have in common. Of other dev
examples it is his tenth for independent ones ("Interval estimation for the difference between independent
proportions", 1998). Of losses: Student's t of their differences, of other examples B. L. Welch's ("The generalization
of 'Student's' problem", 1947). Over several seeds: Student's t of the differences seed by seed. Where all seeds are
measured on the same dev examples, these add what they have in common to each: the variance of a mean over seeds and
examples, both drawn at random (F. E. Satterthwaite, "An approximate distribution of estimates of variance components",
1946).

Of unequal classes the balanced errors are compared, the means over the classes: their interval is those of the classes
put together (G. Y. Zou and A. Donner, "Construction of confidence limits about effect measures: a general approach",
2008).
"""

import math
from collections.abc import Sequence
from itertools import count
from statistics import NormalDist
from typing import Literal

import numpy as np
from msgspec import Struct, structs

from tuilab.arrays import Array
from tuilab.nn.task.chance import SURE, of_difference, wilson
from tuilab.nn.task.task import Told
from tuilab.training.student import LEVEL, t_quantile, t_tails

EXACT = 1e-17
"""What is less than that share of a sum is none of its digits."""
FEWEST_SEEDS = 3
"""Of which anything is told."""
MANY = 200
"""Losses, of which Student's interval holds about as often as it says, where no few of them make their variance."""
CARRIED = 20
"""Of fewer losses than that, of equal size, it does not."""

DevOfSeeds = Literal["new", "redrawn", "same"]
"""The dev examples of each run, or seed: new ones, others of the same data, or the same as those of all seeds."""


class Better(Struct, frozen=True, kw_only=True):
    """What is known of the difference (the first's dev error − the second's): above 0 the second is better."""

    errors: tuple[float, float]
    difference: float
    interval: tuple[float, float]
    """Where it is to be expected, at 95 %."""
    p: float | None
    """Of so large a difference, or a larger one, by chance; None where the interval alone tells."""
    examples: tuple[int, int]
    """Of dev, each has been measured on; or groups of them."""
    grouped: bool = False
    """Whether it is told by groups of examples, which err alike, as losses are."""
    alone: tuple[int, int] | None = None
    """Of the same dev examples, how many the first alone gets right, and how many the second; None: they are others."""
    balanced: bool = False
    """Whether the errors are balanced: the mean over the classes."""
    figures: Told = {}
    """Of numbers: what the errors are in other words, of the `first` and the `second`."""
    carried: float | None = None
    """Of losses: so many of equal size would vary as much, (Σd²)²/Σd⁴ of all that is averaged; of seeds that are not
    measured on the same, so many would come to as much, (Σl)²/Σl²."""
    seeds: int = 1
    dev: DevOfSeeds = "new"
    looks: int = 1
    """Comparisons, of which this is the one that stood out: `p` is so many times that of one, the interval is of all
    of them at once (Bonferroni)."""
    smallest: float | None = None
    """The smallest difference that so many examples, which the two tell apart as here, can show."""

    @property
    def shown(self) -> bool:
        """Whether there is a difference that is no chance."""
        return self.p < LEVEL if self.p is not None else not self.interval[0] <= 0 <= self.interval[1]

    @property
    def doubted(self) -> bool:
        """Whether the interval of losses holds less often than it says: they are few, or few of them carry it."""
        return self.carried is not None and (min(self.examples) < MANY or self.carried < CARRIED)


def on_the_same(first: Array, second: Array, looks: int = 1) -> Better:
    """Of which of the same m > 0 dev examples each of two gets wrong, (m,) booleans; or of their losses there."""
    if first.dtype != bool:
        known = _of_losses([first - second], (float(first.mean()), float(second.mean())), (len(first),) * 2, looks)
        return structs.replace(known, dev="same")
    m, alone, (low, high) = len(first), _alone(first, second), _paired(first, second, looks)
    p = min(1.0, looks * mcnemar(*alone))
    if p >= LEVEL:  # the exact test leaves it open that there is none, and so must the interval
        low, high = min(low, 0.0), max(high, 0.0)
    return Better(
        errors=(float(first.mean()), float(second.mean())),
        difference=(alone[1] - alone[0]) / m,
        interval=(low, high),
        p=p,
        examples=(m, m),
        alone=alone,
        dev="same",
        looks=looks,
        smallest=_smallest(sum(alone), LEVEL / looks) / m,
    )


def balanced_on_the_same(first: Array, second: Array, classes: Array) -> Better:
    """Of the balanced errors on the same m > 0 dev examples, whose `classes` are (m,).

    The mean of the K differences, d ∓ √Σ(d_k − l_k)²/K: l_k is how low, or how high, that of class k may be.
    """
    of_class = [(first[classes == one], second[classes == one]) for one in np.unique(classes)]
    errors = np.array([[wrong.mean() for wrong in pair] for pair in of_class])
    limits, apart = np.array([_paired(*pair) for pair in of_class]), errors[:, 0] - errors[:, 1]
    under, over = (np.linalg.norm(limits - apart[:, None], axis=0) / len(of_class)).tolist()
    (one, other), mean = errors.mean(axis=0).tolist(), float(apart.mean())
    return Better(
        errors=(one, other),
        difference=mean,
        interval=(mean - under, mean + over),
        p=None,
        examples=(len(first), len(first)),
        alone=_alone(first, second),
        dev="same",
        balanced=True,
    )


def on_others(first: Array, second: Array, looks: int = 1) -> Better:
    """Of which each of two gets wrong of different dev examples, (m₁,) and (m₂,) booleans; or of their losses there."""
    errors, sizes = (float(first.mean()), float(second.mean())), (len(first), len(second))
    return shares_on_others(errors, sizes) if first.dtype == bool else _of_losses([first, second], errors, sizes, looks)


def shares_on_others(
    errors: tuple[float, float], examples: tuple[int, int], worth: tuple[float, float] | None = None
) -> Better:
    """Of two shares that were measured on different dev examples; balanced ones where they are `worth` so many."""
    interval = _square(errors, worth or examples)
    return Better(
        errors=errors,
        difference=errors[0] - errors[1],
        interval=interval,
        p=None,
        examples=examples,
        balanced=worth is not None,
    )


def _of_losses(parts: Sequence[Array], errors: tuple[float, float], examples: tuple[int, int], looks: int) -> Better:
    """By means of independent `parts`, (m,) each, whose sum or difference is that of the errors: ± t·√Σ(s²/m).

    Of a part with a single number nothing is known of its spread.
    """
    sizes = [len(part) for part in parts]
    variances = [float(part.var(ddof=1)) / len(part) if len(part) > 1 else math.inf for part in parts]
    variance, difference = sum(variances), errors[0] - errors[1]
    if math.isinf(variance):
        p, reach, carried = 1.0, math.inf, 1.0
    elif not variance:
        p, reach, carried = float(not difference), 0.0, math.inf
    else:
        shares = [(one / variance) ** 2 / (m - 1) for one, m in zip(variances, sizes, strict=True)]
        freedom = max(1, int(1 / sum(shares) + 1e-9))
        reach = t_quantile(freedom, LEVEL / looks) * math.sqrt(variance)
        p = min(1.0, looks * t_tails(difference / math.sqrt(variance), freedom))
        carried = min(_carried(part) for part in parts)
    return Better(
        errors=errors,
        difference=difference,
        interval=(difference - reach, difference + reach),
        p=p,
        examples=examples,
        carried=carried,
        looks=looks,
        smallest=reach if 0 < reach < math.inf else None,
    )


def _carried(numbers: Array) -> float:
    """(Σd²)²/Σd⁴ of how far numbers (m,) are off their mean; ∞ where they are all the same."""
    squares = np.square(numbers - numbers.mean())
    top = float(squares.max())
    if not top:
        return math.inf
    squares = squares / top
    return float(squares.sum() ** 2 / (squares**2).sum())


def over_seeds(
    errors: Sequence[tuple[float, float]],
    examples: int,
    looks: int = 1,
    dev: DevOfSeeds = "new",
    carried: float | None = None,
) -> Better:
    """Of the dev errors of both with the same seed, on so many `examples`: a pair a seed, `FEWEST_SEEDS` at least.

    The mean of the differences ± t·s/√S. Where all are the same, s is what rounding to whole examples may hide, which
    means of losses, that are `carried` by so many, are not. Of `dev` examples that are redrawn from the same data it
    holds what other seeds would come to with these data.
    """
    differences = np.array([first - second for first, second in errors])
    variance = max(float(differences.var(ddof=1)), _hidden(examples, carried)) / len(errors)
    known = _by_student(np.array(errors), variance, len(errors) - 1, examples, looks)
    return structs.replace(known, dev=dev, carried=carried)


def over_seeds_on_the_same(first: Array, second: Array, looks: int = 1) -> Better:
    """Of the errors of both on each of the same m dev examples with each of S seeds, (S, m): booleans, or losses.

    The mean of the differences ± t·√(s²/S + σ²/m): σ² is what examples vary by whatever the seed, of mistakes no less
    than if one of them were told apart.
    """
    differences = np.asarray(first, float) - second
    seeds, examples = differences.shape
    by_seed, by_example = differences.mean(axis=1), differences.mean(axis=0)
    rest = differences - by_seed[:, None] - by_example + differences.mean()
    free = max(examples - 1, 1)
    noise = float((rest**2).sum()) / ((seeds - 1) * free)
    carried = None if first.dtype == bool else _carried(by_example)
    of_seeds = max(float(by_seed.var(ddof=1)), _hidden(examples, carried)) / seeds
    least = 1 / examples if carried is None else 0.0
    of_examples = max(float(((by_example - by_example.mean()) ** 2).sum()) / free - noise / seeds, least) / examples
    variance = of_seeds + of_examples
    freedom = variance**2 / (of_seeds**2 / (seeds - 1) + of_examples**2 / free) if variance else free
    errors = np.stack([np.asarray(one, float).mean(axis=1) for one in (first, second)], axis=1)
    known = _by_student(errors, variance, max(1, int(freedom)), examples, looks)
    return structs.replace(known, dev="same", carried=carried)


def _hidden(examples: int, carried: float | None) -> float:
    """The variance of the difference of two counts, each rounded to a whole one, as shares of so many examples.

    Means of losses, which are carried by some, are not rounded.
    """
    return 1 / (6 * examples**2) if carried is None else 0.0


def _by_student(errors: Array, variance: float, freedom: int, examples: int, looks: int) -> Better:
    """Of errors (S, 2), the mean of whose differences has that variance, told with so many degrees of freedom."""
    first, second = errors.mean(axis=0).tolist()
    scale, mean = math.sqrt(variance), first - second
    reach = t_quantile(freedom, LEVEL / looks) * scale
    return Better(
        errors=(first, second),
        difference=mean,
        interval=(mean - reach, mean + reach),
        p=min(1.0, looks * t_tails(mean / scale, freedom)) if scale else float(not mean),
        examples=(examples, examples),
        seeds=len(errors),
        looks=looks,
        smallest=reach or None,
    )


def mcnemar(first: int, second: int) -> float:
    """The exact two-sided p of so many examples that one of two alone gets right: 2·P(X ≤ min), X ~ Bin(sum, ½)."""
    tosses, k = first + second, min(first, second)
    ways = math.lgamma(tosses + 1) - math.lgamma(k + 1) - math.lgamma(tosses - k + 1)
    term, total = math.exp(ways - tosses * math.log(2)), 0.0
    while term > EXACT * total:
        total += term
        term *= k / (tosses - k + 1)  # from P(X = k) to P(X = k − 1)
        k -= 1
    return min(1.0, 2 * total)


def _smallest(apart: int, chance: float) -> int:
    """By how many examples two must differ, to differ by more than chance, if so many are told apart."""
    # Of five that all fall to one side chance is still to be thought of.
    apart = next(tosses for tosses in count(max(apart, 1)) if mcnemar(0, tosses) < chance)
    low, high = 0, apart // 2  # how many fall to the rarer side: `low` are few enough
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if mcnemar(middle, apart - middle) < chance else (low, middle)
    return apart - 2 * low


def _square(
    errors: tuple[float, float], examples: tuple[float, float], phi: float = 0.0, looks: int = 1
) -> tuple[float, float]:
    """The interval of a difference of two shares, whose mistakes correlate by φ, from the Wilson interval of each."""
    deviations = SURE if looks == 1 else NormalDist().inv_cdf(1 - LEVEL / looks / 2)
    one, other = ((error, wilson(error, m, deviations)) for error, m in zip(errors, examples, strict=True))
    return of_difference(one, other, phi)


def _alone(first: Array, second: Array) -> tuple[int, int]:
    """How many of the same examples the first alone gets right, and the second; which each gets wrong, (m,)."""
    return int((~first & second).sum()), int((first & ~second).sum())


def _paired(first: Array, second: Array, looks: int = 1) -> tuple[float, float]:
    """The interval of the difference of two shares of the same m examples, (m,) booleans."""
    m, alone, errors = len(first), _alone(first, second), (float(first.mean()), float(second.mean()))
    both_wrong = int((first & second).sum())
    both_right = m - both_wrong - sum(alone)
    common = float(both_right * both_wrong - alone[0] * alone[1])
    if common > 0:
        common = max(common - m / 2, 0.0)  # a correction for continuity
    sizes = math.prod(share * (1 - share) for share in errors)
    return _square(errors, (m, m), common / (m**2 * math.sqrt(sizes)) if sizes else 0.0, looks)
