"""The weights: a histogram of one layer, the figures of all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tuilab.experiment import Experiment
from tuilab.lab import Lab, Moment, Snapshot
from tuilab.training.weight_report import LayerWeights, histogram, report
from tuilab.ui.plots.series import Array
from tuilab.ui.views.drawing import MUTED, Cells, Drawing, Ink
from tuilab.ui.views.looking import Table, TableView
from tuilab.words import count, number, percent
from tuilab.words.table import aligned

HEAD = ("layer", "weights", "‖W‖", "at first", "mean", "σ", "largest", "zeros")
_BLOCKS = " ▁▂▃▄▅▆▇█"
_BAR = Ink("primary")
_ZERO = Ink("warning")


@dataclass(frozen=True, eq=False)
class Insight:
    """The histogram of `layer`, counted from 0, and a row for each of the `layers`."""

    layer: int
    layers: int
    counts: Array
    edge: float
    said: str
    rows: tuple[str, ...]


class WeightsView(TableView):
    """A histogram over the table; keys choose the layer."""

    TITLE = "Weights"
    ABOUT = "the distribution of each layer's weights, their norms, and the share of exact zeros"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", "Layer", key_display="← →", tooltip="The histogram of the layer before"),
        Binding("right", "turn(1)", "Next layer", show=False, tooltip="The histogram of the next layer"),
    ]

    @staticmethod
    def look(lab: Lab, experiment: Experiment, snapshot: Snapshot | None, choice: Any) -> Insight:
        """The newest weights; `choice` is the layer of the histogram."""
        return insight(lab.moment(experiment, snapshot.name if snapshot else ""), choice or 0)

    def parts(self) -> Iterable[Widget]:
        """The drawing over the table."""
        yield Drawing()
        yield Table()

    def show(self, insight: Insight) -> None:
        """Draws it."""
        self.query_one(Drawing).show(lambda width, height: paint(insight.counts, insight.edge, width, height))
        self.query_one(Table).show(insight.rows)

    def action_turn(self, step: int) -> None:
        """Shows the layer before or after the one that is shown."""
        if self.insight is not None:
            self.choice = ((self.choice or 0) + step) % self.insight.layers


def insight(moment: Moment, layer: int) -> Insight:
    """What the view shows of a moment."""
    layers, first = report(moment.parameters), report(moment.problem.initial)
    layer = min(layer, len(layers) - 1)
    counts, edge = histogram(moment.parameters.weights[layer])
    return Insight(
        layer=layer,
        layers=len(layers),
        counts=counts,
        edge=edge,
        said=sentence(moment.iteration, layers, first, layer),
        rows=aligned([HEAD, *_rows(layers, first, layer)], left=1),
    )


def sentence(iteration: int, layers: Sequence[LayerWeights], first: Sequence[LayerWeights], layer: int) -> str:
    """What is to be seen in the weights after `iteration` updates, which were `first` before them."""
    total = sum(one.weights for one in layers)
    zeros = sum(one.zeros * one.weights for one in layers) / total
    said = f"Iteration {count(iteration)}: {percent(zeros)} of {count(total)} weights are exactly 0"
    if iteration:
        norms = [np.sqrt(sum(one.norm**2 for one in report)) for report in (layers, first)]
        said += f"; their norm is {number(norms[0])}, {number(norms[1])} at first"
    if lost := sum(one.lost for one in layers):
        said += f"; {count(lost)} are not finite"
    return f"{said}. The histogram is W{layer + 1}'s."


def _rows(layers: Sequence[LayerWeights], first: Sequence[LayerWeights], layer: int) -> Iterable[tuple[str, ...]]:
    for place, (one, before) in enumerate(zip(layers, first, strict=True)):
        figures = (one.norm, before.norm, one.mean, one.std, one.largest)
        mark = "▸" if place == layer else " "
        yield f"{mark}{place + 1}", count(one.weights), *map(number, figures), percent(one.zeros)


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
