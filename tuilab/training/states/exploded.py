"""An exploding signal: activations grow from layer to layer, gradients with them, and the first step goes anywhere."""

import numpy as np

from tuilab.events import Layers
from tuilab.experiment import Experiment
from tuilab.training.action import applicable, better_start, smaller_steps
from tuilab.training.course import Course
from tuilab.training.states.condition import Condition
from tuilab.words import number

LARGE = 100.0
"""Times the size of the signal that went in."""


def find(course: Course, experiment: Experiment) -> Condition | None:
    if course.first is None or len(course.first.std) < 2 or not explodes(course.first, experiment.inputs.normalize):
        return None
    std = course.first.std
    return Condition(
        state="exploded",
        sentence=f"Exploding signal: at the start σ is {number(std[0])} in layer 1 "
        f"and {number(std[-1])} at the output: the first weights are too large.",
        actions=applicable(experiment, [*better_start(experiment), *smaller_steps(experiment)]),
    )


def explodes(layers: Layers, normalized: bool) -> bool:
    """Whether some layer's σ is far above that of the inputs: 1 if they are normalized, else at least layer 1's."""
    std = layers.std
    if not np.isfinite(std).all():
        return True
    return bool(std.max() > LARGE * (1.0 if normalized else max(1.0, std[0])))
