"""Dates as people and programs write them, as days since 1970-01-01; which comes first is decided by all cells.

A column may hold several forms: with the year first, or with the name of a month, a date tells itself.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import chain, pairwise
from typing import Literal

import numpy as np

from tuilab import stages

DateForm = Literal["year-first", "day-first", "month-first", "named"]
"""What comes first; or the month by its English name, which tells itself from day and year: `5 Mar 2020`."""

_CLOCK = r"(?:[T ](.+))?"
_ZONE = re.compile(r".+\d(?:Z|[+-]\d{2}(?::?\d{2})?)")
_TIME = re.compile(
    r"[+-]?\d{1,4}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[ap]\.?m\.?)?|(?:\d+(?:\.\d+)? ?(?:d|h|hrs?|min|m|s|sec)\b ?){2,}",
    re.ASCII | re.IGNORECASE,
)
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_CLOCK}", re.ASCII)
_COMPACT = re.compile(r"((?:19|20)\d\d)()(\d\d)(\d\d)()", re.ASCII)  # as ISO 8601 has it without its dashes
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){_CLOCK}", re.ASCII)
_SHORT_YEAR_LAST = re.compile(rf"(\d{{1,2}})([/.])(\d{{1,2}})\2(\d{{2}}){_CLOCK}", re.ASCII)
_WEEKDAY = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}[.,]{0,2} )?"
_DAY_NAMED = re.compile(
    rf"{_WEEKDAY}(\d{{1,2}})[- .]{{1,2}}([A-Za-z]{{3,9}})\.?,?[- ](\d{{4}}|\d{{2}}){_CLOCK}", re.ASCII
)
_NAMED_DAY = re.compile(rf"{_WEEKDAY}([A-Za-z]{{3,9}})\.? (\d{{1,2}}),? (\d{{4}}|\d{{2}}){_CLOCK}", re.ASCII)
_MAY_BE = re.compile(
    r"\d{4}[-/.]\d|(?:19|20)\d{6}\Z|\d\d?([-/.])\d\d?\1\d\d|"
    rf"{_WEEKDAY}(?:\d\d?[- .]{{1,2}}[A-Za-z]{{3}}|[A-Za-z]{{3,9}}\.? \d)",
    re.ASCII,
)
"""How each date begins, and little else."""
_ISO_LINES = re.compile(r"(?:[12]\d{3}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?\n)*", re.ASCII)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH = {name[:length]: place for place, name in enumerate(_MONTHS, 1) for length in (3, len(name))} | {"sept": 9}
_OTHERS: tuple[DateForm, ...] = ("day-first", "month-first", "named")
_BESIDE: dict[DateForm, tuple[DateForm, ...]] = {
    "year-first": (),
    "named": ("year-first",),
    "day-first": ("year-first", "named"),
    "month-first": ("year-first", "named"),
}
"""The forms of dates that tell themselves beside those of another."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SLIPS = 0.05
"""As a share of the dates that begin with their day for sure those with their month that may be slips, and turned
about; with more of them others may begin with either."""
CENTURY = 69
"""From which on years of two digits are of 19.. where nothing else tells, as in POSIX."""
LATEST = 2030
"""A year of two digits that would be later may as well be of the century before."""


def has_zone(text: str) -> bool:
    """Whether a date with a time of day has a time zone, so that `days` gives it as UTC has it."""
    return ":" in text and _ZONE.fullmatch(text) is not None


def is_time(text: str) -> bool:
    """Whether it is a time of day or a duration, with no date: `12:30`, `1:05:09`, `2h 5m`."""
    return _TIME.fullmatch(text) is not None


def days(text: str, form: DateForm, century: int | None = None) -> float | None:
    """The date, and the time of day if there is one, that `text` is in a column of that form, in days; else None."""
    found = (_days(text, each, century) for each in (form, *_BESIDE[form]))
    return next((day for day in found if day is not None), None)


def usual_days(texts: Sequence[str]) -> list[float | None] | None:
    """What `days` gives of each in any form, at once where all have the form of ISO 8601; else None."""
    if not _ISO_LINES.fullmatch("".join([f"{text}\n" for text in texts])):
        return None
    try:
        seconds = np.array(texts, "datetime64[s]")
    except ValueError:  # a month of no such number, or a text of two lines
        return None
    found: list[float | None] = (seconds.astype(np.int64) / 86400).tolist()
    return found


def _days(text: str, form: DateForm, century: int | None = None) -> float | None:
    """The same, in that form alone."""
    found = _parts(text, form)
    if found is None:
        return None
    year, month, day, clock = found
    if len(year) == 2:
        first = CENTURY if century is None else century
        year = f"{19 if int(year) >= first else 20}{year}"
    with suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat(f"{year}-{month:0>2}-{day:0>2}" + (f"T{clock.strip()}" if clock else ""))
        return (moment.replace(tzinfo=moment.tzinfo or UTC) - _EPOCH).total_seconds() / 86400
    return None


def _parts(text: str, form: DateForm) -> tuple[str, str, str, str | None] | None:
    """Year, month, day and the time of day, as they stand in `text`."""
    if form == "named":
        if found := _DAY_NAMED.fullmatch(text):
            day, name, year, clock = found.groups()
        elif found := _NAMED_DAY.fullmatch(text):
            name, day, year, clock = found.groups()
        else:
            return None
        number = _MONTH.get(name.casefold())
        return None if number is None else (year, str(number), day, clock)
    if form == "year-first":
        found = _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text)
        return None if found is None else (found[1], found[3], found[4], found[5])
    found = _YEAR_LAST.fullmatch(text) or _SHORT_YEAR_LAST.fullmatch(text)
    if found is None:
        return None
    day, month = (found[1], found[3]) if form == "day-first" else (found[3], found[1])
    return found[4], month, day, found[5]


