"""A range or values that reach further at one end, where the best may lie beyond."""

import math
import sys

from tuilab.errors import BadInput
from tuilab.experiment import alone, knobs
from tuilab.search.space import Dimension

MORE = 0.5
"""Of its length, or of its decades, by which a range grows."""
STEPS = 2
"""Values that are added to others, each as far from the last one as that is from its neighbor."""
_TRIES = 6


def widened(one: Dimension, upper: bool) -> str:
    """What `one` is varied over, further at its upper or lower end, as far as the knob goes; empty where it cannot be.

    A text as `dimension` takes it. Decades grow by decades, values by values.
    """
    if one.span is None:
        return ""
    return _more_values(one, upper) if one.values else _longer(one, upper)


def _longer(one: Dimension, upper: bool) -> str:
    """The range, longer by `MORE`; by less where the knob does not go so far."""
    end = one.high if upper else one.low
    for halvings in range(_TRIES):
        share = MORE / 2**halvings
        factor, length = (one.high / one.low if one.log else 1.0) ** share, (one.high - one.low) * share
        beyond = (end * factor if upper else end / factor) if one.log else end + (length if upper else -length)
        if (found := _allowed(one, beyond, end)) is not None:
            low, high = (_text(one, one.low), found) if upper else (found, _text(one, one.high))
            return f"{'log:' if one.log else ''}{low}..{high}"
    return ""


def _more_values(one: Dimension, upper: bool) -> str:
    """The values, and further ones at that end."""
    known = sorted({float(value) for value in one.values}, reverse=not upper)
    near, end = known[-2:]
    log = _by_ratios(known)
    more: list[str] = []
    for step in range(1, STEPS + 1):
        beyond = end * (end / near) ** step if log else end + step * (end - near)
        found = _allowed(one, beyond, float(more[-1]) if more else end)
        if found is not None:
            more.append(found)
    return ", ".join([*one.values, *more] if upper else [*more[::-1], *one.values]) if more else ""


def _by_ratios(values: list[float]) -> bool:
    """Whether the middle one of the last three values is nearer to the geometric mean of its neighbors."""
    if len(values) < 3 or min(values[-3:]) <= 0:
        return False
    before, middle, end = values[-3:]
    return abs(middle - math.sqrt(before * end)) < abs(middle - (before + end) / 2)


def _allowed(one: Dimension, value: float, end: float) -> str | None:
    """The value, or the knob's own limit before it, as a text; None for none that is beyond `end`."""
    bounds = (bound for bound in knobs()[one.path].bounds if abs(bound) > sys.float_info.min or not bound)
    for bound in bounds:  # but none that says "above 0"
        value = bound if min(value, end) <= bound <= max(value, end) else value
    short = round(value) if one.whole else float(f"{value:.3g}")
    value = short if one.whole or (short > end if value > end else short < end) else value
    text = _text(one, value)
    try:
        alone(one.path, text)
    except BadInput:
        return None
    return text if value != end and math.isfinite(value) else None


def _text(one: Dimension, value: float) -> str:
    """A number as short as it can be written."""
    if one.whole:
        return str(round(value))
    return f"{value:g}" if float(f"{value:g}") == value else repr(value)
