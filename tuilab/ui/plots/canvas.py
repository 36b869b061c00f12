"""The frame of a figure with its curves inside, as cells. The one module that knows plotext.

plotext lays out the frame, ticks and lines and puts one layer over the other. It gets cells only: values are placed,
and lines traced in Braille, before. So it never meets a number that it cannot take, and a noisy curve costs it
little more than a smooth one. Each drawing has a plotext monitor of its own; plotext's global figure is not used.
"""

import sys
from typing import Any

import numpy as np
from rich.cells import cell_len

from tuilab.arrays import Array
from tuilab.text import clean as clean_text
from tuilab.ui.plots import braille
from tuilab.ui.plots.axis import Axis
from tuilab.ui.plots.cells import MUTED, PLAIN, Cells, Ink
from tuilab.ui.plots.figure import Figure
from tuilab.ui.plots.layout import DrawnCurve, Layout
from tuilab.ui.plots.series import HUES, Points

CURVE_INKS = {hue: Ink("text" if hue == "foreground" else hue) for hue in HUES}
CURSOR, FAULT = Ink("accent"), Ink("error", bold=True)
_INKS = (MUTED, CURSOR, FAULT, *CURVE_INKS.values())
_CODE = {ink: code for code, ink in enumerate(_INKS)}  # plotext carries it in place of a color

NOTHING = "no points yet"
TURN = 3
"""Columns that a curve is seen for where it shares its cells with others."""
END = 12
"""Columns at the end of a curve in which its marker finds a place."""
LOST = "!"
"""Stands where a point is not finite: NaN and +Inf at the upper edge, -Inf at the lower."""


