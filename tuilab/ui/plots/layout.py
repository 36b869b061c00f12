"""Where everything of a figure goes: its curves, cleaned and thinned, and the axes that hold them. Plain NumPy."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rich.cells import cell_len

from tuilab.arrays import Array
from tuilab.text import clean as clean_text
from tuilab.ui.plots.axis import Axis, linear, logarithmic
from tuilab.ui.plots.figure import Figure, Range, VerticalLine
from tuilab.ui.plots.limits import Limits, limits, spans_decades
from tuilab.ui.plots.series import HUES, Hue, Points, Series, clean, cut, thin
from tuilab.words import plural

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
    guest: bool = False
    """Of another run."""
    aside: bool = False
    dots: bool = False


@dataclass(frozen=True)
class Layout:
    """`columns` × `rows` cells for the curves, and where it is `framed` `left` columns for the y axis."""

    columns: int
    rows: int
    left: int
    x: Axis
    y: Axis
    framed: bool


def curves(figure: Figure, width: int) -> tuple[list[DrawnCurve], Range, Limits]:
    """The curves of `figure` for a canvas of at most `width` cells, the range of x, and the limits of y."""
    fixed = _usable(figure.x_range)
    plain = [clean(series.x, series.y, False, fixed) for series in figure.series]
    span = fixed or _extent([x for points in plain for x in (points.x, points.lost_x)], otherwise=(0.0, 1.0))
    kinds = ["aside" if one.aside else "guest" if one.behind or one.guest else "own" for one in figure.series]
    log = figure.log_y
    if log is None:
        log = spans_decades(_seen(points, span) for points, one in zip(plain, kinds, strict=True) if one == "own")
    cleaned = [clean(series.x, series.y, True, fixed) for series in figure.series] if log else plain
    seen = [_seen(points, span) for points in cleaned]
    groups = ([y for y, one in zip(seen, kinds, strict=True) if one == kind] for kind in ("own", "guest", "aside"))
    ends = limits(*groups, log=log, robust=figure.robust)
    shown = [
        _curve(place, series, points, *thin(*cut(points.x, points.y, span, log), 2 * width, span), figure.cursor)
        for place, (series, points) in enumerate(zip(figure.series, cleaned, strict=True))
    ]
    return shown, span, ends


def y_axis(ends: Limits, rows: int) -> Axis:
    """The axis between these ends, on so many rows."""
    count = max(1, min(rows // 3, 7))
    if ends.log:
        return logarithmic(ends.low, ends.high, count, rows)
    return linear(ends.low, ends.high, count, cells=rows)


def beyond(shown: Sequence[DrawnCurve], span: Range, y: Axis) -> list[str]:
    """How many points within `span` are cut off by the axis `y`, those of other runs and small ones by their names."""
    own = [curve for curve in shown if not (curve.guest or curve.aside or curve.behind)]
    told = []
    for name, group in (("", own), *((curve.name, [curve]) for curve in shown if curve.guest or curve.aside)):
        above, below = np.sum([(0, 0), *(y.beyond(_seen(curve.points, span)) for curve in group)], axis=0).tolist()
        counts = ((above, "above"), (below, "below"))
        said = ", ".join(f"{plural(number, 'point')} {where}" for number, where in counts if number)
        told += [f"{name}: {said}" if name else said] if said else []
    return told


def unplaced(shown: Sequence[DrawnCurve]) -> tuple[str, str]:
    """How many points are not finite, and how many a log axis hides; empty where there are none."""
    lost, hidden = (sum(getattr(curve.points, kind) for curve in shown) for kind in ("lost", "hidden"))
    return (
        f"{plural(lost, 'point')} not finite" if lost else "",
        f"{plural(hidden, 'point')} hidden (≤ 0 on a log axis)" if hidden else "",
    )


def below(figure: Figure, shown: Sequence[DrawnCurve], span: Range, y: Axis) -> str:
    """The label of the x axis, and all that is to be said of points that are not drawn."""
    told = (clean_text(figure.x_label), *beyond(shown, span, y), *unplaced(shown))
    return " · ".join(text for text in told if text)


def marks(figure: Figure, x: Axis, columns: int, most: int) -> list[tuple[VerticalLine, int]]:
    """Those within the axis `x`, each with its column; of more than `most` in one column the last ones."""
    inside = [mark for mark in figure.marks if x.low <= mark.x <= x.high]
    cells = x.cells(np.array([mark.x for mark in inside]), 2 * columns) // 2
    found: dict[int, list[VerticalLine]] = {}
    for column, mark in zip(cells.tolist(), inside, strict=True):
        found[column] = [*found.get(column, [])[1 - most :], mark]
    return [(mark, column) for column, some in found.items() for mark in some]


def _seen(points: Points, span: Range) -> Array:
    """The y of the points within `span`."""
    seen: Array = points.y[np.searchsorted(points.x, span[0]) : np.searchsorted(points.x, span[1], side="right")]
    return seen


def layout(span: Range, ends: Limits, width: int, height: int) -> Layout:
    """The layout of curves over `span` and between these `ends` on `width` × `height` cells, both ≥ 1."""
    least = 6 if width >= 40 else 1  # of the labels' width, so that the canvas seldom shifts while a curve grows
    x = linear(*span, max(1, (width - least) // 12), tight=True)
    y = y_axis(ends, rows := height - 1 - bool(x.labels)) if height >= 4 else None
    left = max([least, *map(len, y.labels)]) + 1 if y else width
    if y is None or width - left < 12:
        return Layout(width, height, 0, linear(*span, 1, tight=True), y_axis(ends, height), framed=False)
    return Layout(width - left, rows, left, x, y, framed=True)


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
        guest=series.guest,
        aside=series.aside,
        dots=series.dots,
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
