"""How a .csv file is written: its encoding, what stands between its columns, and where its table begins."""

import csv
import os
import re
from collections import Counter
from contextlib import suppress
from typing import BinaryIO, NamedTuple

from tuilab.data.columns.encoding import guessed
from tuilab.data.columns.numbers import is_in_a_form
from tuilab.data.csv_rows import SPACES, TOP, Place, tabbed
from tuilab.data.table import MINIMUM_EXAMPLES
from tuilab.errors import BadInput
from tuilab.experiment.fields import PLAIN, ColumnsSection

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
"""What may stand between columns, and what it is called."""
CALLED = {**DELIMITERS, SPACES: "run of spaces"}
"""The same, with what does where none of those divides the first row."""
_LOOKED_AT = 2**16  # bytes, to tell the delimiter
_ABOVE = 2**20  # bytes that lines above a table may take
_MOST = 0.8  # of the first rows, those that must have as many cells as one another to be a table's
_SEVERAL = 4
"""Numbers that are no date, nor one number in groups of three."""
_END = re.compile("\r\n|\r|\n")


class Written(NamedTuple):
    """How a file is written."""

    encoding: str
    """As a person calls it."""
    codec: str
    """As Python does."""
    delimiter: str
    """A key of `CALLED`."""
    start: Place
    """Where its table begins."""
    head: bytes
    """What stands there."""


def written(file: BinaryIO, wanted: ColumnsSection = PLAIN, *, guess: bool = False) -> Written:
    """How `file` is written, as `wanted` says: "auto" is UTF-16 where a mark says so, else UTF-8.

    With `guess` it is latin-1 for what is not that. Raises `BadInput` where two delimiters may be.
    """
    encoding = wanted.encoding
    if encoding == "auto":
        encoding = "utf-16" if is_marked_wide(file) else "utf-8"
        if guess and encoding == "utf-8" and guessed(file).encoding == "latin-1":
            encoding = "latin-1"
    codec, start = _codec(file, encoding), below(file, wanted.skip, encoding)
    head = os.pread(file.fileno(), _LOOKED_AT, start.offset)
    if encoding == "utf-16" and not is_marked_wide(file) and b"\0" not in head:
        raise BadInput("is not UTF-16 text")
    return Written(encoding, codec, _delimiter(first_lines(head, codec), start.row + 1), start, head)


def is_marked_wide(file: BinaryIO) -> bool:
    """Whether a file begins with the mark of UTF-16."""
    return os.pread(file.fileno(), 2, 0) in (b"\xff\xfe", b"\xfe\xff")


def _codec(file: BinaryIO, encoding: str) -> str:
    """The name of an encoding to Python: what is called latin-1 is written by programs that mean Windows-1252, and
    UTF-16 without a mark by Windows."""
    if encoding == "utf-16":
        return "utf-16-be" if os.pread(file.fileno(), 2, 0) == b"\xfe\xff" else "utf-16-le"
    return "cp1252" if encoding == "latin-1" else encoding


def below(file: BinaryIO, lines: int, encoding: str) -> Place:
    """The place below so many lines of a file. Raises `BadInput` where there are not so many."""
    if not lines:
        return Place(2, 0, 0) if encoding == "utf-16" and is_marked_wide(file) else TOP
    head = os.pread(file.fileno(), _ABOVE, 0)
    codec = _codec(file, encoding) if encoding == "utf-16" else "latin-1"  # of which each byte is a letter
    text = head.decode(codec, "replace")
    ends = [found.end() for found in _END.finditer(text)]
    if len(ends) < lines:
        raise BadInput(f"there are {len(ends)} lines, not {lines}, to be left out above a table", path="columns.skip")
    return Place(len(text[: ends[lines - 1]].encode(codec)), lines, lines)


def first_lines(head: bytes, codec: str) -> list[str]:
    """The whole lines that a file begins with."""
    lines = head.decode(codec, "replace").removeprefix("\ufeff").replace("\0", "").splitlines(keepends=True)
    return lines[:-1] if len(lines) > 1 and len(head) == _LOOKED_AT else lines


