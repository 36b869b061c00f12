"""A .csv file as text: how it is written (encoding, delimiter), every column as the different texts in its cells."""

import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from itertools import count as counter
from typing import BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

from tuilab import stages
from tuilab.data.columns.blocks import Block, RowsOut, blocks, by_rows
from tuilab.data.columns.column import NumberColumn, SheetColumn, TextColumn
from tuilab.data.columns.encoding import Guess, guessed
from tuilab.data.columns.numbers import is_in_a_form
from tuilab.data.columns.written import Written, above, are_most, first_lines, is_marked_wide, one_more, written
from tuilab.data.csv_rows import NotPlain, Ragged, rows
from tuilab.data.header import NO_ROWS, NoNames, header, is_like, no_names
from tuilab.data.memory import refuse_too_large
from tuilab.data.table import Floats, Table
from tuilab.errors import BadInput
from tuilab.experiment.fields import PLAIN, ColumnsSection
from tuilab.words import listed

MAXIMUM_COLUMNS = 10_000
"""That are judged one by one: a fifth of a millisecond each."""
_SEVERAL = 3  # columns of a table in which a text alone is seen to be no row
_MOST_ALONE = 1000
_CELL = 64  # bytes that a cell may take: its text, where it is a new one, and its code


class Above(BadInput):
    """Lines stand above the names of the columns that are no part of the table: whether so is asked."""

    def __init__(self, lines: int, message: str) -> None:
        super().__init__(message)
        self.lines = lines


class Alone(BadInput):
    """Rows hold a text alone where the others have several cells: whether they are left out is asked."""

    def __init__(self, rows: tuple[int, ...], message: str) -> None:
        super().__init__(message)
        self.rows = rows


@dataclass(frozen=True, eq=False)
class Sheet:
    """All columns of a file, the label's at `label` among them; `numbers` (m,) are the rows as a spreadsheet counts."""

    columns: tuple[SheetColumn, ...]
    label: int
    numbers: NDArray[np.int64]
    delimiter: str
    """What stands between its columns, a key of `CALLED`; empty of a file that is no text."""
    encoding: str
    """As a person calls it; empty of a file that is no text."""
    marked: bool
    """Whether the file begins with a byte order mark."""
    above: int = 0
    """Lines that stand above its table, and were left out."""
    unnamed: bool = False
    """Whether its first row looks like data, was taken as that, and nobody has decided so."""
    typed: Mapping[str, Literal["point"]] = field(default_factory=dict)
    """What columns are, by name, where the file itself says so."""
    left: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """The cells of the rows that were left out, by number."""
    room: Floats | None = None
    """The (m, n) cells of all features, where they lie in one array, which may be used up once they are read."""

    @property
    def is_plain(self) -> bool:
        """Whether nothing is to be said of how it is written: it is read whole, and no text or UTF-8 between commas."""
        whole = not self.above and not self.left
        return self.delimiter in ("", ",") and self.encoding in ("", "utf-8") and whole

    @property
    def features(self) -> tuple[SheetColumn, ...]:
        """All but the label's."""
        return self.columns[: self.label] + self.columns[self.label + 1 :]

    def without(self, rows: Collection[int]) -> "Sheet":
        """The same without these rows, left out already or not. Raises `BadInput` for one that is not there."""
        if not (out := set(rows) - self.left.keys()):
            return self
        kept = ~np.isin(self.numbers, list(out))
        left = {
            int(self.numbers[place]): tuple(column.text(place) for column in self.columns)
            for place in np.flatnonzero(~kept).tolist()
        }
        refuse_absent(out - left.keys(), int(self.numbers[-1]))
        columns = tuple(column.rows(kept) for column in self.columns)
        return replace(self, columns=columns, numbers=self.numbers[kept], left={**self.left, **left}, room=None)


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
    how = written(file, wanted, guess=guess)
    try:
        first = next(rows(file, how.start, encoding=how.codec, delimiter=how.delimiter), (0, list[str]()))
        if wanted.header == "auto" and not "".join(first[1][-1:]).strip() and above(first_lines(how.head, how.codec)):
            raise NotPlain(f"row {first[0]}: its last cell is empty")
        names, place = header(first[1], label, wanted.header, first[0])
        refuse_wide(len(names), fault)
        size = os.fstat(file.fileno()).st_size
        refuse_too_large(
            _cells(file, how.delimiter) * _CELL + 2 * size, f"{len(names)} columns of text in {size:,} bytes"
        )
        out = RowsOut(wanted.drop_rows)
        read: Iterator[Block] = blocks(file, how, names, first[1], out)
        if wanted.header == "none":
            read = chain(by_rows(out.without([first]), len(names)), read)
        columns, numbers = _columns(read, names)
        refuse_absent({*wanted.drop_rows} - out.cells.keys(), max([*out.cells, int(numbers[-1])]))
        if not label:
            place = _last(columns, first[1])
        if wanted.header == "auto" and is_like(first[1], columns):
            raise no_names("what stands below it again", first[0])
    except NoNames:
        raise
    except BadInput as fault:
        raise _advised(file, fault, how, wanted) from None
    marked = os.pread(file.fileno(), 3, 0) == b"\xef\xbb\xbf" or is_marked_wide(file)
    return Sheet(columns, place, numbers, how.delimiter, how.encoding, marked, above=wanted.skip, left=out.cells)


