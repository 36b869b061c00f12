"""Overfitting: J still falls and the dev cost rises, so that more time only makes the network worse."""

from typing import NamedTuple

import numpy as np

from tuilab.experiment import Experiment
from tuilab.training.course import STRETCHES, SURE, Course
from tuilab.training.recipe import against_more_time
from tuilab.training.states.condition import Condition
from tuilab.words import count

RISEN = 0.1
"""The share of its lowest median by which the dev cost has risen."""
GROWN = 10.0
"""Times the mean loss of dev, by which that of one example may have grown since: no more than that is no rise."""


class Turn(NamedTuple):
    """Where the dev cost was lowest, and by which share of that it has risen since."""

    iteration: int
    risen: float


def find(course: Course, experiment: Experiment) -> Condition | None:
    if experiment.early_stopping.monitor != "off":
        return None  # the weights are those of before it turned
    turn = _turned(course)
    if turn is None:
        return None
    return Condition(
        state="overfitting",
        sentence=(
            f"Overfitting: the dev cost has risen by {100 * turn.risen:.0f} % since iteration "
            f"{count(turn.iteration)}, where it was lowest: more time only makes it worse."
        ),
        actions=against_more_time(experiment, course.examples),
    )


def _turned(course: Course) -> Turn | None:
    """The dev cost's, in the first half, if it rises still and no example more is right for it."""
    if course.few_of_dev or course.dev_cost_medians is None or course.dev_error_medians is None:
        return None
    cost, noise = course.dev_cost_medians
    error, _ = course.dev_error_medians
    best = int(np.argmin(cost))
    risen = cost[-1] - cost[best]
    if best >= STRETCHES // 2 or not cost[-1] > cost[STRETCHES // 2] or error[-1] < error[best]:
        return None
    least = max(RISEN, course.by_one_of_dev(GROWN)) * cost[best]
    if risen < max(least, SURE * np.hypot(noise[best], noise[-1])):
        return None
    at = course.measured[int(np.argmin(course.dev_cost))]
    return Turn(round(at), float(risen / cost[best]))
