"""Not converged: J still falls, not by the penalty alone, and the network may only need more time.

Where mini-batches make J jump, the dev cost tells of the same fall: it is of the same examples at each look.
"""

import math

from tuilab.events import Column
from tuilab.experiment import Experiment
from tuilab.training.action import A_MOMENT, Action, action, applicable, more_time
from tuilab.training.course import STRETCHES, SURE, Course
from tuilab.training.states.condition import Condition
from tuilab.training.states.overshooting import only_falls
from tuilab.words import count

FALLING, LESS = 0.05, 0.03
"""The share of itself by which the data cost fell over the last half of the iterations; less is enough where they are
but a moment's, or where it has slowed down little."""
BARELY = 0.005
"""Of a cost that falls steadily: slow as it is, it comes to much."""

STEADY, SLOWER = 0.5, 0.25
"""The share of what it fell by in the first half, from which on it has come nowhere near a minimum in the last, and
that from which on it has not come to rest."""
COMING = 0.02
"""Of itself, what it would fall by in twice the time if it went on to slow down as it does: less is not worth that."""
FOLLOWS = 0.25
"""Of what J fell by, the part by which dev fell with it: with less, more time learns little but the training set."""
SOME, MUCH = 3.0, 10.0
"""Times the learning rate: where J falls steadily, ten times the steps go about as far as ten times as many."""


def find(course: Course, experiment: Experiment) -> Condition | None:
    if course.data_medians is None:
        return None
    both = [curve for curve in (course.data_medians, course.dev_cost_medians) if curve is not None]
    made = experiment.optimization.iterations if course.made is None else course.made
    # What only the training set sees fall is memory.
    steady, slower = (all(_pace(medians) >= share for medians, _ in both) for share in (STEADY, SLOWER))
    least = BARELY if steady else LESS if slower or made < A_MOMENT else FALLING
    telling = both[:1] if only_falls(experiment) else both
    fell = next((share for curve in telling if (share := _fell(*curve)) >= least), None)
    half = course.data_medians[0][STRETCHES // 2 :]
    if fell is None or (not steady and made >= A_MOMENT and _coming(half) < COMING):
        return None
    if course.dev_cost_medians is not None:
        dev, _ = course.dev_cost_medians
        if dev[STRETCHES // 2] - dev[-1] < FOLLOWS * (half[0] - half[-1]):
            return None  # what it still learns is of the training set alone
    planned = experiment.optimization.iterations
    few = course.made is not None and course.made < planned and not course.stopped_early
    if course.going:
        hint = ": wait, it is still learning."
    elif few:
        hint = f": it was ended after {count(course.made or 0)} of {count(planned)} iterations and can go on."
    elif steady:
        hint = ", at more than half of its first pace: the steps are too small."
    else:
        hint = ": it needs more time, or larger steps."
    longer = [] if few or course.going else _longer(experiment, course.stopped_early)
    faster = _faster(experiment, MUCH if steady else SOME)
    # Time, and it was not enough; where early stopping ended it, none of it was made use of.
    given = not course.stopped_early and any("optimization.iterations" in one.changed for one in course.steps)
    actions = [*faster, *longer] if steady or given else [*longer, *faster]
    return Condition(
        state="converging",
        sentence=f"Not converged: J still falls, by {100 * fell:.0f} % over the last half{hint}",
        actions=applicable(experiment, actions),
    )


def _longer(experiment: Experiment, stopped_early: bool) -> list[Action]:
    longer = [more_time(experiment, stopped_early)]
    if stopped_early:
        why = "it ends before the training set is fitted"
        longer = [action("no early stopping", why, {"early_stopping.monitor": "off"}), *longer]
    return longer


def _fell(medians: Column, noise: Column) -> float:
    """The share of itself by which a cost fell over the last half; 0 of one that did not fall all along, and surely.

    A lucky batch at the end is no fall.
    """
    half, errors = (column[STRETCHES // 2 :] for column in (medians, noise))
    falls = half[-1] < half[len(half) // 2] < half[0]
    sure = half[0] - half[-1] >= SURE * math.hypot(errors[0], errors[-1])
    return float(1 - half[-1] / half[0]) if falls and sure and half[0] > 0 else 0.0


def _pace(medians: Column) -> float:
    """How far a cost falls in the last half beside the first, and in the last quarter beside the third: the less of it;
    0 where it did not fall before."""
    return min(_ratio(medians), _ratio(medians[STRETCHES // 2 :]))


def _ratio(values: Column) -> float:
    """How far they fall over the later half of their steps beside the earlier; 0 where they did not fall in that."""
    middle = (len(values) - 1) / 2
    first, last = values[0] - values[int(middle)], values[math.ceil(middle)] - values[-1]
    return float(last / first) if first > 0 else 0.0


def _coming(half: Column) -> float:
    """The share of itself that a cost would fall by in as many iterations again as all were, by the last `half`."""
    ahead = sum(_ratio(half) ** times for times in range(1, STRETCHES // 2 + 1))
    return float((half[len(half) // 2] - half[-1]) * ahead / half[-1]) if half[-1] > 0 else 0.0


def _faster(experiment: Experiment, factor: float) -> list[Action]:
    optimization = experiment.optimization
    rate = float(f"{factor * optimization.learning_rate:.3g}")
    actions = [action(f"learning rate {rate:g}", "larger steps get there sooner", {"optimization.learning_rate": rate})]
    if optimization.optimizer == "gradient_descent":
        adam = {"optimization.optimizer": "adam", "optimization.learning_rate": 0.01}
        actions.append(action("Adam with learning rate 0.01", "a step of its own for each weight", adam))
    return actions
