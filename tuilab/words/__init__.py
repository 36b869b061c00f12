"""Numbers in words, the same wherever a person reads them. (Tables are in `tuilab.words.table`.)"""

from tuilab.words.numbers import (
    bar,
    count,
    duration,
    last_sign,
    layers,
    listed,
    number,
    percent,
    plural,
    quantity,
    rate,
    repeated,
    size,
    sparkline,
    when,
)

__all__ = [
    "bar",
    "count",
    "duration",
    "last_sign",
    "layers",
    "listed",
    "number",
    "percent",
    "plural",
    "quantity",
    "rate",
    "repeated",
    "size",
    "sparkline",
    "when",
]
