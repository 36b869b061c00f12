"""What a search varies: knobs of the experiment, each over values or over a range."""

import math
import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

from msgspec import Struct

from tuilab.errors import BadInput
from tuilab.experiment import Knob, alone, knobs
from tuilab.experiment.convert import unknown
from tuilab.experiment.notation import as_toml
from tuilab.text import clean

Point = dict[str, str]
"""A text for each path that is varied, as `tuilab.experiment.edit` takes them."""
SYNTAX = "values such as 0.5,0.8,1.0 or [16],[32,16], or a range such as log:1e-3..10, 0..1 or, in 9 values, 0..1/9"
MOST_VALUES = 100_000
_RANGE = re.compile(r"(?:(log|linear)\s*:)?\s*([^\s,:\[\]/]+?)\s*\.\.\s*([^\s,:\[\]/]+)\s*(?:/\s*([0-9]{1,9}))?")
_VALUE = r"""(?:\[[^\[\]]*+\]|"(?:[^"\\]|\\.)*+"|'[^']*+'|[^,\[\]"'])++"""
_VALUES = re.compile(f"{_VALUE}(?:,{_VALUE})*+")
NEITHER = ("title", "about", "seed")


class Dimension(Struct, frozen=True, kw_only=True):
    """One knob and what it may be: each of `values`, or any number from `low` to `high`."""

    path: str
    text: str
    """As a person writes it."""
    values: tuple[str, ...] = ()
    low: float = -math.inf
    high: float = math.inf
    log: bool = False
    """Whether equal ratios are equally likely, instead of equal differences."""
    whole: bool = False

    @property
    def size(self) -> float:
        """How many values there are, ∞ of a range of real numbers."""
        return len(self.values) or (self.high - self.low + 1 if self.whole else math.inf)

    def at(self, unit: float) -> str:
        """The value at `unit`, in [0, 1), of the way through the values or along the range."""
        if self.values:
            return self.values[int(unit * len(self.values))]
        if self.whole:
            # Each number has the stretch around it, so that the ends are as likely as the others.
            low, high = self.low - 0.5, self.high + 0.5
            return self.said(_between(max(low, self.low / 2) if self.log else low, high, unit, log=self.log))
        return self.said(_between(self.low, self.high, unit, log=self.log))

    def said(self, value: float) -> str:
        """A number of the range, as text."""
        if self.whole:
            return str(int(min(max(round(value), self.low), self.high)))
        return _short(value, self.low, self.high)

    def found(self, text: str) -> str | None:
        """That of the values, or the number of the range, which `text` means; None if it is none of them."""
        if self.values:
            return _meanings(self.path, self.values).get(_meaning(self.path, text))
        value = _number(text)
        inside = value is not None and self.low <= value <= self.high and (not self.whole or value.is_integer())
        return text if inside else None

    def place(self, text: str) -> float | None:
        """How far along the range the value `text` lies: 0 at its lowest, 1 at its highest; None if it is no number.

        Of values it is those of them that are numbers that make the range; equal ratios if all are positive and they
        span more than a decade.
        """
        span = self.span
        if span is None or (value := _number(text)) is None:
            return None
        low, high, log = span
        return _along(value, low, high, log=log) if value > 0 or not log else 0.0

    @property
    def span(self) -> tuple[float, float, bool] | None:
        """The lowest number, the highest, and whether they are laid out by ratios; None where values are no numbers."""
        if not self.values:
            return self.low, self.high, self.log
        found = [_number(value) for value in self.values]
        numbers = [value for value in found if value is not None]
        if len(numbers) < len(found) or len(numbers) < 2:
            return None
        low, high = min(numbers), max(numbers)
        return low, high, low > 0 and high / low > 10


def spelled(path: str, values: Iterable[Any]) -> str:
    """Plain values as one text, of which `dimension` makes them again."""
    knob = knobs().get(path)
    return ", ".join(_spelled(knob, value) if knob else str(value) for value in values)


def _spelled(knob: Knob, value: Any) -> str:
    text = knob.format(value)
    if isinstance(value, list):
        return f"[{text.strip('[]')}]"
    apart = knob.kind == "text" and text == value and re.search(r"""[,\[\]"']""", text)
    return as_toml(text) if apart else text


