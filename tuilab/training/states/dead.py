"""Dead units: ReLU units that are 0 for every example get no gradient and stay so."""

import numpy as np

from tuilab.experiment import Experiment
from tuilab.nn.penalty import NoPenalty
from tuilab.training.action import action, applicable, he, smaller_steps
from tuilab.training.course import Course
from tuilab.training.states.condition import Condition

MANY = 0.5
"""Of a layer's units."""
SHRUNK = 0.5
"""Times their first size: weights that a penalty may have made small."""


def find(course: Course, experiment: Experiment) -> Condition | None:
    if course.last is None or not (dead := np.nan_to_num(course.last.dead)).max(initial=0) >= MANY:
        return None
    layer = int(dead.argmax())
    first, last = course.first, course.last
    before = 1.0 if first is None else float(np.nan_to_num(first.dead)[layer])
    died = before < dead[layer] / 2
    shrunk = first is not None and last.weight_norm[layer] < SHRUNK * first.weight_norm[layer]
    if before < MANY and shrunk and not isinstance(experiment.regularization.penalty(1), NoPenalty):
        return None  # by a penalty that is too strong, of which the bias tells
    why = "it passes a small gradient below 0, so that no unit dies"
    leaky = action("leaky ReLU", why, {"network.activation": "leaky_relu"})
    steps = smaller_steps(experiment)
    start = [he()]
    return Condition(
        state="dead",
        sentence=f"Dead units: {100 * dead[layer]:.0f} % of layer {layer + 1} are 0 for every example"
        + (", killed by large steps." if died else ", from the start." if before >= MANY else ", most from the start."),
        actions=applicable(experiment, [*(steps if died else start), leaky, *(start if died else steps)]),
    )