def sheet_of(table: Table) -> Sheet:
    """The cells of a table of numbers, its label the last column. Raises `BadInput`."""
    refuse_wide(len(table.features) + 1)
    columns = [NumberColumn(name, table.X[:, at]) for at, name in enumerate(table.features)]
    label = TextColumn(table.label, table.classes, table.y) if table.classes else NumberColumn(table.label, table.y)
    numbers = np.arange(1, len(table.y) + 1)
    return Sheet((*columns, label), len(columns), numbers, delimiter="", encoding="", marked=False, room=table.X)


def refuse_absent(rows: Collection[int], last: int) -> None:
    """Raises `BadInput` for rows that are to be left out and are none, of a file with this last one."""
    if rows:
        raise BadInput(f"no example stands in row {min(rows)}; the last row is {last}", path="columns.drop_rows")


def refuse_wide(columns: int, fault: BadInput | None = None) -> None:
    """Raises `BadInput` for more columns than are judged one by one; `fault` is why they are no plain numbers."""
    if columns > MAXIMUM_COLUMNS:
        why = f" ({fault.message})" if fault else ""
        raise BadInput(
            f"has {columns:,} columns{why}; more than {MAXIMUM_COLUMNS:,} are read as numbers between commas alone, "
            "and not explained"
        )


def _columns(read: Iterable[Block], names: tuple[str, ...]) -> tuple[tuple[TextColumn, ...], NDArray[np.int64]]:
    """The columns called `names`, and the number of each row."""
    seen, n = [defaultdict[str, int](counter().__next__) for _ in names], len(names)  # a new text gets the next code
    codes: list[list[NDArray[np.int64]]] = [[] for _ in names]
    numbers = []
    for block in read:
        numbers.append(block.numbers)
        for at, (texts, parts) in enumerate(zip(seen, codes, strict=True)):
            parts.append(np.fromiter(map(texts.__getitem__, block.cells[at::n]), np.int64, len(block.numbers)))
    if not numbers:
        raise BadInput(NO_ROWS)
    made = (
        _column(name, list(texts), np.concatenate(parts))
        for name, texts, parts in stages.through("collecting the cells of", [*zip(names, seen, codes, strict=True)])
    )
    return tuple(made), np.concatenate(numbers)


def _last(columns: tuple[TextColumn, ...], cells: list[str]) -> int:
    """The place of the last column, but of those without name and cells, as spreadsheets leave them at the end."""
    there = (place for place, column in enumerate(columns) if cells[place].strip() or column.texts != ("",))
    return max(there, default=len(columns) - 1)


