"""The signal from layer to layer: activations on the way forward, gradients on the way back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from textual.binding import Binding, BindingType
from textual.reactive import var
from textual.widget import Widget

from tuilab.events import Layers
from tuilab.experiment import Experiment, activations
from tuilab.lab import Lab, Snapshot
from tuilab.training.signal import first_signal
from tuilab.ui.plots import Figure, Plot, Series
from tuilab.ui.plots.series import Array
from tuilab.ui.views.looking import Table, TableView, Words
from tuilab.words import count, number
from tuilab.words.table import aligned

HEAD = ("layer", "units", "g", "mean a", "σ of a", "‖∂J/∂W‖", "‖W‖", "ΔW:W")
SHARES = {"dead": "ReLU units that are always 0", "linear": "tanh's |z| < 0.5"}
"""Columns that are left out where no layer has such a share, so that the others fit into 80 columns."""
LARGE = 100.0
"""A factor from the first to the last layer that is worth a word."""
NOTHING = 1e-12
"""A gradient's norm below which no usual learning rate moves a weight."""


@dataclass(frozen=True, eq=False)
class Insight:
    """A report with its words and figures; `iterations` are those of all reports there are."""

    iteration: int
    iterations: tuple[int, ...]
    said: str
    figures: tuple[Figure, ...]
    rows: tuple[str, ...]
    legend: str


class SignalView(TableView):
    """A plot over the layers on a log axis, and a row a layer."""

    TITLE = "Signal"
    ABOUT = "activations and gradients layer by layer, at iteration 0 and while training"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", "Earlier", key_display="← →", tooltip="The report of an earlier iteration"),
        Binding("right", "turn(1)", "Later", show=False, tooltip="The report of a later iteration"),
        Binding("l", "other", "Weights", tooltip="Draw the weights and their updates, or the signal"),
    ]

    figure = var(0, init=False)
    """Which of the figures is drawn."""

    @staticmethod
    def look(lab: Lab, experiment: Experiment, snapshot: Snapshot | None, choice: Any) -> Insight:
        """The newest report of the run; that of iteration 0, where it has none; `choice` is that of an iteration."""
        reports = {report.iteration: report.layers for report in snapshot.view.signals} if snapshot else {}
        if not reports:
            reports = {0: first_signal(lab.problem(experiment))}
        iteration = choice if choice in reports else max(reports)
        started = snapshot.view.started if snapshot else None
        sizes = started.layers if started else lab.problem(experiment).network.sizes
        return insight(reports[iteration], iteration, tuple(sorted(reports)), sizes, activations(experiment))

    def parts(self) -> Iterable[Widget]:
        """The plot over the table."""
        yield Plot()
        yield Table()
        yield Words(classes="legend")

    def show(self, insight: Insight) -> None:
        """Draws it."""
        self.query_one(Plot).show(insight.figures[self.figure], asked=True)
        self.query_one(Table).show(insight.rows)
        self.query_one(".legend", Words).say(insight.legend)

    def watch_figure(self) -> None:
        """Draws the other one."""
        self.watch_insight()

    def action_other(self) -> None:
        """Draws the other figure."""
        self.figure = 1 - self.figure

    def action_turn(self, step: int) -> None:
        """Shows the report before or after the one that is shown; beyond the last one, whatever is newest."""
        if self.insight is None:
            return
        iterations = self.insight.iterations
        place = max(0, iterations.index(self.insight.iteration) + step)
        self.choice = iterations[place] if place < len(iterations) - 1 else None


def insight(
    layers: Layers, iteration: int, iterations: tuple[int, ...], sizes: Sequence[int], kinds: Sequence[str]
) -> Insight:
    """What the view shows of the report of an `iteration`; `sizes` are the network's, `kinds` its activations."""
    which = ""
    if len(iterations) > 1:
        which = f" (report {iterations.index(iteration) + 1} of {len(iterations)})"
    return Insight(
        iteration=iteration,
        iterations=iterations,
        said=f"Iteration {count(iteration)}{which}: {sentence(layers)}",
        figures=(_signal_figure(layers), _weight_figure(layers)),
        rows=aligned(_rows(layers, sizes, [*kinds, "output"]), left=1),
        legend=" · ".join(["ΔW:W: ‖ΔW‖/‖W‖", *(f"{name}: {SHARES[name]}" for name in _shares(layers))]),
    )


