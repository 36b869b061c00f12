"""The signal from layer to layer: activations on the way forward, gradients on the way back."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

import numpy as np
from textual.binding import Binding, BindingType
from textual.reactive import var
from textual.widget import Widget

from tuilab.events import Layers
from tuilab.lab.insight.signal import SignalInsight
from tuilab.ui.figures.known import ACTIVATIONS, GRADIENT, PREDICTED, UPDATE, WEIGHTS
from tuilab.ui.plots import Figure, Plot, Series
from tuilab.ui.views.looking import Prose, ScrollTable, TableView


class SignalView(TableView):
    """A plot over the layers on a log axis, and a row a layer."""

    TITLE = "Signal"
    INSIGHT = SignalInsight
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", "Earlier", key_display="← →", tooltip="The report of an earlier iteration"),
        Binding("right", "turn(1)", "Later", show=False, tooltip="The report of a later iteration"),
        Binding("l", "other", "Weights", tooltip="Draw the weights and their updates, or the signal"),
    ]

    figure = var(0, init=False)
    """Which of the figures is drawn."""

    def parts(self) -> Iterable[Widget]:
        """The plot over the table."""
        yield Plot()
        yield ScrollTable()
        yield Prose(classes="legend")

    def show(self, insight: SignalInsight) -> None:
        """Draws the figure that was chosen and writes the table."""
        self.query_one(Plot).show(FIGURES[self.figure](insight.layers), asked=True)
        self.query_one(ScrollTable).show(insight.lines)
        self.query_one(".legend", Prose).say(insight.legend)

    def watch_figure(self) -> None:
        """Draws the figure that was chosen now."""
        self.watch_insight()

    def action_other(self) -> None:
        """Draws the other figure."""
        self.figure = 1 - self.figure

    def action_turn(self, step: int) -> None:
        """Shows the report before or after the one that is shown; beyond the last one, whatever is newest."""
        if self.insight is None:
            return
        iterations = self.insight.iterations
        last = iterations[-1] if self.choice is None else self.choice  # which may not be shown yet
        place = max(0, iterations.index(last if last in iterations else self.insight.iteration) + step)
        self.choice = iterations[place] if place < len(iterations) - 1 else None


def signal_figure(layers: Layers) -> Figure:
    """Activations and gradients over the layers, with what a linear network would make of its input."""
    x = np.arange(1.0, len(layers.std) + 1)
    series = [ACTIVATIONS.series(x, layers.std), GRADIENT.series(x, layers.gradient_norm)]
    if not np.isnan(layers.predicted).all():
        series.insert(0, PREDICTED.series(x, layers.predicted))
    return _figure("Signal", series)


def weight_figure(layers: Layers) -> Figure:
    """The weights and their updates over the layers."""
    x = np.arange(1.0, len(layers.std) + 1)
    return _figure("Weights", [WEIGHTS.series(x, layers.weight_norm), UPDATE.series(x, layers.update_ratio)])


def _figure(title: str, series: Sequence[Series]) -> Figure:
    last = len(series[0].x)
    return Figure(title, tuple(series), "layer", log_y=True, x_range=(1.0, float(last)) if last > 1 else (0.0, 2.0))


FIGURES = (signal_figure, weight_figure)
