"""The gaps between the five errors of a run: base, train, train-dev, dev, test. Each has a cause of its own.

A. Ng, "Machine Learning Yearning", chapters 36 to 43: avoidable bias = train − base, variance = train-dev − train, data
mismatch = dev − train-dev. Without a train-dev part what dev has above train is all called variance. Overfitting to dev
= test − dev: of many runs that are compared on one dev set the best is partly lucky there.

The interval of a difference of two errors, each with its own (Wilson's of a share), is Newcombe's tenth.
"""

from typing import Literal

from msgspec import Struct

from tuilab.events import Parts, part_name
from tuilab.nn.task import Task
from tuilab.nn.task.chance import of_difference

GapName = Literal["avoidable bias", "variance", "data mismatch", "overfitting to dev"]


class Gap(Struct, frozen=True, kw_only=True):
    """What one error has above another."""

    name: GapName
    between: tuple[str, str]
    """What the first of these has above the second."""
    value: float
    interval: tuple[float, float] | None = None
    """Where it is to be expected with endless examples, 95 times of 100; None of parts of unknown size."""
    method: str = ""
    """Whose interval that is."""

    @property
    def shown(self) -> bool:
        """Whether it is above 0 by more than chance."""
        return self.interval is not None and self.interval[0] > 0


def gaps(error: Parts[float], base: float, examples: Parts[float], task: Task) -> tuple[Gap, ...]:
    """Those that the errors, each of so many examples, allow to tell."""
    found = [_above_base(error.train, base, examples.train, task)] if error.train is not None else []
    held = "dev" if error.train_dev is None else "train_dev"
    steps: tuple[tuple[GapName, str, str], ...] = (
        ("variance", "train", held),
        ("data mismatch", "train_dev", "dev"),
        ("overfitting to dev", "dev", "test"),
    )
    for name, before, after in steps:
        pair = [getattr(error, part) for part in (after, before)]
        if None in pair:
            continue
        sizes = [getattr(examples, part) for part in (after, before)]
        first, second = ((one, task.interval(one, size or 1)) for one, size in zip(pair, sizes, strict=True))
        interval = of_difference(first, second) if all(sizes) else None
        between = part_name(after), part_name(before)
        value, method = pair[0] - pair[1], task.words.interval
        found.append(Gap(name=name, between=between, value=value, interval=interval, method=method))
    return tuple(found)


def _above_base(train: float, base: float, examples: float | None, task: Task) -> Gap:
    low, high = task.interval(train, examples or 1)
    interval = (low - base, high - base) if examples else None
    between, method = ("train", "base"), task.words.interval
    return Gap(name="avoidable bias", between=between, value=train - base, interval=interval, method=method)
