"""Trust: the reliability diagram, over what simple models come to, the classes, and the bins."""

from collections.abc import Iterable

from textual.widget import Widget

from tuilab.lab.insight.trust import TrustInsight
from tuilab.ui.figures.reliability import reliability_figure
from tuilab.ui.plots import Plot
from tuilab.ui.views.looking import ScrollTable, TableView


class TrustView(TableView):
    """What is said against what is right, over the tables."""

    TITLE = "Trust"
    INSIGHT = TrustInsight

    def parts(self) -> Iterable[Widget]:
        """The diagram over the tables."""
        yield Plot()
        yield ScrollTable()

    def show(self, insight: TrustInsight) -> None:
        """Draws the diagram where there is one, and writes the tables."""
        plot = self.query_one(Plot)
        plot.display = insight.reliability is not None
        if insight.reliability is not None:
            plot.show(reliability_figure(insight.reliability), asked=True)
        self.query_one(ScrollTable).show(insight.lines)
