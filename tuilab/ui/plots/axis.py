"""Limits and ticks of an axis, linear or logarithmic. Plain NumPy; ticks are decimals, so labels are exact."""

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np

from tuilab.arrays import Array

_MAX = float(np.finfo(np.float64).max)
_SLACK = 1e-9
"""Of the axis: what is no farther from its end than that lies on it; a logarithm is rounded."""
FEW = Decimal("1.25")
"""How much shorter an axis must be to be left with two numbers, where there are rows for three."""
_TINY = 1e-300  # a narrower range, and one below 1e-12 of its size, is drawn as a constant


@dataclass(frozen=True)
class Axis:
    """`low` < `high`, and the place of each labelled tick; on a log axis all three are log10 of the values."""

    low: float
    high: float
    ticks: tuple[float, ...]
    labels: tuple[str, ...]
    log: bool = False

    def cells(self, values: Array, size: int, beyond: int = 0) -> Array:
        """Which of `size` cells holds each of `values` (finite, > 0 on a log axis).

        Of what is beyond the axis, that of so many more at either end, at most the last one.
        """
        return self._nearest(np.log10(values) if self.log else values, size, beyond)

    def value(self, cell: int, size: int) -> float:
        """The value in the middle of one of `size` ≥ 2 cells."""
        share = cell / (size - 1)
        place = self.low * (1 - share) + self.high * share
        return 10.0**place if self.log else place

    def beyond(self, values: Array) -> tuple[int, int]:
        """How many of `values` (as for `cells`) lie above the axis, and how many below it; not those on its ends."""
        places = np.log10(values) if self.log else values
        slack = _SLACK * (self.high / 2 - self.low / 2)
        with np.errstate(over="ignore"):
            above, below = places - slack > self.high, places + slack < self.low
        return int(np.count_nonzero(above)), int(np.count_nonzero(below))

    def tick_cells(self, size: int) -> Array:
        """Which of `size` cells holds each tick."""
        return self._nearest(np.array(self.ticks), size)

    def _nearest(self, places: Array, size: int, beyond: int = 0) -> Array:
        with np.errstate(over="ignore"):  # of a place far beyond a narrow axis: infinity is clipped too
            share = (places / 2 - self.low / 2) / (self.high / 2 - self.low / 2)  # halves: the range may overflow
        far = beyond / max(size - 1, 1)
        return np.rint(np.clip(share, -far, 1.0 + far) * (size - 1)).astype(np.int64)


def linear(low: float, high: float, count: int, tight: bool = False, cells: int = 0) -> Axis:
    """A linear axis over [low, high] (finite) with about `count` ticks at 1, 2 or 5 times a power of ten.

    On so many `cells` its ticks are equally far apart, as far as that is possible.

    It reaches out to zero, where that is no farther away than a quarter of its length, and to the next fifth of a
    step, so that it seldom moves while a curve grows; a `tight` one keeps its ends, and has whole
    numbers where it is of iterations, layers or decades: 1 long, or longer.
    """
    low, high = _widen(float(low), float(high))
    least, most = _decimal(low), _decimal(high)
    if not tight and 4 * max(least, -most) <= most - least:
        least, most = min(least, Decimal(0)), max(most, Decimal(0))
    step = _step((most - least) / max(count, 1))
    if tight and most - least >= 1:
        step = max(step, Decimal(1))
    if not tight:
        if not cells:
            least, most = _multiple(least, step / 5, ROUND_FLOOR), _multiple(most, step / 5, ROUND_CEILING)
        least, most, step = _even(least, most, step, cells) or (least, most, step)
        low, high = max(float(least), -_MAX), min(float(most), _MAX)
    ticks = _multiples(least, most, step)
    if not tight and len(ticks) < 2:  # one number tells nothing of a scale
        ticks, step = _two(least, most, step)
    ticks = [tick for tick in ticks if low <= float(tick) <= high]
    largest = max(map(abs, ticks), default=Decimal(0))
    return Axis(low, high, tuple(map(float, ticks)), tuple(_label(tick, step.adjusted(), largest) for tick in ticks))


def logarithmic(low: float, high: float, count: int, cells: int = 0) -> Axis:
    """A log axis over [low, high] (finite, > 0) with about `count` ticks: decades, or 1, 2, 5 within few of them.

    Less than half a decade has the ticks of a linear axis, on a log scale. Decades are equally far apart on so many
    `cells`, as far as that is possible.
    """
    if low > _TINY and high / low < 5:
        plain = linear(low, high, count)
        if plain.low > 0:
            ticks = [_decimal(tick) for tick in plain.ticks]
            return _on_log_scale(ticks, plain.labels, _decimal(plain.low), _decimal(plain.high))
    least, most = _decimal(float(low)), _decimal(float(high))
    grid = [
        Decimal(digit).scaleb(power)
        for power in range(least.adjusted() - 1, most.adjusted() + 2)
        for digit in (1, 2, 5)
    ]
    start = max(index for index, tick in enumerate(grid) if tick <= least)
    stop = min(index for index, tick in enumerate(grid) if tick >= most)
    if start == stop:
        start, stop = start - 1, stop + 1
    ticks = grid[start : stop + 1]
    decades = [tick for tick in ticks if tick.as_tuple().digits == (1,)]
    if len(decades) >= 2 and (even := _decades(least.log10(), most.log10(), count, cells)):
        return even
    if len(decades) >= 2:
        ticks = decades[:: math.ceil(len(decades) / max(count, 2))]
    labels = tuple(_label(tick, tick.adjusted(), tick) for tick in ticks)
    return _on_log_scale(ticks, labels, grid[start], grid[stop])


