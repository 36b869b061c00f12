"""Numbers so far from all others of their column that they may be slips: a lost decimal sign, another unit, a mark."""

import numpy as np
from numpy.typing import NDArray

from tuilab.data.columns.reading import Values

FEWEST, DIFFERENT = 30, 10
"""Numbers, and different ones, of a column of which any is said to be far off."""
WIDTHS = 1.0
"""Times as wide as all others lie, that the gap before it is."""
CHANCE = 1e-4
"""Of a column whose tail is one of a power law, however heavy: that any of its numbers is said to be far off."""
_MOST, _SHARE = 20, 0.01  # numbers at one end that may be far off, and the share of the column
_DECADE, _MOSTLY = 0.5, 0.9  # how wide most lie of what may be scaled, in powers of ten, and their share
_TAIL, _TAIL_SHARE, _TAIL_FEWEST = 100, 4, 5  # numbers that tell how heavy a tail is; one of so many; and at least


def far_off(values: Values) -> Values:
    """Those among the values (m,), NaN aside, in ascending order, that are far from all others.

    Such are the j at an end with a gap before them that is `WIDTHS` times as wide as all others lie, and that chance
    does not bring. Of a power law, i (log x₍ᵢ₎ − log x₍ᵢ₊₁₎) of its largest values x₍₁₎ ≥ x₍₂₎ ≥ … are independent and
    exponential, of the mean 1/α (Rényi's representation; their mean is Hill's estimate, doi:10.1214/aos/1176343247), so
    that the ratio of one to the mean of k others exceeds r with the chance (1 + r/k)⁻ᵏ. Lighter tails have smaller gaps
    yet. Where there are numbers of both signs, x is the distance from the median.
    """
    there = np.sort(values[~np.isnan(values)])
    found = [there[(scaled := _is_scaled(there))]]
    there = there[~scaled]
    while len(there) >= FEWEST:
        if number := _far_above(there):
            found.append(there[-number:])
            there = there[:-number]
        elif number := _far_above(-there[::-1]):
            found.append(there[:number])
            there = there[number:]
        else:
            break
    return np.sort(np.concatenate(found))


def _is_scaled(ascending: Values) -> NDArray[np.bool_]:
    """Which are all others' numbers times a power of ten, as without their decimal sign, or in another unit.

    Most lie within some part of a decade, with gaps of half a one beside them. That a power of ten brings each of the
    others among those, or as near to them as they are wide, has the chance of three such parts a different number.
    """
    none = np.zeros(len(ascending), bool)
    if len(ascending) < FEWEST or ascending[0] <= 0 or ascending[-1] < ascending[0] * 10**_DECADE:
        return none
    logs = np.log10(ascending)
    group = np.cumsum(np.diff(logs, prepend=logs[0]) >= _DECADE)
    most = group == np.bincount(group).argmax()
    low, width, others = logs[most][0], float(np.ptp(logs[most])), np.unique(logs[~most])
    if most.mean() < _MOSTLY or width >= _DECADE or len(np.unique(logs[most])) < DIFFERENT or not len(others):
        return none
    near = ((others - low + width) % 1 <= 3 * width).all()
    return ~most if near and (3 * width) ** len(others) < CHANCE else none


def _far_above(ascending: Values) -> int:
    """How many of the largest are far above all others; negative numbers are those of a column upside down."""
    largest = ascending[::-1]
    most = min(_MOST, max(1, int(_SHARE * len(largest))))
    gaps, widths = largest[:most] - largest[1 : most + 1], largest[1 : most + 1] - largest[-1]
    wide = np.flatnonzero(gaps >= WIDTHS * widths) + 1
    if not len(wide):
        return 0
    logs = _logs(largest)
    return next((j for j in wide[::-1].tolist() if _is_no_chance(largest, logs, j)), 0)


def _logs(largest: Values) -> Values:
    """The logarithms of positive values, in descending order; upside down, of their reciprocals."""
    if largest[-1] >= 0:
        return np.log(largest[largest > 0])
    if largest[0] < 0:
        return -np.log(-largest)
    distances = largest - np.median(largest)
    return np.log(distances[distances > 0])


def _is_no_chance(largest: Values, logs: Values, j: int) -> bool:
    """Whether a tail of a power law would hardly have such a gap below its j largest."""
    spaces = logs[:-1] - logs[1:]
    tail = spaces[j : j + (len(logs) - j) // _TAIL_SHARE]
    apart = np.flatnonzero(tail)[:_TAIL]  # of a value that stands several times there is nothing between
    if len(apart) < _TAIL_FEWEST or len(np.unique(largest[j:])) < DIFFERENT:
        return False
    k = int(apart[-1]) + 1
    mean = float((np.arange(j + 1, j + k + 1) * tail[:k]).mean())
    return (1 + j * float(spaces[j - 1]) / mean / len(apart)) ** -len(apart) < CHANCE
