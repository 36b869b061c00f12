"""A vanished signal: little of it reaches the output, or little of the gradient comes back to layer 1."""

import numpy as np

from tuilab.events import Layers
from tuilab.experiment import Experiment, activations
from tuilab.training.action import HE, REACHED, RELU_WITH_HE, action, applicable, better_start, shorter
from tuilab.training.course import Course
from tuilab.training.states.condition import Condition
from tuilab.words import number

SMALL_SIGNAL, SMALL_GRADIENT = 1e-2, 1e-3
"""Of layer 1's σ, what the last hidden layer has left; of the largest gradient, what layer 1 gets."""


def find(course: Course, experiment: Experiment) -> Condition | None:
    """Found at the start and still there: weights that a penalty has shrunk since are another matter."""
    first, last = course.first, course.last
    if first is None or last is None or not (first.std[0] > 0 and vanishes(first) and vanishes(last, first)):
        return None
    if (np.nan_to_num(last.dead) == 1).any():
        return None  # what lies behind a layer of dead units gets no signal
    hidden, actions = experiment.network.hidden, applicable(experiment, better_start(experiment))
    if {"sigmoid", "tanh"} & set(activations(experiment)):
        relu = action(RELU_WITH_HE, "its slope is 1, not less", {"network.activation": "relu", **HE})
        # A sigmoid flattens the signal whatever it begins with; of tanh the first weights may be all that is wrong.
        actions = (relu, *actions) if "sigmoid" in activations(experiment) else (*actions, relu)
    if len(hidden) > REACHED:
        few = action(f"{REACHED} hidden layers", "a shorter way for the signal", shorter(experiment))
        actions += (few,)
    without = "" if last.brought[0] == last.gradient_norm[0] else " without the penalty"
    said = f"σ is {number(last.std[0])} in layer 1 and {number(last.std[-2])} in layer {len(hidden)}"
    return Condition(
        state="vanished",
        sentence=f"Vanishing gradients: ‖∂J/∂W1‖ is {number(last.brought[0])}{without}, {said}: layer 1 hardly learns.",
        actions=applicable(experiment, actions),
    )


def vanishes(layers: Layers, first: Layers | None = None) -> bool:
    """Whether the signal or the gradient is lost on its way, beside the gradients that there were at `first`."""
    std, gradient = layers.std[:-1], layers.brought
    if len(std) < 2:
        return False
    lost = std[-1] <= SMALL_SIGNAL * std[0]
    largest = np.nan_to_num([gradient, (first or layers).brought]).max()
    return bool(lost or gradient[0] < SMALL_GRADIENT * largest)
