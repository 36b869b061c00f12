"""Figures as pictures for a report or a slide: vectors (SVG) or pixels (PNG), drawn by Matplotlib."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from tuilab.arrays import Array
from tuilab.errors import BadInput
from tuilab.text import clean
from tuilab.ui.plots.axis import linear
from tuilab.ui.plots.figure import Figure
from tuilab.ui.plots.grid import NumberGrid
from tuilab.ui.plots.layout import DrawnCurve, below, curves, marks, y_axis
from tuilab.ui.plots.parallel import ParallelLines

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Shown = Figure | NumberGrid | ParallelLines
"""What stands in a place of its own."""

INKS = {
    "primary": "#0072b2",
    "warning": "#d55e00",
    "success": "#009e73",
    "error": "#cc79a7",
    "secondary": "#56b4e9",
    "foreground": "#000000",
    "muted": "#999999",
}
"""The palette of M. Okabe and K. Ito, "Color Universal Design", 2008: told apart without sight of red or green."""
COLUMNS = 600
"""Stretches of x that keep their least and their greatest value: more than can be seen, whatever the run's length."""
MARKS = 60
"""Stretches of x whose last marks are drawn."""
LETTERS = 100
"""Of dots so many at most, so that each is a letter."""
TICKS = 7
"""Of the x axis, about."""
ROWS = 20
"""Of a figure on the screen whose axis it gets."""
FEW, ABREAST = 4, 3
"""Figures in a row: of more than a few, three."""
NEAR = 0.04
"""Of the axes: letters that would stand on one another."""
_COMMANDS = "$^_{}\\%#&~"
"""What is more than a letter between dollar signs."""
SIZE, DOTS = (6.0, 4.0), 150
"""Inches of one figure, and dots an inch where there are pixels."""


