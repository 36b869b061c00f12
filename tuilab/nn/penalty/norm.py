"""What the penalties of a norm share: λ, and which parameters count."""

from typing import Annotated, ClassVar

from msgspec import Meta

from tuilab.arrays import Array
from tuilab.nn.parameters import Parameters
from tuilab.nn.penalty.penalty import Penalty


class Norm(Penalty, frozen=True):
    """A sum over the weights, times λ/2m. Biases are left out unless asked for."""

    has_cost: ClassVar[bool] = True
    weaker: ClassVar[dict[str, float]] = {"lambd": 0.1}
    stronger: ClassVar[dict[str, float]] = {"lambd": 3.0}

    lambd: Annotated[
        float,
        Meta(
            ge=0,
            le=1e9,
            extra={"steps": 0.0},
            title="λ (lambd)",
            description="strength of the penalty; 0 switches it off",
        ),
    ] = 0.0
    biases: Annotated[bool, Meta(title="biases too", description="let the penalty count the biases as well")] = False

    @property
    def scale(self) -> float:
        """λ/m."""
        return self.lambd / self.examples

    @property
    def off(self) -> bool:
        return self.lambd == 0

    def counted(self, parameters: Parameters) -> Array:
        return parameters.theta if self.biases else parameters.all_weights
