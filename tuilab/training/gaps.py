"""The gaps between the five errors of a run: base, train, train-dev, dev, test. Each has a cause of its own.

A. Ng, "Machine Learning Yearning", chapters 36 to 43: avoidable bias = train − base, variance = train-dev − train, data
mismatch = dev − train-dev. Without a train-dev part what dev has above train is all called variance. Overfitting to dev
= test − dev: of many runs that are compared on one dev set the best is partly lucky there.

The interval of a difference of two errors, each with its own (Wilson's of a share), is Newcombe's tenth. Of a
regression the spread of the squared errors tells how far chance goes: a few outliers in one part are no difference.
"""

from typing import Literal

from msgspec import Struct

from tuilab.events import Parts, part_name
from tuilab.nn.task import Task
from tuilab.nn.task.chance import of_difference

GapName = Literal["avoidable bias", "variance", "data mismatch", "overfitting to dev"]

UNKNOWN: Parts[float] = Parts()


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


def gaps(
    error: Parts[float], base: float, examples: Parts[float], task: Task, spread: Parts[float] = UNKNOWN
) -> tuple[Gap, ...]:
    """Those that the errors, each of so many examples and of such a spread, allow to tell."""
    found = [_above_base(error.train, base, examples.train, task, spread.train)] if error.train is not None else []
    held = "dev" if error.train_dev is None else "train_dev"
    steps: tuple[tuple[GapName, str, str], ...] = (
        ("variance", "train", held),
        ("data mismatch", "train_dev", "dev"),
        ("overfitting to dev", "dev", "test"),
    )
    for name, before, after in steps:
        pair, sizes, spreads = ([getattr(of, part) for part in (after, before)] for of in (error, examples, spread))
        if None in pair:
            continue
        first, second = (
            (one, task.interval(one, size or 1, spread=wide))
            for one, size, wide in zip(pair, sizes, spreads, strict=True)
        )
        interval = of_difference(first, second) if all(sizes) else None
        between = part_name(after), part_name(before)
        value, method = pair[0] - pair[1], _method(task, None not in spreads)
        found.append(Gap(name=name, between=between, value=value, interval=interval, method=method))
    return tuple(found)


def _above_base(train: float, base: float, examples: float | None, task: Task, spread: float | None) -> Gap:
    low, high = task.interval(train, examples or 1, spread=spread)
    interval = (low - base, high - base) if examples else None
    between, method = ("train", "base"), _method(task, spread is not None)
    return Gap(name="avoidable bias", between=between, value=train - base, interval=interval, method=method)


def _method(task: Task, spread: bool) -> str:
    words = task.words
    return f"{words.spread_interval if spread else words.interval}, of differences {words.differences}"
