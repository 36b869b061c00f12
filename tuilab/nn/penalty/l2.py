"""L2."""

from typing import ClassVar

import numpy as np

from tuilab.arrays import Array, number
from tuilab.nn.parameters import Parameters
from tuilab.nn.penalty.norm import Norm


class L2(Norm, frozen=True):
    """(λ/2m)·Σw² with gradient (λ/m)·w (course notes, "Regularization")."""

    formula: ClassVar[str] = "(λ/2m)·Σw²"

    def cost(self, parameters: Parameters) -> float:
        weights = self.counted(parameters)
        return 0.5 * self.scale * number(np.dot(weights, weights))

    def terms(self, weights: Array) -> Array:
        terms: Array = 0.5 * self.scale * (weights * weights)
        return terms

    def add_gradient(
        self, parameters: Parameters, gradient: Parameters, scratch: Parameters, rate: float = 1.0
    ) -> None:
        counted, work = self.counted(gradient), self.counted(scratch)
        np.multiply(self.counted(parameters), rate * self.scale, out=work)
        np.add(counted, work, out=counted)

    def decay(self, rate: float) -> float:
        """1 − αλ/m."""
        return 1 - rate * self.scale
