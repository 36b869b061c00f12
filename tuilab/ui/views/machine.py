"""What the machine does while the run trains."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.reactive import var
from textual.widget import Widget

from tuilab.lab.insight.machine import MachineInsight
from tuilab.ui.figures.machine import figures
from tuilab.ui.plots import Plot
from tuilab.ui.views.looking import ScrollTable, TableView


class MachineView(TableView):
    """A plot over the seconds of training, and a row a figure."""

    TITLE = "Machine"
    INSIGHT = MachineInsight
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "other", "Next figure", tooltip="Draw how busy it is, its memory, power or temperature"),
    ]

    figure = var(0, init=False)
    """Which of the figures is drawn."""

    def parts(self) -> Iterable[Widget]:
        """The plot over the table."""
        yield Plot()
        yield ScrollTable()

    def show(self, insight: MachineInsight) -> None:
        """Draws the figure that was chosen and writes the table."""
        drawn = figures(insight)
        for part in self.query("Plot, ScrollTable"):
            part.set_class(not drawn, "-absent")
        if drawn:
            self.query_one(Plot).show(drawn[self.figure % len(drawn)], asked=True)
            self.query_one(ScrollTable).show(insight.lines)

    def watch_figure(self) -> None:
        """Draws the figure that was chosen now."""
        self.watch_insight()

    def action_other(self) -> None:
        """Draws the next figure."""
        if self.insight is not None and (drawn := figures(self.insight)):
            self.figure = (self.figure + 1) % len(drawn)
