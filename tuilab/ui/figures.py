"""The figures of a run: a snapshot in, a figure out. Pure."""

from dataclasses import replace

import numpy as np

from tuilab.lab import Snapshot
from tuilab.ui.plots import Figure, Mark, Series

NO_COST = Figure(title="Cost of the training pass", note="J over the iterations: data cost, penalty and their total")
NO_ERROR = Figure(title="Error", note="share misclassified, in %, of the train and the dev part")


def cost_figure(snapshot: Snapshot, *, log: bool) -> Figure:
    """Data cost, penalty and total over the iterations; one curve where there is no penalty.

    As the training pass met them: of its batch, under its dropout masks.
    """
    curve = snapshot.view.cost
    if snapshot.experiment.regularization.kind == "none" or not snapshot.experiment.regularization.lambd:
        series = [Series("data cost (no penalty)", curve.iteration, curve.data, "primary", "d")]
    else:
        series = [
            Series("data", curve.iteration, curve.data, "primary", "d"),
            Series("penalty", curve.iteration, curve.penalty, "warning", "p"),
            Series("total", curve.iteration, curve.total, "success", "t"),
        ]
    return Figure(
        title="Cost of the training pass",
        series=tuple(series),
        x_label="iteration",
        log_y=log,
        x_range=_iterations(snapshot),
        marks=_marks(snapshot),
    )


def error_figure(snapshot: Snapshot) -> Figure:
    """Train and dev error in percent over the iterations."""
    curve = snapshot.view.error
    series = [Series("train", curve.iteration, 100 * curve.train, "primary", "t")]
    if snapshot.view.started is None or snapshot.view.started.examples.dev:
        series.append(Series("dev", curve.iteration, 100 * curve.dev, "warning", "d"))
    return Figure(
        title="Error, %",
        series=tuple(series),
        x_label="iteration",
        x_range=_iterations(snapshot),
        marks=_marks(snapshot),
    )


def overlaid(figure: Figure, overlays: tuple[Snapshot, ...]) -> Figure:
    """A cost or an error figure with the total cost or the dev error of other runs beneath it, dim and named."""
    series = []
    for snapshot in overlays:
        if figure.title.startswith("Cost"):
            x, y = snapshot.view.cost.iteration, snapshot.view.cost.total
        else:
            x, y = snapshot.view.error.iteration, 100 * snapshot.view.error.dev
            if np.isnan(y).all():
                y = 100 * snapshot.view.error.train
        series.append(Series(snapshot.name, x, y, "muted", "^"))
    ends = [span[1] for span in (figure.x_range, *map(_iterations, overlays)) if span]
    return replace(figure, series=(*series, *figure.series), x_range=(0.0, max(ends)) if ends else None)


def _marks(snapshot: Snapshot) -> tuple[Mark, ...]:
    """Edits, pauses, the best weights, the divergence."""
    return tuple(Mark(mark.iteration, mark.text) for mark in snapshot.view.marks)


def _iterations(snapshot: Snapshot) -> tuple[float, float]:
    return (0.0, float(snapshot.experiment.optimization.iterations))