def _on_log_scale(ticks: list[Decimal], labels: tuple[str, ...], low: Decimal, high: Decimal) -> Axis:
    places = tuple(float(tick.log10()) for tick in ticks)
    return Axis(float(low.log10()), float(high.log10()), places, labels, log=True)


def _decades(low: Decimal, high: Decimal, count: int, cells: int) -> Axis | None:
    """A log axis with a tick every decade, or every second one, fifth, …; None where it would leave the numbers."""
    even = _even(low, high, max(_step((high - low) / count), Decimal(1)), cells, whole=True) if low < high else None
    if even is None or even[1] > 308 or even[0] < -323:
        return None
    low, high, step = even
    powers = _multiples(low, high, step)
    ticks = [Decimal(1).scaleb(int(power)) for power in powers]
    labels = tuple(_label(tick, tick.adjusted(), tick) for tick in ticks)
    return Axis(float(low), float(high), tuple(map(float, powers)), labels, log=True)


def _even(
    low: Decimal, high: Decimal, step: Decimal, cells: int, whole: bool = False
) -> tuple[Decimal, Decimal, Decimal] | None:
    """The closest ends around [low, high], and a step near `step`, with which a step is a number of `cells`.

    With three ticks, or more, where there is room for them and the ends are not much farther away.
    None where there is no such step with two ticks; it is at least 1 where it must be `whole`.
    """
    found = []
    power = step.adjusted()
    for size in (Decimal(digit).scaleb(power + shift) for shift in (-1, 0, 1) for digit in (1, 2, 5)):
        if not step / 3 < size < step * 3 or (whole and size < 1):
            continue
        for each in range(cells - 1, 1, -1):
            below = (low * each / size).to_integral_value(ROUND_FLOOR)
            ends = below * size / each, (below + cells - 1) * size / each
            if ends[1] >= high:
                numbers = len(_multiples(*ends, size))
                if numbers >= 2:
                    length = (ends[1] - ends[0]) * (FEW if numbers < 3 <= cells // 3 else 1)
                    found.append((length, -size, (*ends, size)))
                break
    return min(found)[2] if found else None


def _multiples(least: Decimal, most: Decimal, step: Decimal) -> list[Decimal]:
    first, last = _multiple(least, step, ROUND_CEILING), _multiple(most, step, ROUND_FLOOR)
    return [first + step * index for index in range(int((last - first) / step) + 1)] if first <= last else []


def _two(least: Decimal, most: Decimal, step: Decimal) -> tuple[list[Decimal], Decimal]:
    """The outermost multiples within [least, most] of a smaller step, with which they are half of it apart."""
    ticks: list[Decimal] = []
    while len(ticks) < 2 or ticks[-1] - ticks[0] < (most - least) / 2:
        step = _step(step / Decimal("2.5"))  # 5, 2, 1, …
        ticks = _multiples(least, most, step)
    return [ticks[0], ticks[-1]], step


def _decimal(value: float) -> Decimal:
    return Decimal(repr(value))  # 0.3, not the binary number beside it: a tick then lies on it


def _multiple(value: Decimal, of: Decimal, rounding: str) -> Decimal:
    return (value / of).to_integral_value(rounding) * of


def _widen(low: float, high: float) -> tuple[float, float]:
    size = max(abs(low), abs(high))
    if high - low > max(1e-12 * size, _TINY):
        return low, high
    if size < _TINY:
        return 0.0, 1.0
    return max(low - 0.1 * size, -_MAX), min(high + 0.1 * size, _MAX)


def _step(least: Decimal) -> Decimal:
    base = Decimal(1).scaleb(least.adjusted())
    return next(digit * base for digit in (1, 2, 5, 10) if digit * base >= least)


def _label(tick: Decimal, last: int, largest: Decimal) -> str:
    """`tick` with its digits down to 10^`last`: 0.05, 1200, 1.5e7; `largest` decides for the whole axis."""
    if Decimal("1e-4") <= largest < 10**6:
        return f"{tick:.{max(0, -last)}f}"
    if not tick:
        return "0"
    mantissa, power = f"{tick:.{min(max(0, tick.adjusted() - last), 5)}e}".split("e")
    return f"{mantissa}e{int(power)}"
