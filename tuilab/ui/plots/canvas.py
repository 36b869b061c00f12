"""The frame of a figure with its curves inside, as cells. The one module that knows plotext.

plotext lays out the frame and its ticks, once for each layout; curves, traced in Braille, and markers are written
over it. So it never meets a number that it cannot take, and a drawing costs what changes. Each frame has a plotext
monitor of its own; plotext's global figure is not used.
"""

import sys
from functools import lru_cache
from typing import Any

import numpy as np
from rich.cells import cell_len

from tuilab.arrays import Array
from tuilab.text import clean as clean_text
from tuilab.ui.plots import braille
from tuilab.ui.plots.axis import Axis
from tuilab.ui.plots.cells import MUTED, PLAIN, Cells, Ink
from tuilab.ui.plots.figure import Figure
from tuilab.ui.plots.layout import DrawnCurve, Layout, marks
from tuilab.ui.plots.series import HUES, Points

CURVE_INKS = {hue: Ink("text" if hue == "foreground" else hue) for hue in HUES}
CURSOR, FAULT = Ink("accent"), Ink("error", bold=True)
_FRAME = (PLAIN, MUTED, CURSOR)
"""The inks of the frame; plotext is told their places here in place of a color."""
NOTHING = "no points yet"
TURN = 3
"""Columns that a curve is seen for where it shares its cells with others."""
END = 12
"""Columns at the end of a curve in which its marker finds a place."""
APART = 18
"""Columns from one letter of a curve to its next one, where no color tells whose line it is."""
LABELS = 3
"""Rows at the top for the labels of marks."""
LOST = "!"
"""Stands where a point is not finite: NaN and +Inf at the upper edge, -Inf at the lower."""


class Canvas:
    """The cells within the frame: columns from the left, rows from below."""

    def __init__(self, cells: Cells, top: int, place: Layout) -> None:
        within = slice(top, top + place.rows), slice(place.left, place.left + place.columns)
        self._characters, self._codes = cells.characters[within][::-1], cells.codes[within][::-1]
        self._code = cells.code

    def write(self, columns: Array | int, rows: Array | int, characters: Array | str, ink: Ink) -> None:
        """One character at each place, over what is there."""
        self._characters[rows, columns] = characters
        self._codes[rows, columns] = self._code(ink)