def above(lines: list[str]) -> int:
    """How many lines stand above the names of the columns: above the first of the rows that most are like in their
    number of cells, if it is one of words; else 0.

    Cells without anything at the end of a row may count or not: spreadsheets fill up what stands above a table.
    """
    best = (0, 0)
    for delimiter in DELIMITERS:
        with suppress(csv.Error):
            read, found, start = csv.reader(lines, delimiter=delimiter, skipinitialspace=True), [], 0
            for row in read:
                found.append(([cell.strip() for cell in row], start))
                start = read.line_num
            for width in (len, _filled):
                widths = [width(row) for row, _ in found]
                most, times = max(Counter(widths).items(), key=lambda one: one[1], default=(0, 0))
                if most > 1 and times > _MOST * len(widths):
                    row, start = found[widths.index(most)]
                    if all(map(_is_word, row[:most])):
                        best = max(best, (most, start))
    return best[1]


def one_more(lines: list[str], delimiter: str) -> str:
    """What it is where most rows have one cell more than the first one, which names the columns; else nothing.

    It is an empty one at their end where no such row has anything in it, or the row's name, as R writes it.
    """
    read = [row for row in csv.reader(lines, delimiter=delimiter, skipinitialspace=True) if row]
    more = [row for row in read if len(row) == len(read[0]) + 1]
    if len(more) <= _MOST * len(read):
        return ""
    if not any(row[-1].strip() for row in more):
        return (
            f"rows end with a {CALLED[delimiter]} that the row of names has not: let that end so, or take it off them"
        )
    return "a name for the first column is to stand before the others (row names of R?)"


def are_most(cells: int, lines: list[str], delimiter: str) -> bool:
    """Whether most rows have so many cells."""
    widths = [len(row) for row in csv.reader(lines, delimiter=delimiter, skipinitialspace=True) if row]
    return widths.count(cells) > _MOST * len(widths)


def _is_word(cell: str) -> bool:
    """Whether a cell holds something that is no number."""
    return bool(cell) and not is_in_a_form(cell)


def _filled(row: list[str]) -> int:
    """How many cells there are up to the last one that holds something."""
    return max((place for place, cell in enumerate(row, 1) if cell), default=0)


def _delimiter(lines: list[str], row: int) -> str:
    """What divides the header, and most of the first rows likewise; a comma where nothing does. Raises `BadInput`."""

    def agreement(delimiter: str, lines: list[str] = lines) -> tuple[float, int]:
        """The share of rows with as many cells as the header, and that number."""
        try:
            read = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
            widths = [len(cells) for cells in read if cells]
        except csv.Error:
            return 0, 0
        if not widths or widths[0] < 2:
            return 0, 0
        return sum(width == widths[0] for width in widths) / len(widths), widths[0]

    found = {delimiter: agreement(delimiter) for delimiter in DELIMITERS}
    both = [DELIMITERS[delimiter] for delimiter, (share, _) in found.items() if share == 1]
    if len(both) > 1 and len(lines) > MINIMUM_EXAMPLES:
        raise BadInput(
            f"row {row}: a {both[0]} and a {both[1]} both divide every row into columns; "
            "take the one that does not out of the names"
        )
    best = max(found, key=lambda delimiter: found[delimiter])
    if (not found[best][0] and not above(lines)) or (best == "\t" and _has_several(lines[0])):
        share, columns = agreement("\t", list(map(tabbed, lines)))
        if share > _MOST and columns > found[best][1]:
            return SPACES
    return best


def _has_several(line: str) -> bool:
    """Whether a cell between tabs is several numbers, as in UCI's auto-mpg.data: runs of spaces divide those."""
    parts = [cell.split() for cell in line.split("\t") if not is_in_a_form(cell.strip())]
    return any(len(each) >= _SEVERAL and all(map(is_in_a_form, each)) for each in parts)
