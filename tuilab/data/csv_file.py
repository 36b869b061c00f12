"""A .csv file: a header row, numbers in every column but the label's. Rows are counted as in a spreadsheet."""

import csv
import os
from collections.abc import Iterator
from itertools import chain, islice
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from tuilab.data.memory import refuse_too_large
from tuilab.data.table import LARGEST, MAXIMUM_FEATURES, Table, label_fault, rank_labels
from tuilab.errors import BadInput
from tuilab.text import clean

MAXIMUM_BYTES = 2**30
"""A larger file is refused."""

_LONGEST_LINE = 2**24
_BLOCK = 2**17  # cells converted at a time, about: their text takes some ten times the memory of the numbers
_PIECE = 2**20  # bytes
_LABEL = 40  # bytes a row besides its features: its label, and what the ranking of labels takes

Rows = Iterator[tuple[int, list[str]]]


def read(file: BinaryIO, label: str) -> Table:
    """The table in `file`: UTF-8 (a byte order mark is fine), commas, double quotes. Raises `BadInput`.

    `label` names the label column, the last one if empty. Spaces around names and labels do not count, rows without
    any cell are skipped, a column without a name is called by its number.
    """
    size = os.fstat(file.fileno()).st_size
    if size == 0:
        raise BadInput("is empty")
    if size > MAXIMUM_BYTES:
        raise BadInput(f"is larger than {MAXIMUM_BYTES >> 30} GiB; an .npz file may hold more")
    lines = _count_lines(file)
    rows = _rows(file)
    names, column = _header(next(rows, (0, []))[1], label)
    features = names[:column] + names[column + 1 :]
    refuse_too_large(lines * (8 * len(features) + _LABEL), f"{lines} lines of {len(names)} columns")
    X, codes = np.empty((lines, len(features))), np.empty(lines, np.int64)
    labels, filled = dict[str, int](), 0
    while block := list(islice(rows, max(1, _BLOCK // len(names)))):
        place = slice(filled, filled + len(block))
        codes[place] = _labels(block, names, column, labels)
        X[place] = _numbers(block, features)
        filled = place.stop
    if not filled:
        raise BadInput("has a header but no rows")
    y, classes = rank_labels(codes[:filled], list(labels))
    return Table(X=X[:filled], y=y, features=features, classes=classes)


def _count_lines(file: BinaryIO) -> int:
    """At least as many as there are: a row takes one or more. A hundredth of the time that reading them takes."""
    lines, at = 1, 0
    while piece := os.pread(file.fileno(), _PIECE, at):
        lines += piece.count(b"\n") + piece.count(b"\r") - piece.count(b"\r\n")
        at += len(piece)
    return lines


def _lines(file: BinaryIO) -> Iterator[str]:
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    with open(file.fileno(), encoding="utf-8-sig", errors="surrogateescape", newline="", closefd=False) as text:
        for number, line in enumerate(iter(lambda: text.readline(_LONGEST_LINE), ""), 1):
            if len(line) == _LONGEST_LINE:
                raise BadInput(f"line {number}: longer than {_LONGEST_LINE} characters")
            columns = line.count(",") + 1  # before it is cut into cells, which would take a hundred times the room
            if columns > MAXIMUM_FEATURES + 1:
                raise BadInput(f"line {number}: {columns} columns; at most {MAXIMUM_FEATURES + 1} are read")
            if not _is_text(line):
                raise BadInput(f"line {number}: is not UTF-8 text")
            yield line


def _is_text(line: str) -> bool:
    try:
        line.encode()  # a byte that is not UTF-8 was read as a lone surrogate, which cannot be encoded
    except UnicodeEncodeError:
        return False
    return "\0" not in line  # beside every letter: UTF-16 without its mark


def _rows(file: BinaryIO) -> Rows:
    """(number, cells) of each row that has any."""
    number = 0
    try:
        for number, cells in enumerate(csv.reader(_lines(file), strict=True, skipinitialspace=True), 1):
            if cells:
                yield number, cells
    except csv.Error as error:
        unclosed = "unexpected end of data" in str(error) or "field limit" in str(error)
        raise BadInput(f"row {number + 1}: {'a quote is not closed' if unclosed else error}") from None


def _header(cells: list[str], label: str) -> tuple[tuple[str, ...], int]:
    """The names of all columns, cleaned, and the index of the label's."""
    if not cells:
        raise BadInput("has no header row")
    raw = [cell.strip() for cell in cells]
    names = tuple(clean(cell) or f"column {index}" for index, cell in enumerate(raw, 1))
    if len(raw) < 2:
        raise BadInput(f"row 1: one column only ({clean(raw[0], 40)!r}); commas between columns are wanted")
    if _looks_like_data(raw):
        raise BadInput("row 1: holds numbers; a header row with the names of the columns is wanted")
    places = dict[str, int]()
    for place, name in enumerate(names, 1):
        # As they are shown, by which the columns of another file are found.
        if (first := places.setdefault(name, place)) != place:
            raise BadInput(f'row 1: columns {first} and {place} are both named "{clean(name, 40)}"')
    if not label:
        return names, len(names) - 1
    if label in raw:
        return names, raw.index(label)
    if label in names:
        return names, names.index(label)
    known = clean(", ".join(names))
    raise BadInput(f'no column is named "{clean(label, 60)}"; known are {known}', path="data.label")


def _looks_like_data(cells: list[str]) -> bool:
    """Whether all cells but the last (mostly the label's) are numbers, other than 0, 1, 2, … for want of names."""
    try:
        numbers = [float(cell) for cell in cells[:-1]]
    except ValueError:
        return False
    start = numbers[0]
    return start not in (0, 1) or numbers != [start + index for index in range(len(numbers))]


def _labels(block: list[tuple[int, list[str]]], names: tuple[str, ...], column: int, seen: dict[str, int]) -> list[int]:
    """Takes the label out of every row of `block`; the index of each in `seen`, which gains those that are new."""
    codes = []
    for number, cells in block:
        if len(cells) != len(names):
            raise BadInput(f"row {number}: {len(cells)} cells, the header has {len(names)}")
        label = cells.pop(column).strip()
        code = seen.get(label)
        if code is None:
            if fault := label_fault(label):
                raise _cell(number, names[column], fault)
            code = seen[label] = len(seen)
        codes.append(code)
    return codes


def _numbers(block: list[tuple[int, list[str]]], features: tuple[str, ...]) -> NDArray[np.float64]:
    """(rows, n) of the cells of `block`. The culprit is looked for only when there is one."""
    cells = list(chain.from_iterable(row for _, row in block))
    try:
        # float() reads 2024_01 as 202401.
        values = None if "_" in "".join(cells) else np.array([float(cell) for cell in cells])
    except ValueError:
        values = None
    if values is not None and (np.abs(values) <= LARGEST).all():
        return values.reshape(len(block), len(features))
    raise next(
        _cell(number, name, fault)
        for number, row in block
        for name, cell in zip(features, row, strict=True)
        if (fault := _cell_fault(cell))
    )


def _cell_fault(cell: str) -> str:
    if not cell.strip():
        return "is empty; a number is wanted"
    shown = repr(clean(cell, 40))
    try:
        value = float(cell.replace("_", "?"))
    except ValueError:
        return f"not a number: {shown}"
    return "" if abs(value) <= LARGEST else f"not a finite number, at most {LARGEST:g} in size: {shown}"


def _cell(number: int, name: str, fault: str) -> BadInput:
    return BadInput(f'row {number}, column "{clean(name, 60)}": {fault}')
