"""Figures of a run and of a sweep over ε: what is known of them in, a figure out. Pure."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tuilab.events import Column
from tuilab.lab.insight.curves import CurvesInsight
from tuilab.lab.sentences.gradients import best_epsilon, swept
from tuilab.nn import EpsilonCurve
from tuilab.runs import ACTIVE
from tuilab.ui.figures.known import DEV, EVALUATED, ONE_SIDED, PARENT, PENALTY, TOTAL, TRAIN, TRAIN_DEV, TWO_SIDED
from tuilab.ui.plots import Figure, Series, VerticalLine

SHORTEST = 16
"""Iterations that the axis of a run has at least."""
SMALL = 0.01
"""Of the cost, at least: a penalty that is less everywhere would leave the others the upper edge of the plot."""
NO_COST = Figure(title="Cost", note="J: data cost, penalty and their total; the dev cost")
NO_ERROR = Figure(title="Error", note="in %, of the train and the dev part")


def cost_figure(seen: CurvesInsight, *, log: bool | None = None) -> Figure:
    """Data cost, penalty and total over the iterations, without the two where there is no penalty; the dev cost.

    Those of train as the training pass met them: of its batch, under its dropout masks. That of dev is a mean loss.
    """
    curve = seen.cost
    series = [TRAIN.series(curve.iteration, curve.data)]
    if seen.penalized:
        most, least = np.fmax.reduce(curve.penalty, initial=0.0), np.fmin.reduce(curve.data, initial=np.inf)
        small = bool(most < SMALL * least)
        penalty = replace(PENALTY.series(curve.iteration, curve.penalty), aside=small)
        series += [penalty, TOTAL.series(curve.iteration, curve.total)]
    if seen.has_dev_cost:
        series.append(DEV.series(seen.error.iteration, seen.dev_cost))
    if seen.evaluated is not None:
        series.append(EVALUATED.series(np.array([float(seen.iteration)]), np.array([seen.evaluated.total])))
    return Figure(
        title="Cost",
        series=tuple(series),
        x_label="iteration",
        log_y=log,
        robust=True,
        x_range=iterations(seen),
        marks=_marks(seen),
    )


def error_figure(seen: CurvesInsight) -> Figure:
    """Train and dev error in percent over the iterations."""
    curve = seen.error
    series = [TRAIN.series(curve.iteration, _percent(curve.train))]
    if curve.train_dev is not None:
        series.append(TRAIN_DEV.series(curve.iteration, _percent(curve.train_dev)))
    if seen.has_dev:
        series.append(DEV.series(curve.iteration, _percent(curve.dev)))
    return Figure(
        title=seen.words.percent,
        series=tuple(series),
        x_label="iteration",
        robust=True,
        x_range=iterations(seen),
        marks=_marks(seen),
    )


def overlaid(figure: Figure, overlays: Sequence[CurvesInsight]) -> Figure:
    """A cost or an error figure with the total cost or the dev error of other runs beneath it, dim and named."""
    series = []
    for other in overlays:
        if figure.title.startswith("Cost"):
            x, y = other.cost.iteration, other.cost.total
        else:
            x, y = other.error.iteration, _percent(other.error.dev)
            if np.isnan(y).all():
                y = _percent(other.error.train)
        series.append(Series(other.run, x, y, "muted", PARENT, guest=True))
    ends = [span[1] for span in (figure.x_range, *map(iterations, overlays)) if span]
    return replace(figure, series=(*series, *figure.series), x_range=(0.0, max(ends)) if ends else None)


def _percent(fractions: Column) -> Column:
    """Of numbers, where it diverges, there may be no such number."""
    with np.errstate(over="ignore"):
        percent: Column = 100 * fractions
    return percent


def _marks(seen: CurvesInsight) -> tuple[VerticalLine, ...]:
    """Edits, pauses, the best weights, the divergence."""
    return tuple(VerticalLine(mark.iteration, mark.text) for mark in seen.marks)


def iterations(seen: CurvesInsight) -> tuple[float, float]:
    """From 0 to where the run ended; of one that goes on to the planned end, or to a half, a quarter, … of it.

    So its curves have half of the width at least, yet seldom move.
    """
    end = seen.planned
    if seen.iteration and seen.status in ACTIVE:
        while end > SHORTEST and 2 * seen.iteration < end:
            end = -(-end // 2)
    elif seen.iteration:
        end = seen.iteration
    return (0.0, float(end))


def sweep_figure(sweep: EpsilonCurve | None) -> Figure:
    """The U-curve on two log axes: the error of either quotient over ε."""
    if sweep is None:
        return Figure(title="Error over ε", note="measuring …")
    power = np.log10([point.epsilon for point in sweep.points])[::-1]
    one, two = ([getattr(point, side) for point in sweep.points][::-1] for side in ("one_sided", "two_sided"))
    return Figure(
        title="Relative difference",
        series=(
            ONE_SIDED.series(power, np.array(one)),
            TWO_SIDED.series(power, np.array(two)),
        ),
        x_label="log₁₀ ε",
        log_y=True,
        note=f"{best_epsilon(sweep)}\n{swept(sweep)}",
    )
