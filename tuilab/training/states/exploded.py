"""An exploding signal: activations grow from layer to layer, gradients with them, and the first step goes anywhere.

Where the units are tanh nothing grows: they are at ±1, and hardly any gradient comes through.
"""

import numpy as np

from tuilab.events import Layers
from tuilab.experiment import Experiment, activations
from tuilab.training.action import applicable, better_start, smaller_steps
from tuilab.training.course import Course
from tuilab.training.states.condition import Condition
from tuilab.words import number

LARGE = 100.0
"""Times the size of the signal that went in."""
FLAT = 0.95
"""σ of units that are nearly always at 1 or −1: there tanh has a tenth of its slope, 1 − σ²."""


def find(course: Course, experiment: Experiment) -> Condition | None:
    if course.first is None or len(course.first.std) < 2:
        return None
    std, actions = course.first.std, [*better_start(experiment), *smaller_steps(experiment)]
    large = "the first weights are too large"
    if explodes(course.first, experiment.inputs.normalize):
        said = f"Exploding signal: at the start σ is {number(std[0])} in layer 1 and {number(std[-1])} at the output"
    elif activations(experiment)[:1] == ("tanh",) and std[0] > FLAT:
        said = f"Saturated units: at the start σ is {number(std[0])} in layer 1, as where tanh is ±1 and has no slope"
        if not experiment.inputs.normalize:
            large, actions = "the inputs are too large", [*smaller_steps(experiment), *better_start(experiment)]
    else:
        return None
    return Condition(state="exploded", sentence=f"{said}: {large}.", actions=applicable(experiment, actions))


def explodes(layers: Layers, normalized: bool) -> bool:
    """Whether some layer's σ is far above that of the inputs: 1 if they are normalized, else at least layer 1's."""
    std = layers.std
    if not np.isfinite(std).all():
        return True
    return bool(std.max() > LARGE * (1.0 if normalized else max(1.0, std[0])))
