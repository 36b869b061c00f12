"""What a state says of a run that is in it."""

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from tuilab.experiment import Experiment
from tuilab.training.action import Action
from tuilab.training.course import Course

ConditionName = Literal[
    "symmetric",
    "dead",
    "exploded",
    "vanished",
    "overshooting",
    "unequal",
    "outliers",
    "overfitting",
    "stopped",
    "converging",
]


class Condition(Struct, frozen=True, kw_only=True):
    """The state, a sentence for a person, and what to do, most promising first."""

    state: ConditionName
    sentence: str
    actions: tuple[Action, ...] = ()
    may_be_noise: bool = False
    """Whether what is left of the error may be noise, that no action takes away."""


Find = Callable[[Course, Experiment], Condition | None]
"""A pure function of what was measured."""
