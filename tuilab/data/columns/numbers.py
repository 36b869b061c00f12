"""Numbers as people and programs write them: a decimal point or a decimal comma, digits in groups of three or not.

Which of the two forms a column has is decided by all of its cells. `30.123` is 30.123 in one and 30 123 in the other:
a column in which nothing tells them apart is not decided here at all. A unit may stand with the numbers, a sign or a
word (`5 %`, `5 km`), the same one with all of a column: `5` among `5 %` may be 5 or 500 of them.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tuilab import stages
from tuilab.data.table import LARGEST, Floats

NumberForm = Literal["point", "comma"]
"""What stands before the fraction."""

_MONEY = ("$", "€", "£", "¥", "₹", "US$", "R$", "USD", "EUR", "GBP", "CHF", "JPY")
"""What may stand before a number as well as behind it, with a space between or none."""

MINUS = "−"
"""As typesetters, Wikipedia and R write it: U+2212."""
_SIGN, _EXPONENT = r"[+-]?", r"(?:[eE][+-]?\d+)?"
_GROUPS = {
    "point": re.compile(rf"{_SIGN}[1-9]\d{{0,2}}([,' \u00a0\u202f’])\d{{3}}(?:\1\d{{3}})*(?:\.\d+)?", re.ASCII),
    "comma": re.compile(rf"{_SIGN}[1-9]\d{{0,2}}([.' \u00a0\u202f’])\d{{3}}(?:\1\d{{3}})*(?:,\d+)?", re.ASCII),
}
_COMMA = re.compile(rf"{_SIGN}(?:\d+,?\d*|,\d+){_EXPONENT}", re.ASCII)
_BEHIND = re.compile(
    r"[+-]?[\d.,' \u00a0\u202f’]*\d[.,]?\s?((?:[^\W\d_]|[°%$€£¥₹])(?:[^\W\d_]|[°%$/·]){0,9}(?:(?<=m)[23])?)"
)
_BEFORE = re.compile(rf"{_SIGN}({'|'.join(map(re.escape, _MONEY))}) ?{_SIGN}[\d.,]")
_MAY_HAVE_UNIT = re.compile(rf"[(+\-−\s]*(?:[\d.,'\s’]+(?:[^\W\d_]|[°%$€£¥₹])|{'|'.join(map(re.escape, _MONEY))})")
"""How each number with a unit begins, and little else."""
_MOST_ARE = {
    "point": re.compile(r"(?:[+-]?(?:\d{1,50}|[1-9]\d{0,2}(?:,\d{3}){1,9})(?:\.\d{1,50})?\n)*", re.ASCII),
    "comma": re.compile(r"(?:[+-]?(?:\d{1,50}|[1-9]\d{0,2}(?:\.\d{3}){1,9})(?:,\d{1,50})?\n)*", re.ASCII),
}
"""Lines of numbers as most are: without exponents, in groups by a point or a comma, if at all."""
_NO_NUMBER = re.compile(r"[b-dghj-mo-su-xzB-DGHJ-MO-SU-XZ:/_]|[0-9]-")
"""What is in no number without a unit: letters that are not those of 1e5, nan and infinity, signs behind a digit."""
_ALIKE = str.maketrans("012345678", "9" * 9)
_PLURAL = 4  # letters of a unit from which on an s at its end may be missing: 1 room, 2 rooms
_LONG = 100  # digits of a number that is surely small enough
_BLOCK = 2**10  # rows that are looked at a time: most files tell at once


def bare(text: str, unit: str) -> str:
    """`text` without its unit; what is no number, if it has none: `-$5` is -5, `5 %` is 5, `($5)` is -5."""
    text = signed(text)
    if not unit:
        return text
    for spelled in _spellings(unit):
        if text.endswith(spelled):
            return text.removesuffix(spelled).rstrip()
    sign = text[:1] if text[:1] in "+-" else ""
    rest = text.removeprefix(sign)
    if unit not in _MONEY or not rest.startswith(unit):
        return "_"
    rest = rest.removeprefix(unit).lstrip()
    return "_" if sign and rest[:1] in "+-" else sign + rest


def signed(text: str) -> str:
    """`text` with the minus of ASCII: for a typesetter's, and for the parentheses of an accountant, (338) for -338."""
    if text[:1] == "(" and text[-1:] == ")" and text[1:2] not in ("+", "-", MINUS):
        text = f"-{text[1:-1].strip()}"
    return text.replace(MINUS, "-")


def unit_of(cells: Sequence[tuple[str, int]]) -> str:
    """The unit that most cells of a column have, given its different texts, each with the number of its cells."""
    votes, total = Counter[str](), sum(count for _, count in cells)
    for text, count in chain.from_iterable(stages.along(cells)):
        if not _MAY_HAVE_UNIT.match(text):
            continue
        text = signed(text)
        if found := _BEHIND.fullmatch(text) or _BEFORE.match(text):
            votes[found[1]] += count
    unit = max(votes, key=lambda each: (sum(votes[spelled] for spelled in _spellings(each)), votes[each]), default="")
    return unit if 2 * sum(votes[spelled] for spelled in _spellings(unit)) > total else ""


def _spellings(unit: str) -> tuple[str, ...]:
    """A unit as it may be written: of a word that ends in s without it too."""
    return (unit, unit[:-1]) if unit[-1:] == "s" and len(unit) > _PLURAL else (unit,)


