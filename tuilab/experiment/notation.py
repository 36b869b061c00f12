"""How a person writes values: numbers as they are typed, lists in shorthand, texts in quotes or without."""

import json
import math
import re
import tomllib
from contextlib import suppress
from decimal import Decimal
from typing import Any

TIMES, _TYPED = "×", ("×", "*", "x", "X")
_DIGITS = "[0-9]+(?:_[0-9]+)*"
_NUM = rf"[+-]?(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][+-]?[0-9]+)?"
_NUMBER, _INTEGER = re.compile(_NUM), re.compile(f"[+-]?{_DIGITS}")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}([, \u00a0\u202f])[0-9]{3}(?:\1[0-9]{3})*")
_COMMA = re.compile(r"(?<![0-9.,])0*,[0-9]")
"""A decimal comma: a list would take it for what parts two numbers, of which the first is 0."""
_SIGN = re.compile(rf"(?<![\w.])((?!0[xX]){_NUM}) ?[xX] ?(?=[0-9])|(?<=[\w.]) [xX] ?(?=[0-9])| ?[×*] ?")
"""`×` in all ways in which it is typed; 0x10 is a number of its own."""
_NAME = re.compile(r"""\s*(?:"(?:[^"\\]|\\.)*+"|'[^']*+')\s*(?=,|$)|[^,]+""")
"""A name between commas, in quotes where it holds some."""
_MOST_TIMES, _MOST = 1001, 10_000
"""How often an item may be said to stand in a list, and how many items may stand there; most knobs allow fewer."""


class Unclear(ValueError):
    """What is a number, but not one that can be meant here; with why, in a few words, where that needs saying."""


def number(text: str, *, whole: bool) -> int | float:
    """The number in `text`: `.5`, `5.`, `1e-3`, `007`, `1,000,000`; of a `whole` one also `1,000`, `1 000` and `1e3`.

    Raises ValueError where it is none, or may be read in two ways, as `1.000` where a whole number is asked for.
    """
    text = text.replace("\u2212", "-")  # as books print it
    if (grouped := _GROUPED.fullmatch(text)) and (whole or text.count(grouped[1]) > 1):
        text = re.sub("[^0-9+-]", "", text)
    if _INTEGER.fullmatch(text):
        return int(text)
    if not _NUMBER.fullmatch(text):
        raise Unclear("the decimal sign is a point") if "," in text and not whole else ValueError("no number")
    value = float(text)
    if not math.isfinite(value) or (whole and "e" not in text.lower()):
        raise Unclear
    return _whole(text) if whole else value


def _whole(text: str) -> int:
    """The whole number in `text`, to its last digit: a float would round it, or what is behind the point away."""
    with suppress(ArithmeticError):  # an exponent of so many digits that nobody counts them
        exact = Decimal(text)
        if exact == exact.to_integral_value():
            return int(exact)
    raise Unclear


def number_at(text: str, place: int) -> tuple[int, int] | None:
    """From where to where that number in the `text` of a list stands which is nearest to `place`, the left one of two.

    How often a number stands there is none of them.
    """
    found = [one.span() for one in _NUMBER.finditer(text) if not text[: one.start()].rstrip().endswith(_TYPED)]
    return min(found, key=lambda span: max(span[0] - place, place - span[1]), default=None)


def value(text: str, *, whole: bool) -> Any:
    """The number in `text`, a bare word such as `all`, or the one TOML value. Raises ValueError."""
    if re.fullmatch(r"[A-Za-z_]\w*", text) and text not in ("true", "false", "nan", "inf"):
        return text
    try:
        return number(text, whole=whole)
    except Unclear:
        raise
    except ValueError:
        return toml_value(text)


def values(raw: str, *, whole: bool) -> list[Any]:
    """The values of a list, each as often as is said behind it: `150×2` is 150 twice. Raises ValueError."""
    if not whole and _COMMA.search(raw):
        raise Unclear("the decimal sign is a point")
    found: list[Any] = []
    for item in inside(_times(raw)).replace(",", " ").split():
        one, sign, times = item.rpartition(TIMES)
        often = 1
        if sign and times.isascii() and times.isdigit():
            item, often = one, int(times[:9])
        if not 1 <= often <= _MOST_TIMES:
            raise Unclear(f"a value may stand there 1 to {_MOST_TIMES:,} times")
        found += [value(item, whole=whole)] * often
        if len(found) > _MOST:
            raise Unclear("these are too many")
    return found


def names(raw: str) -> list[str]:
    """The names between commas."""
    return [unquoted(name.strip()) for name in _NAME.findall(inside(raw)) if name.strip()]


def is_list(raw: str) -> bool:
    """Whether `raw` says several values, where a single one might stand."""
    return bool(re.search(rf"[\s,\[{TIMES}]", _times(raw)))


def _times(raw: str) -> str:
    """`raw` with one sign, and no room around it, for how often a value stands in a list."""
    return _SIGN.sub(rf"\g<1>{TIMES}", " ".join(raw.split()))


def toml_value(raw: str) -> Any:
    """The one TOML value written in `raw`. Raises ValueError."""
    if "\n" in raw or "\r" in raw:
        raise ValueError("one line only")
    try:
        return tomllib.loads(f"value = {raw}")["value"]
    except RecursionError:
        raise ValueError("nested too deeply") from None


def as_toml(text: str) -> str:
    """A text in quotes, with what TOML wants escaped (which JSON does, but for DEL)."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def inside(raw: str) -> str:
    """What stands in the brackets of a list, if there are any."""
    return raw[1:-1] if raw.startswith("[") and raw.endswith("]") else raw


def unquoted(raw: str) -> str:
    """A text without the quotes around it, if there are any."""
    if len(raw) > 1 and raw[0] == raw[-1] and raw[0] in "\"'":
        try:
            value = toml_value(raw)
        except ValueError:
            return raw
        return value if isinstance(value, str) else raw
    return raw
