"""The reliability diagram: what is said against what is right. Pure."""

from tuilab.training.calibration import Reliability
from tuilab.ui.figures.known import PERFECT, RIGHT
from tuilab.ui.plots import Figure, Series


def reliability_figure(known: Reliability) -> Figure:
    """The share right over the probability said, a point a bin; a perfect model, and behind how far chance takes it."""
    x = 100 * known.says
    band = tuple(Series("", x, 100 * edge, PERFECT.hue, behind=True) for edge in (known.low, known.high))
    return Figure(
        title="Reliability, % (thin: chance, 95 %)",
        series=(*band, PERFECT.series(x, x), RIGHT.series(x, 100 * known.right)),
        x_label="says, %",
    )