def number(text: str, form: NumberForm, unit: str = "") -> float | None:
    """The number that `text` is in that form; None if it is none, or none of at most `LARGEST` in size."""
    text = bare(text, unit)
    if form == "point":
        plain = text
    elif _COMMA.fullmatch(text):
        plain = text.replace(",", ".")
    else:
        plain = "_"
    value = _float(plain)
    if value is None and (grouped := _GROUPS[form].fullmatch(text)):
        value = _float(text.replace(grouped[1], "").replace(",", "."))
    return value if value is not None and abs(value) <= LARGEST else None


def usual_numbers(texts: Sequence[str], form: NumberForm) -> list[float | None] | None:
    """What `number` gives of each, at once where all are written as most are; else None."""
    lines = "".join([f"{text}\n" for text in texts])
    if not _MOST_ARE[form].fullmatch(lines):
        return None
    lines = lines.replace(",", "") if form == "point" else lines.replace(".", "").replace(",", ".")
    found: list[float | None] = [*map(float, lines.split())]
    return found if len(found) == len(texts) else None


def is_in_a_form(text: str) -> bool:
    """Whether a text is one in either form."""
    return number(text, "point") is not None or number(text, "comma") is not None


def written(value: float, form: NumberForm, digits: int = 10, unit: str = "") -> str:
    """The number to so many figures, as `number` reads it in that form."""
    sign, size = "-" if value < 0 else "", f"{abs(value):.{digits}g}"
    text = f"{sign}{unit}{size}" if not unit or unit in _MONEY else f"{sign}{size} {unit}"
    return text if form == "point" else text.replace(".", ",", 1)


def _float(text: str) -> float | None:
    """The number that Python reads, but 1_0 is none."""
    try:
        return None if "_" in text else float(text)
    except ValueError:
        return None


def may_be_grouped(*arrays: Floats) -> bool:
    """Whether all numbers in the `arrays`, read with a decimal point, may be whole ones in groups of three.

    So it is where none has a fraction but of three digits behind one to three others: `30.123`, never `0.5`.
    """
    seen = False
    for block in (np.abs(X[start : start + _BLOCK]) for X in arrays for start in range(0, len(X), _BLOCK)):
        broken = block != np.floor(block)
        thousandths = block[broken] * 1000
        if ((block[broken] < 1) | (block[broken] >= 1000)).any():
            return False
        if not np.isclose(thousandths, np.round(thousandths), rtol=1e-12, atol=0).all():
            return False
        seen |= bool(broken.any())
    return seen


@dataclass(frozen=True, kw_only=True)
class NumberVote:
    """How many cells of a column are numbers, and in which form."""

    point: int = 0
    """With a decimal point alone: `3.5`, `1,234.5`."""
    comma: int = 0
    """With a decimal comma alone: `3,5`, `1.234,5`."""
    either: int = 0
    """In both forms, and the same number: `12`."""
    torn: int = 0
    """In both forms, and another number in each: `30.123`."""
    example: str = ""
    """A cell that is torn."""

    @property
    def numbers(self) -> int:
        """Cells that are numbers in the form that most of them have."""
        return self.either + self.torn + max(self.point, self.comma)

    @property
    def sure(self) -> NumberForm | None:
        """The form, where the cells tell it."""
        if self.point == self.comma:
            return None
        return "point" if self.point > self.comma else "comma"


def vote_of_array(values: NDArray[Any]) -> NumberVote:
    """The vote of the cells (m,) of an array: what they are is known, so that none is torn."""
    usable = int((np.abs(values) <= LARGEST).sum())
    return NumberVote(point=usable) if values.dtype.kind == "f" else NumberVote(either=usable)


def vote_of_plain(cells: Sequence[tuple[str, int]]) -> NumberVote:
    """As `vote`, of texts that Python reads as numbers: all but those that may be in groups are told by their point."""
    grouped = [cell for cell in cells if cell[0][-4:-3] == "."]
    found = vote(grouped) if grouped else NumberVote()
    pointed = sum(n for text, n in cells if "." in text and text[-4:-3] != ".")
    return replace(found, point=found.point + pointed, either=sum(n for _, n in cells) - found.numbers - pointed)


def _may_be_comma(text: str) -> bool:
    """Whether a text may be a number in the form "comma" that is not the same in "point".

    Without a comma it is one by its points alone, of which the last one has three digits behind it.
    """
    return "," in text or text[-4:-3] == "."


def _kind(text: str) -> str:
    """Which vote a text gives, without its unit; "" if it is no number."""
    point = number(text, "point")
    comma = number(text, "comma") if _may_be_comma(text) else point if "." not in text else None
    if point is None and comma is None:
        return ""
    return "point" if comma is None else "comma" if point is None else "either" if point == comma else "torn"


def _shape(text: str) -> str:
    """What `_kind` goes by: any digits behind the first one, but of an exponent or of what may be too large."""
    if "e" in text or "E" in text or len(text) > _LONG:
        return text
    return text[:2] + text[2:].translate(_ALIKE)


def vote(cells: Sequence[tuple[str, int]], unit: str = "") -> NumberVote:
    """The vote of the different texts of a column, each with the number of cells that hold it."""
    votes, example = dict.fromkeys(("point", "comma", "either", "torn", ""), 0), ""
    kinds = dict[str, str]()
    for text, count in chain.from_iterable(stages.along(cells)):
        if not unit and _NO_NUMBER.search(text):
            continue
        text = bare(text, unit)
        if (kind := kinds.get(shape := _shape(text))) is None:
            kind = kinds[shape] = _kind(text)
        votes[kind] += count
        if kind == "torn" and not example:
            example = text
    del votes[""]
    return NumberVote(**votes, example=example)
