"""Regression: how much?"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tuilab.arrays import Array
from tuilab.nn.task.chance import square
from tuilab.nn.task.number import NumberTask
from tuilab.nn.task.squared_error import SquaredError
from tuilab.nn.task.task import InOtherWords, Loss, Task, Told, Words
from tuilab.text import clean
from tuilab.words import number, quantity


@dataclass(frozen=True)
class Regression(NumberTask):
    """The output is linear: what labels are compared with.

    The loss is the halved squared error. The error is the squared one: as `scale` is the σ of the targets of the
    training part, the error of a part is the share of their variance that is left, MSE/σ², which is 1 − R². It is 0 for
    a perfect network and 1 for one that always says the mean, and the only such figure that is the mean of one of each
    example, so that it is the sum of noise, bias and variance (Hastie, Tibshirani and Friedman, "The Elements of
    Statistical Learning", section 7.3).
    """

    name: ClassVar[str] = "regression"
    words: ClassVar[Words] = Words(
        task="a regression",
        label="target",
        error="share of the target's variance that is left, 1 − R²",
        percent="Error, % of variance",
        wrong="off by more than 2 RMSE",
        off="far off",
        interval="χ²",
        spread_interval="by the spread of the squared errors",
        differences="square-and-add",
        measures=("R²", "RMSE"),
    )

    def loss(self, outputs: int) -> type[Loss]:
        return SquaredError

    def curvature(self, labels: int) -> float:
        return 1.0

    def predict(self, z: Array) -> Array:
        """μ + σz, in float64; NaN where z is."""
        said: Array = self.mean + self.scale * z[0].astype(np.float64)
        return said

    def errors(self, z: Array, y: Array) -> Array:
        """(z − y)², of normalized numbers; of what is not finite it is infinite."""
        errors = np.square(z[0] - y, dtype=np.float64)
        return np.where(np.isnan(errors), np.inf, errors)

    def chance(self, labels: Sequence[int], deviation: float | None) -> float | None:
        """That of always the mean."""
        return None if deviation is None else square(deviation / self.scale)

    def base_error(self, noise: float) -> float | None:
        """(σ/σ_y)²."""
        return min(square(noise / self.scale), 1.0)

    def in_unit_of(self, other: Task, errors: Array) -> Array:
        """Squares, of σ as the unit."""
        ratio = self.scale / other.scale if isinstance(other, NumberTask) else 1.0
        return errors if ratio == 1 else errors * square(ratio)

    def r_squared(self, error: float, deviation: float | None) -> float | None:
        """R² = 1 − Σ(prediction − y)²/Σ(y − ȳ)² over the examples of a part; None where its targets are all equal."""
        if not deviation:
            return None
        ratio = self.scale / deviation
        return 1 - error * ratio * ratio

    def rmse(self, error: float, deviation: float | None) -> float:
        """The root of the mean squared error, in the units of the target."""
        return self.scale * math.sqrt(error)

    figures: ClassVar[Mapping[str, InOtherWords]] = {"r_squared": r_squared, "rmse": rmse}

    def sentences(self, target: str, told: Told) -> list[str]:
        """R² of each part, and the RMSE in the units of the target."""
        determined = ", ".join(f"{part} {number(value, 4)}" for part, value in told["r_squared"].items())
        roots = ", ".join(f"{part} {quantity(value)}" for part, value in told["rmse"].items() if value is not None)
        return [f"R² {determined}", f"RMSE of {clean(target, 30)}: {roots} (σ {quantity(self.scale)})"]

    def lie(self) -> str:
        return f"of train μ {quantity(self.mean, self.scale)}, σ {quantity(self.scale)}"