def holds(space: Sequence[Dimension], point: Point) -> bool:
    """Whether `point` is one of those of `space`."""
    return all(one.path in point and one.found(point[one.path]) is not None for one in space)


@lru_cache(64)  # asked for again at each look at a sweep, whose file may list tens of thousands
def dimension(path: str, text: str) -> Dimension:
    """The knob at `path` over what `text` says. Raises `BadInput` naming the path and what is allowed."""
    knob = knobs().get(path)
    if knob is None:
        raise unknown(path, (name for name in knobs() if name not in NEITHER))
    if path in NEITHER:
        raise BadInput("cannot be varied here" + (": say how many, seeds = 3" if path == "seed" else ""), path=path)
    text = text.strip()
    found = _RANGE.fullmatch(text)
    return _over_range(knob, text, found) if found else _over_values(knob, text)


def _over_values(knob: Knob, text: str) -> Dimension:
    values = [value.strip() for value in re.findall(_VALUE, text)]
    if not _VALUES.fullmatch(text) or not all(values):
        raise BadInput(f"must be {SYNTAX}, not {clean(text, 60)!r}", path=knob.path)
    distinct = {_meaning(knob.path, value): value for value in dict.fromkeys(reversed(values))}
    return Dimension(path=knob.path, text=text, values=tuple(reversed(distinct.values())), whole=_is_whole(knob))


@cache
def _meanings(path: str, values: tuple[str, ...]) -> dict[str, str]:
    return {_meaning(path, value): value for value in values}


def _meaning(path: str, text: str) -> str:
    """The same of all texts that mean the same. Raises `BadInput` for one that means nothing there."""
    return repr(alone(path, text))


def _over_range(knob: Knob, text: str, found: "re.Match[str]") -> Dimension:
    scale, *ends, parts = found.groups()
    whole = _is_whole(knob)
    if knob.choices or knob.kind in ("text", "choice", "switch", "names"):
        raise BadInput(f"has no range: give values; it must be {knob.allowed}", path=knob.path)
    low, high = (_end(knob, end, whole) for end in ends)
    log = scale == "log"
    if low >= high:
        raise BadInput(f"must be a range from a lower to a higher number, not {clean(text, 60)!r}", path=knob.path)
    if log and low <= 0:
        raise BadInput(f"must be above 0 where it is log, not {low:g}", path=knob.path)
    made = Dimension(path=knob.path, text=text, low=low, high=high, log=log, whole=whole)
    if parts is None:
        return made
    count = int(parts)
    if not 2 <= count <= MOST_VALUES:
        raise BadInput(f"must be in 2 to {MOST_VALUES:,} values, not {count:,}", path=knob.path)
    values = (_between(low, high, step / (count - 1), log=log) for step in range(count))
    texts = (str(round(value)) if whole else _short(value, low, high) for value in values)
    return Dimension(path=knob.path, text=text, values=tuple(dict.fromkeys(texts)), whole=whole)


def _end(knob: Knob, text: str, whole: bool) -> float:
    """One end of a range, that the knob could have. Raises `BadInput`."""
    value = _number(text)
    if value is None:
        raise BadInput(f"must be {SYNTAX}, not {clean(text, 60)!r}", path=knob.path)
    if whole and not value.is_integer():
        raise BadInput(f"must be a range of whole numbers, not from or to {clean(text, 60)}", path=knob.path)
    alone(knob.path, str(int(value)) if whole else repr(value))
    return value


def _is_whole(knob: Knob) -> bool:
    return "whole number" in knob.allowed


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _between(low: float, high: float, unit: float, *, log: bool) -> float:
    if log:
        return float(math.exp(math.log(low) + unit * (math.log(high) - math.log(low))))
    return low + unit * (high - low)


def _along(value: float, low: float, high: float, *, log: bool) -> float:
    if log:
        return (math.log(value) - math.log(low)) / (math.log(high) - math.log(low))
    return (value - low) / (high - low)


def _short(value: float, low: float, high: float) -> str:
    """A number of a wide range in four figures, which a person can read and repeat; never outside of the range."""
    short = float(f"{value:.4g}")
    wide = high - low > 0.01 * max(abs(low), abs(high))
    return repr(short if wide and low <= short <= high else min(max(value, low), high))
