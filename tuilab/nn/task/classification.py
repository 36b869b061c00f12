"""Classification: which of some classes?"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tuilab.arrays import Array
from tuilab.nn.task.chance import SURE, limits_of_share, more_of_share, wilson
from tuilab.nn.task.cross_entropy import SigmoidCrossEntropy, SoftmaxCrossEntropy
from tuilab.nn.task.task import Loss, Task, Words

NO_CLASS = -1
"""What z that is not a number says."""


@dataclass(frozen=True)
class Classification(Task):
    """Labels are the classes 0 to K − 1. Two of them have one sigmoid unit, more a softmax unit each.

    The loss is the cross-entropy, the error the share misclassified. Of two classes 1 is said where P(y = 1 | x) is
    above `threshold`, between 0 and 1; no loss knows of it.
    """

    threshold: float = 0.5
    name: ClassVar[str] = "classification"
    of_classes: ClassVar[bool] = True
    largest: ClassVar[float] = 1.0
    words: ClassVar[Words] = Words(
        task="a classification",
        label="label",
        error="share misclassified",
        percent="Error, %",
        wrong="misclassified",
        off="wrong",
        interval="Wilson",
        spread_interval="Wilson",
        differences="Newcombe",
        measures=("error",),
    )

    def outputs(self, labels: int) -> int:
        return 1 if labels == 2 else labels

    def labels(self, outputs: int) -> int:
        return max(2, outputs)

    def loss(self, outputs: int) -> type[Loss]:
        return SigmoidCrossEntropy if outputs == 1 else SoftmaxCrossEntropy

    def curvature(self, labels: int) -> float:
        """Of σ′ it is 1/4, of a softmax of K units, diag(p) − ppᵀ with p = 1/K, it is 1/K."""
        return 1 / 4 if labels == 2 else 1 / labels

    def predict(self, z: Array) -> Array:
        """The class of the largest logit, of equal ones the first; of one unit 1 where σ(z) > t: z > log(t/(1 − t))."""
        said = z[0] > math.log(self.threshold / (1 - self.threshold)) if len(z) == 1 else z.argmax(axis=0)
        labels: Array = np.where(np.isnan(z).any(axis=0), NO_CLASS, said)
        return labels

    def errors(self, z: Array, y: Array) -> Array:
        """Whether it is misclassified; NaN speaks for no class."""
        wrong: Array = self.predict(z) != y
        return wrong

    def probabilities(self, z: Array) -> Array:
        """P(y = k | x) of shape (m, K)."""
        if len(z) == 1:
            both: Array = np.exp(-np.logaddexp(0, np.concatenate([z, -z])))
            return both.T
        exponentials = np.exp(z - z.max(axis=0))
        shares: Array = exponentials / exponentials.sum(axis=0)
        return shares.T

    def interval(
        self, error: float, examples: float, deviations: float = SURE, spread: float | None = None
    ) -> tuple[float, float]:
        return wilson(error, examples, deviations)

    def limits(self, error: float, examples: float, spread: float | None = None) -> tuple[float, float]:
        return limits_of_share(error, examples)

    def more_by_chance(self, error: float, examples: float) -> float:
        return more_of_share(error, examples)

    def standard_error(self, error: float, examples: float) -> float:
        share = (error * examples + 1) / (examples + 2)
        return float((share * (1 - share) / examples) ** 0.5)

    def chance(self, labels: Sequence[int], deviation: float | None) -> float | None:
        """That of always the most frequent class."""
        return 1 - max(labels) / sum(labels) if any(labels) else None
