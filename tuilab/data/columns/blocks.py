"""Cells of a file of text in blocks of rows: of whole lines many at a time where that is sure, else row by row."""

import csv
import io
import os
from collections.abc import Collection, Generator, Iterable, Iterator
from itertools import chain, islice
from typing import BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuilab import stages
from tuilab.data.columns.written import Written
from tuilab.data.csv_file import after_header
from tuilab.data.csv_rows import SPACES, Place, Row, ragged, rows

_PIECE = 2**20  # bytes that are read at a time
_ROWS = 2**12  # rows whose cells are taken at a time


class Block(NamedTuple):
    """Rows one after the other."""

    numbers: NDArray[np.int64]
    """As a spreadsheet counts."""
    cells: list[str]
    """Of all rows in one list; spaces before them are taken away."""


class RowsOut:
    """Rows that are left out, of any number of cells."""

    def __init__(self, wanted: Collection[int]) -> None:
        self._wanted = frozenset(wanted)
        self.cells: dict[int, tuple[str, ...]] = {}
        """Those of each that was come by, by its number."""

    def without(self, read: Iterable[Row]) -> Iterator[Row]:
        """The other rows."""
        for number, cells in read:
            if number in self._wanted:
                self.cells[number] = tuple(cells)
            else:
                yield number, cells

    def of(self, block: Block, columns: int) -> Block:
        """The other rows of a block."""
        if self._wanted.isdisjoint(range(int(block.numbers[0]), int(block.numbers[-1]) + 1)):
            return block
        out = np.isin(block.numbers, list(self._wanted))
        for at in np.flatnonzero(out)[::-1].tolist():
            place = slice(at * columns, (at + 1) * columns)
            self.cells[int(block.numbers[at])] = tuple(block.cells[place])
            del block.cells[place]
        return block._replace(numbers=block.numbers[~out])


def blocks(file: BinaryIO, how: Written, names: tuple[str, ...], header: list[str], out: RowsOut) -> Iterator[Block]:
    """All below the row `header`, the first one, as columns called `names`, without rows `out`. Raises `BadInput`."""
    if place := after_header(file, header, how.start, how.delimiter) if how.codec == "utf-8" else None:
        place = yield from _by_lines(file, place, how.delimiter, len(names), out)
        rest = rows(file, place, delimiter=how.delimiter)
    else:
        rest = islice(rows(file, how.start, encoding=how.codec, delimiter=how.delimiter), 1, None)
    yield from by_rows(out.without(rest), len(names))


def by_rows(read: Iterator[Row], columns: int) -> Iterator[Block]:
    """These rows. Raises `BadInput` for one of another number of cells."""
    while some := list(islice(read, _ROWS)):
        for number, cells in some:
            if len(cells) != columns:
                raise ragged(number, cells, columns)
        yield Block(np.array([number for number, _ in some], np.int64), [*chain.from_iterable(row for _, row in some)])


def _by_lines(
    file: BinaryIO, place: Place, delimiter: str, columns: int, out: RowsOut
) -> Generator[Block, None, Place]:
    """The rows from `place` on as long as they are sure; where the first lies that is not."""
    size = os.fstat(file.fileno()).st_size
    while piece := os.pread(file.fileno(), _PIECE, place.offset):
        if place.offset + len(piece) < size:
            piece = piece[: piece.rfind(b"\n") + 1]
        if not piece or (cells := _cells(piece, delimiter, columns)) is None:
            break
        count = len(cells) // columns
        yield out.of(Block(np.arange(place.row + 1, place.row + count + 1), cells), columns)
        place = Place(place.offset + len(piece), place.row + count, place.line + piece.count(b"\n"))
        stages.at("reading", place.offset / size)
    return place


def _cells(piece: bytes, delimiter: str, columns: int) -> list[str] | None:
    """Those of whole rows; None where anything else may be there, which is to be looked at row by row."""
    try:
        text = piece.decode()
    except UnicodeDecodeError:
        return None
    if '"' not in text:  # within quotes it is a part of the cell
        text = text.replace("\r\n", "\n")
    if columns < 2 or delimiter == SPACES or "\0" in text or "\r" in text:
        return None
    lines = text.removesuffix("\n").split("\n")
    if max(map(len, lines)) >= csv.field_size_limit():
        return None
    if '"' in text or delimiter + " " in text or "\n " in text or text[0] == " ":
        try:
            found = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True, skipinitialspace=True))
        except csv.Error:
            return None
        return [*chain.from_iterable(found)] if {*map(len, found)} == {columns} else None
    if {line.count(delimiter) for line in lines} != {columns - 1}:
        return None
    return delimiter.join(lines).split(delimiter)
