"""Numbers by two quantities as a grid of cells: the number in each, and how low it is as what is behind it."""

from dataclasses import dataclass

import numpy as np

from tuilab.arrays import Array
from tuilab.text import clean
from tuilab.ui.plots.cells import MUTED, PLAIN, Cells, Ink

LABEL = 12
"""Cells of a label at most."""
SHADES = 5
_TITLE = Ink("text", bold=True)
_LEAST = Ink("success", bold=True, reverse=True)


@dataclass(frozen=True, eq=False)
class NumberGrid:
    """`values` of shape (rows, columns), NaN where there is none; `y` names the rows from below, `x` the columns."""

    title: str
    x_label: str
    y_label: str
    x: tuple[str, ...]
    y: tuple[str, ...]
    values: Array


def grid_cells(grid: NumberGrid, width: int, height: int) -> Cells:
    """The grid on `width` × `height` cells, both ≥ 1; the lowest number is marked. What has no room is left out."""
    cells = Cells(width, height)
    cells.write(0, 0, clean(grid.title), _TITLE)
    cells.write(0, len(clean(grid.title)) + 2, clean(f"{grid.y_label} up, {grid.x_label} across"), MUTED)
    left = max((len(clean(text, LABEL)) for text in grid.y), default=0) + 1
    wide = min(LABEL + 1, (width - left) // max(1, len(grid.x)))
    tall = max(1, min(3, (height - 3) // max(1, len(grid.y))))
    for number, text in enumerate(grid.y):
        cells.write(2 + (len(grid.y) - 1 - number) * tall, 0, clean(text, LABEL).rjust(left - 1), MUTED)
    names = [clean(text, LABEL) for text in grid.x]
    every = -(-(max(map(len, names), default=0) + 1) // max(1, wide))  # so that none is cut
    for number, name in list(enumerate(names))[::every]:
        cells.write(2 + len(grid.y) * tall, left + number * wide, name.center(wide), MUTED)
    for row, column in np.argwhere(np.isfinite(grid.values)).tolist():
        top, ink = 2 + (len(grid.y) - 1 - row) * tall, _ink(grid, row, column)
        for line in range(tall):
            said = f"{grid.values[row, column]:.3g}" if line == 0 else ""
            said = said if len(said) < wide else f"{grid.values[row, column]:.0f}"
            cells.write(top + line, left + column * wide, (said if len(said) <= wide else "").center(wide), ink)
    return cells


def _ink(grid: NumberGrid, row: int, column: int) -> Ink:
    """The lower, the more of the hue is behind it; the lowest one stands out."""
    value, low, high = grid.values[row, column], np.nanmin(grid.values), np.nanmax(grid.values)
    if value == low:
        return _LEAST
    share = 1 - (value - low) / (high - low)
    shade = int(share * (SHADES - 1) + 0.5) / (SHADES - 1)
    return Ink("text", ground="success", share=0.1 + 0.5 * shade) if shade else PLAIN
