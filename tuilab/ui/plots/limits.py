"""What of the y axis matters: limits that a few points do not set, and whether the axis is logarithmic. Plain NumPy."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from tuilab.arrays import Array
from tuilab.ui.plots.figure import Range

TAIL = 0.05
"""The share of a curve's points at either end that may be cut."""
ROOM = 1.0
"""How much is shown beyond what matters, in lengths of it: this has half of the height at least."""
DECADES = 2.0
"""Between the tails of a curve, from which on its axis is logarithmic by itself."""

NOTHING = 1e-6
"""Of another curve, everywhere: what mostly lies below is as good as 0 beside it, however many decades it falls."""


@dataclass(frozen=True)
class Limits:
    """The ends of the y axis, and how it is divided."""

    low: float
    high: float
    log: bool = False
    cut: bool = False
    """Whether there are points beyond them."""


def spans_decades(curves: Iterable[Array]) -> bool:
    """Whether what matters of one of the curves (finite y of shape (n,) each) is above 0 and lies far apart.

    One that is as good as 0 beside another does not tell: a penalty of 1e-40 would leave the cost no height.
    """
    curves = [y for y in curves if len(y)]
    tails = [_within(y, TAIL) for y in curves]
    floor = NOTHING * max((low for low, _ in tails), default=0.0)
    return any(
        low > 0 and _within(y, 0.5)[0] >= floor and np.log10(high) - np.log10(low) >= DECADES
        for y, (low, high) in zip(curves, tails, strict=True)
    )


def limits(
    curves: Sequence[Array], guests: Sequence[Array], aside: Sequence[Array] = (), *, log: bool, robust: bool
) -> Limits:
    """The limits of finite y, shape (n,) each, all > 0 where the axis is `log`.

    They hold all points, or where they are `robust` what matters: the `curves` without their tails, but down to where
    each stands at last; the tails too, as far as what matters still has half of the height. Then `guests` count where
    they are no higher than the curves; those `aside` never do.
    """
    own, others, small = ([y for y in group if len(y)] for group in (curves, guests, aside))
    if not own:
        own, others = others, []
    if not own:
        return Limits(0.1 if log else 0.0, 1.0, log)
    if not robust:
        return Limits(*_union([*own, *others, *small], 0.0), log)
    whole = _union(own, 0.0)
    low, high = _robust([*own, *(y for y in others if _within(y, TAIL)[1] <= whole[1])], whole, log)
    ends = min(low, *(_at_last(y, log) for y in own)), high  # a fall after a long plateau is what the run is about
    all_of_them = _union([*own, *others, *small], 0.0)
    return Limits(*ends, log, cut=all_of_them[0] < ends[0] or all_of_them[1] > ends[1])


@np.errstate(over="ignore")  # then there is room for all
def _robust(curves: Sequence[Array], whole: Range, log: bool) -> Range:
    """The limits without the tails of the `curves`, and beyond them as much of the `whole` as there is room for."""
    for tail in (TAIL, TAIL / 5):  # a curve that stands still for nearly all of a run is looked at more closely
        low, high = _union(curves, tail)
        if high > low:
            break
    else:
        return whole
    place: Callable[[float], float] = np.log10 if log else float
    room = ROOM * (place(high) - place(low))
    below, above = max(0.0, place(low) - place(whole[0])), max(0.0, place(whole[1]) - place(high))
    if below + above <= room or not np.isfinite(room):
        return min(low, whole[0]), max(high, whole[1])
    under = max(room / 2, room - above)
    over = room - min(under, below)
    value: Callable[[float], float] = (lambda at: 10.0**at) if log else float
    return (
        min(low, whole[0]) if below <= under else value(place(low) - under),
        max(high, whole[1]) if above <= over else value(place(high) + over),
    )


def _at_last(y: Array, log: bool) -> float:
    """Where `y` stands; on a log axis the middle of its last hundredth: of a single batch the cost may be 1e-40."""
    return float(np.median(y[-max(1, len(y) // 100) :])) if log else float(y[-1])


def _within(y: Array, tail: float) -> Range:
    """The lowest and the highest of `y` without the share `tail` of its values at either end."""
    if not tail:
        return float(y.min()), float(y.max())
    low, high = np.quantile(y, [tail, 1 - tail], method="nearest").tolist()
    return low, high


def _union(curves: Sequence[Array], tail: float) -> Range:
    ranges = [_within(y, tail) for y in curves]
    return min(low for low, _ in ranges), max(high for _, high in ranges)
