"""Overshooting: J rises, or jumps up and down, because the steps are longer than the bowl is wide.

Or it comes to rest above the cost of always saying the shares of the classes, to which small steps would go down.
"""

import numpy as np

from tuilab.events import Column
from tuilab.experiment import Experiment, keep_probs
from tuilab.training.action import Action, action, applicable, smaller_steps
from tuilab.training.course import STRETCHES, Course
from tuilab.training.states.condition import Condition

JUMPS = 0.1
"""The share of steps that go up, from which on a J that only should fall jumps."""
CLIMB = 0.5
"""Of J, that all these steps climb together."""
HIGH = 0.1
"""Of J, how far apart the highest and the lowest of these are at least. One that trembles by less, as under Adam beside
a penalty, rests: of ten such runs a tenth of the steps brought it down by 1.4 % at most."""
LEARNED = 0.5
"""Times J's first median: with less the network learns, jump as it may."""
RISEN = 1.5
"""Times the lowest J, in medians that no mini-batch moves."""
ABOVE = 1.2
"""Times the cost of knowing nothing but the shares of the classes; and of J at rest, what it must have moved by."""
STILL = 0.03
"""The share of itself by which it falls over the last half, and rests."""


def find(course: Course, experiment: Experiment) -> Condition | None:
    if course.medians is None:
        return None
    medians, _ = course.medians
    risen = medians[-1] > RISEN * medians.min()
    nothing = None if risen else _worse_than_nothing(course, experiment)
    if not risen and nothing is None and not (only_falls(experiment) and _jumps(course)):
        return None
    learns = bool(medians[-1] < LEARNED * medians[0])
    if risen:
        said = f"J rose from {medians.min():.3g} to {medians[-1]:.3g}"
    elif nothing is not None:
        said = f"J rests at {medians[-1]:.3g}, and who knows only the shares of the classes has {nothing:.3g}"
    else:
        said = "J falls, but jumps up and down" if learns else "J does not fall, it jumps up and down"
    return Condition(
        state="overshooting",
        sentence=f"Overshooting: {said}: the steps are too large.",
        actions=applicable(experiment, _calmer(experiment, learns)),
    )


def _calmer(experiment: Experiment, learns: bool) -> list[Action]:
    """Smaller steps; of a network that learns for all its jumps, those that are a third first."""
    *round_bowl, smaller = smaller_steps(experiment)
    if learns:
        return [*round_bowl, _between(experiment, "it learns, so a little less is enough"), smaller]
    return [*round_bowl, smaller, _between(experiment, "where a tenth is too slow")]


def _between(experiment: Experiment, why: str) -> Action:
    """Steps of a third."""
    rate = float(f"{experiment.optimization.learning_rate / 3:.1g}")
    return action(f"learning rate {rate:g}", why, {"optimization.learning_rate": rate})


def only_falls(experiment: Experiment) -> bool:
    """Whether J would fall at every step that is small enough: of all examples, and no mask."""
    return experiment.optimization.batch_size == "full" and min(keep_probs(experiment)) == 1


def _worse_than_nothing(course: Course, experiment: Experiment) -> float | None:
    """The cost of always saying the shares of the classes, where J moved and then came to rest above it."""
    shares = np.array(course.labels.train or (), dtype=float)
    if course.data_medians is None or not shares.sum() or experiment.optimization.class_weights != "none":
        return None
    shares = shares[shares > 0] / shares.sum()
    nothing, last = float(-(shares * np.log(shares)).sum()), course.data_medians[0][-1]
    dev = len(course.dev_cost) > 0
    if not dev and not only_falls(experiment):
        return None  # the first batch, or mask, may have been a lucky one
    ends = (course.dev_cost if dev else _data(course))[[0, -1]]  # what no penalty is part of
    both = [medians for medians, _ in filter(None, (course.data_medians, course.dev_cost_medians))]
    rests = all(half[0] - half[-1] < STILL * half[0] for half in (medians[STRETCHES // 2 :] for medians in both))
    return nothing if rests and ends.max() > ABOVE * ends.min() and last > ABOVE * nothing > 0 else None


def _data(course: Course) -> Column:
    return course.cost if course.data is None else course.data


def _jumps(course: Course) -> bool:
    half = course.last_half
    steps, level = np.diff(half), float(np.median(half))
    up = steps[steps > 0]
    return len(up) > JUMPS * len(steps) and bool(up.sum() > CLIMB * level and np.ptp(half) > HIGH * level)
