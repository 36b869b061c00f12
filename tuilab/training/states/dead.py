"""Dead units: ReLU units that are 0 for every example get no gradient and stay so.

Large steps throw them there: the first went far, or J has risen on the way. Else they were born there, or drifted there
while J fell, which smaller steps may change or not: of more units, that begin at the right size, enough stay alive.

Of a single hidden layer of two or three units one that drifts there hinders nothing: of 20 such networks the same with
leaky ReLU, of which no unit dies, came to the same J, but for one. So few units are a bias like any other.
"""

import numpy as np

from tuilab.arrays import Array
from tuilab.experiment import Experiment
from tuilab.nn.penalty import NoPenalty
from tuilab.training.action import HE, WIDE, Action, action, applicable, he, listed, shown, smaller_steps
from tuilab.training.course import Course
from tuilab.training.recipe import NARROW, strong
from tuilab.training.states.condition import Condition
from tuilab.training.states.overshooting import only_falls
from tuilab.words import number

MANY = 0.5
"""Of a layer's units."""
SHRUNK = 0.5
"""Times their first size: weights that a penalty may have made small."""
ROSE, AMONG_BATCHES = 1.1, 1.5
"""Times the lowest J before, by which a J that only should fall left the bowl; times J at the start, by which one does
that mini-batches or masks move."""
LEAP = 0.25
"""Of the size of a layer's weights, or of those of Xavier's, √n of n units, if that is more: a first step that goes so
far may go anywhere."""


def find(course: Course, experiment: Experiment) -> Condition | None:
    """Where a layer has lost many and has few left; where more are left, units that live again would not help."""
    first, last = course.first, course.last
    if last is None:
        return None
    hidden = np.array(experiment.network.hidden[: len(last.dead)], dtype=float)
    dead = np.nan_to_num(last.dead)[: len(hidden)]
    left = np.rint((1 - dead) * hidden)
    hurt = (dead >= MANY) & (left < NARROW)
    if not hurt.any():
        return None
    layer = int(np.where(hurt, dead, 0).argmax())
    before = 1.0 if first is None else float(np.nan_to_num(first.dead)[layer])
    born = before >= dead[layer] / 2
    by_steps = "" if born else _by_steps(course, experiment, hidden)
    shrunk = first is not None and last.weight_norm[layer] < SHRUNK * first.weight_norm[layer]
    penalized = shrunk and not isinstance(experiment.regularization.penalty(1), NoPenalty)
    if penalized and not by_steps and (before < MANY or strong(experiment, course.examples)):
        return None  # by a penalty that is too strong, of which the bias tells
    if not (by_steps or born) and left[layer] > 0 and hidden[layer] < NARROW and len(hidden) == 1:
        return None
    if by_steps:
        how = f", not from the start; large steps may have killed them: {by_steps}."
    elif born:
        how = ", from the start." if before >= MANY else ", most from the start."
    else:
        how = ", not from the start; but J did not rise, so that it need not be the steps."
    units, many = int(hidden[layer]), int(hidden[layer] - left[layer])
    verb = "is" if many == 1 else "are"
    return Condition(
        state="dead",
        sentence=f"Dead units: {many} of {units} in layer {layer + 1} {verb} 0 for every example{how}",
        actions=applicable(experiment, _cures(experiment, thrown=bool(by_steps))),
    )


def _by_steps(course: Course, experiment: Experiment, hidden: Array) -> str:
    """What shows that the steps were too large: how far J rose, or the first of them went; else nothing."""
    cost, falls = course.cost, only_falls(experiment)
    if len(cost):
        lows = np.minimum.accumulate(cost) if falls else np.full(len(cost), cost[0])
        top = int(np.argmax(cost - lows))
        if cost[top] > (ROSE if falls else AMONG_BATCHES) * lows[top]:
            return f"J rose from {number(lows[top])} to {number(cost[top])}"
    if course.first is not None:
        norms = course.first.weight_norm[: len(hidden)]
        leaps = course.first.update_ratio[: len(hidden)] * norms / np.maximum(norms, np.sqrt(hidden))
        if leaps.max() > LEAP:
            far = f"{100 * leaps.max():.0f} % of their size"
            return f"the first moved the weights of layer {leaps.argmax() + 1} by {far}"
    return ""


def _cures(experiment: Experiment, *, thrown: bool) -> list[Action]:
    leaky = action(
        "leaky ReLU", "it passes a small gradient below 0, so that no unit dies", {"network.activation": "leaky_relu"}
    )
    wider, steps = _wider(experiment), smaller_steps(experiment)
    return [*steps, leaky, he(), wider] if thrown else [wider, leaky, *steps]


def _wider(experiment: Experiment) -> Action:
    """Layers so wide that hardly ever all of one die, with first weights that are made for it."""
    hidden = [max(WIDE, 2 * units) for units in experiment.network.hidden]
    start = {} if experiment.initialization.scheme == "he" and experiment.initialization.gain == 1 else HE
    label = f"hidden layers {shown(hidden)}" + (" with He initialization" if start else "")
    return action(label, "of so many units enough stay alive", {"network.hidden": listed(hidden), **start})
