"""How much a column alone tells of the label: by how much it lowers the error of always giving the same answer.

Rows are divided by their value, numbers into `BINS` ranges of as many rows at most; each row is answered for by the
others of its range (leave-one-out), so that a column of a value a row tells nothing. 1 is a copy of the label, 0
is nothing.
"""

import numpy as np
from numpy.typing import NDArray

from tuilab.data.columns.reading import Values
from tuilab.data.table import Labels

BINS = 50
_EACH = 8  # rows of a range at least

Codes = NDArray[np.int64]


def ranges(values: Values, numbers: bool) -> Codes:
    """(m,) the range of each value: missing ones in one of their own, equal ones always in the same."""
    _, codes, counts = np.unique(values, return_inverse=True, return_counts=True)  # NaN is one value, the last
    if not numbers or len(counts) <= BINS:
        return codes.astype(np.int64)
    filled = counts[:-1] if np.isnan(values).any() else counts
    size = max(_EACH, -(-int(filled.sum()) // BINS))
    bins = np.concatenate([(np.cumsum(filled) - filled) // size, np.full(len(counts) - len(filled), BINS + 1)])
    return bins.astype(np.int64)[codes]


def relation(codes: Codes, y: Labels, classes: int) -> float:
    """By which share the column in `codes` (m,) lowers the error, of K `classes`, or the mean square of numbers (0)."""
    count = int(codes.max()) + 1
    if not classes:
        sums, sizes = np.bincount(codes, y, count), np.bincount(codes, minlength=count)
        others = (sums[codes] - y) / np.maximum(sizes[codes] - 1, 1)
        others[sizes[codes] == 1] = y.mean()
        spread = float(((y - y.mean()) ** 2).mean())
        return max(0.0, 1 - float(((y - others) ** 2).mean()) / spread) if spread else 0.0
    table = np.bincount(codes * classes + y, minlength=count * classes).reshape(count, classes)
    ordered = np.sort(table, axis=1)
    most, next_ = ordered[:, -1], ordered[:, -2] if classes > 1 else 0
    right = most[most - 1 > next_].sum()
    wrong = len(y) - table.sum(axis=0).max()
    return max(0.0, 1 - float(len(y) - right) / float(wrong)) if wrong else 0.0


def is_copy(codes: Codes, y: Labels, classes: int) -> bool:
    """Whether each of K classes has one value of its own, and every row that of its class."""
    if not classes:
        return False
    pairs = np.bincount(codes * classes + y)
    return int((pairs > 0).sum()) == classes == int((np.bincount(codes) > 0).sum())
