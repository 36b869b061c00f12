"""The cells of a column: as different texts, or as numbers, whose texts are written only where they count."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tuilab.data.columns.reading import NUMBER_MARKS, Reading, numbers_among
from tuilab.data.table import LARGEST

Kept = NDArray[np.bool_]
"""Rows."""
Keys = NDArray[np.uint64]


class SheetColumn(Protocol):
    """The m cells of a column called `name`: `texts[codes]`, each different text once."""

    @property
    def name(self) -> str: ...
    @property
    def texts(self) -> tuple[str, ...]:
        """Without spaces around them."""
        ...

    @property
    def codes(self) -> NDArray[np.int64]: ...
    @property
    def padded(self) -> frozenset[str]:
        """Texts that stand both with and without spaces around them."""
        ...

    @property
    def cells(self) -> list[tuple[str, int]]:
        """Each text that is there with how many cells hold it."""
        ...

    def filled(self, marks: Collection[str]) -> list[tuple[str, int]]:
        """The `cells` without those of which the text is among `marks`, in small letters."""
        ...

    @property
    def keys(self) -> Keys:
        """(m,) a number each, the same where the texts are."""
        ...

    @property
    def different(self) -> int:
        """How many texts are there."""
        ...

    @property
    def alike(self) -> float:
        """The chance that two cells hold the same."""
        ...

    def __len__(self) -> int: ...
    def text(self, row: int) -> str:
        """That of one cell."""
        ...

    def holding(self, texts: Collection[str]) -> Kept:
        """(m,): the cells that hold any of these."""
        ...

    def blanks(self, marks: Collection[str]) -> dict[str, int]:
        """Texts that are among `marks`, in small letters, or as numbers the same, with how many cells hold each."""
        ...

    def rows(self, chosen: Kept) -> "SheetColumn":
        """The cells of some rows."""
        ...


@dataclass(frozen=True, eq=False)
class TextColumn:
    """Cells as they stand in a file of text."""

    name: str
    texts: tuple[str, ...]
    codes: NDArray[np.int64]
    padded: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def _counts(self) -> NDArray[np.int64]:
        return np.bincount(self.codes, minlength=len(self.texts))

    @cached_property
    def cells(self) -> list[tuple[str, int]]:
        return [(text, n) for text, n in zip(self.texts, self._counts.tolist(), strict=True) if n]

    @cached_property
    def _lengths(self) -> NDArray[np.int64]:
        return np.fromiter(map(len, self.texts), np.int64, len(self.texts))

    def _among(self, marks: Collection[str]) -> list[int]:
        """The places of the texts that are among `marks`: none that is longer, as small letters are no fewer."""
        short = np.flatnonzero(self._lengths <= max(map(len, marks), default=-1)).tolist()
        return [at for at in short if self.texts[at].casefold() in marks]

    def filled(self, marks: Collection[str]) -> list[tuple[str, int]]:
        blank = {self.texts[at] for at in self._among(marks)}
        return [cell for cell in self.cells if cell[0] not in blank] if blank else self.cells

    @cached_property
    def plain(self) -> NDArray[np.float64] | None:
        """What Python reads of the texts, NaN of `NUMBER_MARKS`, where each other is a number that can be used: then
        none needs a closer look."""
        empty = np.zeros(len(self.texts), bool)
        empty[self._among(NUMBER_MARKS)] = True
        texts = [text for text, is_empty in zip(self.texts, empty.tolist(), strict=True) if not is_empty]
        try:
            found = np.array(list(map(float, texts)))
        except ValueError:
            return None
        if not texts or not (np.abs(found) <= LARGEST).all() or "_" in "".join(texts):
            return None
        values = np.full(len(self.texts), math.nan)
        values[~empty] = found
        return values

    @property
    def keys(self) -> Keys:
        return self.codes.astype(np.uint64)

    @property
    def different(self) -> int:
        return len(self.cells)

    @property
    def alike(self) -> float:
        return float(((self._counts / len(self.codes)) ** 2).sum())

    def text(self, row: int) -> str:
        return self.texts[int(self.codes[row])]

    def holding(self, texts: Collection[str]) -> Kept:
        wanted = frozenset(texts)
        return np.array([text in wanted for text in self.texts], bool)[self.codes]

    def blanks(self, marks: Collection[str]) -> dict[str, int]:
        if self.plain is None:
            return {self.texts[at]: n for at in self._among(marks) if (n := int(self._counts[at]))}
        numbers = np.isin(self.plain, list(numbers_among(marks)))
        there = np.flatnonzero((numbers | np.isnan(self.plain)) & (self._counts > 0)).tolist()
        found = [(self.texts[at], bool(numbers[at]), int(self._counts[at])) for at in there]
        return {text: n for text, is_marked, n in found if is_marked or text.casefold() in marks}

    def rows(self, chosen: Kept) -> "TextColumn":
        codes = self.codes[chosen]
        there = np.bincount(codes, minlength=len(self.texts)) > 0
        if there.all():
            return TextColumn(self.name, self.texts, codes, self.padded)
        texts = tuple(text for text, is_there in zip(self.texts, there.tolist(), strict=True) if is_there)
        return TextColumn(self.name, texts, (np.cumsum(there) - 1)[codes], self.padded & {*texts})


@dataclass(frozen=True, eq=False)
class NumberColumn:
    """Numbers, NaN where there is none; their texts are as Python writes them.

    A million different texts take ten times the room and a hundred times the time of the numbers: whoever asks for
    `texts`, `codes` or `cells` has them made anew, and what is looked at of every column does without.
    """

    name: str
    numbers: NDArray[Any]

    padded = frozenset[str]()

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(map(repr, np.unique(self.numbers).tolist()))

    @property
    def codes(self) -> NDArray[np.int64]:
        return np.unique(self.numbers, return_inverse=True)[1]

    @property
    def cells(self) -> list[tuple[str, int]]:
        found, counts = np.unique(self.numbers, return_counts=True)
        return list(zip(map(repr, found.tolist()), counts.tolist(), strict=True))

    def filled(self, marks: Collection[str]) -> list[tuple[str, int]]:
        return [(text, n) for text, n in self.cells if text.casefold() not in marks]

    @property
    def keys(self) -> Keys:
        numbers = self.numbers
        if numbers.dtype.kind != "f":
            return numbers.astype(np.int64).view(np.uint64)
        bits = (numbers + 0.0).astype(np.float64).view(np.uint64)  # −0.0 + 0.0 is 0.0
        return np.where(np.isnan(numbers), np.uint64(0x7FF8000000000000), bits)

    @property
    def different(self) -> int:
        return self._spread[0]

    @property
    def alike(self) -> float:
        return self._spread[1]

    @cached_property
    def _spread(self) -> tuple[int, float]:
        counts = np.unique(self.numbers, return_counts=True)[1]
        return len(counts), float(((counts / len(self)) ** 2).sum())

    @cached_property
    def _empty(self) -> int:
        return int(np.isnan(self.numbers).sum()) if self.numbers.dtype.kind == "f" else 0

    def text(self, row: int) -> str:
        return repr(self.numbers[row : row + 1].tolist()[0])

    def holding(self, texts: Collection[str]) -> Kept:
        return np.isin(self.numbers, [float(text) for text in texts])

    def blanks(self, marks: Collection[str]) -> dict[str, int]:
        counts = {"nan": self._empty} if "nan" in marks else {}
        for number in numbers_among(marks):
            counts[f"{number:.17g}"] = int((self.numbers == number).sum())
        return {text: n for text, n in counts.items() if n}

    def rows(self, chosen: Kept) -> "NumberColumn":
        return NumberColumn(self.name, self.numbers[chosen])


def has_comma(column: SheetColumn, reading: Reading) -> bool:
    """Whether its texts show a decimal comma: whole numbers without groups are the same in either form."""
    return reading.form == "comma" and any("," in text or "." in text for text in column.texts)
