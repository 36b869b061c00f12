"""The picture of a figure: header, curves and footer as cells."""

from dataclasses import dataclass
from math import isfinite

from rich.cells import cell_len

from tuilab.text import clean as clean_text
from tuilab.ui.plots.canvas import CURSOR, CURVE_INKS, FAULT, LOST, paint
from tuilab.ui.plots.cells import MUTED, Cells, Ink
from tuilab.ui.plots.figure import Figure
from tuilab.ui.plots.layout import DrawnCurve, Layout, beyond, curves, layout, unplaced

LABELED = 12
"""Rows from which on the x axis has its label; below, the curves need the row more."""
GAP = 2
"""Cells between two pieces of a line."""
_TITLE = Ink("text", bold=True)
_Piece = tuple[str, Ink]


@dataclass(frozen=True, eq=False)
class Picture:
    """The `cells` of a figure, and the layout of its curves: they begin in column `place.left`."""

    cells: Cells
    place: Layout

    def x_at(self, column: int) -> float:
        """What lies under a column of the picture; that of the nearest end, if it is beyond the curves."""
        cell = min(max(column - self.place.left, 0), self.place.columns - 1)
        return self.place.x.value(cell, max(2, self.place.columns))


def picture(figure: Figure, width: int, height: int, *, lettered: bool = False) -> Picture:
    """The picture of a figure, `width` and `height` ≥ 1; any numbers will do.

    `lettered`: each curve has its letter all along, for who sees no color.

    Points that are not finite stand as "!" at the edge; they, and those that a log axis hides, are counted in the
    footer. Small sizes do without the x axis's label, footer, header and axes, in this order.
    """
    shown, span, ends = curves(figure, width)
    header = _header(figure, shown, width, height) if height >= 5 else []
    label = clean_text(figure.x_label) if height >= LABELED else ""
    notes = _notes(figure, shown) if height >= 7 else []
    place = layout(span, ends, width, height - len(header) - bool(notes or label or (ends.cut and height >= 7)))
    if height >= 7:
        notes = _whole([*((text, MUTED) for text in beyond(shown, span, place.y)), *notes], width)
    cells = Cells(width, height)
    for row, pieces in enumerate(header):
        _write(cells, row, pieces)
    paint(cells, len(header), figure, shown, place, lettered)
    _write(cells, height - 1, notes)
    if width - _width(notes) - cell_len(label) > bool(notes):
        cells.write(height - 1, width - cell_len(label), label, MUTED)
    return Picture(cells, place)


def _header(figure: Figure, shown: list[DrawnCurve], width: int, height: int) -> list[list[_Piece]]:
    """Title and label of the y axis, then the legend: each name beside its marker. On two rows where one is short."""
    at = "" if figure.cursor is None else f"at {figure.cursor:.10g}"
    head = [(clean_text(figure.title), _TITLE), (clean_text(figure.y_label), MUTED), (at, CURSOR)]
    head = [piece for piece in head if piece[0]]
    named = [curve for curve in shown if not curve.behind]
    legend = _legend(named, width)
    if head and legend and height >= 9 and _width([*head, *legend]) + 1 > width:
        return [head, legend]
    if head and legend:
        legend = _legend(named, width - _width(head, 1) - 2)
        head[-1] = (f"{head[-1][0]} ", head[-1][1])  # the legend stands a little apart
    both = [*head, *legend]
    return [both] if both else []


def _legend(named: list[DrawnCurve], width: int) -> list[_Piece]:
    """No name is cut: where there is no room for all of them, the last ones' markers stand alone."""
    for whole in range(len(named), -1, -1):
        names = [f" {curve.name}" if place < whole else "" for place, curve in enumerate(named)]
        told = [f"{curve.marker}{name}{_value(curve)}" for curve, name in zip(named, names, strict=True)]
        legend = [(text, CURVE_INKS[curve.hue]) for text, curve in zip(told, named, strict=True)]
        if _width(legend, 1) <= width:
            break
    return legend


def _value(curve: DrawnCurve) -> str:
    if curve.reading is None:
        return ""
    return f" {curve.reading:.4g}" if isfinite(curve.reading) else " not finite"


def _notes(figure: Figure, shown: list[DrawnCurve]) -> list[_Piece]:
    """What is to be said of the curves besides what is cut off."""
    lost, hidden = unplaced(shown)
    notes = [
        (f"{LOST} {lost}" if lost else "", FAULT),
        (hidden, MUTED),
        *((clean_text(line), MUTED) for line in figure.note.splitlines()),
    ]
    return [piece for piece in notes if piece[0]]


def _whole(notes: list[_Piece], width: int) -> list[_Piece]:
    """Those that there is room for; none is cut, but a first one that is too long for a line."""
    fit = [many for many in range(1, len(notes) + 1) if _width(notes[:many], 1) <= width]
    return notes[: max(fit, default=1)]


def _width(pieces: list[_Piece], gap: int = GAP) -> int:
    return sum(cell_len(text) for text, _ in pieces) + gap * max(0, len(pieces) - 1)


def _write(cells: Cells, row: int, pieces: list[_Piece]) -> None:
    """One piece after another, closer where they are too long together."""
    column, gap = 0, GAP if _width(pieces) <= cells.characters.shape[1] else 1
    for text, ink in pieces:
        cells.write(row, column, text, ink)
        column += cell_len(text) + gap
