"""Where everything of a figure goes: its curves, cleaned and thinned, and the axes that hold them. Plain NumPy."""

import math
from dataclasses import dataclass

import numpy as np
from rich.cells import cell_len

from tuilab.arrays import Array
from tuilab.text import clean as clean_text
from tuilab.ui.plots.axis import Axis, linear, logarithmic
from tuilab.ui.plots.figure import Figure, Range
from tuilab.ui.plots.series import HUES, Hue, Points, Series, clean, cut, thin

_MARKERS = "ox+*#%"  # ASCII: one cell wide in every terminal and font


@dataclass(frozen=True, eq=False)
class DrawnCurve:
    """A series ready to be drawn: `x`, `y` are thinned, `points` says what of it is not shown."""

    name: str
    hue: Hue
    marker: str
    points: Points
    x: Array
    y: Array
    behind: bool = False
    reading: float | None = None
    """Its value at the cursor, or next to it; None: nothing to be read."""


@dataclass(frozen=True)
class Layout:
    """`columns` × `rows` cells for the curves, and where it is `framed` `left` columns for the y axis."""

    columns: int
    rows: int
    left: int
    x: Axis
    y: Axis
    framed: bool


def curves(figure: Figure, width: int) -> tuple[list[DrawnCurve], Range]:
    """The curves of `figure` for a canvas of at most `width` cells, and the range of the x axis."""
    fixed = _usable(figure.x_range)
    cleaned = [clean(series.x, series.y, figure.log_y, fixed) for series in figure.series]
    span = fixed or _extent([x for points in cleaned for x in (points.x, points.lost_x)], otherwise=(0.0, 1.0))
    shown = [
        _curve(
            place, series, points, *thin(*cut(points.x, points.y, span, figure.log_y), 2 * width, span), figure.cursor
        )
        for place, (series, points) in enumerate(zip(figure.series, cleaned, strict=True))
    ]
    return shown, span


def layout(figure: Figure, shown: list[DrawnCurve], span: Range, width: int, height: int) -> Layout:
    """The layout of the `shown` curves over `span` on `width` × `height` cells, both ≥ 1."""
    y = _y_axis(figure, shown, max(1, min(height // 3, 7)))
    least = 6 if width >= 40 else 1  # of the labels' width, so that the canvas seldom shifts while a curve grows
    left = max([least, *map(len, y.labels)]) + 1
    framed = height >= 4 and width - left >= 12
    if not framed:
        return Layout(width, height, 0, linear(*span, 1, tight=True), y, framed)
    x = linear(*span, max(1, (width - left) // 16), tight=True)
    return Layout(width - left, height - 1 - bool(x.labels), left, x, y, framed)


def _y_axis(figure: Figure, shown: list[DrawnCurve], count: int) -> Axis:
    span = _extent([curve.y for curve in shown], otherwise=(0.1 if figure.log_y else 0.0, 1.0))
    return logarithmic(*span, count) if figure.log_y else linear(*span, count)


def _curve(place: int, series: Series, points: Points, x: Array, y: Array, cursor: float | None) -> DrawnCurve:
    marker = clean_text(series.marker)
    return DrawnCurve(
        name=clean_text(series.name, 40),
        hue=series.color or HUES[place % len(HUES)],
        marker=marker if len(marker) == cell_len(marker) == 1 else _MARKERS[place % len(_MARKERS)],
        points=points,
        x=x,
        y=y,
        behind=series.behind,
        reading=None if cursor is None or series.behind else reading(series, cursor),
    )


def reading(series: Series, x: float) -> float | None:
    """The value of the point that is nearest to `x`; None where there is no curve."""
    placed = np.flatnonzero(np.isfinite(series.x))
    if not len(placed) or not series.x[placed].min() <= x <= series.x[placed].max():
        return None
    with np.errstate(over="ignore"):
        return float(series.y[placed[np.abs(series.x[placed] - x).argmin()]])


def _usable(span: Range | None) -> Range | None:
    return span if span and -math.inf < span[0] < span[1] < math.inf else None


def _extent(values: list[Array], otherwise: Range) -> Range:
    filled = [value for value in values if len(value)]
    if not filled:
        return otherwise
    return float(min(value.min() for value in filled)), float(max(value.max() for value in filled))
