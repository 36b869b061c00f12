"""A task that tuilab does not have: Poisson regression of counts. Who adds one writes a file like this.

Its suite puts this file beside the others of a copy of tuilab, and walks through everything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tuilab.arrays import Array, number
from tuilab.nn.task.number import NumberTask
from tuilab.nn.task.task import InOtherWords, Loss, Told, Words
from tuilab.words import quantity


class PoissonDeviance(Loss):
    """Half of the deviance of one unit whose exponential is the mean: loss(z, y) = eᶻ − y − y·(z − log y).

    ∂loss/∂z = eᶻ − y; P. McCullagh and J. A. Nelder, "Generalized Linear Models" (1989), section 6.2.
    """

    def __init__(self, rows: int, dtype: Any, like: Array | None = None) -> None:
        self._ones: Array = np.ones(rows, dtype, like=like)
        self._loss: Array = np.empty((1, rows), dtype, like=like)

    @staticmethod
    def targets(y: Array, outputs: int, dtype: Any) -> Array:
        """y and y − y·log y, of shape (2, m)."""
        return np.stack([y, y - y * np.log(np.where(y > 0, y, 1.0))]).astype(dtype)

    def __call__(self, z: Array, targets: Array) -> float:
        np.multiply(z, targets[:1], out=self._loss)
        np.exp(z, out=z)
        np.subtract(z, self._loss, out=self._loss)
        np.subtract(self._loss, targets[1:], out=self._loss)
        np.subtract(z, targets[:1], out=z)
        return number(np.dot(self._loss[0], self._ones))

    @staticmethod
    def losses(z: Array, targets: Array) -> Array:
        losses: Array = np.exp(z[0]) - z[0] * targets[0] - targets[1]
        return losses

    @staticmethod
    def differences(z: Array, y: Array) -> Array:
        return _differences(z[0, 0], z[0, 1], y)

    @staticmethod
    def output_differences(z: Array, y: Array, unit: int, delta: Array) -> Array:
        return _differences(z[unit] + delta, z[unit] - delta, y)


def _differences(one: Array, other: Array, y: Array) -> Array:
    differences: Array = np.exp(other) * np.expm1(one - other) - y * (one - other)
    return differences


@dataclass(frozen=True)
class Counts(NumberTask):
    """The logarithm of a mean is the output. The error is the deviance as a share of that of who says the mean.

    Both scale with y, so that `scale` is the mean deviance of who says the mean of the training part.
    """

    name: ClassVar[str] = "counts"
    words: ClassVar[Words] = Words(
        task="a count",
        label="count",
        error="share of the deviance that is left",
        percent="Error, % of deviance",
        wrong="off by more than 2 RMSE",
        off="far off",
        interval="χ²",
        spread_interval="by the spread of the deviances",
        differences="square-and-add",
        measures=("D²",),
    )

    def loss(self, outputs: int) -> type[Loss]:
        return PoissonDeviance

    def curvature(self, labels: int) -> float:
        return 1.0

    def predict(self, z: Array) -> Array:
        said: Array = self.scale * np.exp(z[0].astype(np.float64))
        return said

    def errors(self, z: Array, y: Array) -> Array:
        wide = np.asarray(z, np.float64)
        errors = 2 * PoissonDeviance.losses(wide, PoissonDeviance.targets(y, 1, np.float64))
        return np.where(np.isnan(errors), np.inf, np.maximum(errors, 0.0))

    def chance(self, labels: Sequence[int], deviation: float | None) -> float | None:
        return 1.0

    def unfit(self, y: Array) -> str:
        return "" if (y >= 0).all() else "labels must be 0 or more"

    def units(self, y: Array, mean: float, deviation: float) -> tuple[float, float]:
        losses = PoissonDeviance.losses(
            np.full((1, len(y)), np.log(mean or 1.0)), PoissonDeviance.targets(y, 1, np.float64)
        )
        return 0.0, 2 * float(losses.mean()) or 1.0

    def explained(self, error: float, deviation: float | None) -> float | None:
        """D²: the share of the deviance that is explained."""
        return 1 - error

    figures: ClassVar[Mapping[str, InOtherWords]] = {"d_squared": explained}

    def sentences(self, target: str, told: Told) -> list[str]:
        return ["D² " + ", ".join(f"{part} {quantity(value or 0.0)}" for part, value in told["d_squared"].items())]

    def lie(self) -> str:
        return f"counts, of train a deviance of {quantity(self.scale)}"
