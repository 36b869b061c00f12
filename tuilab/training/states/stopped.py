"""Stopped in time: early stopping ended it where the dev cost turned, and there it underfits.

More patience or a bigger network would fit the training set alone: what helps is what makes it turn later.
"""

from tuilab.experiment import Experiment
from tuilab.training.course import STRETCHES, Course
from tuilab.training.recipe import against_turning
from tuilab.training.states.condition import Condition
from tuilab.training.states.overfitting import turned
from tuilab.words import count

RISEN = 0.02
"""The share of its lowest median by which the dev cost has risen: patience sees no more of a rise than a beginning."""


def find(course: Course, experiment: Experiment) -> Condition | None:
    turn = turned(course, STRETCHES - 1, RISEN) if course.stopped_early else None
    if turn is None:
        return None
    return Condition(
        state="stopped",
        sentence=(
            f"Stopped in time, and it underfits: the dev cost rose by {100 * turn.risen:.0f} % after iteration "
            f"{count(turn.iteration)}: what it learned then held on the training set alone."
        ),
        actions=against_turning(experiment, course.examples),
    )
