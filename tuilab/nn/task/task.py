"""What a task is: what the outputs of a network mean, what they should be, and how far off they are."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from msgspec import Struct

from tuilab.arrays import Array
from tuilab.nn.task.chance import ONE_SIDED, SURE


class Loss(ABC):
    """A loss of the output layer's z, of shape (K, m), one example a column; forward and backward in one go.

    The output layer works in that layout because reductions over its units are fast there. An object of it has the
    buffers for m = `rows` examples, made where `like` is.
    """

    @abstractmethod
    def __init__(self, rows: int, dtype: Any, like: Array | None = None) -> None: ...

    @abstractmethod
    def __call__(self, z: Array, targets: Array) -> float:
        """The summed loss; z becomes ∂(summed loss)/∂z."""

    @staticmethod
    @abstractmethod
    def targets(y: Array, outputs: int, dtype: Any) -> Array:
        """What z is compared with, a column for each of the labels y of shape (m,)."""

    @staticmethod
    @abstractmethod
    def losses(z: Array, targets: Array) -> Array:
        """The loss of each example, shape (m,); z stays as it is."""

    @staticmethod
    @abstractmethod
    def differences(z: Array, y: Array) -> Array:
        """loss(z₁) − loss(z₂) of each example, shape (P, m), for pairs z of shape (K, 2, P, m), which are overwritten.

        By another way than `losses`, which the gradient check may rely on.
        """

    @staticmethod
    @abstractmethod
    def output_differences(z: Array, y: Array, unit: int, delta: Array) -> Array:
        """loss(z + δ) − loss(z − δ), shape (P, m), for changes δ of shape (P, m) of the z of one output unit."""


class Words(Struct, frozen=True):
    """How a person is told of the task and of its errors."""

    task: str
    """What it is, with its article."""
    label: str
    """What is to be said of an example."""
    error: str
    """What the error of a part is."""
    percent: str
    """The same in a word or two, where it is drawn."""
    wrong: str
    """What an example is that is told as an error."""
    off: str
    """The same in a word."""
    interval: str
    """Whose intervals errors have."""
    spread_interval: str
    """The same where the spread of the errors is known."""
    differences: str
    """Whose intervals differences of them have."""
    measures: tuple[str, ...]
    """The figures that tell how far off it is, that by which two are compared first."""


InOtherWords = Callable[[Any, float, float | None], float | None]
"""Of a task and the error of a part, what that is in other words; of the σ of the part's targets, where it is known.
None where there is no such figure."""
Told = Mapping[str, Mapping[str, float | None]]
"""Figures by name, each of every part by name."""


class Task(ABC):
    """What a network is asked. A value that never changes: a network has one, and the number of its output units.

    Labels are classes, or numbers (`NumberTask`); whoever wants to know which asks `of_classes`.
    """

    name: ClassVar[str]
    """What an experiment calls it."""
    of_classes: ClassVar[bool]
    largest: ClassVar[float] = math.inf
    """The largest error that an example can have."""
    words: ClassVar[Words]
    figures: ClassVar[Mapping[str, InOtherWords]] = {}
    """What the error of a part is in other words, each by the name that a program reads it by."""

    @abstractmethod
    def outputs(self, labels: int) -> int:
        """Units of the output layer for data with so many different labels; 0: labels are numbers."""

    @abstractmethod
    def labels(self, outputs: int) -> int:
        """The different labels that so many output units tell apart; 0 where labels are numbers."""

    @abstractmethod
    def loss(self, outputs: int) -> type[Loss]:
        """The loss of that many output units."""

    @abstractmethod
    def curvature(self, labels: int) -> float:
        """The largest eigenvalue of ∂²loss/∂z² at z = 0."""

    @abstractmethod
    def predict(self, z: Array) -> Array:
        """What outputs z of shape (K, m) say, shape (m,): a label, or what no label equals for z that says nothing."""

    @abstractmethod
    def errors(self, z: Array, y: Array) -> Array:
        """The error of each example, shape (m,), for z of shape (K, m) and labels y of shape (m,); NaN is an error."""

    @abstractmethod
    def probabilities(self, z: Array) -> Array:
        """P(label | x) of shape (m, labels) for z of shape (K, m); NaN where there is none."""

    @abstractmethod
    def interval(
        self, error: float, examples: float, deviations: float = SURE, spread: float | None = None
    ) -> tuple[float, float]:
        """Where the error of endless data is to be expected, after an `error` on so many examples.

        `spread`: the standard deviation of their errors, where it is known; that of a share follows from it.
        """

    def limits(self, error: float, examples: float, spread: float | None = None) -> tuple[float, float]:
        """As `interval`, two limits on one side each, of which 90 of 100 hold: what it may well be, or as well not."""
        return self.interval(error, examples, ONE_SIDED, spread)

    @abstractmethod
    def more_by_chance(self, error: float, examples: float) -> float:
        """By how much more than the true `error` may be measured on so many examples, of 100 times 90."""

    @abstractmethod
    def standard_error(self, error: float, examples: float) -> float:
        """That of an `error` that was measured on so many examples, one mistake more."""

    @abstractmethod
    def chance(self, labels: Sequence[int], deviation: float | None) -> float | None:
        """The error, on a part, of who knows nothing of its inputs; None where that is not known.

        `labels`: how many examples of each class the part has; `deviation`: the σ of its targets, in their units.
        """

    def base_error(self, noise: float) -> float | None:
        """That of targets with noise of that σ, in their units; None where such noise says nothing of the error."""
        return None

    def unfit(self, y: Array) -> str:
        """What labels (m,), of any part, must be, where these are not; empty where they are."""
        return ""

    def in_other_words(self, errors: Mapping[str, float | None], deviation: Mapping[str, float | None]) -> Told:
        """The `figures` of each part, of its error and the σ of its targets; None where there is no such figure."""
        return {
            name: {
                part: None if error is None else figure(self, error, deviation.get(part))
                for part, error in errors.items()
            }
            for name, figure in self.figures.items()
        }

    def in_unit_of(self, other: "Task", errors: Array) -> Array:
        """Errors (m,) as those of `other` are, which may be measured by another train part."""
        return errors

    def sentences(self, target: str, told: Told) -> list[str]:
        """The `figures` of the parts for a person; `target` is what the labels are called."""
        return []