def paint(
    cells: Cells, top: int, figure: Figure, shown: list[DrawnCurve], place: Layout, lettered: bool = False
) -> None:
    """Writes the `shown` curves of `figure` into `cells`, in the layout `place` below `top` rows.

    `lettered`: each one has its letter all along.
    """
    cursor = figure.cursor if figure.cursor is not None and place.x.low <= figure.cursor <= place.x.high else None
    marked = tuple(column for _, column in marks(figure, place.x, place.columns, LABELS))
    characters, inks = _frame(place, marked, None if cursor is None else _cell(cursor, place.x, place.columns))
    within = slice(top, top + len(characters)), slice(characters.shape[1])
    cells.characters[within] = characters
    cells.codes[within] = np.array([cells.code(ink) for ink in _FRAME])[inks]
    canvas = Canvas(cells, top, place)
    drawn = [_braille(curve, place) for curve in shown]
    for curve, line in zip(shown, _turns(shown, drawn, place) if shown else [], strict=True):
        rows, columns = np.nonzero(line != "")
        canvas.write(columns, rows, line[rows, columns], CURVE_INKS[curve.hue])
    taken = _draw_markers(canvas, shown, drawn, place, cursor)
    if lettered:
        _draw_letters(canvas, shown, drawn, taken)
    for curve in shown:
        _draw_lost(canvas, curve.points, place)
    if place.columns >= 30 and place.rows >= 6:  # words would cover a smaller one
        _write_labels(cells, top, figure, place, taken)
    if not any(len(curve.x) or curve.points.lost for curve in shown):
        cells.write(top + place.rows // 2, place.left + max(0, place.columns - len(NOTHING)) // 2, NOTHING, MUTED)


def _write_labels(cells: Cells, top: int, figure: Figure, place: Layout, taken: set[tuple[int, int]]) -> None:
    """The label of each mark, in a row where it covers no curve's name, if there is one."""
    most = min(LABELS, place.rows)
    for index, (mark, column) in enumerate(marks(figure, place.x, place.columns, LABELS)):
        label = clean_text(mark.label, 60)
        fits = place.left + column + 1 + cell_len(label) <= place.left + place.columns
        start = max(0, column + (1 if fits else -cell_len(label)))
        rows = [(index + step) % most for step in range(most)]
        names = {place.rows - 1 - row for at, row in taken if start <= at < start + cell_len(label)}
        cells.write(top + next((row for row in rows if row not in names), rows[0]), place.left + start, label, MUTED)


@lru_cache(maxsize=64)
def _frame(place: Layout, marked: tuple[int, ...], cursor: int | None) -> tuple[Array, Array]:
    """The frame with its ticks, and lines in some columns: characters (rows from above, columns) and their inks."""
    from plotext._monitor import monitor_class  # late: it takes 30 ms

    plot = monitor_class()
    plot.set_theme("clear")
    plot.set_ticks_color(_FRAME.index(MUTED))
    _set_axes(plot, place)
    for column in marked:
        plot.draw_vertical_line(column, color=_FRAME.index(MUTED))
    if cursor is not None:
        plot.draw_vertical_line(cursor, color=_FRAME.index(CURSOR))
    plot.draw([], [])  # with no signal at all plotext leaves the ticks out
    plot.build_plot()
    inks = [[ink if ink in range(len(_FRAME)) else 0 for ink in row] for row in plot.matrix.fullground[::-1]]
    return np.array(plot.matrix.marker[::-1]), np.array(inks)


def _set_axes(plot: Any, place: Layout) -> None:
    plot.set_size([place.left + place.columns, place.rows + (1 + bool(place.x.labels) if place.framed else 0)])
    plot.set_xaxes(place.framed, False)
    plot.set_yaxes(place.framed, False)
    plot.set_xlim(0, max(place.columns - 1, 1))
    plot.set_ylim(0, max(place.rows - 1, 1))
    # plotext takes ticks in no fixed order and moves a label until it is free, at most by its length: those that
    # could meet are left out here, so that a figure has one picture.
    widest = max(map(len, place.x.labels), default=0)
    plot.set_xticks(*_spaced(place.x, place.columns, 2 * widest + 2) if place.framed else ([], []))
    rows, labels = _spaced(place.y, place.rows, 1) if place.framed else ([], [])
    plot.set_yticks(rows, [label.rjust(place.left - 1) for label in labels])


def _spaced(axis: Axis, size: int, gap: int) -> tuple[list[int], list[str]]:
    """The cells and labels of all ticks, or of each second, third, … so that they are even and `gap` cells apart."""
    cells = axis.tick_cells(size)
    every = next(every for every in range(1, len(cells) + 2) if (np.diff(cells[::every]) >= gap).all())
    return cells[::every].tolist(), list(axis.labels[::every])


def _cell(value: float, axis: Axis, size: int) -> int:
    return int(axis.cells(np.array(value), 2 * size)) // 2


def _turns(shown: list[DrawnCurve], drawn: list[Array], place: Layout) -> list[Array]:
    """What of the characters `drawn` of each curve is seen; "" where it has none, or where others are seen.

    Curves that share a cell take turns along x, so that none vanishes beneath another; one that is behind gives way.
    """
    lines = np.stack(drawn)
    has, behind = lines != "", np.array([curve.behind for curve in shown])[:, None, None]
    has &= ~behind | ~(has & ~behind).any(axis=0)
    turn = np.arange(place.columns) // TURN % np.maximum(has.sum(axis=0), 1)
    return list(np.where(has & (has.cumsum(axis=0) - 1 == turn), lines, ""))


def _braille(curve: DrawnCurve, place: Layout) -> Array:
    """The characters (rows from below, columns) of one curve, "" where it has none.

    A line leaves the canvas where it is steep enough, and comes back.
    """
    if not len(curve.x):
        return np.full((place.rows, place.columns), "")
    size = 4 * place.rows
    x, y = place.x.cells(curve.x, 2 * place.columns), place.y.cells(curve.y, size, beyond=size)
    if not curve.dots:
        x, y = braille.trace(x, y)
    inside = (y >= 0) & (y < size)
    return braille.dotted(x[inside], y[inside], place.columns, place.rows)


def _draw_markers(
    canvas: Canvas, shown: list[DrawnCurve], drawn: list[Array], place: Layout, cursor: float | None
) -> set[tuple[int, int]]:
    """The marker on each of a few points, or else on the newest; and where the cursor reads the curve. Where all are.

    Dots that are not many more than there is room for all have theirs; of more none is the newest.
    """
    taken: set[tuple[int, int]] = set()
    for curve, line in zip(shown, drawn, strict=True):
        if curve.behind or not len(curve.x):
            continue
        seen = np.count_nonzero((curve.points.x >= place.x.low) & (curve.points.x <= place.x.high))  # not thinned
        many = seen > (place.columns if curve.dots else place.columns // 8)
        marked = slice(0) if many else slice(None if curve.dots else -1)
        x, y = curve.x[marked], curve.y[marked]
        if cursor is not None and curve.reading is not None and curve.reading > (0 if place.y.log else -np.inf):
            x, y = np.append(x, cursor), np.append(y, min(curve.reading, sys.float_info.max))
        cells = _cells(x, y, place)
        if not curve.dots:  # the name of another one is not written over
            cells = [*(cell for cell in cells if cell not in taken), _end(curve, line, place, taken)]
        taken.update(cells)
        for column, row in cells:
            canvas.write(column, row, curve.marker, CURVE_INKS[curve.hue])
    return taken


def _draw_letters(canvas: Canvas, shown: list[DrawnCurve], drawn: list[Array], taken: set[tuple[int, int]]) -> None:
    """The letter of each curve at a steady interval, in a column of its own, so that crossing ones are told apart."""
    named = [(curve, line) for curve, line in zip(shown, drawn, strict=True) if not (curve.behind or curve.dots)]
    for number, (curve, line) in enumerate(named):
        start = APART * (number + 1) // (len(named) + 1)
        for column in range(start, line.shape[1], APART) if len(named) > 1 else ():
            rows = np.flatnonzero(line[:, column] != "")
            if len(rows) and (at := (column, int(rows[len(rows) // 2]))) not in taken:
                taken.add(at)
                canvas.write(*at, curve.marker, CURVE_INKS[curve.hue])


def _cells(x: Array, y: Array, place: Layout) -> list[tuple[int, int]]:
    """Column and row of points: those of their dots."""
    columns, rows = place.x.cells(x, 2 * place.columns) // 2, place.y.cells(y, 4 * place.rows) // 4
    return list(zip(columns.tolist(), rows.tolist(), strict=True))


def _end(curve: DrawnCurve, drawn: Array, place: Layout, taken: set[tuple[int, int]]) -> tuple[int, int]:
    """Where a curve's name stands: at its end, or a little before it where another one's is there already."""
    found = last = _cells(curve.x[-1:], curve.y[-1:], place)[0]
    line = drawn != ""
    for column in range(last[0], max(last[0] - END, -1), -1):
        rows = np.flatnonzero(line[:, column])
        row = found[1] if found[1] in rows or not len(rows) else int(rows[np.abs(rows - found[1]).argmin()])
        found = column, row
        if found not in taken:
            return found
    return last


def _draw_lost(canvas: Canvas, points: Points, place: Layout) -> None:
    """A sign for those that are not finite."""
    x, y = points.lost_x, points.lost_y
    seen = (place.x.low <= x) & (x <= place.x.high)
    edges = np.where(y[seen] < 0, 0, place.rows - 1)
    canvas.write(place.x.cells(x[seen], place.columns), edges, LOST, FAULT)
