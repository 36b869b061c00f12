"""A .csv file: a header row, numbers in every column but the label's. Rows are counted as in a spreadsheet."""

import csv
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tuilab import stages
from tuilab.data.columns.numbers import may_be_grouped
from tuilab.data.columns.reading import Reading
from tuilab.data.csv_plain import LabelCodes, ends, parsed, parser
from tuilab.data.csv_rows import TOP, NotPlain, Place, convert, rows
from tuilab.data.format import CHANGED, Format, of_one_file
from tuilab.data.header import NO_ROWS, header
from tuilab.data.memory import refuse_too_large
from tuilab.data.packing import in_columns
from tuilab.data.row_numbers import Numbering, as_array, joined, told_numbers
from tuilab.data.table import Table, rank_labels
from tuilab.errors import BadInput
from tuilab.experiment.fields import PLAIN, ColumnsSection

if TYPE_CHECKING:
    from tuilab.data.columns.sheet import Sheet

TRIED = 2**22
"""Bytes of a file above which columns are tried as numbers before their texts are kept."""
_BLOCK = 2**17  # cells converted at a time, about: their text takes some ten times the memory of the numbers
_PIECE = 2**23  # bytes that are read at a time: of half as many polars takes a fifth longer
_TAIL = 2**14  # bytes at the end of a piece in which a line mostly ends
_GLANCE = 2**20  # bytes whose lines are counted at a time
_HEADER = 2**16  # bytes that most headers are shorter than
_FRACTION = re.compile(rb"\d\.(?:\d{1,2}|\d{4,})(?!\d)")  # no group of three digits: a decimal point
_OTHERS = (b";", b"\t", b"|")  # that may divide columns
_MORE = 50  # of so many lines one more is made room for, where they were not counted
_LABEL = 40  # bytes a row besides its features: its label, and what the ranking of labels takes


def read(file: BinaryIO, label: str, wanted: ColumnsSection = PLAIN, like: Sequence[Reading] = ()) -> Table:
    """The table in `file`, of double-quoted cells. Raises `BadInput`.

    `label` names the label column, the last one if empty. Spaces around names and labels do not count, rows without
    any cell are skipped, a column without a name is called by its number. Numbers between commas in UTF-8 are read as
    they stand; anything else, or with decisions in `wanted`, or `like` another file, as columns of many kinds.
    """
    from tuilab.data.columns import reader, written

    if wanted != PLAIN or like:
        found = read_columns(file, label, wanted, like)
        return reader.table_of(found, wanted, like) if found else reader.read_table(file, label, wanted, like)
    try:
        table = read_numbers(file, label)
    except NotPlain as fault:
        return reader.read_table(file, label, wanted, fault=fault)
    if any(other in _first_line(file) for other in _OTHERS):
        written.written(file)
    grouped = may_be_grouped(table.X, *([] if table.classes else [table.y]))
    if grouped and not _FRACTION.search(os.pread(file.fileno(), _PIECE, 0)):
        reader.ask(file, label)
    return table


def read_columns(file: BinaryIO, label: str, wanted: ColumnsSection, like: Sequence[Reading] = ()) -> "Sheet | None":
    """The columns of a large file of numbers as they stand, ten times as fast as its texts; None where those count.

    They count where they say what the numbers are, or are the names of levels.
    """
    from tuilab.data.columns import sheet, written

    told = {text.rpartition("=")[2].strip() for text in wanted.as_} <= {"number", "point"}
    as_usual = wanted.encoding in ("auto", "utf-8") and wanted.header == "auto" and not wanted.drop_rows
    plain = told and not wanted.group and as_usual and all(one.is_plain for one in like)
    if not plain or os.fstat(file.fileno()).st_size <= TRIED:
        return None
    try:
        table = read_numbers(file, label, order="F", start=written.below(file, wanted.skip, "utf-8"))
    except BadInput:  # the text will say what is wrong
        return None
    if may_be_grouped(table.X):
        return None
    marked = os.pread(file.fileno(), 3, 0) == b"\xef\xbb\xbf"
    found, numbers = sheet.sheet_of(table), as_array(table.numbers).astype(np.int64)
    return replace(found, numbers=numbers, delimiter=",", encoding="utf-8", marked=marked, above=wanted.skip)