def as_picture(figures: Sequence[Shown], title: str, format: Literal["svg", "png"]) -> bytes:
    """`figures` side by side under `title`, many in rows of `ABREAST`; the same figures give the same bytes.

    Raises `BadInput` where Matplotlib is missing.
    """
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure as Sheet
    except ModuleNotFoundError:
        raise BadInput("plots need Matplotlib: pip install matplotlib") from None
    with rc_context({"svg.hashsalt": "tuilab"}):
        columns = len(figures) if len(figures) <= FEW else ABREAST
        rows = -(-len(figures) // columns)
        sheet = Sheet(figsize=(columns * SIZE[0], rows * SIZE[1]), layout="constrained")
        sheet.suptitle(clean(title), parse_math=False, wrap=True)
        places = sheet.subplots(rows, columns, squeeze=False).ravel()
        for axes, figure in zip(places, figures, strict=False):
            match figure:
                case NumberGrid():
                    _fill(axes, figure)
                case ParallelLines():
                    _weave(axes, figure)
                case Figure():
                    _draw(axes, figure)
        for axes in places[len(figures) :]:
            axes.set_axis_off()
        file = io.BytesIO()
        sheet.savefig(file, format=format, dpi=DOTS, metadata={"Date": None} if format == "svg" else {})
    return file.getvalue()


def _draw(axes: "Axes", figure: Figure) -> None:
    shown, span, ends = curves(figure, COLUMNS)
    plain: dict[str, Any] = {"parse_math": False}  # a dollar sign in a name is a dollar sign
    for curve in shown:
        _line(axes, curve)
    x = linear(*span, TICKS, tight=True)
    for mark, _ in marks(figure, x, MARKS, 2):
        axes.axvline(mark.x, color=INKS["muted"], linestyle=":", linewidth=1)
        axes.text(mark.x, 1, clean(mark.label), rotation=90, va="top", ha="right", fontsize=7, clip_on=True,
                  transform=axes.get_xaxis_transform(), **plain)  # fmt: skip
    axes.set_xlim(x.low, x.high)
    axes.set_xticks(x.ticks, x.labels)
    axes.set_yscale("log" if ends.log else "linear")
    y = y_axis(ends, ROWS)
    if figure.robust:
        axes.set_ylim(*((10.0**y.low, 10.0**y.high) if y.log else (y.low, y.high)))
    axes.set_title(clean(figure.title), **plain)
    _name(axes, shown)
    axes.set_xlabel(below(figure, shown, span, y), **plain)
    axes.set_ylabel(clean(figure.y_label), **plain)
    axes.grid(alpha=0.25)
    if any(not curve.behind for curve in shown):
        for text in axes.legend().get_texts():
            text.set_parse_math(False)


def _fill(axes: "Axes", grid: NumberGrid) -> None:
    axes.imshow(grid.values, origin="lower", aspect="auto", cmap="cividis")
    axes.set_xticks(range(len(grid.x)), [clean(text, 12) for text in grid.x], rotation=45, parse_math=False)
    axes.set_yticks(range(len(grid.y)), [clean(text, 12) for text in grid.y], parse_math=False)
    for row, column in np.argwhere(np.isfinite(grid.values)).tolist():
        value, middle = grid.values[row, column], np.nanmean([np.nanmin(grid.values), np.nanmax(grid.values)])
        ink = "black" if value > middle else "white"
        axes.text(column, row, f"{value:.3g}", ha="center", va="center", fontsize=6, color=ink)
    axes.set_title(clean(grid.title), parse_math=False)
    axes.set_xlabel(clean(grid.x_label), parse_math=False)
    axes.set_ylabel(clean(grid.y_label), parse_math=False)


def _weave(axes: "Axes", shown: ParallelLines) -> None:
    places = list(range(len(shown.axes)))
    few = len(shown.bright)
    for line in shown.lines[few:]:
        axes.plot(places, line, color=INKS["muted"], linewidth=0.5, alpha=0.4)
    for line, (marker, hue) in list(zip(shown.lines, shown.bright, strict=False))[::-1]:
        axes.plot(places, line, color=INKS[hue], linewidth=1.8, marker=f"${marker}$", markersize=8)
    for place, axis in enumerate(shown.axes):
        axes.axvline(place, color=INKS["foreground"], linewidth=0.8)
        for height, text, side in ((1.03, axis.high, "bottom"), (-0.03, axis.low, "top")):
            axes.text(place, height, clean(text, 16), ha="center", va=side, fontsize=8, parse_math=False)
    axes.set_xticks(places, [clean(axis.name, 20) for axis in shown.axes], parse_math=False)
    axes.set_yticks([])
    axes.set_ylim(-0.15, 1.15)
    axes.set_frame_on(False)
    axes.set_title(clean(shown.title), parse_math=False)
    axes.set_xlabel(clean(shown.note.replace("\n", " ")), parse_math=False)


def _line(axes: "Axes", curve: DrawnCurve) -> None:
    label = None if curve.behind else f"{curve.marker} {curve.name}"
    if curve.dots:
        few = len(curve.x) <= LETTERS and curve.marker not in _COMMANDS
        axes.plot(
            curve.x, curve.y, color=INKS[curve.hue], linestyle="None", label=label,
            marker=f"${curve.marker}$" if few else ".", markersize=6 if few else 5, clip_on=not few,
        )  # fmt: skip
        return
    axes.plot(curve.x, curve.y, color=INKS[curve.hue], linewidth=1 if curve.hue == "muted" else 1.5, label=label)


def _name(axes: "Axes", shown: Sequence[DrawnCurve]) -> None:
    """The letter of each curve behind its end, or behind another one's that is there."""
    low, high = axes.get_ylim()
    taken: list[Array] = []
    for curve in shown:
        if curve.behind or curve.dots or not len(curve.x):
            continue
        end = float(curve.x[-1]), float(min(max(curve.y[-1], low), high))
        place = axes.transLimits.transform(axes.transScale.transform(end))
        beside = sum(bool((np.abs(place - other) < NEAR).all()) for other in taken)
        taken.append(place)
        axes.annotate(curve.marker, end, (3 + 8 * beside, 0), textcoords="offset points", va="center", fontsize=9,
                      weight="bold", color=INKS[curve.hue], annotation_clip=False, parse_math=False)  # fmt: skip
