"""The units of a hidden layer: the activation with z on it, and the dropout mask of an update."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from tuilab.lab.insight.units import UnitsInsight
from tuilab.nn.activation import NEAR_LINEAR
from tuilab.ui.figures.known import ACTIVATION, Z
from tuilab.ui.plots import Figure, Plot, Series, VerticalLine
from tuilab.ui.views.looking import ScrollTable, TableView


class UnitsView(TableView):
    """The curve of g over how often z lies where, and the mask, a row a unit; keys choose layer and update."""

    TITLE = "Units"
    INSIGHT = UnitsInsight
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1, 0)", "Layer", key_display="← →", tooltip="The units of the layer before"),
        Binding("right", "turn(1, 0)", "Next layer", show=False, tooltip="The units of the next layer"),
        Binding("n,shift+right", "turn(0, 1)", "Mask", tooltip="The dropout mask of the next update"),
        Binding(
            "shift+left", "turn(0, -1)", "Mask before", show=False, tooltip="The dropout mask of the update before"
        ),
    ]

    def parts(self) -> Iterable[Widget]:
        """The plot over the mask."""
        yield Plot()
        yield ScrollTable()

    def show(self, insight: UnitsInsight) -> None:
        """Draws g and z, and writes the mask where there is one."""
        self.query_one(Plot).show(units_figure(insight), asked=True)
        table = self.query_one(ScrollTable)
        table.display = bool(insight.lines)
        table.show(insight.lines)

    def action_turn(self, layers: int, updates: int) -> None:
        """Shows another layer, or the mask of another update."""
        if (found := self.insight) is not None:
            layer, update = self.choice or (found.layer, found.update)  # what was chosen last may not be shown yet
            layer = min(layer, found.layers - 1)
            self.choice = ((layer + layers) % found.layers, max(0, update % found.updates + updates))


def units_figure(insight: UnitsInsight) -> Figure:
    """g over z, and how often z lies where, the highest as high as g."""
    often = insight.counts * (insight.g.max() / max(1, int(insight.counts.max())))
    curve = Series(f"g = {insight.activation}", insight.z, insight.g, ACTIVATION.hue, ACTIVATION.letter)
    return Figure(
        title=f"Layer {insight.layer + 1}",
        series=(curve, Z.series(insight.z, often)),
        x_label="z",
        marks=tuple(VerticalLine(at) for at in (-NEAR_LINEAR, NEAR_LINEAR)) if insight.activation == "tanh" else (),
        x_range=(-insight.edge, insight.edge),
    )
