"""The debugging habit of the notes: with every keep_prob at 1 and the full batch, J must fall at each iteration."""

import math

import numpy as np
from msgspec import Struct

from tuilab.data import Prepare, prepare
from tuilab.experiment import Experiment, edit
from tuilab.training.build import build
from tuilab.training.state import Training

ROUNDING = 1e-12
"""A rise by less than this share of J is the rounding of a cost that stands still."""


class Rise(Struct, frozen=True, kw_only=True):
    """J after `iteration` updates was `before`; the next update made it `after`."""

    iteration: int
    before: float
    after: float


class Descent(Struct, frozen=True, kw_only=True):
    """Whether J fell, and where it did not."""

    iterations: int
    first_cost: float
    last_cost: float
    rises: int
    first_rise: Rise | None
    largest_rise: Rise | None

    @property
    def falls(self) -> bool:
        """Whether J never rose and ended lower than it began."""
        return not self.rises and self.last_cost < self.first_cost


@np.errstate(all="ignore")  # a cost that is not finite is a rise
def check_descent(experiment: Experiment, data: Prepare = prepare) -> Descent:
    """Trains `experiment` with dropout off and the full batch, in float64, and watches J. Raises `BadInput`.

    In float32 a cost near its minimum rises and falls by rounding alone.
    """
    plain = edit(
        experiment,
        {"dropout.keep_prob": "1.0", "optimization.batch_size": "full", "network.precision": "float64"},
    )
    training = Training(build(plain, data))
    first, largest = None, None
    rises, start, before = 0, math.nan, math.nan
    planned = plain.optimization.iterations
    for iteration in range(planned + 1):
        cost = sum(training.step()) if iteration < planned else training.cost().total
        if iteration == 0:
            start = cost
        elif not cost <= before + ROUNDING * abs(before):  # NaN is a rise too
            rises += 1
            rise = Rise(iteration=iteration - 1, before=before, after=cost)
            first = first or rise
            if largest is None or rise.after - rise.before > largest.after - largest.before:
                largest = rise
        before = cost
        if not math.isfinite(cost):
            break
    return Descent(
        iterations=training.iteration,
        first_cost=start,
        last_cost=before,
        rises=rises,
        first_rise=first,
        largest_rise=largest,
    )
