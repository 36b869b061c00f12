"""The inputs before and after normalization: the two bowls, and the figures of each feature."""

import math
from collections.abc import Iterable

import numpy as np
from textual.widget import Widget

from tuilab.arrays import Array
from tuilab.lab.insight.inputs import InputsInsight, path, share_of, told_steps, told_way
from tuilab.ui.plots.braille import BLANK, braille, dotted, trace
from tuilab.ui.plots.cells import MUTED, Cells, Ink
from tuilab.ui.plots.drawing import Drawing
from tuilab.ui.views.looking import Prose, ScrollTable, TableView
from tuilab.words import number

LONGEST = 6.0
"""Length over width of a bowl, as it is drawn at most."""
STEPS = 8
"""Updates that are drawn."""
FARTHEST = 2.6
"""α·λ_max that the way of this experiment's α is drawn with at most, so that more than its first step is seen."""
RINGS = 4
LEGEND = (
    f"Contours of the cost near zero weights (a bowl is drawn at most {LONGEST:.0f} times as long as wide); "
    "o: gradient descent at half the largest stable α; x: at this experiment's α; +: the minimum."
)
_TITLE = Ink(bold=True)
_PATH = Ink("warning", bold=True)
_OWN = Ink("error", bold=True)
_MINIMUM = Ink("success", bold=True)


class InputsView(TableView):
    """Two bowls over the table."""

    TITLE = "Inputs"
    INSIGHT = InputsInsight

    def parts(self) -> Iterable[Widget]:
        """The drawing, its legend, the table."""
        yield Drawing()
        yield Prose(classes="legend")
        yield ScrollTable()

    def show(self, insight: InputsInsight) -> None:
        """Draws the bowls and writes the table."""
        self.query_one(Drawing).draw(lambda width, height: paint(insight, width, height))
        self.query_one(".legend", Prose).say(LEGEND)
        self.query_one(ScrollTable).show(insight.lines)


def paint(insight: InputsInsight, width: int, height: int) -> Cells:
    """The raw bowl on the left, the normalized one on the right, each under its figures."""
    cells = Cells(width, height)
    half = (width - 2) // 2
    if half < 4 or height < 6:
        return cells
    for left, bowl, name, used in (
        (0, insight.raw, "raw", not insight.used),
        (half + 2, insight.normalized, "normalized", insight.used),
    ):
        cells.write(0, left, f"{'▸' if used else ' '}{name}"[:half], _TITLE)
        cells.write(1, left, f" κ {number(bowl.condition)}, α < {number(bowl.largest_rate)}"[:half])
        cells.write(2, left, f" {told_steps(bowl)}"[:half], MUTED)
        cells.write(3, left, f" this α: {told_way(bowl, insight.learning_rate)}"[:half], _OWN)
        _draw_bowl(cells, bowl.condition, share_of(bowl, insight.learning_rate), 4, left, half, height - 4)
    return cells


def _draw_bowl(cells: Cells, condition: float, share: float, top: int, left: int, width: int, height: int) -> None:
    """Contours of a bowl whose sides are as √κ : 1, and the ways down, in the given part of the cells.

    One way is at α·λ_max = 1, the other at `share`.
    """
    ratio = min(math.sqrt(condition), LONGEST)
    across, up = 2 * width, 4 * height
    long = min(across / 2, ratio * up / 2) - 0.5
    short = long / ratio
    y, x = np.mgrid[:up, :across]
    x, y = (x - (across - 1) / 2) / long, (y - (up - 1) / 2) / short
    rings = max(1, min(RINGS, int(short // 2)))  # that can be told apart
    ring = np.minimum(np.floor(rings * np.hypot(x, y)), rings)
    edge = np.zeros(ring.shape, dtype=bool)
    edge[:, 1:] |= ring[:, 1:] != ring[:, :-1]
    edge[1:] |= ring[1:] != ring[:-1]
    for row, line in enumerate(braille(edge).tolist()):
        for column, character in enumerate(line):
            if character != chr(BLANK):
                cells.write(top + row, left + column, character, MUTED)
    start, middle = (-0.7 * long, 0.7 * short), (across / 2, up / 2)
    own = _draw_own(cells, path(ratio**2, STEPS, min(share, FARTHEST)) * start + middle, top, left, width, height)
    for flat, steep in own:
        _point(cells, top, left, flat, steep, "x", _OWN)
    for flat, steep in (path(ratio**2, STEPS) * start + middle)[1:].tolist():  # both begin at the same place
        _point(cells, top, left, flat, steep, "o", _PATH)
    _point(cells, top, left, across / 2, up / 2, "+", _MINIMUM)


def _draw_own(cells: Cells, places: Array, top: int, left: int, width: int, height: int) -> list[list[float]]:
    """The line of this experiment's α through `places` (in dots), as far as it stays in the given part of the cells.

    Gives those of them that lie there.
    """
    inside: Array = np.all((places >= 0) & (places < (2 * width, 4 * height)), axis=1)
    stop = len(places) if inside.all() else int(inside.argmin()) + 1
    dots = np.rint(places[:stop]).astype(np.int64)
    x, y = trace(dots[:, 0], dots[:, 1])
    seen = (x >= 0) & (x < 2 * width) & (y >= 0) & (y < 4 * height)
    drawn = dotted(x[seen], 4 * height - 1 - y[seen], width, height)[::-1]
    for row, column in np.argwhere(drawn != "").tolist():
        cells.write(top + row, left + column, str(drawn[row, column]), _OWN)
    seen_places: list[list[float]] = places[:stop][inside[:stop]].tolist()
    return seen_places


def _point(cells: Cells, top: int, left: int, x: float, y: float, glyph: str, ink: Ink) -> None:
    """A glyph at the dots (x, y), from the left and from above."""
    cells.write(top + int(y // 4), left + int(x // 2), glyph, ink)
