"""The rows of a .csv file one by one, as far as the format goes; what is wrong is named by row and column."""

import csv
import os
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuilab import stages
from tuilab.data.table import LARGEST, MAXIMUM_FEATURES, label_fault
from tuilab.errors import BadInput
from tuilab.text import clean
from tuilab.words import plural

SPACES = " "
"""Between columns: runs of them, however long, with tabs among them or none."""
_RUN = re.compile(r'"[^"]*"|[ \t]+')
_LONGEST_LINE = 2**24
_LINES = 2**12  # between two words of how far it is

Row = tuple[int, list[str]]
"""Its number, and its cells."""


class Place(NamedTuple):
    """A place between two lines of a file: bytes, rows and lines before it."""

    offset: int
    row: int
    line: int


TOP = Place(0, 0, 0)


class NotPlain(BadInput):
    """A fault that is none where the file is read as a table of columns of many kinds (`tuilab.data.columns`)."""


class Ragged(NotPlain):
    """A row of so many `cells`, another number than the header's, which are `wanted`."""

    def __init__(self, message: str, cells: int, wanted: int) -> None:
        super().__init__(message)
        self.cells, self.wanted = cells, wanted


def rows(file: BinaryIO, start: Place = TOP, *, encoding: str = "utf-8", delimiter: str = ",") -> Iterator[Row]:
    """Each row from `start` on that has any cells. Raises `BadInput`."""
    number, lines = start.row, _lines(file, start, encoding, delimiter)
    if delimiter == SPACES:
        lines, delimiter = map(tabbed, lines), "\t"
    try:
        for cells in csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True):
            number += 1
            if cells:
                yield number, cells
    except csv.Error as error:
        fault = str(error)
        if "unexpected end of data" in fault:
            fault = "a quote is not closed"
        if "field limit" in fault:
            fault = f"a cell is longer than {csv.field_size_limit()} characters (a quote that is not closed?)"
        kind = BadInput
        if "expected after" in fault:  # it may be another delimiter that is there
            kind, fault = NotPlain, f'{clean(fault)}; a quote within a cell in quotes is written twice ("")'
        raise kind(f"row {number + 1}: {fault}") from None
    except UnicodeError:  # half a letter of UTF-16
        raise BadInput(f"row {number + 1}: is not {encoding.upper()} text") from None


def tabbed(line: str) -> str:
    """A line with a tab in place of each run of spaces and tabs between columns: not at its ends, nor in quotes."""
    cells = line.rstrip("\r\n")
    return _RUN.sub(lambda run: run[0] if run[0][0] == '"' else "\t", cells.strip(" \t")) + line[len(cells) :]


def convert(block: list[Row], names: tuple[str, ...], column: int) -> tuple[NDArray[np.float64], list[str]]:
    """X (rows, n) and the labels of rows under the header `names`, the label in `column`. Raises `BadInput`."""
    labels = _labels(block, names, column)
    return numbers(block, names[:column] + names[column + 1 :]), labels


def _lines(file: BinaryIO, start: Place, encoding: str, delimiter: str) -> Iterator[str]:
    os.lseek(file.fileno(), start.offset, os.SEEK_SET)
    size = max(1, os.fstat(file.fileno()).st_size)
    if encoding == "utf-8" and not start.offset:
        encoding = "utf-8-sig"
    with open(file.fileno(), encoding=encoding, errors="surrogateescape", newline="", closefd=False) as text:
        for number, line in enumerate(iter(lambda: text.readline(_LONGEST_LINE), ""), start.line + 1):
            if not number % _LINES:
                stages.at("reading", os.lseek(file.fileno(), 0, os.SEEK_CUR) / size)
            if len(line) == _LONGEST_LINE:
                raise BadInput(f"line {number}: longer than {_LONGEST_LINE} characters")
            columns = (
                line.count(delimiter) + 1
            )  # before it is cut into cells, which would take a hundred times the room
            if columns > MAXIMUM_FEATURES + 1:
                raise BadInput(f"line {number}: {columns} columns; at most {MAXIMUM_FEATURES + 1} are read")
            if not _is_text(line):
                said = "latin-1 text: write the file as UTF-8" if encoding == "cp1252" else "UTF-8 text"
                raise NotPlain(f"line {number}: is not {said}")
            yield line


def _is_text(line: str) -> bool:
    try:
        line.encode()  # a byte that is not UTF-8 was read as a lone surrogate, which cannot be encoded
    except UnicodeEncodeError:
        return False
    return "\0" not in line  # beside every letter: UTF-16 without its mark


def _labels(block: list[Row], names: tuple[str, ...], column: int) -> list[str]:
    """Takes the label out of every row of `block`."""
    labels, right = list[str](), set[str]()
    for number, cells in block:
        if len(cells) != len(names):
            raise ragged(number, cells, len(names))
        label = cells.pop(column).strip()
        if label not in right:
            if fault := label_fault(label):
                found = in_label(number, names[column], fault)
                unnamed = names[column] == f"column {column + 1}"  # it may be that nothing is in it
                odd = any(map(cell_fault, cells))  # the row may be no example
                raise NotPlain(str(found)) if unnamed or odd else found
            right.add(label)
        labels.append(label)
    return labels


def numbers(block: list[Row], features: Sequence[str]) -> NDArray[np.float64]:
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
        NotPlain(str(in_cell(number, name, fault)))
        for number, row in block
        for name, cell in zip(features, row, strict=True)
        if (fault := cell_fault(cell))
    )


def cell_fault(cell: str) -> str:
    """Why a cell is no number that can be used; empty if it is one."""
    if not cell.strip():
        return "is empty; a number is wanted"
    try:
        value = float(cell.replace("_", "?"))
    except ValueError:
        return f"not a number: {clean(cell, 40)!r}"
    return "" if abs(value) <= LARGEST else f"not a finite number, at most {LARGEST:g} in size: {clean(cell, 40)!r}"


def ragged(number: int, cells: list[str], wanted: int) -> BadInput:
    """What is wrong with a row of another number of cells than the header has."""
    return Ragged(f"row {number}: {plural(len(cells), 'cell')}, the header has {wanted}", len(cells), wanted)


def in_cell(number: int, name: str, fault: str) -> BadInput:
    """What is wrong with a cell."""
    return BadInput(f'row {number}, column "{clean(name, 60)}": {fault}')


def in_label(number: int, name: str, fault: str) -> BadInput:
    """What is wrong with a label, which may be one of a column that nobody has chosen: the last one."""
    return in_cell(
        number,
        name,
        f"{fault} (data.label names the column of the labels); "
        'columns.missing = "median" or "drop rows" leaves such rows out',
    )
