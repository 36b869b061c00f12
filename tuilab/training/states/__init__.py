"""What keeps a network from learning, a state a file: each reads it off what a run measured, or finds nothing.

They are tried in this order, before bias and variance, where the train error is too high: what is dead, symmetric or
out of reach cannot be cured by a bigger network.
"""

from tuilab.training.states import (
    converging,
    dead,
    exploded,
    outliers,
    overfitting,
    overshooting,
    stopped,
    symmetric,
    unequal,
    vanished,
)
from tuilab.training.states.condition import Condition, Find

STATES: tuple[Find, ...] = (
    symmetric.find,
    exploded.find,
    vanished.find,
    dead.find,
    overshooting.find,
    unequal.find,
    outliers.find,
    overfitting.find,
    stopped.find,
    converging.find,
)

__all__ = ["STATES", "Condition", "Find", "exploded"]