def sentence(layers: Layers) -> str:
    """What is to be seen in a report, in words."""
    said = f"{_trend(layers.std[:-1])}; {_gradient(layers.gradient_norm)}"
    if (dead := np.nan_to_num(layers.dead)).max(initial=0) > 0:
        said += f"; layer {dead.argmax() + 1} has the most dead units, {100 * dead.max():.0f} %"
    if not np.isnan(near := layers.near_linear).all():
        said += f"; tanh is nearly linear for {100 * np.nanmean(near):.0f} % of z"
    return said + "."


def _trend(std: Array) -> str:
    """Of the activations of the hidden layers."""
    if not len(std):
        return "no hidden layer"
    if not np.isfinite(std).all():
        return f"activations explode: beyond all numbers in layer {np.argmin(np.isfinite(std)) + 1}"
    if (std == 0).any():
        return f"activations of layer {np.argmin(std > 0) + 1} are all equal: its units tell nothing apart"
    span = f"σ {number(std[0])} in layer 1, {number(std[-1])} in layer {len(std)}"
    if len(std) == 1:
        return f"activations have σ {number(std[0])}"
    factor = f"{span} (×{(std[-1] / std[0]) ** (1 / (len(std) - 1)):.3g} a layer)"
    if std[-1] * LARGE < std[0]:
        return f"activations vanish: {factor}"
    return f"activations explode: {factor}" if std[-1] > std[0] * LARGE else f"activations hold: {factor}"


def _gradient(norms: Array) -> str:
    said = f"the gradient of W1 is {number(norms[0])}"
    if len(norms) > 1:
        said += f", {number(norms[-1])} at the output"
    return f"{said}: layer 1 learns nothing" if norms[0] < NOTHING else said


def _rows(layers: Layers, sizes: Sequence[int], kinds: Sequence[str]) -> list[tuple[str, ...]]:
    """The head, and a row for each layer."""
    columns = (layers.mean, layers.std, layers.gradient_norm, layers.weight_norm, layers.update_ratio)
    shares = _shares(layers)
    rows = [(*HEAD, *shares)]
    for place, (units, kind) in enumerate(zip(sizes[1:], kinds, strict=True)):
        figures = [number(column[place]) for column in columns]
        told = ["–" if np.isnan(share[place]) else f"{100 * share[place]:.0f} %" for share in shares.values()]
        rows.append((str(place + 1), count(units), kind, *figures, *told))
    return rows


def _shares(layers: Layers) -> dict[str, Array]:
    """The columns of `SHARES` that some layer has."""
    columns = zip(SHARES, (layers.dead, layers.near_linear), strict=True)
    return {name: share for name, share in columns if not np.isnan(share).all()}


def _signal_figure(layers: Layers) -> Figure:
    x = np.arange(1.0, len(layers.std) + 1)
    series = [
        Series("σ of activations", x, layers.std, "primary", "a"),
        Series("gradient ‖∂J/∂W‖", x, layers.gradient_norm, "warning", "g"),
    ]
    if not np.isnan(layers.predicted).all():
        series.insert(0, Series("predicted gainˡ", x, layers.predicted, "muted", "p"))
    return _figure("Signal", series)


def _weight_figure(layers: Layers) -> Figure:
    x = np.arange(1.0, len(layers.std) + 1)
    return _figure(
        "Weights",
        [
            Series("‖W‖", x, layers.weight_norm, "primary", "w"),
            Series("update ‖ΔW‖/‖W‖", x, layers.update_ratio, "warning", "u"),
        ],
    )


def _figure(title: str, series: Sequence[Series]) -> Figure:
    last = len(series[0].x)
    return Figure(title, tuple(series), "layer", log_y=True, x_range=(1.0, float(last)) if last > 1 else (0.0, 2.0))
