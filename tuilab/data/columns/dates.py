"""Dates as people and programs write them, as days since 1970-01-01; which comes first is decided by all cells."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal

DateForm = Literal["year-first", "day-first", "month-first"]

_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ](.+))?", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:[T ](.+))?", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def days(text: str, form: DateForm) -> float | None:
    """The date, and the time of day if there is one, that `text` is in that form, in days; None if it is none."""
    found = (_YEAR_FIRST if form == "year-first" else _YEAR_LAST).fullmatch(text)
    if found is None:
        return None
    first, _, second, last, clock = found.groups()
    year, month, day = {
        "year-first": (first, second, last),
        "day-first": (last, second, first),
        "month-first": (last, first, second),
    }[form]
    with suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat(f"{year}-{month:0>2}-{day:0>2}" + (f"T{clock.strip()}" if clock else ""))
        return (moment.replace(tzinfo=moment.tzinfo or UTC) - _EPOCH).total_seconds() / 86400
    return None


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


@dataclass(frozen=True, kw_only=True)
class DateVote:
    """How many cells of a column are dates, and in which form."""

    year_first: int = 0
    day_first: int = 0
    """With a day above 12 before the month, or dots between, where the day is always first."""
    month_first: int = 0
    torn: int = 0
    """05/03/2020: of March or of May."""
    example: str = ""
    """A cell that is torn."""

    @property
    def dates(self) -> int:
        """Cells that are dates in the form that most of them have."""
        return max(self.year_first, self.torn + max(self.day_first, self.month_first))

    @property
    def sure(self) -> DateForm | None:
        """The form, where the cells tell it."""
        if self.year_first >= max(1, self.torn + self.day_first + self.month_first):
            return "year-first"
        if self.day_first == self.month_first:
            return None
        return "day-first" if self.day_first > self.month_first else "month-first"


def vote(cells: Iterable[tuple[str, int]]) -> DateVote:
    """The vote of the different texts of a column, each with the number of cells that hold it."""
    votes, example = dict.fromkeys(("year_first", "day_first", "month_first", "torn"), 0), ""
    for text, count in cells:
        if days(text, "year-first") is not None:
            votes["year_first"] += count
            continue
        day, month = days(text, "day-first"), days(text, "month-first")
        if day is None and month is None:
            continue
        if month is None or (day is not None and "." in text[:3]):
            votes["day_first"] += count
        elif day is None:
            votes["month_first"] += count
        elif day == month:  # 03/03/2020
            votes["torn"] += count
        else:
            votes["torn"] += count
            example = example or text
    return DateVote(**votes, example=example)
