"""What the verdict is of: the errors of the parts, of how many examples; and the part that nothing was learned from."""

from typing import NamedTuple

from tuilab.events import PARTS, Outliers, Parts, part_name
from tuilab.experiment import Experiment
from tuilab.nn.task import Task
from tuilab.training.course import Course
from tuilab.training.outliers import makes_most
from tuilab.training.tally import balanced_examples, beyond_chance


class Unseen(NamedTuple):
    """The part on which the variance is measured."""

    part: str
    error: float | None
    examples: int
    size: float
    """Of how many examples chance may have made the error."""
    spread: float | None
    """Standard deviation of the errors of the examples, where it is known."""
    few: Outliers | None
    """The few examples that make most of the error, where there are such."""
    agreement: float | None
    """By how many standard deviations what is said goes with the labels more than by chance, at the end of a run."""

    def interval(self, task: Task) -> tuple[float, float]:
        """Where the error of endless examples is to be expected."""
        assert self.error is not None
        return task.interval(self.error, self.size, spread=self.spread)

    def limits(self, task: Task) -> tuple[float, float]:
        """Below and above which it may as well lie."""
        assert self.error is not None
        return task.limits(self.error, self.size, self.spread)


def measured(
    error: Parts[float], by_class: Parts[float], examples: Parts[int], experiment: Experiment, course: Course
) -> tuple[Parts[float], Parts[float]]:
    """The errors that the verdict is of, and of how many examples chance may have made them."""
    alike = {part: share for part in PARTS if (share := getattr(course.worth, part)) is not None}
    if by_class.train is not None:
        told, sizes = by_class, {part: balanced_examples(one) for part in PARTS if (one := getattr(course.tally, part))}
    else:
        told, sizes = error, {part: float(size) for part in PARTS if (size := getattr(examples, part))}
        alike.setdefault("train", 1 / (1 + experiment.augmentation.copies))  # a copy is as its original is
    return told, Parts(**{part: size * alike.get(part, 1.0) for part, size in sizes.items()})


def unseen(told: Parts[float], sizes: Parts[float], examples: Parts[int], course: Course) -> Unseen:
    part = "dev" if told.train_dev is None else "train_dev"
    of_parts = (told, examples, sizes, spreads(course), course.outliers, course.agreement, course.tally, course.worth)
    error, many, size, spread, few, agrees, tally, worth = (getattr(of, part) for of in of_parts)
    if tally is not None:
        agrees = beyond_chance(tally)
    return Unseen(
        part=part_name(part),
        error=error,
        examples=many or 0,
        size=size or 0.0,
        spread=spread,
        few=few if makes_most(few) else None,
        agreement=None if agrees is None else agrees * (worth or 1.0) ** 0.5,
    )


def spreads(course: Course) -> Parts[float]:
    """That of the errors of each part's examples; of those not learned from at least what it is of those that were.

    A small part may have none of the outliers that train has.
    """
    known = {name: spread for name in PARTS if (spread := getattr(course.spread, name)) is not None}
    return Parts(**{name: max(spread, known.get("train", 0.0)) for name, spread in known.items()})
