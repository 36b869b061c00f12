"""Figures of a run: for each part of its data, and of what is predicted of them."""

from typing import Annotated, Generic, TypeVar

from msgspec import Meta, Struct

from tuilab.events.ranges import ByClass, ErrorValue, Share

T = TypeVar("T")
MOST_TOLD = 3
"""Examples of which more is told than how many they are."""
PARTS = ("train", "train_dev", "dev", "test")
"""Of the data."""


def part_name(part: str) -> str:
    """What a person calls it."""
    return part.replace("_", "-")


def example_of(part: str) -> str:
    """What a person calls an example of that part: those that are learned from are training examples."""
    return f"{'training' if part == 'train' else part_name(part)} example"


class Parts(Struct, Generic[T], frozen=True, kw_only=True):
    """One figure for each part of the data; None where the part is empty or not measured."""

    train: T | None = None
    train_dev: T | None = None
    """Held out of the training source, and of its distribution, where dev is of another."""
    dev: T | None = None
    test: T | None = None

    @property
    def told(self) -> dict[str, T]:
        """The figures that there are, by what a person calls the part."""
        figures = {name: getattr(self, name) for name in PARTS}
        return {part_name(name): figure for name, figure in figures.items() if figure is not None}


class Tally(Struct, frozen=True, kw_only=True):
    """What a network says of the examples of a part, counted by class."""

    examples: ByClass
    """Of each class."""
    predicted: ByClass
    """Those that are said to be of it."""
    right: ByClass
    """Those of which that is true."""

    def __post_init__(self) -> None:
        if not len(self.examples) == len(self.predicted) == len(self.right) or not sum(self.examples):
            raise ValueError("counts of different classes, or of no example")
        if any(right > min(pair) for right, *pair in zip(self.right, self.examples, self.predicted, strict=True)):
            raise ValueError("more right than there are")


class Outliers(Struct, frozen=True, kw_only=True):
    """The few examples of a part that make much of a regression's error."""

    examples: Annotated[int, Meta(ge=1, le=2**53)]
    share: Share
    """Of the part's error, what is theirs."""
    others: ErrorValue
    """The error of all the others."""
    targets: Annotated[tuple[float, ...], Meta(max_length=MOST_TOLD)] = ()
    """What the target is of those that it is farthest off on, in its units."""
    file: Annotated[str, Meta(max_length=10_000)] = ""
    rows: Annotated[tuple[Annotated[int, Meta(ge=1)], ...], Meta(max_length=MOST_TOLD)] = ()
    """Of that file they are; none of what is of no table."""


class Threshold(Struct, frozen=True, kw_only=True):
    """A probability above which the second of two classes is said, and what is said of the dev examples there."""

    value: Annotated[float, Meta(gt=0, lt=1)]
    tally: Tally


class Cost(Struct, frozen=True, kw_only=True):
    """J = data + penalty: the mean loss over the examples, and the regularization term."""

    data: float
    penalty: float
    total: float
