"""Numbers in words."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from tuilab.text import clean

MANY = 4
"""Of the same value in a row, beyond which they are counted."""
_BLOCKS = "▁▂▃▄▅▆▇█"


def count(number: int) -> str:
    """A whole number in groups of three: `15,000`."""
    return f"{number:,}"


def percent(fraction: float | None) -> str:
    """A fraction as `3.51 %`, or a dash; none is −0."""
    return "–" if fraction is None else f"{round(100 * fraction, 2) + 0.0:.2f} %"


def number(value: float | None, figures: int = 3) -> str:
    """So many figures, or a dash where there is none (None or NaN)."""
    return "–" if value is None or value != value else f"{value:.{figures}g}"


def quantity(value: float, spread: float = math.inf) -> str:
    """Three figures of a price or a temperature as a person writes it: `359,000`, `0.183`, `2.1e+12`.

    And more, where it stands among others that differ by `spread`: years by 20 are `1,994.2`.
    """
    more = math.ceil(math.log10(abs(value) / spread)) if value and 0 < spread < abs(value) else 0
    rounded = float(f"{value:.{min(3 + more, 15)}g}")
    return f"{rounded:,.12g}" if rounded == 0 or 1e-4 <= abs(rounded) < 1e9 else f"{rounded:g}"


def rate(iterations_per_second: float) -> str:
    """`12,400 it/s`."""
    if iterations_per_second >= 10:
        return f"{count(round(iterations_per_second))} it/s"
    return f"{iterations_per_second:.2g} it/s"


def size(count: float) -> str:
    """Bytes as `121 MB` or `8.3 GB`."""
    return f"{count / 1e6:,.0f} MB" if count < 1e9 else f"{count / 1e9:,.1f} GB"


def duration(seconds: float) -> str:
    """`42 s`, `3 min 20 s`, `5 h 03 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


def last_sign(seconds: float) -> str:
    """`last sign of life 3 min 20 s ago`."""
    return f"last sign of life {duration(seconds)} ago"


def repeated(values: Iterable[object]) -> list[str]:
    """The values as texts, many of the same in a row as `2×150`."""
    runs = ((text, len(list(group))) for text, group in groupby(map(str, values)))
    return [part for text, times in runs for part in ([f"{text}×{times}"] if times > MANY else [text] * times)]


def layers(sizes: Sequence[int]) -> str:
    """`2-10-5-1`: the units of each layer; `2-2×148-1`."""
    return "-".join(repeated(sizes))


def when(moment: float) -> str:
    """Seconds since the epoch in local time, month to minute."""
    return datetime.fromtimestamp(moment).strftime("%m-%d %H:%M")


def sparkline(values: Sequence[float | None]) -> str:
    """A curve in one line of blocks, from its lowest to its highest value; `!` where it is not finite."""
    finite = [value for value in values if value is not None]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    half = high / 2 - low / 2 or 1.0  # halves: a difference may overflow
    return "".join("!" if value is None else _BLOCKS[round(7 * ((value / 2 - low / 2) / half))] for value in values)


def bar(share: float, width: int = 20) -> str:
    """A share as a bar of blocks with its percentage: `█████░░░░░ 50 %`."""
    done = min(width, int(share * width))
    return f"{'█' * done}{'░' * (width - done)} {int(100 * share)} %"


def plural(number: int, noun: str) -> str:
    """`1 run`, `2 runs`."""
    return f"{count(number)} {noun}" if number == 1 else f"{count(number)} {noun}s"


def listed(names: Sequence[str], most: int = 8) -> str:
    """Names for a person, cleaned, the first of many: `age, sex and 3 more`."""
    shown = ", ".join(clean(name, 60) for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {count(len(names) - most)} more"
