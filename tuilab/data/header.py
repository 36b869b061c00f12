"""The first row of a .csv file: the names of its columns."""

from collections.abc import Sequence

from tuilab.data.columns.column import SheetColumn
from tuilab.data.columns.numbers import number
from tuilab.data.columns.reading import MARKS
from tuilab.data.csv_rows import NotPlain
from tuilab.errors import BadInput
from tuilab.experiment.fields import FirstRow
from tuilab.text import clean

NO_ROWS = "has a header but no rows"
_TRIED = 100  # texts of a column, to tell whether it holds numbers


class NoNames(BadInput):
    """The first row looks like data: whether it names the columns is asked."""


def header(cells: list[str], label: str, wanted: FirstRow = "auto", row: int = 1) -> tuple[tuple[str, ...], int]:
    """The names of all columns, cleaned, and the index of the label's. Raises `BadInput`.

    `cells` are the first row, number `row` of the file; it may look like data where `wanted` says that it names the
    columns, or that none does.
    """
    if not cells:
        raise BadInput("has no header row")
    raw = [cell.strip() if wanted != "none" else "" for cell in cells]
    names = tuple(clean(cell) or f"column {index}" for index, cell in enumerate(raw, 1))
    if len(raw) < 2:
        raise NotPlain(f"row {row}: one column only ({clean(raw[0], 40)!r}); commas between columns are wanted")
    if wanted == "auto" and looks_like_data(raw):
        raise no_names("numbers", row)
    places = dict[str, int]()
    for place, name in enumerate(names, 1):
        # As they are shown, by which the columns of another file are found.
        if (first := places.setdefault(name, place)) != place:
            raise BadInput(f'row {row}: columns {first} and {place} are both named "{clean(name, 40)}": rename one')
    if not label:
        return names, len(names) - 1
    if label in raw:
        return names, raw.index(label)
    if label in names:
        return names, names.index(label)
    raise no_column(label, names, "data.label")


def no_column(name: str, names: Sequence[str], path: str) -> BadInput:
    """That none of the columns is called so."""
    known = clean(", ".join(names))
    return BadInput(f'no column is named "{clean(name, 60)}"; known are {known}', path=path)


def no_names(what: str, row: int = 1) -> NoNames:
    """That the first row holds something else than the names of the columns."""
    return NoNames(
        f"row {row}: holds {what}; a header row with the names of the columns is wanted "
        '(columns.header = "none": there is none; "first row": these are the names)'
    )


def looks_like_data(cells: list[str]) -> bool:
    """Whether all cells but the last (mostly the label's) are numbers, other than 0, 1, 2, … for want of names."""
    try:
        numbers = [float(cell) for cell in cells[:-1]]
    except ValueError:
        return False
    start = numbers[0]
    return start not in (0, 1) or numbers != [start + index for index in range(len(numbers))]


def is_like(cells: list[str], columns: Sequence[SheetColumn]) -> bool:
    """Whether a row is like those of `columns`: each cell stands there again, one of words among them, or is a number.

    Where every row has a text of its own, and where a value is missing, nothing is to be told.
    """
    again = False
    for cell, column in zip(cells, columns, strict=True):
        text = cell.strip()
        if text.casefold() in MARKS or column.different == len(column):
            continue
        if number(text, "point") is not None:
            if not _holds_numbers(column):
                return False
        elif text in column.texts and not _holds_numbers(column):
            again = True
        else:
            return False
    return again


def _holds_numbers(column: SheetColumn) -> bool:
    return any(number(each, "point") is not None for each in column.texts[:_TRIED])
