"""A .csv file as text: how it is written (encoding, delimiter), every column as the different texts in its cells."""

import csv
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

from tuilab.data.columns.column import NumberColumn, SheetColumn, TextColumn
from tuilab.data.csv_rows import NotPlain, Row, ragged, rows
from tuilab.data.header import NO_ROWS, header, is_like, no_names
from tuilab.data.memory import refuse_too_large
from tuilab.data.table import MINIMUM_EXAMPLES, Floats, Table
from tuilab.errors import BadInput
from tuilab.experiment.fields import PLAIN, ColumnsSection

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
"""What may stand between columns, and what it is called."""
ENCODINGS = {"utf-8": "utf-8", "utf-16": "utf-16", "latin-1": "cp1252"}
"""By the name that a person gives; what is called latin-1 is written by programs that mean Windows-1252."""
MAXIMUM_COLUMNS = 10_000
"""That are judged one by one: a fifth of a millisecond each."""
_LOOKED_AT = 2**16  # bytes, to tell the delimiter
_CELL = 64  # bytes that a cell may take: its text, where it is a new one, and its code
_MOST = 0.8  # of the first rows, those that must have as many cells as one another to be a table's
_BLOCK = 2**12  # rows whose cells are taken at a time


@dataclass(frozen=True, eq=False)
class Sheet:
    """All columns of a file, the label's at `label` among them; `numbers` (m,) are the rows as a spreadsheet counts."""

    columns: tuple[SheetColumn, ...]
    label: int
    numbers: NDArray[np.int64]
    delimiter: str
    """What stands between its columns, a key of `DELIMITERS`; empty of a file that is no text."""
    encoding: str
    """A key of `ENCODINGS`; empty of a file that is no text."""
    marked: bool
    """Whether the file begins with a byte order mark."""
    unnamed: bool = False
    """Whether its first row looks like data, was taken as that, and nobody has decided so."""
    typed: Mapping[str, Literal["point"]] = field(default_factory=dict)
    """What columns are, by name, where the file itself says so."""
    room: Floats | None = None
    """The (m, n) cells of all features, where they lie in one array, which may be used up once they are read."""

    @property
    def is_plain(self) -> bool:
        """Whether nothing is to be said of how it is written: it is no text, or UTF-8 between commas."""
        return self.delimiter in ("", ",") and self.encoding in ("", "utf-8")

    @property
    def features(self) -> tuple[SheetColumn, ...]:
        """All but the label's."""
        return self.columns[: self.label] + self.columns[self.label + 1 :]


def read_sheet(
    file: BinaryIO,
    label: str,
    wanted: ColumnsSection = PLAIN,
    *,
    guess: bool = False,
    fault: BadInput | None = None,
) -> Sheet:
    """The cells of `file`, the label in the column `label` (the last one if empty). Raises `BadInput`.

    `wanted` says how it is written: "auto" is UTF-16 where a mark says so, else UTF-8; with `guess`, latin-1 for
    what is not that. `fault` is what a reader of plain numbers said of it.
    """
    head = os.pread(file.fileno(), _LOOKED_AT, 0)
    encoding, delimiter = written(file, wanted.encoding, guess=guess)
    read: Iterator[Row] = rows(file, encoding=ENCODINGS[encoding], delimiter=delimiter)
    try:
        first = next(read, (0, list[str]()))
        names, place = header(first[1], label, wanted.header)
        if wanted.header == "none":
            read = chain([first], read)
        refuse_wide(len(names), fault)
        size = os.fstat(file.fileno()).st_size
        refuse_too_large(_cells(file) * _CELL + 2 * size, f"{len(names)} columns of text in {size:,} bytes")
        columns, numbers = _columns(read, names)
        if not label:
            place = _last(columns, first[1])
        if wanted.header == "auto" and is_like(first[1], columns):
            raise no_names("what stands below it again")
    except NotPlain as fault:
        said = _with_advice(fault.message, head)
        if wanted.header == "auto" and (row := _begins(head, ENCODINGS[encoding])):
            said += f"; the table seems to begin in row {row}: take what stands above it out of the file"
        raise BadInput(said, path=fault.path) from None
    marked = head[:3] == b"\xef\xbb\xbf" or head[:2] in (b"\xff\xfe", b"\xfe\xff")
    return Sheet(columns, place, numbers, delimiter, encoding, marked)


def sheet_of(table: Table) -> Sheet:
    """The cells of a table of numbers, its label the last column. Raises `BadInput`."""
    refuse_wide(len(table.features) + 1)
    columns = [NumberColumn(name, table.X[:, at]) for at, name in enumerate(table.features)]
    label = TextColumn(table.label, table.classes, table.y) if table.classes else NumberColumn(table.label, table.y)
    numbers = np.arange(1, len(table.y) + 1)
    return Sheet((*columns, label), len(columns), numbers, delimiter="", encoding="", marked=False, room=table.X)


def refuse_wide(columns: int, fault: BadInput | None = None) -> None:
    """Raises `BadInput` for more columns than are judged one by one; `fault` is why they are no plain numbers."""
    if columns > MAXIMUM_COLUMNS:
        why = f" ({fault.message})" if fault else ""
        raise BadInput(
            f"has {columns:,} columns{why}; more than {MAXIMUM_COLUMNS:,} are read as numbers between commas alone, "
            "and not explained"
        )


