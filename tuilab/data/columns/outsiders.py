"""Rows that stand in a table and are no examples: a second line of names or units, a line of totals, a footnote."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuilab.data.columns.column import Kept, TextColumn
from tuilab.data.columns.kinds import Decision, Judged, judge
from tuilab.data.columns.reading import OwnMarks
from tuilab.data.columns.sheet import Sheet
from tuilab.experiment.fields import ColumnsSection
from tuilab.text import clean
from tuilab.words import listed

TOTALS = {"total", "totals", "grand total", "subtotal", "sum", "summe", "gesamt", "insgesamt", "average", "mean"}
"""What a line is called that sums up those above it; in small letters."""
_FEWEST, _NEAR = 10, 1e-4  # rows above a sum, and how far off it may be, as each of them may be rounded
_MOST = 1000
"""Rows that are told of one kind."""
_SHOWN = 3
"""Rows, or their cells, that are shown of several."""


class Outsiders(NamedTuple):
    """Rows of one kind that may be no examples."""

    name: str
    """What they are: names, totals, notes."""
    rows: tuple[int, ...]
    """By their numbers in the file."""
    said: str
    """What they hold, and what that makes of them."""
    fits: bool = True
    """Whether they have as many cells as the others, so that they may be examples after all."""


class WithoutOutsiders(NamedTuple):
    """A file without the rows that may be no examples."""

    sheet: Sheet
    judged: list[Judged]
    """The features."""
    asked: tuple[Outsiders, ...]
    """What is left out for now."""


def set_aside(sheet: Sheet, wanted: ColumnsSection, decided: Mapping[str, Decision], own: OwnMarks) -> WithoutOutsiders:
    """`sheet` without what was decided to leave out, nor what may be no example: as long as any more of it is found,
    as a line of totals above a footnote. Raises `BadInput` for a row that is not there."""
    asked = list(_alone(sheet, wanted))
    sheet = sheet.without(wanted.drop_rows)
    while True:
        judged = judge(sheet.features, decided, own)
        label = judge([sheet.columns[sheet.label]], decided, own)[0]
        if not (found := _outsiders(sheet, judged, label, wanted.keep_rows)):
            return WithoutOutsiders(sheet, judged, tuple(sorted(asked, key=lambda one: one.rows)))
        sheet = sheet.without([row for one in found for row in one.rows])
        asked += found


def left_out_as_decided(sheet: Sheet, judged: Sequence[Judged], wanted: ColumnsSection) -> str:
    """What is said of the rows that were decided to be none, with those that look like any other; empty of none.

    The number of a row is that in the file as it was: what it holds is to be seen where the file has changed since.
    """
    rows = [row for row in sorted(sheet.left) if row in wanted.drop_rows]
    if not rows:
        return ""
    shown = [f"{row} ({_cells(sheet.left[row])})" for row in rows]
    said = f"{'row' if len(rows) == 1 else 'rows'} {listed(shown, _SHOWN)} left out, as decided"
    if judged and (like := [str(row) for row in rows if _is_like_others(sheet, row, judged)]):
        said += f"; {listed(like, _SHOWN)} {'is' if len(like) == 1 else 'are'} like any other: was the file changed?"
    return said


def is_sum(values: NDArray[np.float64]) -> bool:
    """Whether the last of the values (m,) is the sum of the others, NaN aside."""
    if not len(values) or np.isnan(values[-1]):
        return False
    there = values[~np.isnan(values)]
    above, last = there[:-1], float(there[-1])
    return len(above) >= _FEWEST and last > float(above.max()) and abs(last - float(above.sum())) <= _NEAR * last


def _outsiders(sheet: Sheet, judged: Sequence[Judged], label: Judged, kept: Collection[int]) -> list[Outsiders]:
    """Those of each kind, a row in one of them alone."""
    found, seen = list[Outsiders](), set(kept)
    finders = (_names_again(sheet), _below_names(sheet, judged), _totals(sheet, [*judged, label]), _lone(sheet))
    for name, places, said in (one for finder in finders for one in finder):
        rows = tuple(row for row in sheet.numbers[places].tolist() if row not in seen)
        if rows and len(rows) < len(sheet.numbers):
            found.append(_told(name, rows, said))
        seen.update(rows)
    return found


def _told(name: str, rows: tuple[int, ...], said: str) -> Outsiders:
    numbers = listed([str(row) for row in rows], _SHOWN)
    return Outsiders(name, rows, f"{'row' if len(rows) == 1 else 'each of the rows'} {numbers} {said}")


def _alone(sheet: Sheet, wanted: ColumnsSection) -> Iterator[Outsiders]:
    """Rows of fewer cells than the others have, which were left out for it to be read at all."""
    for row in sheet.left.keys() - {*wanted.drop_rows}:
        yield _told("notes", (row,), f"holds {_cells(sheet.left[row])} alone: a footnote")._replace(fits=False)


def _names_again(sheet: Sheet) -> Iterator[tuple[str, list[int], str]]:
    """Rows that hold the names of the columns, as where files were put one behind the other."""
    again: Kept = np.ones(len(sheet.numbers), bool)
    for column in sheet.columns:
        again &= column.holding([column.name]) if isinstance(column, TextColumn) else False
    if places := np.flatnonzero(again)[:_MOST].tolist():
        yield "names", places, "holds the names of the columns again"


def _below_names(sheet: Sheet, judged: Sequence[Judged]) -> Iterator[tuple[str, list[int], str]]:
    """The first row, where none of its cells fits a column of numbers or dates and two at least are no values."""
    typed = [one for one in judged if one.reading is not None and one.reading.kind != "category"]
    first = [(one, one.column.text(0)) for one in typed]
    texts = [text for one, text in first if text in one.doubtful]
    if len(texts) > 1 and not any(text not in one.doubtful and text not in one.blanks for one, text in first):
        said = "where numbers or dates stand below: a second line of names, or of units"
        yield "names", [0], f"holds {_cells(texts)} {said}"


def _totals(sheet: Sheet, columns: Sequence[Judged]) -> Iterator[tuple[str, list[int], str]]:
    """The last row, where it sums up those above: in a column of numbers, or by its word in one of those, or beside
    empty cells."""
    last = len(sheet.numbers) - 1
    numbers = [one for one in columns if one.reading is not None and one.reading.kind == "number"]
    why = ""
    if summed := [one.column.name for one in numbers if is_sum(one.values)]:
        why = f"the sum of the others in {listed(summed, _SHOWN)}"
    words = [one for one in columns if one.reading is None or one.reading.kind == "category"]
    blank = any(not one.column.text(last) for one in words)
    said = [one.column.text(last) for one in columns if one.doubtful or (blank and one in words)]
    if word := next((text for text in said if text.casefold().rstrip(":") in TOTALS), ""):
        why = why or _cells([word])
    if why:
        yield "totals", [last], f"is {why}: a line of totals"


def _lone(sheet: Sheet) -> Iterator[tuple[str, list[int], str]]:
    """The last rows, where they hold one cell at most."""
    places, texts = list[int](), list[str]()
    for place in range(len(sheet.numbers) - 1, -1, -1):
        filled = [text for column in sheet.columns if (text := column.text(place))]
        if len(filled) > 1 or len(sheet.columns) < 3:
            break
        places.insert(0, place)
        texts = filled + texts
    if 0 < len(places) <= _MOST:
        what = "alone" if len(places) == 1 else "and no more than one cell"
        yield "notes", places, f"holds {_cells(texts)} {what}: a footnote" if texts else "is empty"


def _cells(cells: Sequence[str]) -> str:
    return listed([f'"{clean(text, 40)}"' for text in map(str.strip, cells) if text], _SHOWN) or "nothing"


def _is_like_others(sheet: Sheet, row: int, judged: Sequence[Judged]) -> bool:
    """Whether each cell of a row that is left out fits its column: a level that stands there, a number among those."""
    cells = {column.name: text.strip() for column, text in zip(sheet.columns, sheet.left[row], strict=False)}
    return len(cells) == len(sheet.columns) and all(_fits(one, cells[one.column.name]) for one in judged)


def _fits(one: Judged, text: str) -> bool:
    if one.reading is None or one.question:
        return bool(text)
    (value,) = one.reading.values([text])
    if value is None or value != value:
        return False
    if one.reading.kind == "category":
        return text in one.reading.levels
    return bool(np.nanmin(one.values) <= value <= np.nanmax(one.values))
