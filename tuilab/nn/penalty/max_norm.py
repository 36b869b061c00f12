"""Max-norm: a constraint, no term of the cost."""

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from tuilab.arrays import Array
from tuilab.nn.parameters import Parameters
from tuilab.nn.penalty.penalty import Penalty


class MaxNorm(Penalty, frozen=True):
    """‖w‖₂ ≤ c for the weights w into each unit, a column of W; after an update those outside are scaled back to c.

    That is the projection onto the ball of radius c (Srivastava et al. 2014, section 5.1). Biases stay.
    """

    formula: ClassVar[str] = "‖w‖ ≤ c for the weights into each unit"
    weaker: ClassVar[dict[str, float]] = {"max_norm": 2.0}
    stronger: ClassVar[dict[str, float]] = {"max_norm": 0.5}

    max_norm: Annotated[
        float, Meta(gt=0, le=1e9, title="c (max norm)", description="largest norm of the weights into a unit")
    ] = 3.0

    def settle(self, parameters: Parameters, rate: float, metric: Parameters | None = None) -> None:
        for weights in parameters.weights:
            np.multiply(weights, self.max_norm / np.maximum(_norms(weights), self.max_norm), out=weights)


def _norms(weights: Array) -> Array:
    """‖w‖₂ of each column."""
    norms: Array = np.sqrt(np.einsum("ij,ij->j", weights, weights))
    # The squares of large weights are beyond the range of their type. To look for that on a device is to wait for it.
    if isinstance(norms, np.ndarray) and np.isfinite(norms).all():
        return norms
    largest = np.abs(weights).max(axis=0)
    largest = np.where(largest == 0, 1, largest)
    scaled = largest * np.sqrt(np.square(weights / largest).sum(axis=0))
    return np.where(np.isfinite(norms), norms, scaled)
