"""What a learning-rate range test says."""

from collections.abc import Sequence

import numpy as np

from tuilab.experiment import Experiment
from tuilab.training.rate_range import BEFORE, BLOWN, CHECKED, HIGHEST, MARGIN, RatePoint, RateRange
from tuilab.words import number, plural
from tuilab.words.table import aligned

EVERY = 10
"""Of the points a line is told of each that many."""


def range_lines(points: Sequence[RatePoint]) -> tuple[str, ...]:
    """Some of the α of the rise, each with mean, lowest and highest cost over the seeds; the last one is among them."""
    rows: list[tuple[str, ...]] = [("α", "J/J(START)", "LOWEST", "HIGHEST")]
    for point in [*points[:-1:EVERY], points[-1]]:
        costs = point.costs
        told = (sum(costs) / len(costs), min(costs), max(costs))
        rows.append((f"{point.rate:.2g}", *(f"{cost:.3g}" if np.isfinite(cost) else "∞" for cost in told)))
    return aligned(rows, "r")


def range_text(points: Sequence[RatePoint], known: RateRange, experiment: Experiment) -> str:
    """Largest stable, steepest, suggested α, beside the one predicted and the experiment's own; or why none is told."""
    own = f"Your α is {experiment.optimization.learning_rate:g}."
    if known.refused:
        said = f"No α is suggested: {known.refused}."
    else:
        said = f"Suggested: α = {known.suggested:g}, at most 1/{BEFORE:g} of the α where J was lowest, "
        said += f"{number(known.fall.lowest)}, and 1/{MARGIN:g} of the largest stable one. "
        said += f"J fell fastest at {number(known.fall.steepest)}."
    if known.stable is not None:
        least = "at least " if 2 * known.stable > HIGHEST else ""
        said += f" Largest stable α: {least}{number(known.stable)} (J no higher after {CHECKED} updates from the first "
        said += f"weights, nor {BLOWN:g} times as high on the way, on {plural(len(points[0].costs), 'seed')})"
        if known.predicted is not None:
            said += f"; from the inputs, of a network without hidden layers, {number(known.predicted)}"
        said += "."
    return f"{said} {own}"
