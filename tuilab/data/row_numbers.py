"""Which row of its file each example is: what a person looks for to mend it there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuilab.text import clean

Numbering = range | NDArray[np.integer[Any]]
"""(m,) ascending; a range takes no memory where no row of a file was left out."""
FileRow = int | str
"""Its number, as `tuilab data` counts; of an image in a folder its name there."""


@dataclass(frozen=True, eq=False, slots=True)
class SourceRows:
    """The rows (m,) of `file` that examples were; those of a folder of images are the places in `images`, from 1."""

    file: str
    numbers: Numbering
    images: tuple[str, ...] = ()

    def at(self, index: NDArray[Any]) -> "SourceRows":
        """Those of the examples at these places (k,), or where booleans (m,) are true."""
        return replace(self, numbers=chosen_numbers(self.numbers, index))

    def repeated(self, times: int) -> "SourceRows":
        """Those of all examples, so many times one after the other."""
        return replace(self, numbers=np.tile(as_array(self.numbers), times))

    def row(self, place: int) -> FileRow:
        """That of one example."""
        number = int(self.numbers[place])
        return self.images[number - 1] if self.images else number


def row_text(row: FileRow, file: str) -> str:
    """`row 62 of people.csv`, or the name of an image."""
    return clean(row, 60) if isinstance(row, str) else f"row {row} of {file_name(file)}"


def file_name(file: str) -> str:
    """A file without its folders, as a sentence names it."""
    return clean(PurePath(file).name, 40)


def as_array(numbers: Numbering) -> NDArray[np.integer[Any]]:
    """(m,) in as little memory as it takes."""
    if isinstance(numbers, range):
        return np.arange(numbers.start, numbers.stop, dtype=_kind(numbers.stop))
    return numbers


def chosen_numbers(numbers: Numbering, index: NDArray[Any]) -> Numbering:
    """Those at these places (k,), or where booleans (m,) are true."""
    found: NDArray[np.integer[Any]]
    if isinstance(numbers, range):
        index = np.flatnonzero(index) if index.dtype == bool else index
        found = np.add(index, numbers.start, dtype=_kind(numbers.stop), casting="unsafe")
    else:
        found = numbers[index]
    return found


def told_numbers(numbers: NDArray[np.integer[Any]]) -> Numbering:
    """The same ones, a range where none is left out."""
    if not len(numbers):
        return range(0)
    first, last = int(numbers[0]), int(numbers[-1])
    return range(first, last + 1) if last - first + 1 == len(numbers) else numbers.astype(_kind(last + 1))


def joined(pieces: Sequence[Numbering]) -> Numbering:
    """Those of pieces of a file, in its order."""
    there = [piece for piece in pieces if len(piece)]
    if not there:
        return range(0)
    first, last = int(there[0][0]), int(there[-1][-1])
    if last - first + 1 == sum(map(len, there)):
        return range(first, last + 1)
    return np.concatenate([as_array(piece) for piece in there])


def _kind(end: int) -> type[np.int32] | type[np.int64]:
    """Half the memory, where it holds all numbers below `end`."""
    return np.int32 if end <= 2**31 else np.int64
