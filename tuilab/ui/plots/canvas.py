"""The frame of a figure with its curves inside, as cells. The one module that knows plotext.

plotext lays out the frame, ticks and lines and puts one layer over the other. It gets cells only: values are placed,
and lines traced in Braille, before. So it never meets a number that it cannot take, and a noisy curve costs it
little more than a smooth one. Each drawing has a plotext monitor of its own; plotext's global figure is not used.
"""

import sys
from typing import Any

import numpy as np
from rich.cells import cell_len

from tuilab.text import clean as clean_text
from tuilab.ui.plots import raster
from tuilab.ui.plots.axis import Axis
from tuilab.ui.plots.figure import Figure
from tuilab.ui.plots.layout import Curve, Layout, thresholds
from tuilab.ui.plots.series import HUES, Points

ROLES = ("axis", "title", "note", "mark", "threshold", "cursor", "fault", *HUES)
"""What a cell can be; "" is one without a role."""
_CODE = {role: code for code, role in enumerate(ROLES)}  # plotext carries it in place of a color

NOTHING = "no points yet"
LOST = "!"
"""Stands where a point is not finite: NaN and +Inf at the upper edge, -Inf at the lower."""


class Canvas:
    """`characters` and `roles` of the cells, row by row from above.

    The right half of a wide character is an empty string, so that a row is as wide as it is long.
    """

    def __init__(self, characters: list[list[str]], roles: list[list[str]]) -> None:
        self.characters, self.roles = characters, roles

    def write(self, row: int, column: int, text: str, role: str) -> None:
        """`text` over what is there; what does not fit on the right, and combining characters, are left out."""
        line = self.characters[row]
        for character in text:
            size = cell_len(character)
            if size and column >= 0 and column + size <= len(line):
                if line[column] == "":
                    line[column - 1] = " "
                line[column : column + size] = [character] + [""] * (size - 1)
                self.roles[row][column : column + size] = [role] * size
                if line[column + size : column + size + 1] == [""]:
                    line[column + size] = " "
            column += size


def paint(figure: Figure, shown: list[Curve], place: Layout) -> Canvas:
    """The cells of `figure` in the layout `place`, with the `shown` curves."""
    matrix = _compose(figure, shown, place)
    roles = [[ROLES[code] if isinstance(code, int) else "" for code in row] for row in matrix.fullground[::-1]]
    canvas = Canvas(matrix.marker[::-1], roles)
    if place.columns >= 30 and place.rows >= 6:  # words would cover a smaller one
        _write_labels(canvas, figure, place)
    if not any(len(curve.x) or curve.points.lost for curve in shown):
        canvas.write(place.rows // 2, place.left + max(0, place.columns - len(NOTHING)) // 2, NOTHING, "note")
    return canvas


def _write_labels(canvas: Canvas, figure: Figure, place: Layout) -> None:
    for line in thresholds(figure):
        row = place.rows - 1 - _cell(line.y, place.y, place.rows)
        canvas.write(row, place.left + 1, clean_text(line.label, 60), "threshold")
    for index, (column, label) in enumerate(_marks(figure, place)):
        fits = place.left + column + 1 + cell_len(label) <= place.left + place.columns
        start = place.left + column + (1 if fits else -cell_len(label))
        canvas.write(index % min(3, place.rows), max(start, place.left), label, "mark")


def _compose(figure: Figure, shown: list[Curve], place: Layout) -> Any:
    from plotext._monitor import monitor_class  # late: it takes 30 ms

    plot = monitor_class()
    plot.set_theme("clear")
    plot.set_ticks_color(_CODE["axis"])
    _set_axes(plot, place)
    for column, _ in _marks(figure, place):
        plot.draw_vertical_line(column, color=_CODE["mark"])
    for line in thresholds(figure):
        plot.draw_horizontal_line(_cell(line.y, place.y, place.rows), color=_CODE["threshold"])
    plot.draw([], [])  # with no signal at all plotext leaves the ticks out
    for curve in shown:
        _draw_line(plot, curve, place)
    cursor = figure.cursor if figure.cursor is not None and place.x.low <= figure.cursor <= place.x.high else None
    if cursor is not None:
        plot.draw_vertical_line(_cell(cursor, place.x, place.columns), color=_CODE["cursor"])
    for curve in shown:
        if not curve.behind:
            _draw_markers(plot, curve, place, cursor)
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
    return int(axis.cells(np.array(value), size))


def _marks(figure: Figure, place: Layout) -> list[tuple[int, str]]:
    """Column and label of those within the x axis."""
    return [
        (_cell(mark.x, place.x, place.columns), clean_text(mark.label, 60))
        for mark in figure.marks
        if place.x.low <= mark.x <= place.x.high
    ]


def _draw_line(plot: Any, curve: Curve, place: Layout) -> None:
    if not len(curve.x):
        return
    dots = raster.trace(place.x.cells(curve.x, 2 * place.columns), place.y.cells(curve.y, 4 * place.rows))
    columns, rows, characters = raster.cells(*dots, place.columns)
    plot.draw(columns, rows, marker=characters, color=_CODE[curve.hue])


def _draw_markers(plot: Any, curve: Curve, place: Layout, cursor: float | None) -> None:
    """The marker on each of a few points, or else on the newest; and where the cursor reads the curve."""
    few = len(curve.x) <= place.columns // 8
    x, y = (curve.x, curve.y) if few else (curve.x[-1:], curve.y[-1:])
    if cursor is not None and curve.reading is not None and curve.reading > (0 if place.y.log else -np.inf):
        x, y = np.append(x, cursor), np.append(y, min(curve.reading, sys.float_info.max))
    columns, rows = place.x.cells(x, place.columns), place.y.cells(y, place.rows)
    plot.draw(columns.tolist(), rows.tolist(), marker=curve.marker, color=_CODE[curve.hue])


def _draw_lost(plot: Any, points: Points, place: Layout) -> None:
    """A sign for those that are not finite."""
    x, y = points.lost_x, points.lost_y
    seen = (place.x.low <= x) & (x <= place.x.high)
    edges = np.where(y[seen] < 0, 0, place.rows - 1)
    signs = np.unique(np.stack([place.x.cells(x[seen], place.columns), edges]), axis=1).tolist()
    plot.draw(*signs, marker=LOST, color=_CODE["fault"])
