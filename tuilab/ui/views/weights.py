"""The weights: a histogram of one layer, the figures of all."""

from collections.abc import Iterable
from typing import ClassVar

import numpy as np
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tuilab.arrays import Array
from tuilab.lab.insight.weights import WeightsInsight
from tuilab.ui.figures.known import WEIGHTS
from tuilab.ui.plots.cells import MUTED, Cells, Ink
from tuilab.ui.plots.drawing import Drawing
from tuilab.ui.views.looking import ScrollTable, TableView
from tuilab.words import count, number

_BLOCKS = " ▁▂▃▄▅▆▇█"
_BAR = Ink(WEIGHTS.hue)
_ZERO = Ink("warning")


class WeightsView(TableView):
    """A histogram over the table; keys choose the layer."""

    TITLE = "Weights"
    INSIGHT = WeightsInsight
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", "Layer", key_display="← →", tooltip="The histogram of the layer before"),
        Binding("right", "turn(1)", "Next layer", show=False, tooltip="The histogram of the next layer"),
    ]

    def parts(self) -> Iterable[Widget]:
        """The drawing over the table."""
        yield Drawing()
        yield ScrollTable()

    def sentence(self, insight: WeightsInsight) -> str:
        """With the layer that is drawn."""
        return f"{insight.said} The histogram is W{insight.layer + 1}'s."

    def show(self, insight: WeightsInsight) -> None:
        """Draws the histogram of a layer and writes the table."""
        self.query_one(Drawing).draw(lambda width, height: paint(insight.counts, insight.edge, width, height))
        self.query_one(ScrollTable).show(marked(insight))

    def action_turn(self, step: int) -> None:
        """Shows the layer before or after the one that is shown."""
        if self.insight is not None:
            self.choice = ((self.choice or 0) + step) % len(self.insight.layers)


def marked(insight: WeightsInsight) -> tuple[str, ...]:
    """The table, with a mark at the layer that is drawn."""
    return tuple(f"{'▸' if row == insight.layer else ' '}{line}" for row, line in enumerate(insight.lines, -1))


def paint(counts: Array, edge: float, width: int, height: int) -> Cells:
    """Bars of eighths of a cell over their axis; the one around 0 has its own color, the axis its mark."""
    cells = Cells(width, height)
    bars = max(1, height - 2)
    bins = np.arange(width) * len(counts) // width
    heights = np.ceil(8 * bars * counts / max(1, counts.max())).astype(int)
    for column, place in enumerate(bins.tolist()):
        ink = _ZERO if place == len(counts) // 2 else _BAR
        full, part = divmod(int(heights[place]), 8)
        for row in range(full):
            cells.write(bars - 1 - row, column, "█", ink)
        if part:
            cells.write(bars - 1 - full, column, _BLOCKS[part], ink)
    if height > 2:
        _write_axis(cells, edge, int(counts.max()))
    return cells


def _write_axis(cells: Cells, edge: float, most: int) -> None:
    height, width = cells.characters.shape
    cells.write(height - 2, 0, "─" * width, MUTED)
    cells.write(height - 2, width // 2, "┴", MUTED)
    low, high = number(-edge), number(edge)
    cells.write(height - 1, 0, low, MUTED)
    cells.write(height - 1, width // 2, "0", MUTED)
    cells.write(height - 1, width - len(high), high, MUTED)
    cells.write(0, 0, f"highest bar: {count(most)}", MUTED)
