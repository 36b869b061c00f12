"""The picture of a figure: header, canvas and footer as strips of styled text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from math import isfinite

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tuilab.text import clean as clean_text
from tuilab.ui.plots.canvas import LOST, paint
from tuilab.ui.plots.figure import Figure
from tuilab.ui.plots.layout import Curve, Layout, curves, layout

LABELED = 12
"""Rows from which on the x axis has its label; below, the curves need the row more."""
Palette = Mapping[str, Style]
"""A style for each of canvas.ROLES; those without one are plain."""
_Run = tuple[str, str]  # text and its role


@dataclass(frozen=True, eq=False)
class Picture:
    """`strips` of a figure, and the layout of its curves: they begin in column `place.left`."""

    strips: list[Strip]
    place: Layout

    def x_at(self, column: int) -> float:
        """What lies under a column of the picture; that of the nearest end, if it is beyond the curves."""
        cell = min(max(column - self.place.left, 0), self.place.columns - 1)
        return self.place.x.value(cell, max(2, self.place.columns))


def draw(figure: Figure, width: int, height: int, palette: Palette | None = None) -> list[Strip]:
    """`height` strips of `width` cells each. Any numbers and any size will do; none for a size below 1 × 1.

    Points that are not finite stand as "!" at the edge; they, and those that a log axis hides, are counted in the
    footer. Small sizes do without the x axis's label, footer, header and axes, in this order.
    """
    return [] if width < 1 or height < 1 else picture(figure, width, height, palette).strips


def picture(figure: Figure, width: int, height: int, palette: Palette | None = None) -> Picture:
    """The picture of a figure, `width` and `height` ≥ 1."""
    shown, span = curves(figure, width)
    header = _header(figure, shown, width, height) if height >= 5 else []
    footer = _footer(figure, shown, width, labeled=height >= LABELED) if height >= 7 else []
    place = layout(figure, shown, span, width, height - len(header) - len(footer))
    canvas = paint(figure, shown, place)
    rows = [
        [
            ("".join(cell for cell, _ in run), role)
            for role, run in groupby(zip(*row, strict=True), lambda cell: cell[1])
        ]
        for row in zip(canvas.characters, canvas.roles, strict=True)
    ]
    return Picture([_strip(row, width, palette or {}) for row in (*header, *rows, *footer)], place)


def _header(figure: Figure, shown: list[Curve], width: int, height: int) -> list[list[_Run]]:
    """Title and label of the y axis, then the legend: each name beside its marker. On two rows where one is short."""
    at = "" if figure.cursor is None else f"at {figure.cursor:.10g}"
    title = [(clean_text(figure.title), "title"), (clean_text(figure.y_label), "axis"), (at, "cursor")]
    head = _join(run for run in title if run[0])
    named = [curve for curve in shown if not curve.behind]
    legend = _join((f"{curve.marker} {curve.name}{_value(curve)}", curve.hue) for curve in named)
    if figure.cursor is not None and _width(legend) > width:
        legend = _join((f"{curve.marker}{_value(curve)}", curve.hue) for curve in named)
    both = [*head, *([("   ", "")] if head and legend else []), *legend]
    if _width(both) > width and height >= 9 and head and legend:
        return [head, [(text.rstrip() or " ", hue) for text, hue in legend] if _width(legend) > width else legend]
    return [both] if both else []


def _value(curve: Curve) -> str:
    if curve.reading is None:
        return ""
    return f" {curve.reading:.4g}" if isfinite(curve.reading) else " not finite"


def _footer(figure: Figure, shown: list[Curve], width: int, *, labeled: bool) -> list[list[_Run]]:
    lost = sum(curve.points.lost for curve in shown)
    hidden = sum(curve.points.hidden for curve in shown)
    notes = [
        (f"{LOST} {_points(lost)} not finite" if lost else "", "fault"),
        (f"{_points(hidden)} hidden (≤ 0 on a log axis)" if hidden else "", "note"),
        (clean_text(figure.note), "note"),
    ]
    left = _join(run for run in notes if run[0])
    label = clean_text(figure.x_label) if labeled else ""
    space = width - _width(left) - cell_len(label)
    if label and space > bool(left):
        return [[*left, (" " * space, ""), (label, "axis")]]
    return [left] if left else []


def _points(count: int) -> str:
    return "1 point" if count == 1 else f"{count} points"


def _join(runs: Iterable[_Run]) -> list[_Run]:
    """`runs` with two spaces between."""
    return [part for run in runs for part in (("  ", ""), run)][1:]


def _width(runs: list[_Run]) -> int:
    return sum(cell_len(text) for text, _ in runs)


def _strip(runs: list[_Run], width: int, palette: Palette) -> Strip:
    strip = Strip([Segment(text, palette.get(role)) for text, role in runs if text])
    return strip.adjust_cell_length(width)
