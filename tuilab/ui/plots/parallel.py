"""Parallel coordinates as cells: upright axes side by side, a line through all of them for each point."""

from dataclasses import dataclass

import numpy as np
from rich.cells import cell_len

from tuilab.arrays import Array
from tuilab.text import clean
from tuilab.ui.plots.braille import BLANK, braille
from tuilab.ui.plots.canvas import CURVE_INKS
from tuilab.ui.plots.cells import MUTED, Cells, Ink
from tuilab.ui.plots.series import Hue

HEAD = 3
"""Rows above the lines: title, names, the higher ends."""
_TITLE, _NAME = Ink("text", bold=True), Ink("text")


@dataclass(frozen=True)
class UprightAxis:
    """An axis: its name, and what stands at its ends."""

    name: str
    low: str
    high: str


@dataclass(frozen=True, eq=False)
class ParallelLines:
    """`lines` (n, axes), each value between 0 and 1; the first are bright, a `marker` and a hue each."""

    title: str
    axes: tuple[UprightAxis, ...]
    lines: Array
    bright: tuple[tuple[str, Hue], ...]
    note: str = ""


def parallel_cells(shown: ParallelLines, width: int, height: int) -> Cells:
    """The lines on `width` × `height` cells, both ≥ 1, the bright ones over the others. What has no room is left out.

    A marker stands on its line between any two axes, each at another share of the way.
    """
    cells = Cells(width, height)
    cells.write(0, 0, clean(shown.title), _TITLE)
    cells.write(0, cell_len(clean(shown.title)) + 2, clean(shown.note), MUTED)
    rows, columns = height - HEAD - 1, np.rint(np.linspace(0, width - 1, len(shown.axes))).astype(int)
    if rows < 1 or width < 2 * len(shown.axes):
        return cells
    for axis, column in zip(shown.axes, columns.tolist(), strict=True):
        room = max(1, width // len(shown.axes) - 1)
        for row, text, ink in ((1, axis.name, _NAME), (2, axis.high, MUTED), (height - 1, axis.low, MUTED)):
            said = clean(text, room)
            start = column - cell_len(said) // 2
            cells.write(row, max(0, min(start, width - cell_len(said))), said, ink)
        for row in range(HEAD, height - 1):
            cells.write(row, column, "│", MUTED)
    few = len(shown.bright)
    _weave(cells, shown.lines[few:], columns, rows, MUTED)
    bright = list(enumerate(zip(shown.lines, shown.bright, strict=False), 1))[::-1]
    for _, (line, (_, hue)) in bright:  # the best last, over the others
        _weave(cells, line[None], columns, rows, CURVE_INKS[hue])
    for number, (line, (marker, hue)) in bright:
        share = number / (few + 1)
        for gap in range(len(columns) - 1):
            row = HEAD + min(int((1 - line[gap] * (1 - share) - line[gap + 1] * share) * rows), rows - 1)
            column = round(float(columns[gap] * (1 - share) + columns[gap + 1] * share))
            cells.write(row, column, marker, CURVE_INKS[hue])
    return cells


def _weave(cells: Cells, lines: Array, columns: Array, rows: int, ink: Ink) -> None:
    """Lines (n, axes) in Braille, below `HEAD` rows, over what is there."""
    width = cells.characters.shape[1]
    filled = np.zeros((4 * rows, 2 * width), dtype=bool)
    heights = (1 - lines) * (4 * rows - 1)
    for gap in range(len(columns) - 1):
        left, right = 2 * int(columns[gap]), 2 * int(columns[gap + 1])
        share = np.linspace(0, 1, max(right - left, 4 * rows) + 1)  # so many that no line has a hole
        y = heights[:, gap, None] * (1 - share) + heights[:, gap + 1, None] * share
        x = np.broadcast_to(np.rint(left + (right - left) * share).astype(int), y.shape)
        filled[np.rint(y).astype(int), x] = True
    characters, code = braille(filled), cells.code(ink)
    drawn = characters != chr(BLANK)
    within = slice(HEAD, HEAD + rows)
    cells.characters[within][drawn] = characters[drawn]
    cells.codes[within][drawn] = code