def may_be_compact(numbers: Iterable[float]) -> bool:
    """Whether different numbers may all be dates such as 20240131; a thirtieth of those of the same years are."""
    return all(number.is_integer() and _days(f"{number:.0f}", "year-first") is not None for number in numbers)


def written(day: float, form: DateForm) -> str:
    """The date, to the second, that `days` reads as `day`; empty if there is none."""
    try:
        moment = _EPOCH + timedelta(seconds=round(day * 86400))
    except (ValueError, OverflowError):
        return ""
    year, month, date = f"{moment.year:04}", f"{moment.month:02}", f"{moment.day:02}"
    clock = f" {moment:%H:%M:%S}" if moment.time() != time() else ""
    match form:
        case "year-first":
            return f"{year}-{month}-{date}{clock}"
        case "day-first":
            return f"{date}/{month}/{year}{clock}"
        case "month-first":
            return f"{month}/{date}/{year}{clock}"
        case "named":
            return f"{date} {_MONTHS[moment.month - 1][:3].capitalize()} {year}{clock}"


@dataclass(frozen=True, kw_only=True)
class DateVote:
    """How many cells of a column are dates, and in which form."""

    year_first: int = 0
    day_first: int = 0
    """With a day above 12 before the month, or dots between, where the day is always first."""
    month_first: int = 0
    named: int = 0
    """With the name of a month."""
    torn: int = 0
    """05/03/2020: of March or of May."""
    example: str = ""
    """A cell that is torn."""
    years: frozenset[int] = frozenset()
    """Those of two digits."""
    short: str = ""
    """A cell with one of them."""
    backward: bool = False
    """Whether all such cells may as well begin with the year, the days at their end: 20/03/05."""

    @property
    def dates(self) -> int:
        """Cells that are dates in the form that most of them have, or tell themselves."""
        return self.year_first + self.named + self.torn + max(self.day_first, self.month_first)

    @property
    def sure(self) -> DateForm | None:
        """The form, where the cells tell it; those that tell themselves count where there are no others."""
        if not self.torn + self.day_first + self.month_first:
            return "named" if self.named else "year-first" if self.year_first else None
        less, more = sorted((self.day_first, self.month_first))
        if less == more or (self.torn and less > _SLIPS * more):
            return None
        return "day-first" if self.day_first == more else "month-first"

    @property
    def told(self) -> tuple[DateForm, ...]:
        """The forms that there are, the one that most cells have first, as they are read where nothing tells it."""
        first = self.sure or "day-first"
        beside: dict[DateForm, int] = {"year-first": self.year_first, "named": self.named}
        return first, *(form for form, number in beside.items() if number and form != first)

    @property
    def century(self) -> int | None:
        """From which year of two digits on they are of 19..: the middle of the longest gap between them, of 100 years.

        So those of a column are in a row. None where there are none.
        """
        if not self.years:
            return None
        known = sorted(self.years)
        gaps = [(after - before, before) for before, after in pairwise([*known, known[0] + 100])]
        length, start = max(gaps)
        return (start + (length + 1) // 2) % 100

    @property
    def full(self) -> list[int]:
        """The years of two digits as they are read, in order."""
        first = self.century or 0
        return sorted(year + (1900 if year >= first else 2000) for year in self.years)

    @property
    def doubt(self) -> str:
        """What years of two digits leave open, in a few words; empty if nothing."""
        if self.backward:
            return f'"{self.short}" may begin with its year, or end with it (date): write years of four digits'
        if self.years and self.full[-1] > LATEST:
            span = f"{self.full[0]} to {self.full[-1]}"
            return f'"{self.short}" would be of {span} (date), or of a century before: write years of four digits'
        return ""


def vote(cells: Sequence[tuple[str, int]]) -> DateVote:
    """The vote of the different texts of a column, each with the number of cells that hold it."""
    votes, example = dict.fromkeys(("year_first", "day_first", "month_first", "named", "torn"), 0), ""
    short = dict[str, tuple[str, str, str]]()
    others = list[tuple[str, int]]()
    for some in stages.along(cells):
        if usual_days([text for text, _ in some]) is None:
            others += [cell for cell in some if _MAY_BE.match(cell[0])]
        else:
            votes["year_first"] += sum(count for _, count in some)
    for text, count in chain.from_iterable(stages.along(others)):
        if _days(text, "year-first") is not None:
            votes["year_first"] += count
            continue
        day, month, named = (_days(text, form) for form in _OTHERS)
        if day is month is named is None:
            continue
        if named is not None:
            votes["named"] += count
        elif month is None or (day is not None and "." in text[:3]):
            votes["day_first"] += count
        elif day is None:
            votes["month_first"] += count
        else:
            votes["torn"] += count  # 03/03/2020 is the same in both
            example = example or (text if day != month else "")
        if (found := _parts(text, "day-first") or _parts(text, "named")) and len(found[0]) == 2:
            short[text] = found[:3]
    numbered = [parts for text, parts in short.items() if _parts(text, "day-first")]
    return DateVote(
        **votes,
        example=example,
        years=frozenset(int(year) for year, _, _ in short.values()),
        short=next(iter(short), ""),
        backward=bool(numbered) and _is_backward(numbered),
    )


def _is_backward(parts: Sequence[tuple[str, str, str]]) -> bool:
    """Whether years, months and days (day first) may as well stand the other way: what is last has more values."""
    turned = all(1 <= int(last) <= 31 and 1 <= int(month) <= 12 for last, month, _ in parts)
    return turned and len({last for last, _, _ in parts}) >= len({first for _, _, first in parts})
