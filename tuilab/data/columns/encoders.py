"""Columns as inputs of a network: what is learned of the training part, and the same done to whatever comes later.

A category becomes one input a level, 1 where it is that level (one-hot), beyond `ONE_HOT` levels the share of the
training examples that have its level; a date becomes its days and its place in the year, on a circle; a missing value
becomes the median and an input that says so (for categories: all zeros and that input). An unknown level is all zeros.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal, cast

import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray

from tuilab.data.columns import dates, numbers
from tuilab.data.columns.dates import DateForm
from tuilab.data.columns.numbers import NumberForm
from tuilab.data.columns.reading import Reading, Values
from tuilab.errors import BadInput
from tuilab.text import clean
from tuilab.words import listed, plural, quantity

ONE_HOT = 40
"""Levels of a category up to which each gets an input of its own."""
Encoding = Literal["auto", "one-hot", "frequency"]
YEAR = 365.2425
"""Days of one."""


class Encoder(Struct, frozen=True, kw_only=True):
    """What a column `reading` reads becomes, as the training part had it."""

    reading: Reading
    levels: tuple[int, ...] = ()
    """One-hot: the levels that the training part has, each with an input of its own."""
    shares: tuple[float, ...] = ()
    """By frequency: of the training examples, those with each level of the reading."""
    median: float = 0.0
    """Of numbers and dates: what stands where a value is missing."""
    marks_missing: bool = False
    """Whether a further input is 1 where the value is missing."""

    @property
    def is_plain(self) -> bool:
        """Whether the one input is the number itself, or the median where there is none."""
        return self.reading.kind == "number" and not self.marks_missing

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the inputs."""
        name, kind = self.reading.name, self.reading.kind
        if kind == "number":
            made = [name]
        elif kind == "date":
            made = [name, f"{name} (year, sine)", f"{name} (year, cosine)"]
        elif self.shares:
            made = [f"{name} (frequency)"]
        else:
            made = [f"{name} = {clean(self.reading.levels[level])}" for level in self.levels]
        return tuple(made + [f"{name} is missing"] * self.marks_missing)

    @property
    def marks(self) -> tuple[bool, ...]:
        """Of each input whether it is 1 or 0 for yes or no."""
        hot = self.reading.kind == "category" and not self.shares
        plain = len(self.features) - self.marks_missing
        return (hot,) * plain + (True,) * self.marks_missing

    def telling(self, inputs: Values) -> NDArray[np.int64]:
        """(m,) which of (m, k) inputs tells the cell: that of its level, that of a missing value, else the first."""
        if all(self.marks):
            return np.asarray(inputs.argmax(axis=1))
        last = inputs.shape[1] - 1
        return np.where(inputs[:, last] > 0.5, last, 0) if self.marks_missing else np.zeros(len(inputs), np.int64)

    def inputs(self, values: Values) -> list[Values]:
        """The k inputs, each (m,), of (m,) values as the reading has them."""
        missing = np.isnan(values)
        lacking = bool(missing.any())
        match self.reading.kind:
            case "number":
                inputs = [np.where(missing, self.median, values) if lacking else values]
            case "date":
                day = np.where(missing, self.median, values) if lacking else values
                angle = 2 * np.pi * day / YEAR
                inputs = [day, np.sin(angle), np.cos(angle)]
            case _ if self.shares:
                known = ~missing & (values < len(self.shares))
                inputs = [np.where(known, np.array(self.shares)[np.where(known, values, 0).astype(np.int64)], 0)]
            case _:
                inputs = [(values == level).astype(np.float64) for level in self.levels]
        return inputs + [missing.astype(np.float64)] * self.marks_missing

    def wanted(self, text: str) -> str:
        """What a text that is no value should be: a date, or a number; how that is written, if it is one otherwise."""
        reading = self.reading
        if reading.kind != "number":
            return reading.kind
        other: NumberForm = "comma" if reading.form == "point" else "point"
        is_one = numbers.number(text, other, reading.unit) is not None
        return f"number with a decimal {reading.form}" if is_one else "number"

    def of_typed(self) -> "Encoder":
        """`Encoders.of_typed`."""
        if self.reading.kind != "number":
            return self
        return structs.replace(self, reading=structs.replace(self.reading, form="point"))

    def text(self, inputs: Values) -> str:
        """A cell that becomes these (k,) inputs; empty for one that is missing, or of a level that train has not.

        Of levels that are as frequent as one another, the first: their inputs are the same.
        """
        if self.marks_missing and inputs[-1] > 0.5:
            return ""
        if self.reading.kind != "category":
            return self.written(float(inputs[0]))
        if self.shares:
            nearest = int(np.abs(np.array(self.shares) - inputs[0]).argmin())
            return self.reading.levels[nearest] if self.shares[nearest] else ""
        hot = inputs[: len(self.levels)]
        return self.reading.levels[self.levels[int(hot.argmax())]] if hot.max(initial=0) > 0.5 else ""

    def written(self, value: float) -> str:
        """A number, or the days of a date, as the column has them."""
        if self.reading.kind == "date":
            return dates.written(value, cast(DateForm, self.reading.form))
        return numbers.written(value, cast(NumberForm, self.reading.form), unit=self.reading.unit)

    def unknown(self, values: Values) -> NDArray[np.int64]:
        """Which of (m,) values, by place, are a level that the training part had not."""
        if self.reading.kind != "category":
            return np.empty(0, np.int64)
        had = np.flatnonzero(self.shares) if self.shares else np.array(self.levels)
        return np.flatnonzero(~np.isnan(values) & ~np.isin(values, had))


