"""Trust: the reliability diagram, over what simple models come to, the classes, and the bins."""

from collections.abc import Iterable

from textual.widget import Widget

from tuilab.lab.insight.trust import TrustInsight
from tuilab.training.calibration import Reliability
from tuilab.ui.figures.known import PERFECT, RIGHT
from tuilab.ui.plots import Figure, Plot, Series
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


def reliability_figure(known: Reliability) -> Figure:
    """The share right over the probability said, a point a bin; a perfect model, and behind how far chance takes it."""
    x = 100 * known.says
    band = tuple(Series("", x, 100 * edge, PERFECT.hue, behind=True) for edge in (known.low, known.high))
    return Figure(
        title="Reliability, in % (thin: a perfect model by chance, 95 %)",
        series=(*band, PERFECT.series(x, x), RIGHT.series(x, 100 * known.right)),
        x_label="says, %",
    )
