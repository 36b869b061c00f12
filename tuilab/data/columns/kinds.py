"""What kind of thing each column holds, voted by all of its cells, with the evidence and what else it may be."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Literal, TypeVar, get_args

import numpy as np
from msgspec import structs

from tuilab import stages
from tuilab.data.columns import dates, numbers
from tuilab.data.columns.column import NumberColumn, SheetColumn, TextColumn
from tuilab.data.columns.numbers import NumberForm
from tuilab.data.columns.reading import NUMBER_MARKS, OwnMarks, Reading, Values, folded, marks_of
from tuilab.data.table import LARGEST
from tuilab.words import count, plural

ColumnKind = Literal["number", "integer", "category", "boolean", "date", "identifier", "constant", "text"]
"""An integer looks ordinal: whole numbers, few of them, in a row; they may be the codes of categories."""
Decision = Literal["number", "point", "comma", "category", "date", "day-first", "month-first"]
"""What a person may say that a column is; point and comma: a number, and what stands before its fraction."""
DECISIONS: tuple[str, ...] = get_args(Decision)

MOST_INTEGERS = 12
"""Different whole numbers that may be codes."""
T = TypeVar("T")

_VOTED = 0.5
"""How far it is once all columns have voted; then each is judged."""
_MOST = 0.5
"""Of the cells that hold anything, what must be a number (a date) for the column to be one of numbers (of dates)."""
_COMPACT, _FEWEST_COMPACT = (19000101, 20991231), 5  # dates without dashes, and different ones by which they are told
_SLIP = 0.01
"""Of the cells of a column, those that may be slips where they do not fit."""
NONE_OWN: OwnMarks = {}
_GLANCE = 2**10  # values that mostly tell
_EXACT = 2**53  # beyond it a float does not tell one whole number from the next
_ORDERS = {
    "year-first": "year-month-day",
    "day-first": "day/month/year",
    "month-first": "month/day/year",
    "named": "with the names of months",
}
_YES_NO = ({"yes", "no"}, {"true", "false"}, {"y", "n"}, {"t", "f"}, {"on", "off"})


@dataclass(frozen=True, kw_only=True, eq=False)
class Judged:
    """A column and what it was found to be."""

    column: SheetColumn
    kind: ColumnKind
    evidence: str
    """Why, in a few words for a person."""
    reading: Reading | None = None
    """How it becomes numbers; None where it cannot, or where a person must say how."""
    doubtful: tuple[str, ...] = ()
    """Texts that do not fit the kind."""
    question: str = ""
    """What the cells do not tell, in a few words; empty if they tell all."""
    alternatives: tuple[Decision, ...] = ()
    """What else it may be said to be."""
    values: Values = field(default_factory=lambda: np.empty(0))
    """(m,) as the reading has them: NaN where a cell is missing or doubtful."""

    @cached_property
    def missing(self) -> int:
        """Cells without a value."""
        return sum(self.blanks.values())

    @cached_property
    def different(self) -> int:
        """How many different texts its values are."""
        return self.column.different - len(self.blanks)

    @cached_property
    def doubted(self) -> int:
        """Cells that do not fit the kind."""
        return int(self.column.holding(self.doubtful).sum()) if self.doubtful else 0

    @property
    def slips(self) -> bool:
        """Whether so few do not that they are to be mended in the file, not decided on."""
        return self.doubted <= _SLIP * len(self.column)

    @property
    def otherwise(self) -> Decision | Literal[""]:
        """What an identifier may be said to be, for it to be learned from."""
        return "" if self.kind != "identifier" else "category" if self.reading is None else "number"

    @cached_property
    def blanks(self) -> dict[str, int]:
        """The texts by which a cell is missing, with how many cells hold each."""
        found = self.column.blanks(self.reading.marks if self.reading else NUMBER_MARKS)
        if self.reading is None or self.reading.is_plain or not self.reading.marked:
            return found
        cells = self.column.cells  # written in another way than the mark, which means the same value
        values = self.reading.values([text for text, _ in cells])
        return {text: n for (text, n), value in zip(cells, values, strict=True) if value is not None and value != value}


def judge(columns: Sequence[SheetColumn], decided: Mapping[str, Decision], own: OwnMarks = NONE_OWN) -> list[Judged]:
    """Each column, as `decided` by name or as its cells tell; whole numbers have the form that other columns tell.

    So `1.234` that comes later in a column of them is what it would be in those. A column of `30.123` alone is in
    question, unless another column has a decimal point for sure.
    """
    distinct = cache(lambda: _different_rows(columns))  # a second of a million rows, and few columns ask for it
    marks = [marks_of(own, column.name) for column in columns]
    pairs = list(zip(columns, marks, strict=True))
    votes = [_vote(column, NUMBER_MARKS | folded(each)) for column, each in _told(pairs, 0, _VOTED)]
    point = any(vote.sure == "point" and not vote.comma for _, vote in votes)
    comma = any(vote.sure == "comma" and not vote.point for _, vote in votes)
    told: NumberForm | None = "point" if point else "comma" if comma else None
    return [
        _judged(column, vote, unit, decided.get(column.name), distinct, told, each)
        for (unit, vote), (column, each) in zip(votes, _told(pairs, _VOTED, 1), strict=True)
    ]


def _told(pairs: Sequence[T], first: float, last: float) -> Iterable[T]:
    """Each pair of a column and its marks; says how far it is, but of one column alone."""
    return stages.through("looking through", pairs, first, last) if len(pairs) > 1 else pairs


def _vote(column: SheetColumn, marks: frozenset[str]) -> tuple[str, numbers.NumberVote]:
    """The unit of the numbers of a column, and how many there are in which form."""
    if isinstance(column, NumberColumn):
        blank = column.blanks(marks)
        return "", numbers.vote_of_array(column.rows(~column.holding(blank)).numbers if blank else column.numbers)
    if isinstance(column, TextColumn) and column.plain is not None:
        blank = column.blanks(marks)
        return "", numbers.vote_of_plain([cell for cell in column.cells if cell[0] not in blank])
    unit = numbers.unit_of(filled := column.filled(marks))
    return unit, numbers.vote(filled, unit)


def _judged(
    column: SheetColumn,
    vote: numbers.NumberVote,
    unit: str,
    decided: Decision | None,
    distinct: Callable[[], int],
    told: NumberForm | None,
    own: tuple[str, ...],
) -> Judged:
    marks = NUMBER_MARKS | folded(own)
    total = len(column) - sum(column.blanks(marks).values())
    match decided:
        case "category":
            return _category(column, "said to be one", own)
        case "number":
            return _numeric(column, vote, unit, total, distinct, told, own)
        case "point" | "comma":
            reading = Reading(name=column.name, kind="number", form=decided, unit=unit, own_marks=own)
            return _read(column, reading, "said to be one", ("category",))
        case "date":
            return _dated(column, dates.vote(column.filled(marks)), total, own, asked=False)
        case "day-first" | "month-first":
            century = dates.vote(column.filled(marks)).century
            reading = Reading(name=column.name, kind="date", form=decided, century=century, own_marks=own)
            return _read(column, reading, "said to be one", ("category",))
    if not total:
        return Judged(column=column, kind="constant", evidence="every cell is empty")
    if vote.numbers > _MOST * total:
        return _perhaps_dated(_numeric(column, vote, unit, total, distinct, told, own))
    voted = dates.vote(column.filled(marks))
    if voted.dates > _MOST * total:
        return _dated(column, voted, total, own)
    return _worded(column, distinct, own)


def _numeric(
    column: SheetColumn,
    vote: numbers.NumberVote,
    unit: str,
    total: int,
    distinct: Callable[[], int],
    told: NumberForm | None,
    own: tuple[str, ...],
) -> Judged:
    """A column of which most cells are numbers."""
    form: NumberForm = "point" if isinstance(column, NumberColumn) else vote.sure or told or "point"
    evidence = f"{count(vote.numbers)} of {plural(total, 'cell')} are numbers"
    if vote.sure == "comma":
        evidence += ", with a decimal comma"
    if unit:
        evidence += f", each with {unit}"
    reading = Reading(name=column.name, kind="number", form=form, unit=unit, own_marks=own)
    judged = _read(column, reading, evidence, ("category",))
    if vote.torn and vote.sure is None and told != "point":
        one, other = (numbers.number(vote.example, each) for each in ("point", "comma"))
        return replace(
            judged,
            reading=None,
            question=f'"{vote.example}" may be {one:.12g} (point) or {other:.12g} (comma)',
            alternatives=("point", "comma", "category"),
        )
    if not judged.doubtful:
        return replace(judged, kind=_numeric_kind(judged, distinct))
    return judged


def _perhaps_dated(judged: Judged) -> Judged:
    """Numbers of which each may be a date: whether they are is asked."""
    if judged.doubtful or judged.question or judged.kind == "constant" or np.isnan(judged.values).all():
        return judged
    low, high = np.nanmin(judged.values), np.nanmax(judged.values)
    if not _COMPACT[0] <= low <= high <= _COMPACT[1]:
        return judged
    different = np.unique(judged.values[~np.isnan(judged.values)])
    if len(different) < _FEWEST_COMPACT or not dates.may_be_compact(different.tolist()):
        return judged
    question = f'"{different[0]:.0f}" may be a date, as each of them may, or a number'
    return replace(judged, kind="number", reading=None, question=question, alternatives=("date", "number", "category"))


def _numeric_kind(judged: Judged, distinct: Callable[[], int]) -> ColumnKind:
    """What numbers are apart from numbers: all the same, one a row, or few whole ones in a row."""
    complete = not judged.missing
    filled = judged.values if complete else judged.values[~np.isnan(judged.values)]
    if not len(filled):
        return "number"
    if complete and filled.min() == filled.max():
        return "constant"
    if not (_are_whole(filled[:_GLANCE]) and _are_whole(filled)):  # of a million that are not, no copy is made
        return "number"
    values = np.unique(filled)
    span = float(values[-1] - values[0]) + 1
    if complete and len(values) >= 10 and _is_counted(judged, values, span) and len(values) == distinct():
        return "identifier"
    if 3 <= len(values) == span <= min(MOST_INTEGERS, len(judged.values) / 5) and values[0] in (0, 1):
        return "integer"
    return "number"


def _are_whole(values: Values) -> bool:
    return np.array_equal(values, np.round(values))


def _is_counted(judged: Judged, values: Values, span: float) -> bool:
    """Whether whole numbers, one a row, are names of the rows: counted on, too long to be measured, or called so."""
    if span == len(values) or (np.diff(judged.values) > 0).all() or np.abs(values).min() > _EXACT:
        return True
    return _is_called_id(judged.column.name) and len({len(text) for text in judged.column.texts}) <= 3


def _is_called_id(name: str) -> bool:
    """Whether a column is called as those of identifiers are."""
    words = "".join(letter if letter.isalnum() else " " for letter in name).casefold().split()
    return bool({"id", "key", "number", "nr", "no", "uuid", "index"} & set(words)) or name[-2:] in ("Id", "ID")


def _dated(
    column: SheetColumn, vote: dates.DateVote, total: int, own: tuple[str, ...], *, asked: bool = True
) -> Judged:
    """A column of which most cells are dates."""
    form = vote.told[0]
    orders = " or ".join(_ORDERS[each] for each in vote.told)
    evidence = f"{count(vote.dates)} of {plural(total, 'cell')} are dates, {orders}"
    if vote.years:
        evidence += f", years of two digits read as {vote.full[0]} to {vote.full[-1]}"
    reading = Reading(name=column.name, kind="date", form=form, century=vote.century, own_marks=own)
    judged = _read(column, reading, evidence, ("category",))
    if vote.sure is None and vote.example:
        return replace(
            judged,
            reading=None,
            question=f'"{vote.example}" may begin with its day (day-first) or its month (month-first)',
            alternatives=("day-first", "month-first", "category"),
        )
    if not asked or not (doubt := vote.doubt):
        return judged
    return replace(judged, reading=None, question=doubt, alternatives=("date", "category"))


def _worded(column: SheetColumn, distinct: Callable[[], int], own: tuple[str, ...]) -> Judged:
    """A column of words: categories, one text a row, or the same one in all."""
    judged = _category(column, "", own)
    levels = judged.reading.levels if judged.reading else ()
    filled = len(column) - judged.missing
    said = f"{plural(len(levels), 'different text')} in {plural(filled, 'cell')}"
    if len(levels) == 1 and not judged.missing:
        return replace(judged, kind="constant", evidence=f'every cell is "{levels[0]}"', reading=None)
    if 2 * len(levels) > filled and all(map(dates.is_time, levels)):
        said = f"{count(len(levels))} different times (of day, or durations)"
        return replace(judged, kind="text", evidence=said, reading=None, doubtful=())
    if len(levels) >= 10 and not judged.missing and len(levels) == distinct() and _is_shaped(levels):
        return replace(judged, kind="identifier", evidence=f"{said}, alike in shape", reading=None)
    if {level.casefold() for level in levels} in _YES_NO:
        return replace(judged, kind="boolean", evidence=said)
    if 2 * len(levels) > filled:
        return replace(judged, kind="text", evidence=said, reading=None, doubtful=())
    return replace(judged, evidence=said)


class _Shaped(dict[int, str]):
    """What stands for each letter, by its code, in the shape of a text."""

    def __missing__(self, code: int) -> str:
        self[code] = "0" if (c := chr(code)).isdigit() else "a" if c.isalpha() else c
        return self[code]


def _is_shaped(levels: Sequence[str]) -> bool:
    """Whether texts are alike in shape: letters where the others have letters, digits where they have digits."""
    shaped, shapes = _Shaped(), set[str]()
    for some in stages.along(levels):
        found = {level.translate(shaped) for level in some}
        if not all("0" in shape for shape in found):
            return False
        shapes |= found
    return len({shape.rstrip("0") for shape in shapes}) == 1 or len({len(shape) for shape in shapes}) == 1


def _category(column: SheetColumn, evidence: str, own: tuple[str, ...]) -> Judged:
    bare = Reading(name=column.name, kind="category", own_marks=own)
    levels = sorted(sorted(text for text, _ in column.filled(bare.marks)), key=str.casefold)
    broken = len("\0".join(levels).splitlines()) > 1
    reading = structs.replace(bare, levels=tuple(levels))
    return Judged(
        column=column,
        kind="category",
        doubtful=tuple(level for level in levels if len(level.splitlines()) > 1) if broken else (),
        evidence=evidence,
        reading=reading,
        alternatives=("number",),
        values=values_of(column, reading)[0],
    )


def _read(column: SheetColumn, reading: Reading, evidence: str, alternatives: tuple[Decision, ...]) -> Judged:
    values, doubtful = values_of(column, reading)
    return Judged(
        column=column,
        kind="date" if reading.kind == "date" else "number",
        evidence=evidence,
        reading=reading,
        doubtful=doubtful,
        alternatives=alternatives,
        values=values,
    )


def values_of(column: SheetColumn, reading: Reading) -> tuple[Values, tuple[str, ...]]:
    """(m,) values, NaN where there is none; and the texts that are none and do not say so."""
    if isinstance(column, NumberColumn) and reading.kind == "number" and not reading.unit:
        values = column.numbers.astype(np.float64, copy=False)
        if reading.marked:
            values = np.where(np.isin(values, reading.marked), math.nan, values)
        wrong = np.abs(values) > LARGEST
        if not wrong.any():
            return values, ()
        return np.where(wrong, math.nan, values), column.rows(wrong).texts
    if isinstance(column, TextColumn) and reading.is_plain and column.plain is not None:
        return np.where(np.isin(column.plain, reading.marked), math.nan, column.plain)[column.codes], ()
    found, codes = reading.values(column.texts), column.codes
    used = np.bincount(codes, minlength=len(found)) > 0
    doubtful = tuple(text for text, value, n in zip(column.texts, found, used, strict=True) if value is None and n)
    return np.array([math.nan if value is None else value for value in found])[codes], doubtful


def _different_rows(columns: Sequence[SheetColumn]) -> int:
    """How many rows of the table are different."""
    hashes = row_hashes(columns)
    hashes.sort()  # a sixth of the memory that np.unique takes
    return 1 + int(np.count_nonzero(hashes[1:] != hashes[:-1]))


def row_hashes(columns: Sequence[SheetColumn]) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    """A number a row, (m,), the same for rows of the same cells (and by a chance of 2⁻⁶⁴ for two others)."""
    hashes = np.zeros(len(columns[0]), np.uint64)
    for place, column in enumerate(columns, 1):
        stages.check()
        hashes ^= column.keys + np.uint64(place * 0x9E3779B97F4A7C15 % 2**64)
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1)):
            hashes ^= hashes >> np.uint64(shift)
            hashes *= np.uint64(factor)
    return hashes
