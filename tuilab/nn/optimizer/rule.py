"""What an update rule is, and what it keeps from one update to the next."""

from typing import Annotated, Any, ClassVar

import numpy as np
from msgspec import Meta, Struct

from tuilab.arrays import Array
from tuilab.nn.parameters import Parameters
from tuilab.nn.penalty import Penalty

Beta1 = Annotated[float, Meta(ge=0, lt=1, title="β₁", description="share of the old average gradient")]
Beta2 = Annotated[float, Meta(ge=0, lt=1, title="β₂", description="share of the old average square")]
Epsilon = Annotated[float, Meta(gt=0, le=1, title="ε", description="keeps the division finite")]


class State:
    """The number `t` of the update, from 1, and arrays like θ by name, 0 at first."""

    def __init__(self, slots: tuple[str, ...], size: int, dtype: Any, like: Array | None = None) -> None:
        self.t = 0
        self._arrays: dict[str, Array] = {name: np.zeros(size, dtype, like=like) for name in slots}

    def __getitem__(self, name: str) -> Array:
        return self._arrays[name]

    def saved(self) -> dict[str, Array]:
        """What a checkpoint must keep besides θ."""
        return {"updates": np.array(int(self.t)), **{f"optimizer_{name}": one for name, one in self._arrays.items()}}

    def restore(self, saved: dict[str, Array]) -> None:
        """Goes on where `saved` was taken. Raises KeyError or ValueError for what another rule saved."""
        for name, array in self._arrays.items():
            array[:] = saved[f"optimizer_{name}"]
        self.t = int(saved["updates"])


class Rule(Struct, frozen=True):
    """From θ and its gradient to the next θ.

    The fields of a rule are its knobs, each with bounds, label, help and default: the experiment takes them from here.
    Rules that share a knob, such as β₁, share its declaration.
    """

    slots: ClassVar[tuple[str, ...]] = ()
    """Names of the arrays that it keeps."""
    folds_rate: ClassVar[bool] = False
    """Whether the gradient must come already multiplied by α, which spares a pass over it."""

    def update(
        self, parameters: Parameters, gradient: Parameters, penalty: Penalty, rate: float, state: State, out: Parameters
    ) -> None:
        """Writes the next θ into `out`, by α = `rate`; `gradient`, of the data cost alone, may be overwritten."""
        penalty.add_gradient(parameters, gradient, out)
        self.step(parameters, gradient, rate, state, out)
        np.subtract(parameters.theta, out.theta, out=out.theta)

    def metric(self, state: State, out: Array) -> bool:
        """Writes what the newest step divides each coordinate by into `out`; False where α alone scales a step."""
        return False

    def step(self, parameters: Parameters, gradient: Parameters, rate: float, state: State, out: Parameters) -> None:
        """Writes what is to be subtracted from θ into `out`; `gradient`, of the whole J, may be overwritten."""
        raise AssertionError("each rule has its own step")
