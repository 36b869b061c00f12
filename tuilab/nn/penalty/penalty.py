"""What a penalty is: a term of the cost, a constraint on the weights, or both."""

from typing import ClassVar

import numpy as np
from msgspec import Struct

from tuilab.arrays import Array
from tuilab.nn.parameters import Parameters


class Penalty(Struct, frozen=True, kw_only=True):
    """As it stands here, one that does nothing.

    The annotated fields of a penalty are its knobs, each with bounds, label, help and default: the experiment takes
    them from here. Penalties that share a knob, such as λ, share its declaration.
    """

    formula: ClassVar[str] = ""
    """What it is, for the help of a person who chooses."""
    has_cost: ClassVar[bool] = False
    """Whether it is a term of J."""
    weaker: ClassVar[dict[str, float]] = {}
    """What to multiply its knobs by, that it bend the fit less."""
    stronger: ClassVar[dict[str, float]] = {}

    examples: int = 1
    """m, the size of the training part, whatever the batch."""

    @property
    def off(self) -> bool:
        """Whether its knobs make it nothing at all."""
        return False

    def counted(self, parameters: Parameters) -> Array:
        """The part of θ that it counts, a flat view."""
        return parameters.all_weights

    def cost(self, parameters: Parameters) -> float:
        """Its term of J: the sum of `terms`."""
        return 0.0

    def terms(self, weights: Array) -> Array:
        """The term of each of some weights on its own, in their shape."""
        return np.zeros_like(weights)

    def kinks(self, weights: Array, epsilon: float) -> Array:
        """Which of some weights lie within ε of a place where the term has no derivative."""
        return np.zeros(weights.shape, bool)

    def add_gradient(
        self, parameters: Parameters, gradient: Parameters, scratch: Parameters, rate: float = 1.0
    ) -> None:
        """Adds the gradient of its cost, times `rate`, to `gradient` in place; `scratch` may be overwritten."""

    def decay(self, rate: float) -> float | None:
        """The factor on the counted weights that an update of gradient descent by α = `rate` amounts to; else None."""
        return None

    @property
    def in_gradient(self) -> bool:
        """Whether training follows the gradient; if not, `settle` is all that training does about it."""
        return True

    def settle(self, parameters: Parameters, rate: float, metric: Parameters | None = None) -> None:
        """What follows an update by α = `rate`, in place: a proximal step, or the projection onto what is allowed.

        `metric` is what the rule divided the step of each coordinate by, None if by nothing; it may be overwritten.
        """
