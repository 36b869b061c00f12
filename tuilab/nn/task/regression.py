"""Regression: how much?"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tuilab.arrays import Array
from tuilab.nn.task.chance import SURE, more_of_variance, of_mean, of_variance
from tuilab.nn.task.squared_error import SquaredError
from tuilab.nn.task.task import Loss, Task, Words


@dataclass(frozen=True)
class Regression(Task):
    """Labels are numbers, (y − `mean`)/`scale` of a target y: what one linear output is compared with.

    The loss is the halved squared error. The error is the squared one: as `scale` is the σ of the targets of the
    training part, the error of a part is the share of their variance that is left, MSE/σ², which is 1 − R². It is 0 for
    a perfect network and 1 for one that always says the mean, and the only such figure that is the mean of one of each
    example, so that it is the sum of noise, bias and variance (Hastie, Tibshirani and Friedman, "The Elements of
    Statistical Learning", section 7.3). What is predicted is in the units of y.
    """

    mean: float = 0.0
    scale: float = 1.0
    words: ClassVar[Words] = Words(
        error="share of the target's variance that is left, 1 − R²",
        percent="Error, % of variance",
        wrong="off by more than 2 RMSE",
        off="far off",
        interval="χ², of differences square-and-add",
        spread_interval="by the spread of the squared errors, of differences square-and-add",
    )

    def outputs(self, labels: int) -> int:
        return 1

    def labels(self, outputs: int) -> int:
        return 0

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

    def probabilities(self, z: Array) -> Array:
        """None: of shape (m, 0)."""
        return np.empty((z.shape[1], 0), z.dtype)

    def interval(
        self, error: float, examples: float, deviations: float = SURE, spread: float | None = None
    ) -> tuple[float, float]:
        """By the spread of the squared errors, as outliers are in it; where it is not known, as of normal errors."""
        if spread is None:
            return of_variance(error, examples, deviations)
        return of_mean(error, examples, spread, deviations)

    def more_by_chance(self, error: float, examples: float) -> float:
        return more_of_variance(error, examples)
