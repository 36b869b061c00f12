"""The penalty on the weights and its gradient; m is the size of the training set, whatever the batch.

L2: (λ/2m)·Σw² with gradient (λ/m)·w. L1: (λ/2m)·Σ|w| with subgradient (λ/2m)·sign(w), sign(0) = 0 (course notes,
"Regularization"). Biases are left out unless asked for.
"""

import numpy as np
from msgspec import Struct

from tuilab.nn.activation import Array
from tuilab.nn.parameters import Parameters


class Penalty(Struct, frozen=True):
    """`kind` is none, l2 or l1; `scale` is λ/m; `biases` says whether they count too."""

    kind: str
    scale: float
    biases: bool = False

    def counted(self, parameters: Parameters) -> Array:
        """The part of θ that the penalty counts, a flat view."""
        return parameters.theta if self.biases else parameters.all_weights

    def cost(self, parameters: Parameters) -> float:
        """The penalty."""
        return self.of(self.counted(parameters))

    def of(self, weights: Array) -> float:
        """The penalty of a flat vector."""
        if self.kind == "l2":
            return 0.5 * self.scale * float(np.dot(weights, weights))
        if self.kind == "l1":
            return 0.5 * self.scale * float(np.abs(weights).sum())
        return 0.0

    def add_gradient(
        self, parameters: Parameters, gradient: Parameters, scratch: Parameters, rate: float = 1.0
    ) -> None:
        """Adds the penalty's gradient, times `rate`, to `gradient` in place; `scratch` is overwritten."""
        weights, work = self.counted(parameters), self.counted(scratch)
        if self.kind == "l2":
            np.multiply(weights, rate * self.scale, out=work)
        elif self.kind == "l1":
            np.sign(weights, out=work)
            np.multiply(work, rate * 0.5 * self.scale, out=work)
        else:
            return
        counted = self.counted(gradient)
        np.add(counted, work, out=counted)

    def decay(self, learning_rate: float) -> float:
        """1 − αλ/m: what an update of gradient descent multiplies the weights by under L2; else 1."""
        return 1 - learning_rate * self.scale if self.kind == "l2" else 1.0

    def shrink(self, parameters: Parameters, learning_rate: float) -> None:
        """The proximal step of L1 in place: w ← sign(w)·max(|w| − αλ/2m, 0), which makes exact zeros.

        (Soft thresholding; Parikh and Boyd, Proximal Algorithms, 2014, section 6.5.2.)
        """
        weights = self.counted(parameters)
        threshold = 0.5 * learning_rate * self.scale
        np.subtract(weights, np.clip(weights, -threshold, threshold), out=weights)


NONE = Penalty("none", 0.0)


def penalty(kind: str, lambd: float, examples: int, biases: bool = False) -> Penalty:
    """The penalty of strength λ over a training set of m = `examples`; λ = 0 is none."""
    return Penalty("none" if lambd == 0 else kind, lambd / examples, biases)