class Encoders(Struct, frozen=True, kw_only=True):
    """All that turns the rows of a file into a network's inputs, as it was learned of the training part.

    A plain structure: `msgspec.json` writes and reads it.
    """

    encoders: tuple[Encoder, ...]

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the n inputs."""
        return tuple(name for one in self.encoders for name in one.features)

    def apply(self, X: Values) -> Values:
        """(m, n) inputs of (m, columns) values, as the readings have them."""
        if all(one.is_plain for one in self.encoders):
            return np.where(np.isnan(X), [one.median for one in self.encoders], X)
        inputs = [each for at, one in enumerate(self.encoders) for each in one.inputs(X[:, at])]
        return np.stack(inputs, axis=1) if inputs else np.empty((len(X), 0))

    def read(self, rows: Mapping[str, Sequence[str]], places: Sequence[int] = ()) -> Values:
        """(m, columns) values of the texts of m rows, by the name of their column; more columns do not matter.

        `places` are the rows' numbers in their file, if they have some. Raises `BadInput` for a column that is not
        there, and for a text that is no number or date.
        """
        found = []
        for one in self.encoders:
            name = one.reading.name
            if name not in rows:
                raise BadInput(f'has no column "{clean(name, 60)}"')
            texts = [text.strip() for text in rows[name]]
            values = one.reading.values(texts)
            if None in values:
                at = values.index(None)
                place = f"row {places[at]}" if places else f"example {at + 1}"
                said = f"no {one.wanted(texts[at])}: {clean(texts[at], 40)!r}"
                raise BadInput(f'{place}, column "{clean(name, 60)}": {said}')
            found.append(np.array(values, np.float64))
        return np.stack(found, axis=1)

    def of_typed(self, names: Collection[str]) -> "Encoders":
        """The same, of a file in which the columns of these `names` are numbers, which Python wrote: with a point."""
        return Encoders(encoders=tuple(one.of_typed() if one.reading.name in names else one for one in self.encoders))

    def texts(self, inputs: Values) -> tuple[str, ...]:
        """The cells of a row that becomes these (n,) inputs: `Encoder.text`."""
        parts = zip(self.encoders, np.split(inputs, self._starts[1:]), strict=True)
        return tuple(one.text(part) for one, part in parts)

    def telling(self, X: Values) -> NDArray[np.int64]:
        """(m, c) of rows (m, n) the input that tells each cell, of the c columns that have any."""
        parts = zip(self._starts, self.encoders, np.split(X, self._starts[1:], axis=1), strict=True)
        return np.stack([first + one.telling(part) for first, one, part in parts if part.shape[1]], axis=1)

    @property
    def marks(self) -> tuple[bool, ...]:
        """Of each of the n inputs whether it is 1 or 0 for yes or no."""
        return tuple(mark for one in self.encoders for mark in one.marks)

    def written(self, feature: int, value: float, spread: float) -> str:
        """A value of an input as its column has it, or yes or no; of what no column has, a number among others."""
        if self.marks[feature]:
            return "yes" if value > 0.5 else "no"
        whole = {int(first): one for first, one in zip(self._starts, self.encoders, strict=True) if not one.shares}
        return whole[feature].written(value) if feature in whole else quantity(value, spread)

    @property
    def _starts(self) -> NDArray[np.int64]:
        """The first input of each column."""
        return np.cumsum([0, *(len(one.features) for one in self.encoders[:-1])])

    def unknown(self, X: Values) -> dict[str, NDArray[np.int64]]:
        """In which rows of (m, columns) values a column has a level that the training part had not; those with any."""
        found = {one.reading.name: one.unknown(X[:, at]) for at, one in enumerate(self.encoders)}
        return {name: places for name, places in found.items() if len(places)}


def fit(readings: Sequence[Reading], X: Values, encoding: Encoding = "auto") -> Encoders:
    """What the columns of X (m, columns), the training part, say of how they are to be encoded."""
    return Encoders(encoders=tuple(_fitted(one, X[:, at], encoding) for at, one in enumerate(readings)))


def _fitted(reading: Reading, values: Values, encoding: Encoding) -> Encoder:
    values = np.array(values)  # of which the median may reorder them
    missing = np.isnan(values)
    marks = bool(missing.any())
    filled = values[~missing] if marks else values
    if reading.kind != "category":
        median = float(np.median(filled, overwrite_input=True)) if len(filled) else 0.0
        return Encoder(reading=reading, median=median, marks_missing=marks)
    counts = np.bincount(filled.astype(np.int64), minlength=len(reading.levels))
    if encoding == "frequency" or (encoding == "auto" and (counts > 0).sum() > ONE_HOT):
        shares = tuple((counts / max(1, len(values))).tolist())
        return Encoder(reading=reading, shares=shares, marks_missing=marks)
    return Encoder(reading=reading, levels=tuple(np.flatnonzero(counts).tolist()), marks_missing=marks)


def told(encoders: Encoders) -> Iterator[str]:
    """What became of columns that are more than numbers, for a person."""
    for kind, said in (("category", "one-hot"), ("date", "dates as days and place in the year")):
        names = [
            f"{one.reading.name} ({len(one.levels)})" if kind == "category" else one.reading.name
            for one in encoders.encoders
            if one.reading.kind == kind and not one.shares
        ]
        if names:
            yield f"{said}: {listed(names)}"
    if names := [f"{one.reading.name} ({len(one.shares)})" for one in encoders.encoders if one.shares]:
        yield f"categories as the share of their level, for they have many: {listed(names)}"
    if names := [one.reading.name for one in encoders.encoders if one.marks_missing]:
        yield f"missing cells marked by an input, numbers filled with the median of train: {listed(names)}"


def unknown(encoders: Encoders, X: Values) -> Iterator[str]:
    """What is to be said of levels in X (m, columns) that the training part had not."""
    for name, places in encoders.unknown(X).items():
        yield f"{plural(len(places), 'example')} {of_unknown_level(name)}"


def of_unknown_level(name: str, levels: Sequence[str] = ()) -> str:
    """Which examples these are, by the name of the column and, where they are known, the levels."""
    quoted = [f'"{level}"' for level in levels]
    shown = f" ({listed(quoted, 3)})" if quoted else ""
    return f"of a level of {clean(name, 40)} that train has not{shown}: all zeros"
