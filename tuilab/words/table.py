"""Tables in plain text: rows of cells as lines."""

from collections.abc import Sequence

from rich.cells import cell_len  # a table of how wide each character is

from tuilab.text import MAXIMUM, clean

ROOM = 66
"""Cells of a line beside the panels of a terminal 120 columns wide."""


def aligned(rows: Sequence[Sequence[str]], sides: str = "l", gap: int = 2) -> tuple[str, ...]:
    """A line for each row: cells of equal width a column, cleaned, `gap` apart.

    `sides` has a letter for each column, "l" or "r": to which side its cells are set; the last letter goes for all
    columns that are left.
    """
    cleaned = [_cleaned(row) for row in rows]
    lengths = [_lengths(row) for row in cleaned]
    widths = [max(column) for column in zip(*lengths, strict=True)]
    sides = sides.ljust(len(widths), sides[-1])
    lines = []
    for row, measured in zip(cleaned, lengths, strict=True):
        cells = []
        for cell, length, width, side in zip(row, measured, widths, sides, strict=False):
            space = " " * (width - length)
            cells.append(cell + space if side == "l" else space + cell)
        lines.append((" " * gap).join(cells).rstrip())
    return tuple(lines)


def _cleaned(row: Sequence[str]) -> Sequence[str]:
    """The cells cleaned; most rows are clean as they are, which is told of all of their cells at once."""
    line = "".join(row)
    return row if len(line) <= MAXIMUM and line.isprintable() else [clean(cell) for cell in row]


def _lengths(row: Sequence[str]) -> list[int]:
    """How many columns of a terminal each cell takes."""
    if "".join(row).isascii():
        return list(map(len, row))
    return [len(cell) if cell.isascii() else cell_len(cell) for cell in row]
