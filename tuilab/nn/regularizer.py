"""The penalty on the weights and its gradient; m is the size of the training set, whatever the batch.

L2: (λ/2m)·Σw² with gradient (λ/m)·w. L1: (λ/2m)·Σ|w| with subgradient (λ/2m)·sign(w), sign(0) = 0.
"""

import numpy as np
from msgspec import Struct

from tuilab.nn.activation import Array


class Penalty(Struct, frozen=True):
    """`kind` is none, l2 or l1, `scale` is λ/m."""

    kind: str
    scale: float

    def cost(self, weights: Array) -> float:
        """The penalty of a flat vector of weights."""
        if self.kind == "l2":
            return 0.5 * self.scale * float(np.dot(weights, weights))
        if self.kind == "l1":
            return 0.5 * self.scale * float(np.abs(weights).sum())
        return 0.0

    def add_gradient(self, weights: Array, gradient: Array) -> None:
        """Adds the penalty's gradient to a flat gradient of the same shape, in place."""
        if self.kind == "l2":
            gradient += self.scale * weights
        elif self.kind == "l1":
            gradient += 0.5 * self.scale * np.sign(weights)


def penalty(kind: str, lambd: float, examples: int) -> Penalty:
    """The penalty of strength λ over a training set of m = `examples`; λ = 0 is none."""
    return Penalty("none" if lambd == 0 else kind, lambd / examples)
