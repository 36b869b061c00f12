"""Stopped in time: early stopping ended it where the dev cost turned, and there it underfits.

More patience or a bigger network would fit the training set alone: what helps is what makes it turn later.
"""

import numpy as np

from tuilab.events import Column
from tuilab.experiment import Experiment
from tuilab.training.course import WAITED, Course
from tuilab.training.recipe import against_turning
from tuilab.training.states.condition import Condition
from tuilab.training.states.overfitting import Turn
from tuilab.words import count

RISEN = 0.02
"""The share of its lowest value by which the dev cost has risen: patience sees no more of a rise than a beginning."""
GROWN = 3.0
"""Times the mean loss of dev, by which that of one example may have grown before patience ended it."""
SURE = 2.0
"""Standard errors of a rank correlation with time that is 0: what rises by chance alone does so once in 44."""


def find(course: Course, experiment: Experiment) -> Condition | None:
    turn = _turned(course) if course.stopped_early else None
    if turn is None:
        return None
    return Condition(
        state="stopped",
        sentence=(
            f"Stopped in time, and it underfits: the dev cost rose by {100 * turn.risen:.0f} % after iteration "
            f"{count(turn.iteration)}: what it learned then held on the training set alone."
        ),
        actions=against_turning(experiment, course.examples),
        may_be_noise=True,
    )


def _turned(course: Course) -> Turn | None:
    """The dev cost's, if it has risen since its lowest value and does not come down again.

    Stretches of equal length tell less of a run that patience ended: it is short, and its first fall is steep. That
    nothing was better since is what ended it, so that no error has to say so, too.
    """
    cost = course.dev_cost
    if course.few_of_dev or not len(cost) or not np.isfinite(cost).all():
        return None
    lowest = int(np.argmin(cost))
    since = cost[lowest + 1 :]
    if len(since) < WAITED or _trend(since) < SURE:
        return None
    risen = float(np.median(since[len(since) // 2 :]) - cost[lowest])
    least = max(RISEN, course.by_one_of_dev(GROWN)) * cost[lowest]
    return None if risen < least else Turn(round(course.measured[lowest]), risen / float(cost[lowest]))


def _trend(values: Column) -> float:
    """Spearman's rank correlation with time, in standard errors of one that is 0: 1/√(n − 1)."""
    ranks = values.argsort().argsort()
    if np.ptp(values) == 0:
        return 0.0
    return float(np.corrcoef(ranks, np.arange(len(values)))[0, 1] * np.sqrt(len(values) - 1))
