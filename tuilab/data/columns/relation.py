"""How much a column alone tells of the label, from 0, nothing, to 1, all of it.

`relation` is a share of the variance: rows are divided by their value, numbers into `BINS` ranges of as many rows at
most, and each row is told by the others of its range, of other groups (leave-one-out), so that noise, and a value a
row, tell nothing.
`certainty` is a share of the error, of as few rules as there are classes: what is near 1 is the label in other words.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuilab.data.columns.reading import Values
from tuilab.data.table import Labels

BINS = 50
LEAK = 0.97
"""Share of the error that a column alone takes away, from which on it can hardly be anything but the label."""
_LIKELY = 0.5  # of the mean square: a column that tells less is not looked at any further
_EACH = 8  # rows of a range at least
_ROWS = 1000  # that rules are sought in

Codes = NDArray[np.int64]


class Tells(NamedTuple):
    """What a column alone says of the label."""

    share: float
    """`relation`."""
    is_copy: bool
    """Whether each class has one value of its own."""


def tells(values: Values, y: Labels, classes: int, numbers: bool, group: Codes | None = None) -> Tells:
    """What the (m,) `values` of a column, `numbers` or codes, say of y (m,), which of K `classes` or how much.

    Of rows of a `group` (m,) none tells of another: which group they are of may say their label alone.
    """
    codes = ranges(values, numbers)
    copy = bool(codes.min() < codes.max()) and is_copy(codes, y, classes)
    return Tells(relation(codes, y, classes, group), copy)


def ranges(values: Values, numbers: bool) -> Codes:
    """(m,) the range of each value: missing ones in one of their own, equal ones always in the same."""
    firsts, counts = np.unique(values, return_counts=True)  # NaN is one value, the last
    if numbers and len(counts) > BINS:
        filled = counts[:-1] if np.isnan(firsts[-1]) else counts
        size = max(_EACH, -(-int(filled.sum()) // BINS))
        bins = np.concatenate([(np.cumsum(filled) - filled) // size, np.full(len(counts) - len(filled), BINS + 1)])
        firsts = firsts[np.flatnonzero(np.diff(bins, prepend=-1))]
    return np.searchsorted(firsts, values, side="right").astype(np.int64, copy=False) - 1


def relation(codes: Codes, y: Labels, classes: int, group: Codes | None = None) -> float:
    """By which share the column in `codes` (m,) lowers the mean square of y, or of the probabilities of K `classes`.

    Each row is told by the mean of the others of its range, of other groups where there are such, (m,); one that is
    alone there by the mean of all.
    """
    count, m = int(codes.max()) + 1, len(y)
    sizes = np.bincount(codes, minlength=count)
    if not classes:
        own = np.arange(m) if group is None else np.unique(_both(codes, group), return_inverse=True)[1]
        others = (sizes[codes] - np.bincount(own)[own]).astype(np.float64)
        means = (np.bincount(codes, y, count)[codes] - np.bincount(own, y)[own]) / np.maximum(others, 1)
        means[others == 0] = y.mean()
        left, whole = float(((y - means) ** 2).sum()), float(((y - y.mean()) ** 2).sum())
        return max(0.0, 1 - left / whole) if whole else 0.0
    table = np.bincount(codes * classes + y, minlength=count * classes).reshape(count, classes)
    shares, squares = table.sum(axis=0) / m, (table.astype(np.float64) ** 2).sum(axis=1)
    # Of the rows of each range and class, or range, group and class: how many, and what they stand beside of their own.
    if group is None:
        places, labels = np.nonzero(table)
        rows = along = table[places, labels]
        mine = size = within = np.ones_like(rows)
    else:
        found, rows = np.unique(_both(codes, group) * classes + y, return_counts=True)
        pairs, labels = np.divmod(found, classes)
        places, own = pairs // (int(group.max()) + 1), np.cumsum(np.diff(pairs, prepend=-1) != 0) - 1
        mine, size, within = rows, np.bincount(own, rows)[own], np.bincount(own, rows**2)[own]
        along = np.bincount(own, table[places, labels] * rows)[own]
    others = np.asarray(sizes[places] - size, np.float64)
    # Of a row of class k: Σⱼ (nⱼ/n)² of the n others' classes j, and 1 − 2nₖ/n.
    known, safe = others > 0, np.maximum(others, 1)
    each = (squares[places] - 2 * along + within) / safe**2 - 2 * (table[places, labels] - mine) / safe + 1
    each = np.where(known, each, (shares**2).sum() - 2 * shares[labels] + 1)
    left, whole = float((rows * each).sum()), m * (1 - float((shares**2).sum()))
    return max(0.0, 1 - left / whole) if whole else 0.0


def _both(codes: Codes, group: Codes) -> Codes:
    """(m,) one code of each pair of range and group, in their order."""
    return np.asarray(codes * (int(group.max()) + 1) + group)


def told_alone(
    share: float, values: Values, y: Labels, classes: int, numbers: bool, group: Codes | None = None
) -> float:
    """Which share of the error a column takes away alone, whose `relation` to y is `share`."""
    return certainty(values, y, classes, numbers, group) if classes and share >= _LIKELY else share


def certainty(values: Values, y: NDArray[np.int64], classes: int, numbers: bool, group: Codes | None = None) -> float:
    """By which share few rules over the (m,) `values` alone lower the number of rows whose class is told wrong.

    A rule says a class of each level that rows of two groups have, where another row of it agrees; of many different
    `numbers`, of each of K ranges, which are found by leaving out the shortest runs of one class first. Of many rows
    some are looked at, evenly.
    """
    if len(y) > _ROWS:
        chosen = np.linspace(0, len(y) - 1, _ROWS).astype(np.int64)
        values, y, group = values[chosen], y[chosen], None if group is None else group[chosen]
    wrong = len(y) - int(np.bincount(y).max())
    codes = ranges(values, numbers=False)
    if not numbers or codes.max() < 2 * classes:
        ordered = np.sort(np.bincount(codes * classes + y, minlength=(codes.max() + 1) * classes).reshape(-1, classes))
        ruled = ordered[:, -1] > ordered[:, -2] + 1
        if group is not None:
            ruled &= np.bincount(np.unique(_both(codes, group)) // (int(group.max()) + 1)) > 1
        told = len(y) - int(ordered[:, -1][ruled].sum())
    else:
        told = _outside(y[np.lexsort((y, values))], classes)
    return max(0.0, 1 - told / wrong) if wrong else 0.0


def _outside(y: NDArray[np.int64], most: int) -> int:
    """How many of the classes y (m,), in the order of their values, are outside of the `most` runs that are left."""
    starts = np.flatnonzero(np.diff(y, prepend=-1))
    runs = [
        (int(y[start]), length) for start, length in zip(starts, np.diff(starts, append=len(y)).tolist(), strict=True)
    ]
    outside = 0
    while len(runs) > most:
        shortest = min(range(len(runs)), key=lambda at: runs[at][1])
        outside += runs.pop(shortest)[1]
        if 0 < shortest < len(runs) and runs[shortest - 1][0] == runs[shortest][0]:
            joined = runs.pop(shortest)[1]
            runs[shortest - 1] = (runs[shortest - 1][0], runs[shortest - 1][1] + joined)
    return outside


def is_copy(codes: Codes, y: Labels, classes: int) -> bool:
    """Whether each of K classes has one value of its own, and every row that of its class."""
    if not classes:
        return False
    pairs = np.bincount(codes * classes + y)
    return int((pairs > 0).sum()) == classes == int((np.bincount(codes) > 0).sum())
