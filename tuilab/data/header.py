"""The first row of a .csv file: the names of its columns."""

from tuilab.data.csv_rows import NotPlain
from tuilab.errors import BadInput
from tuilab.text import clean


def header(cells: list[str], label: str) -> tuple[tuple[str, ...], int]:
    """The names of all columns, cleaned, and the index of the label's. Raises `BadInput`."""
    if not cells:
        raise BadInput("has no header row")
    raw = [cell.strip() for cell in cells]
    names = tuple(clean(cell) or f"column {index}" for index, cell in enumerate(raw, 1))
    if len(raw) < 2:
        raise NotPlain(f"row 1: one column only ({clean(raw[0], 40)!r}); commas between columns are wanted")
    if looks_like_data(raw):
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


def looks_like_data(cells: list[str]) -> bool:
    """Whether all cells but the last (mostly the label's) are numbers, other than 0, 1, 2, … for want of names."""
    try:
        numbers = [float(cell) for cell in cells[:-1]]
    except ValueError:
        return False
    start = numbers[0]
    return start not in (0, 1) or numbers != [start + index for index in range(len(numbers))]
