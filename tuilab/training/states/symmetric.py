"""Symmetric units: all units of a layer are the same, and their gradients keep them so."""

import numpy as np

from tuilab.experiment import Experiment
from tuilab.training.action import HE, action, applicable
from tuilab.training.course import Course
from tuilab.training.states.condition import Condition

ALIKE = 0.9
"""Of a layer's units: some may have left the others by rounding, or by dropout."""


def find(course: Course, experiment: Experiment) -> Condition | None:
    first, last = course.first, course.last
    if first is None or last is None or first.alike is None or last.alike is None:
        return None
    alike = np.nan_to_num(np.minimum(first.alike, last.alike))
    if not (alike >= ALIKE).any():
        return None
    why = "units that begin equal stay equal; only chance parts them"
    return Condition(
        state="symmetric",
        sentence=f"Symmetric units: those of layer {alike.argmax() + 1} are all the same, as good as one.",
        actions=applicable(experiment, [action("He initialization", why, HE)]),
    )