def read_numbers(file: BinaryIO, label: str, order: Literal["C", "F"] = "C", start: Place = TOP) -> Table:
    """The table of a file of numbers from `start` on, X in rows or in columns ("F").

    Raises `BadInput`, `NotPlain` where it may be read otherwise.
    """
    one_by_one = rows(file, start)
    number, cells = next(one_by_one, (0, list[str]()))
    names, column = header(cells, label, row=number)
    lines = _count_lines(file) if order == "F" else _about(file)
    refuse_too_large(lines * (8 * (len(names) - 1) + _LABEL), f"{lines} lines of {len(names)} columns")
    examples = _Examples(names, column, lines, order)
    if place := after_header(file, cells, start):
        one_by_one = rows(file, _read_plain(file, place, examples))
    while block := list(islice(one_by_one, max(1, _BLOCK // len(names)))):
        X, labels = convert(block, names, column)
        where = np.array([number for number, _ in block])
        examples.add(X, [examples.codes[label] for label in labels], told_numbers(where))
    if not examples.filled:
        raise BadInput(NO_ROWS)
    y, classes = rank_labels(examples.y[: examples.filled], list(examples.codes))
    features = names[:column] + names[column + 1 :]
    numbers, filled = joined(examples.numbers), slice(examples.filled)
    return Table(examples.X[filled], y, features, classes, label=names[column], numbers=numbers)


class _Examples:
    """X and the label's code of the rows so far, in arrays with room for all, or that grow where X lies in rows."""

    def __init__(self, names: tuple[str, ...], column: int, room: int, order: Literal["C", "F"]) -> None:
        self.names, self.column, self.order = names, column, order
        make = in_columns if order == "F" else np.empty
        self.X, self.y = make((room, len(names) - 1)), np.empty(room, np.int64)
        self.codes, self.numbers = LabelCodes(), list[Numbering]()
        self.filled = 0

    def add(self, X: NDArray[np.float64], codes: ArrayLike, numbers: Numbering) -> None:
        """Adds rows of these numbers. Raises `BadInput` for more than there can be."""
        place = slice(self.filled, self.filled + len(X))
        if place.stop > len(self.y):
            if self.order == "F":
                raise BadInput(CHANGED)
            self._grow(place.stop + place.stop // _MORE)
        self.X[place], self.y[place] = X, codes
        self.numbers.append(numbers)
        self.filled = place.stop

    def _grow(self, room: int) -> None:
        """Makes room; the system moves large arrays without a copy. Raises `BadInput` where there is none."""
        refuse_too_large(room * (8 * self.X.shape[1] + _LABEL), f"{room} lines of {self.X.shape[1] + 1} columns")
        self.X.resize((room, self.X.shape[1]), refcheck=False)
        self.y.resize(room, refcheck=False)


def _about(file: BinaryIO) -> int:
    """How many lines there are, by the length of the first ones of a large file; a little more."""
    head, size = os.pread(file.fileno(), _GLANCE, 0), os.fstat(file.fileno()).st_size
    if size <= len(head) or not (lines := ends(head)):
        return _count_lines(file)
    about = lines * size // len(head)
    return about + about // _MORE


def _count_lines(file: BinaryIO) -> int:
    """At least as many as there are: a row takes one or more. A hundredth of the time that reading them takes."""
    lines, at = 1, 0
    while piece := os.pread(file.fileno(), _GLANCE, at):
        stages.check()
        lines += ends(piece)
        if b"\r" in piece:
            lines += piece.count(b"\r") - piece.count(b"\r\n")
        at += len(piece)
    return lines


def _first_line(file: BinaryIO, start: Place = TOP) -> bytes:
    """The first line from `start` on without its end; of one that is longer than a piece, the piece."""
    head = os.pread(file.fileno(), _HEADER, start.offset)
    return (head if b"\n" in head else os.pread(file.fileno(), _PIECE, start.offset)).partition(b"\n")[0]


def after_header(file: BinaryIO, cells: list[str], start: Place, delimiter: str = ",") -> Place | None:
    """Where the second line from `start` on begins, if the first is the header with these cells and no more."""
    first = _first_line(file, start)
    try:
        text = first.decode("utf-8-sig")
        alone = list(csv.reader([text], delimiter=delimiter, strict=True, skipinitialspace=True))
    except (csv.Error, UnicodeDecodeError):
        return None
    return Place(start.offset + len(first) + 1, start.row + 1, start.line + 1) if alone == [cells] else None


def _read_plain(file: BinaryIO, place: Place, examples: _Examples) -> Place:
    """Adds the rows from `place` on as long as they are plain, many at a time; where the first lies that are not.

    What is not plain, a quote or a fault, is somewhere in the next rows: those are to be looked at one by one.
    """
    size, columns = os.fstat(file.fileno()).st_size, len(examples.names)
    parse = parser(size, columns)
    while piece := _whole_lines(file, place.offset, size):
        if (found := parsed(parse, piece, columns, examples.column, examples.codes)) is None:
            break
        X, codes, lines = found
        whole = range(place.row + 1, place.row + lines + 1)
        examples.add(X, codes, whole if len(X) == lines else told_numbers(_with_cells(piece) + whole.start))
        place = Place(place.offset + len(piece), place.row + lines, place.line + lines)
        stages.at("reading", place.offset / size)
    return place


def _with_cells(lines: bytes) -> NDArray[np.int64]:
    """The places of those lines that are not empty."""
    return np.array([at for at, line in enumerate(lines.split(b"\n")) if line not in (b"", b"\r")], np.int64)


def _whole_lines(file: BinaryIO, at: int, size: int) -> bytes:
    """The lines from `at` on that end within a piece, or at the end of the file; a look at its tail spares a copy."""
    if at + _PIECE < size:
        tail = min(_TAIL, _PIECE)
        last = os.pread(file.fileno(), tail, at + _PIECE - tail).rfind(b"\n")
        if last >= 0:
            return os.pread(file.fileno(), _PIECE - tail + last + 1, at)
    piece = os.pread(file.fileno(), _PIECE, at)
    return piece[: piece.rfind(b"\n") + 1] if at + len(piece) < size else piece


def read_tabs(file: BinaryIO, label: str, wanted: ColumnsSection = PLAIN, like: Sequence[Reading] = ()) -> Table:
    """The table in a .tsv file, always as columns of many kinds. Raises `BadInput`."""
    from tuilab.data.columns import reader

    return reader.read_table(file, label, wanted, like)


CSV = Format(
    suffixes=(".csv", ".data"),
    maximum_bytes=2**30,
    read=of_one_file(read),
    gzipped=True,
    too_large="an .npz file may hold more",
    slow=True,
)
TSV = replace(CSV, suffixes=(".tsv",), read=of_one_file(read_tabs))