def written(file: BinaryIO, encoding: str = "auto", *, guess: bool = False) -> tuple[str, str]:
    """How `file` is written: its encoding, a key of `ENCODINGS`, and what stands between its columns.

    Raises `BadInput` where two things may.
    """
    head = os.pread(file.fileno(), _LOOKED_AT, 0)
    if encoding == "auto":
        encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
        if guess and encoding == "utf-8" and not _is_utf8(file):
            encoding = "latin-1"
    return encoding, _delimiter(head, ENCODINGS[encoding])


def _columns(read: Iterator[Row], names: tuple[str, ...]) -> tuple[tuple[TextColumn, ...], NDArray[np.int64]]:
    """The columns called `names`, and the number of each row."""
    seen: list[dict[str, int]] = [{} for _ in names]
    codes: list[list[NDArray[np.int64]]] = [[] for _ in names]
    numbers = []
    while block := list(islice(read, _BLOCK)):
        for number, cells in block:
            if len(cells) != len(names):
                raise ragged(number, cells, len(names))
        numbers += [number for number, _ in block]
        for texts, parts, column in zip(seen, codes, zip(*(cells for _, cells in block), strict=True), strict=True):
            parts.append(np.array([texts.setdefault(cell, len(texts)) for cell in column], np.int64))
    if not numbers:
        raise BadInput(NO_ROWS)
    made = (
        _column(name, list(texts), np.concatenate(parts)) for name, texts, parts in zip(names, seen, codes, strict=True)
    )
    return tuple(made), np.array(numbers, np.int64)


def _last(columns: tuple[TextColumn, ...], cells: list[str]) -> int:
    """The place of the last column, but of those without name and cells, as spreadsheets leave them at the end."""
    there = (place for place, column in enumerate(columns) if cells[place].strip() or column.texts != ("",))
    return max(there, default=len(columns) - 1)


def _column(name: str, raw: list[str], codes: NDArray[np.int64]) -> TextColumn:
    """The column with the spaces around its texts taken away."""
    places = dict[str, int]()
    new = [places.setdefault(text.strip(), len(places)) for text in raw]
    twice = {text.strip() for text in raw if text != text.strip()} & set(raw)
    return TextColumn(name, tuple(places), np.array(new, np.int64)[codes], frozenset(twice - {""}))


def _delimiter(head: bytes, encoding: str) -> str:
    """What divides the header, and most of the first rows likewise; a comma where nothing does. Raises `BadInput`."""
    lines = _lines(head, encoding)

    def agreement(delimiter: str) -> tuple[float, int]:
        """The share of rows with as many cells as the header, and that number."""
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter, skipinitialspace=True) if row]
        except csv.Error:
            return 0, 0
        if not widths or widths[0] < 2:
            return 0, 0
        return sum(width == widths[0] for width in widths) / len(widths), widths[0]

    found = {delimiter: agreement(delimiter) for delimiter in DELIMITERS}
    both = [DELIMITERS[delimiter] for delimiter, (share, _) in found.items() if share == 1]
    if len(both) > 1 and len(lines) > MINIMUM_EXAMPLES:
        raise BadInput(
            f"row 1: a {both[0]} and a {both[1]} both divide every row into columns; "
            "take the one that does not out of the names"
        )
    return max(found, key=lambda delimiter: found[delimiter])


def _lines(head: bytes, encoding: str) -> list[str]:
    """The whole lines that a file begins with."""
    lines = head.decode(encoding, "replace").removeprefix("\ufeff").replace("\0", "").splitlines(keepends=True)
    return lines[:-1] if len(lines) > 1 and len(head) == _LOOKED_AT else lines


def _begins(head: bytes, encoding: str) -> int:
    """The first of the rows that most are like in their number of cells; 0 if it is the file's first, or none is."""
    lines, best = _lines(head, encoding), (0, 0)
    for delimiter in DELIMITERS:
        with suppress(csv.Error):
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter, skipinitialspace=True)]
            width, number = max(Counter(widths).items(), key=lambda one: one[1], default=(0, 0))
            if width > 1 and number > _MOST * len(widths):
                best = max(best, (width, widths.index(width) + 1))
    return best[1] if best[1] > 1 else 0


def _is_utf8(file: BinaryIO) -> bool:
    at, rest = 0, b""
    while piece := os.pread(file.fileno(), 2**20, at):
        at += len(piece)
        try:
            (rest + piece).decode()
            rest = b""
        except UnicodeDecodeError as error:
            rest = (rest + piece)[error.start :]
            if len(rest) > 3:
                return False
    return not rest


def _cells(file: BinaryIO) -> int:
    """At least as many as there are, whatever divides them."""
    cells, at = 1, 0
    while piece := os.pread(file.fileno(), 2**20, at):
        cells += piece.count(b"\n") + piece.count(b"\r") + max(piece.count(one.encode()) for one in DELIMITERS)
        at += len(piece)
    return cells


def _with_advice(fault: str, head: bytes) -> str:
    """What is not UTF-8 and holds no NUL may be latin-1, but so it may be any of twenty others: that is asked."""
    unknown = fault.endswith("is not UTF-8 text") and b"\0" not in head
    return f'{fault}; if it is latin-1, say columns.encoding = "latin-1"' if unknown else fault