def _column(name: str, raw: list[str], codes: NDArray[np.int64]) -> TextColumn:
    """The column with the spaces around its texts taken away."""
    if raw == [text.strip() for text in raw]:
        return TextColumn(name, tuple(raw), codes)
    places = dict[str, int]()
    new = [places.setdefault(text.strip(), len(places)) for text in raw]
    twice = {text.strip() for text in raw if text != text.strip()} & set(raw)
    return TextColumn(name, tuple(places), np.array(new, np.int64)[codes], frozenset(twice - {""}))


def _cells(file: BinaryIO, delimiter: str) -> int:
    """At least as many as there are."""
    cells, at = 1, 0
    while piece := os.pread(file.fileno(), 2**20, at):
        stages.check()
        cells += piece.count(b"\n") + piece.count(b"\r") + piece.count(delimiter.encode())
        at += len(piece)
    return cells


def _advised(file: BinaryIO, fault: BadInput, how: Written, wanted: ColumnsSection) -> BadInput:
    """A fault with what may be done about it, where that is known."""
    lines = first_lines(how.head, how.codec)
    if wanted.header == "auto" and (more := above(lines)):
        lines_above = wanted.skip + more
        said = f"the table seems to begin in row {lines_above + 1}: say columns.skip = {lines_above}"
        return Above(lines_above, f"{fault.message}; {said}")
    if said := one_more(lines, how.delimiter):
        return BadInput(f"{fault.message}; {said}")
    if isinstance(fault, Ragged) and (alone := _alone(file, how, wanted, fault.wanted)):
        said = f"it stands alone there, as a footnote does: say columns.drop_rows = {[*wanted.drop_rows, *alone]}"
        return Alone(alone, f"{fault.message}; {said}")
    if isinstance(fault, Ragged) and fault.cells > fault.wanted:
        said = "a cell with a delimiter or a decimal comma in it is to stand in quotes"
        if are_most(fault.cells, lines, how.delimiter):
            none = f'columns.skip = {wanted.skip + 1}, columns.header = "none"'
            said = f"as most rows; {said}, and if the first row names no columns, say {none}"
        return BadInput(f"{fault.message}; {said}")
    if not isinstance(fault, NotPlain) or not fault.message.endswith("is not UTF-8 text"):
        return fault
    return BadInput(f"{fault.message}{_of_encoding(guessed(file))}")


def _alone(file: BinaryIO, how: Written, wanted: ColumnsSection, columns: int) -> tuple[int, ...]:
    """The rows of fewer cells than the others have, if each holds a single text that is no number; else none."""
    found = list[int]()
    for number, cells in rows(file, how.start, encoding=how.codec, delimiter=how.delimiter):
        if len(cells) == columns or number in wanted.drop_rows:
            continue
        texts = [cell for cell in cells if cell.strip()]
        if columns < _SEVERAL or len(cells) > columns or len(texts) != 1 or is_in_a_form(texts[0].strip()):
            return ()
        found.append(number)
        if len(found) > _MOST_ALONE:
            return ()
    return tuple(found)


def _of_encoding(found: Guess) -> str:
    """What is told of a text that is not UTF-8, and may be any of twenty others; and what may be done."""
    words = listed([f'"{word}"' for word in found.shown])
    shown = f" ({words})" if words else ""
    match found.encoding:
        case "latin-1":
            return f'; if it is latin-1{shown}, say columns.encoding = "latin-1"'
        case "utf-16":
            return '; if it is UTF-16 without its mark, say columns.encoding = "utf-16"'
        case "utf-8":
            return ", as the rest of the file is: mend that line"
    return (
        f", nor latin-1 by its words{shown}: make it UTF-8, e.g. by iconv -f CP1251 -t UTF-8 where it is Cyrillic "
        "(CP1250, CP1254, GBK, SHIFT_JIS, MACINTOSH, …: ask whoever wrote it)"
    )
