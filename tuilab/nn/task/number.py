"""What tasks have in common whose labels are numbers."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tuilab.arrays import Array
from tuilab.nn.task.chance import SURE, more_of_variance, of_mean, of_variance
from tuilab.nn.task.task import Task


@dataclass(frozen=True)
class NumberTask(Task):
    """Labels are numbers, (y − `mean`)/`scale` of a target y: what one output is compared with.

    The error of an example is 0 where it is told rightly, and on average 1 of who says the same of all examples of the
    training part, so that what is high and what is low is the same of every task. What is predicted is in the units of
    y, and made of functions of NumPy's.
    """

    mean: float = 0.0
    scale: float = 1.0
    of_classes: ClassVar[bool] = False

    def outputs(self, labels: int) -> int:
        return 1

    def labels(self, outputs: int) -> int:
        return 0

    def probabilities(self, z: Array) -> Array:
        """None: of shape (m, 0)."""
        return np.empty((z.shape[1], 0), z.dtype)

    def units(self, y: Array, mean: float, deviation: float) -> tuple[float, float]:
        """`mean` and `scale` for targets y (m,) of the training part, of which these are the mean and the σ."""
        return mean, deviation

    def interval(
        self, error: float, examples: float, deviations: float = SURE, spread: float | None = None
    ) -> tuple[float, float]:
        """By the spread of the errors, as outliers are in it; where it is not known, as of normal errors."""
        if spread is None:
            return of_variance(error, examples, deviations)
        return of_mean(error, examples, spread, deviations)

    def more_by_chance(self, error: float, examples: float) -> float:
        return more_of_variance(error, examples)

    def standard_error(self, error: float, examples: float) -> float:
        """As of normal errors."""
        return error * float((2 / examples) ** 0.5)

    @abstractmethod
    def lie(self) -> str:
        """Where the targets of the training part lie, for a person, as far as `mean` and `scale` tell."""
