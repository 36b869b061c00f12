"""How the cells of a column become numbers: what was decided of it, small enough to be kept with a run."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import Literal, cast

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tuilab import stages
from tuilab.data.columns.dates import DateForm, days, usual_days
from tuilab.data.columns.numbers import NumberForm, number, usual_numbers

MARKS = frozenset(("", "?", "na", "n/a", "n.a.", "nan", "<na>", "#n/a", "null", r"\n"))
"""Texts that mean, in any column, that there is no value; in small letters."""
NUMBER_MARKS = MARKS | {"none", "-", "--", "–", ".", "missing", "unknown", "nil"}
"""Those in a column of numbers or dates; in a column of categories they may well be one."""

Role = Literal["feature", "group", "time", "aside"]
"""What a column is for: to learn from, to keep rows together, to order them, or nothing: it is the same in all rows."""

Values = NDArray[np.float64]


OwnMarks = Mapping[str, tuple[str, ...]]
"""By the name of a column what else than `MARKS` means there that there is no value; "": in all."""


def marks_of(own: OwnMarks, name: str) -> tuple[str, ...]:
    """Those of the column called so."""
    return (*own.get("", ()), *own.get(name, ()))


def folded(marks: Iterable[str]) -> frozenset[str]:
    """In small letters, in which a text is compared with them."""
    return frozenset(mark.casefold() for mark in marks)


def numbers_among(texts: Iterable[str]) -> Iterator[float]:
    """The texts that Python reads as numbers, as these."""
    for text in texts:
        with suppress(ValueError):
            if math.isfinite(value := float(text)):
                yield value


class Reading(Struct, frozen=True, kw_only=True):
    """A column called `name` of numbers, dates or categories."""

    name: str
    kind: Literal["number", "date", "category"]
    form: NumberForm | DateForm | Literal[""] = ""
    """Of numbers and dates."""
    unit: str = ""
    """What stands with every number."""
    century: int | None = None
    """Of dates with years of two digits: from which on they are of 19.., others of 20... None where there are none."""
    levels: tuple[str, ...] = ()
    """Of categories: all that the file has, in order."""
    own_marks: tuple[str, ...] = ()
    """What else than `MARKS` means here that there is no value."""
    role: Role = "feature"

    @property
    def is_plain(self) -> bool:
        """Whether its values are what Python reads of the texts: numbers with a decimal point, and nothing else."""
        return self.kind == "number" and self.form == "point" and not self.unit

    @property
    def marks(self) -> frozenset[str]:
        """Texts that mean that there is no value."""
        return (MARKS if self.kind == "category" else NUMBER_MARKS) | folded(self.own_marks)

    @property
    def marked(self) -> tuple[float, ...]:
        """The values that are none: what its own marks are, read as its cells are; "999" marks 999.0 too."""
        read = [self._value(text) for text in self.own_marks] if self.kind != "category" else []
        return tuple(value for value in read if value is not None and math.isfinite(value))

    def values(self, texts: Sequence[str]) -> list[float | None]:
        """The number, the days since 1970, or the index of the level; NaN where it is missing, None if it is no value.

        A level that the file had not is one after the last.
        """
        marks = self.marks
        if self.kind == "category":
            places = {level: float(place) for place, level in enumerate(self.levels)}
            longest, other = max(map(len, marks)), float(len(places))
            return [
                math.nan if len(text) <= longest and text.casefold() in marks else places.get(text, other)
                for text in chain.from_iterable(stages.along(texts))
            ]
        found = list[float | None]()
        for some in stages.along(texts):
            if (usual := self._usual(some)) is None:
                usual = [math.nan if text.casefold() in marks else self._value(text) for text in some]
            found += usual
        marked = frozenset(self.marked)
        return [math.nan if value in marked else value for value in found] if marked else found

    def _usual(self, texts: Sequence[str]) -> list[float | None] | None:
        """The same of each, at once, where none needs a closer look; else None."""
        if self.own_marks or self.unit:
            return None
        return usual_numbers(texts, cast(NumberForm, self.form)) if self.kind == "number" else usual_days(texts)

    def _value(self, text: str) -> float | None:
        """The number, or the days since 1970; None if it is neither."""
        if self.kind == "number":
            return number(text, cast(NumberForm, self.form), self.unit)
        return days(text, cast(DateForm, self.form), self.century)
