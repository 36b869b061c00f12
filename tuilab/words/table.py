"""Tables in plain text: rows of cells as lines."""

from collections.abc import Sequence
from operator import add

from rich.cells import cell_len  # a table of how wide each character is

from tuilab.text import MAXIMUM, clean

ROOM = 66
"""Cells of a line beside the panels of a terminal 120 columns wide."""


def aligned(rows: Sequence[Sequence[str]], sides: str = "l", gap: int = 2) -> tuple[str, ...]:
    """A line for each row: cells of equal width a column, cleaned, `gap` apart.

    `sides` has a letter for each column, "l" or "r": to which side its cells are set; the last letter goes for all
    columns that are left.
    """
    columns = list(zip(*map(_cleaned, rows), strict=True))
    sides = sides.ljust(len(columns), sides[-1])
    cells = [_set(column, side) for column, side in zip(columns, sides, strict=False)]
    return tuple((" " * gap).join(row).rstrip() for row in zip(*cells, strict=True))


def _cleaned(row: Sequence[str]) -> Sequence[str]:
    """The cells cleaned; most rows are clean as they are, which is told of all of their cells at once."""
    line = "".join(row)
    return row if len(line) <= MAXIMUM and line.isprintable() else [clean(cell) for cell in row]


def _set(cells: Sequence[str], side: str) -> list[str]:
    """The cells of a column, set to its side in the width of the widest."""
    lengths = [len(cell) if cell.isascii() else cell_len(cell) for cell in cells]  # in columns of a terminal
    width = max(lengths)
    spaces = [" " * (width - length) for length in lengths]
    return list(map(add, cells, spaces) if side == "l" else map(add, spaces, cells))
