"""Where the mistakes are: the error of each class, and of the examples whose value of a feature lies in one stretch.

Of many slices some are bad by chance. One stands out if so many of the mistakes, or more, would fall to it with a
chance below 5 % over all slices together: Fisher's exact test, one-sided, by Bonferroni (C. E. Bonferroni, 1936).
"""

import math
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from tuilab.arrays import Array
from tuilab.nn.task.chance import wilson
from tuilab.training.alike import worth

STRETCHES = 4
"""Of a feature, by its quartiles; a feature of so few values has one for each."""
FEWEST = 10
"""Examples of a slice."""
FEATURES = 500
"""That are cut, at most: the first ones."""
TOLD = 8
"""The worst slices."""
LEVEL = 0.05


class Slice(Struct, frozen=True, kw_only=True):
    """Some of the examples: of a class, or those with low ≤ value ≤ high of a feature, by index."""

    label: int | None = None
    feature: int | None = None
    low: float | None = None
    """None: no limit."""
    high: float | None = None
    examples: int
    wrong: int
    interval: tuple[float, float]
    """Of its error, Wilson's at 95 %."""
    p: float
    """Of so many mistakes or more by chance, times the number of slices."""

    @property
    def stands_out(self) -> bool:
        """Whether that is no chance."""
        return self.p < LEVEL


def slices(X: Array | None, y: Array, wrong: Array, classes: int, group: Array | None = None) -> tuple[Slice, ...]:
    """The worst slices of m examples: features X (m, n) as they were, or None, classes y (m,), mistakes (m,) booleans.

    The worst one first: that with the most mistakes beyond its share, in standard deviations. Where the examples are of
    groups, (m,), as many are counted as tell as much (J. N. K. Rao and A. J. Scott, "A simple method for the analysis
    of clustered binary data", 1992).
    """
    alike = worth(wrong, group)
    found = _of_classes(y, wrong, classes)
    if X is not None:
        for feature in range(min(X.shape[1], FEATURES)):
            found += _of_feature(X[:, feature], wrong, feature)
    total, m = int(wrong.sum()), len(y)
    found = [one for one in found if FEWEST <= one.examples < m]

    def beyond(one: _Cut) -> float:
        n = one.examples
        variance = n * total * (m - total) * (m - n) / (m * m * (m - 1))
        return (one.wrong - n * total / m) / math.sqrt(variance) if variance else 0.0

    return tuple(
        Slice(
            **one._asdict(),
            interval=wilson(one.wrong / one.examples, alike * one.examples),
            p=min(1.0, len(found) * _by_chance(one, total, m, alike)),
        )
        for one in sorted(found, key=beyond, reverse=True)[:TOLD]
        if one.wrong
    )


def tail(some: int, drawn: int, marked: int, m: int) -> float:
    """P(X ≥ some), X the marked ones among so many drawn of m (the hypergeometric distribution)."""

    def ways(n: int, k: int) -> float:
        return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)

    whole = ways(m, drawn)
    ends = range(max(some, drawn - (m - marked)), min(drawn, marked) + 1)
    return min(1.0, math.fsum(math.exp(ways(marked, k) + ways(m - marked, drawn - k) - whole) for k in ends))


def _by_chance(one: "_Cut", total: int, m: int, alike: float) -> float:
    """`tail` of a slice, of as many examples as theirs are worth: never fewer right ones than they are."""
    drawn, others = round(alike * one.examples), round(alike * (m - one.examples))
    some, rest = int(alike * one.wrong), round(alike * (total - one.wrong))
    return tail(some, drawn, some + rest, drawn + others)


class _Cut(NamedTuple):
    """What is counted of a slice."""

    examples: int
    wrong: int
    label: int | None = None
    feature: int | None = None
    low: float | None = None
    high: float | None = None


def _of_classes(y: Array, wrong: Array, classes: int) -> list[_Cut]:
    examples, mistakes = np.bincount(y, minlength=classes), np.bincount(y[wrong], minlength=classes)
    pairs = zip(examples.tolist(), mistakes.tolist(), strict=True)
    return [_Cut(n, k, label=label) for label, (n, k) in enumerate(pairs)]


def _of_feature(values: Array, wrong: Array, feature: int) -> list[_Cut]:
    known = np.unique(values)
    if len(known) <= STRETCHES:
        edges = known[:-1]
    else:
        edges = np.unique(np.quantile(values, np.arange(1, STRETCHES) / STRETCHES, method="lower"))
    which = np.searchsorted(edges, values, side="left")
    examples, mistakes = (np.bincount(one, minlength=len(edges) + 1) for one in (which, which[wrong]))
    found = []
    for place, (n, k) in enumerate(zip(examples.tolist(), mistakes.tolist(), strict=True)):
        if n:
            own = values[which == place]
            low = own.min().item() if place else None
            high = own.max().item() if place < len(edges) else None
            found.append(_Cut(n, k, feature=feature, low=low, high=high))
    return found
