"""A figure as SVG within an HTML page: small, with no names that two of them could share, no script and no font."""

from collections.abc import Iterable
from html import escape
from typing import Any

import numpy as np

from tuilab.arrays import Array
from tuilab.text import clean
from tuilab.ui.plots.axis import Axis, linear
from tuilab.ui.plots.figure import Figure
from tuilab.ui.plots.layout import DrawnCurve, below, curves, y_axis
from tuilab.ui.plots.vector import INKS

COLUMNS = 60
"""Stretches of x that keep their least and their greatest value."""
ROWS = 16
"""Of a figure on the screen whose axis it gets."""
WIDTH, HEIGHT = 640, 300
LEFT, TOP, BOTTOM = 62, 44, 36
"""What surrounds the curves, to the right a little."""
ACROSS, DOWN = WIDTH - LEFT - 14, HEIGHT - TOP - BOTTOM
LETTER = 10.0
"""Pixels of a letter, in height and width."""
_TEXT = 'font-family="sans-serif" font-size="12"'


def as_inline(figure: Figure) -> str:
    """The figure as an element `svg`; the same figure gives the same text. Whatever is in its names is text."""
    shown, span, ends = curves(figure, COLUMNS)
    x, y = linear(*span, 8, tight=True), y_axis(ends, ROWS)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" role="img" {_TEXT}>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        _text(LEFT, 16, clean(figure.title), weight="bold"),
        _text(WIDTH - 14, HEIGHT - 4, below(figure, shown, span, y), anchor="end"),
        *_legend(shown),
        *_grid(x, y),
        f'<svg x="{LEFT}" y="{TOP}" width="{ACROSS}" height="{DOWN}" overflow="hidden">',  # cuts off what is beyond
    ]
    for mark in figure.marks:
        at = _round(np.array([ACROSS * _share(mark.x, x)]))[0]
        parts.append(f'<path d="M{at} 0V{DOWN}" stroke="#999" stroke-dasharray="2 3"/>')
        parts.append(_text(float(at) + 3, 11, clean(mark.label), size=10))
    parts += [line for curve in shown for line in _curve(curve, x, y)]
    parts += _names(shown, x, y)
    return "".join([*parts, "</svg></svg>"])


def _legend(shown: list[DrawnCurve]) -> Iterable[str]:
    names = [
        f'<tspan fill="{INKS[curve.hue]}">{escape(f"{curve.marker} {curve.name}")}</tspan>'
        for curve in shown
        if not curve.behind
    ]
    if names:
        yield f'<text x="{LEFT}" y="34">{"   ".join(names)}</text>'.replace("   ", "&#160;&#160;&#160;")


def _grid(x: Axis, y: Axis) -> Iterable[str]:
    yield f'<path d="M{LEFT} {TOP}V{TOP + DOWN}H{LEFT + ACROSS}" fill="none" stroke="#000"/>'
    for tick, label in zip(x.ticks, x.labels, strict=True):
        at = LEFT + ACROSS * _share(tick, x)
        yield _text(at, TOP + DOWN + 16, label, anchor="middle")
    for tick, label in zip(y.ticks, y.labels, strict=True):
        at = TOP + DOWN * (1 - _share(tick, y))
        yield f'<path d="M{LEFT} {at:.1f}h{ACROSS}" stroke="#ddd"/>'
        yield _text(LEFT - 6, at + 4, label, anchor="end")


def _curve(curve: DrawnCurve, x: Axis, y: Axis) -> Iterable[str]:
    """Its line."""
    if not len(curve.x):
        return
    path = "L".join(f"{one} {other}" for one, other in zip(*map(_round, _places(curve, x, y)), strict=True))
    width = 1 if curve.hue == "muted" or curve.behind else 2
    yield f'<path d="M{path}" fill="none" stroke="{INKS[curve.hue]}" stroke-width="{width}"/>'


def _names(shown: list[DrawnCurve], x: Axis, y: Axis) -> Iterable[str]:
    """The letter of each curve above its end, or before another one's that is there."""
    taken: list[tuple[float, float]] = []
    for curve in shown:
        if curve.behind or not len(curve.x):
            continue
        across, down = (float(values[-1]) for values in _places(curve, x, y))
        across, down = across - 3, min(max(down - 4, LETTER), DOWN - 2)
        while any(abs(across - left) < LETTER and abs(down - top) < LETTER for left, top in taken):
            across -= LETTER
        taken.append((across, down))
        yield _text(across, down, curve.marker, anchor="end", fill=INKS[curve.hue])


def _places(curve: DrawnCurve, x: Axis, y: Axis) -> tuple[Array, Array]:
    """Its points in pixels, from the left and from above."""
    heights = np.log10(curve.y) if y.log else curve.y
    return ACROSS * _share(curve.x, x), DOWN * (1 - _share(heights, y))


def _share(places: Any, axis: Axis) -> Any:
    """How far along the axis, 0 to 1; halves: its range may overflow."""
    return (places / 2 - axis.low / 2) / (axis.high / 2 - axis.low / 2)


def _round(values: Array) -> list[str]:
    """Tenths of a pixel; what is far beyond is cut off all the same."""
    return [f"{value:.1f}".removesuffix(".0") for value in np.clip(values, -1e4, 1e4).tolist()]


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", size: int = 12, weight: str = "normal", fill: str = "#000"
) -> str:
    how = f'text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" fill="{fill}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {how}>{escape(text)}</text>'