def paint(cells: Cells, top: int, figure: Figure, shown: list[DrawnCurve], place: Layout) -> None:
    """Writes the `shown` curves of `figure` into `cells`, in the layout `place` below `top` rows."""
    matrix = _compose(figure, shown, place)
    codes = {code: cells.code(ink) for code, ink in enumerate(_INKS)}
    plain = cells.code(PLAIN)
    for row, (characters, inks) in enumerate(zip(matrix.marker[::-1], matrix.fullground[::-1], strict=True), top):
        cells.characters[row, : len(characters)] = characters
        cells.codes[row, : len(inks)] = [codes.get(ink, plain) for ink in inks]
    if place.columns >= 30 and place.rows >= 6:  # words would cover a smaller one
        _write_labels(cells, top, figure, place)
    if not any(len(curve.x) or curve.points.lost for curve in shown):
        cells.write(top + place.rows // 2, place.left + max(0, place.columns - len(NOTHING)) // 2, NOTHING, MUTED)


def _write_labels(cells: Cells, top: int, figure: Figure, place: Layout) -> None:
    for index, (column, label) in enumerate(_marks(figure, place)):
        fits = place.left + column + 1 + cell_len(label) <= place.left + place.columns
        start = place.left + column + (1 if fits else -cell_len(label))
        cells.write(top + index % min(3, place.rows), max(start, place.left), label, MUTED)


def _compose(figure: Figure, shown: list[DrawnCurve], place: Layout) -> Any:
    from plotext._monitor import monitor_class  # late: it takes 30 ms

    plot = monitor_class()
    plot.set_theme("clear")
    plot.set_ticks_color(_CODE[MUTED])
    _set_axes(plot, place)
    for column, _ in _marks(figure, place):
        plot.draw_vertical_line(column, color=_CODE[MUTED])
    plot.draw([], [])  # with no signal at all plotext leaves the ticks out
    for curve, line in zip(shown, _lines(shown, place) if shown else [], strict=True):
        _draw_line(plot, curve, line)
    cursor = figure.cursor if figure.cursor is not None and place.x.low <= figure.cursor <= place.x.high else None
    if cursor is not None:
        plot.draw_vertical_line(_cell(cursor, place.x, place.columns), color=_CODE[CURSOR])
    _draw_markers(plot, shown, place, cursor)
    for curve in shown:
        _draw_lost(plot, curve.points, place)
    plot.build_plot()
    return plot.matrix


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
    kept: dict[int, str] = {}
    for cell, label in zip(axis.tick_cells(size).tolist(), axis.labels, strict=True):
        if not kept or cell - max(kept) >= gap:
            kept[cell] = label
    return list(kept), list(kept.values())


def _cell(value: float, axis: Axis, size: int) -> int:
    return int(axis.cells(np.array(value), 2 * size)) // 2


def _marks(figure: Figure, place: Layout) -> list[tuple[int, str]]:
    """Column and label of those within the x axis."""
    return [
        (_cell(mark.x, place.x, place.columns), clean_text(mark.label, 60))
        for mark in figure.marks
        if place.x.low <= mark.x <= place.x.high
    ]


def _lines(shown: list[DrawnCurve], place: Layout) -> list[Array]:
    """The Braille characters (rows from below, columns) of each curve; "" where it has none, or where others are seen.

    Curves that share a cell take turns along x, so that none vanishes beneath another; one that is behind gives way.
    """
    drawn = np.stack([_braille(curve, place) for curve in shown])
    has, behind = drawn != "", np.array([curve.behind for curve in shown])[:, None, None]
    has &= ~behind | ~(has & ~behind).any(axis=0)
    turn = np.arange(place.columns) // TURN % np.maximum(has.sum(axis=0), 1)
    return list(np.where(has & (has.cumsum(axis=0) - 1 == turn), drawn, ""))


def _braille(curve: DrawnCurve, place: Layout) -> Array:
    """The characters of one curve; a line leaves the canvas where it is steep enough, and comes back."""
    if not len(curve.x):
        return np.full((place.rows, place.columns), "")
    size = 4 * place.rows
    x, y = braille.trace(place.x.cells(curve.x, 2 * place.columns), place.y.cells(curve.y, size, beyond=size))
    inside = (y >= 0) & (y < size)
    return braille.dotted(x[inside], y[inside], place.columns, place.rows)


def _draw_line(plot: Any, curve: DrawnCurve, line: Array) -> None:
    rows, columns = np.nonzero(line != "")
    if len(rows):
        characters = line[rows, columns].tolist()
        plot.draw(columns.tolist(), rows.tolist(), marker=characters, color=_CODE[CURVE_INKS[curve.hue]])


def _draw_markers(plot: Any, shown: list[DrawnCurve], place: Layout, cursor: float | None) -> None:
    """The marker on each of a few points, or else on the newest; and where the cursor reads the curve."""
    taken: set[tuple[int, int]] = set()
    for curve in shown:
        if curve.behind or not len(curve.x):
            continue
        few = len(curve.x) <= place.columns // 8
        x, y = (curve.x, curve.y) if few else (np.empty(0), np.empty(0))
        if cursor is not None and curve.reading is not None and curve.reading > (0 if place.y.log else -np.inf):
            x, y = np.append(x, cursor), np.append(y, min(curve.reading, sys.float_info.max))
        cells = [*_cells(x, y, place), *([] if few else [_end(curve, place, taken)])]
        taken.update(cells)
        color = _CODE[CURVE_INKS[curve.hue]]
        for column, row in cells:
            plot.draw([column], [row], marker=curve.marker, color=color)


def _cells(x: Array, y: Array, place: Layout) -> list[tuple[int, int]]:
    """Column and row of points: those of their dots."""
    columns, rows = place.x.cells(x, 2 * place.columns) // 2, place.y.cells(y, 4 * place.rows) // 4
    return list(zip(columns.tolist(), rows.tolist(), strict=True))


def _end(curve: DrawnCurve, place: Layout, taken: set[tuple[int, int]]) -> tuple[int, int]:
    """Where a curve's name stands: at its end, or a little before it where another one's is there already."""
    found = last = _cells(curve.x[-1:], curve.y[-1:], place)[0]
    line = _braille(curve, place) != ""
    for column in range(last[0], max(last[0] - END, -1), -1):
        rows = np.flatnonzero(line[:, column])
        row = found[1] if found[1] in rows or not len(rows) else int(rows[np.abs(rows - found[1]).argmin()])
        found = column, row
        if found not in taken:
            return found
    return last


def _draw_lost(plot: Any, points: Points, place: Layout) -> None:
    """A sign for those that are not finite."""
    x, y = points.lost_x, points.lost_y
    seen = (place.x.low <= x) & (x <= place.x.high)
    edges = np.where(y[seen] < 0, 0, place.rows - 1)
    signs = np.unique(np.stack([place.x.cells(x[seen], place.columns), edges]), axis=1).tolist()
    plot.draw(*signs, marker=LOST, color=_CODE[FAULT])
