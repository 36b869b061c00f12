"""The data: the split, the classes of each part, or the levels of its target, what is worth a look."""

from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Any, Self

import numpy as np

from tuilab.arrays import Array
from tuilab.data import Dataset
from tuilab.events import Target, part_name
from tuilab.experiment import Experiment
from tuilab.lab.insight.fit import Levels
from tuilab.lab.insight.images import images
from tuilab.lab.insight.insight import Insight
from tuilab.lab.plan import plan
from tuilab.lab.service import Lab
from tuilab.lab.watching import Snapshot
from tuilab.nn.task import number_task
from tuilab.text import clean
from tuilab.training import Problem
from tuilab.words import count, plural
from tuilab.words.table import aligned

PICTURED = 120
"""Images that are shown at most."""
BAR = 6
"""Cells of the longest bar."""
_EIGHTHS = " ▏▎▍▌▋▊▉█"


class DataInsight(Insight, frozen=True, kw_only=True, eq=False):
    """How many examples of each class each part has, `counts` (K, P), and examples as images of every class in turn.

    `originals` are the examples of each part before augmentation adds `copies` changed copies of those of train.
    Of a `target` that is a number the `classes` are its levels.
    """

    features: int
    classes: tuple[str, ...]
    target: Target | None
    parts: tuple[str, ...]
    """Those that are shown: one held out of train only where there is one."""
    originals: tuple[int, ...]
    copies: int
    advised: tuple[float, float, float]
    """Shares for the parts that suit so many examples."""
    notes: tuple[str, ...]
    counts: Array
    images: Array
    """(n, side, side), 0 dark to 1 bright; n = 0 where the data are no images."""
    labels: Array
    """(n,): the class of each image."""
    copy: Array
    """(n,): 0 for an example, 1 for its first changed copy, …; the copies follow their example."""

    @classmethod
    def look(cls, lab: Lab, experiment: Experiment, snapshot: Snapshot | None = None, choice: Any = None) -> Self:
        """The data of the experiment."""
        return cls.of(lab.problem(experiment))

    @classmethod
    def of(cls, problem: Problem) -> Self:
        """The data of a problem."""
        found, dataset = plan(problem), problem.dataset
        copies = problem.experiment.augmentation.copies
        examples = found.examples.told
        train, *others = examples.values()
        classes, labels = labeled(dataset)
        shown = turn_by_turn(labels["train"], len(classes), PICTURED)
        if copies:
            shown = with_copies(shown, train // (1 + copies), copies)[:PICTURED]
        pictures = images(dataset, dataset.train.X[shown])
        return cls(
            features=len(dataset.features),
            classes=classes,
            target=dataset.target,
            parts=tuple(examples),
            originals=(train // (1 + copies), *others),
            copies=copies,
            advised=found.advised_split,
            notes=found.notes,
            counts=np.stack([np.bincount(labels[part], minlength=len(classes)) for part in examples], axis=1),
            images=pictures,
            labels=labels["train"][shown][: len(pictures)],
            copy=(shown // (train // (1 + copies)))[: len(pictures)],
        )

    @cached_property
    def said(self) -> str:
        """The size of the data, the split with the advised one beside it, and every note."""
        total = sum(self.originals)
        split = "/".join(_share(part / total) for part in self.originals)
        advised = "/".join(map(_share, self.advised))
        said = f"{count(total)} examples, {plural(self.features, 'feature')}, "
        said += f"{len(self.classes)} classes." if self.target is None else f"a number to predict: {told(self.target)}."
        if self.copies:
            noun = "copy" if self.copies == 1 else "copies"
            train = count(self.originals[0] * (1 + self.copies))
            said += f" With {self.copies} changed {noun} of each, train has {train}."
        said += f" The split is {split} %; advised for so many: {advised} %."
        return "\n".join([said, *(f"! {clean(note)}" for note in self.notes)])

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """A line for all examples, then one a class: number, share of the part, bar."""
        totals = self.counts.sum(axis=0)
        shares = self.counts / totals.clip(1)
        head = "class" if self.target is None else clean(self.target.name, 20)
        rows = [[head, *(cell for part in self.parts for cell in (part, f"%{' ' * BAR} "))]]
        rows.append(["all", *_cells(totals, totals / totals.sum(), (totals / totals.sum()).max())])
        for name, numbers, share in zip(self.classes, self.counts, shares, strict=True):
            rows.append([clean(name, 12 if self.target is None else 20), *_cells(numbers, share, shares.max())])
        return aligned(rows, "lr")

    @cached_property
    def captions(self) -> tuple[str, ...]:
        """The class of each image, in ASCII; of a changed copy, its number."""
        names = [clean(self.classes[k], 20) for k in self.labels]
        rows = zip(self.labels.tolist(), names, self.copy.tolist(), strict=True)
        return tuple(f"copy {copy}" if copy else name if name.isascii() else f"class {k}" for k, name, copy in rows)


@lru_cache(maxsize=1)  # a run changes none of it
def labeled(dataset: Dataset) -> tuple[tuple[str, ...], dict[str, Array]]:
    """The classes, or the levels of the target, and of each part the places among them, (m,)."""
    if dataset.task.of_classes:
        return dataset.classes, {part_name(name): part.y for name, part in dataset.parts.items()}
    targets = {part_name(name): dataset.targets(part) for name, part in dataset.parts.items()}
    levels = Levels.of(targets["train"])
    return tuple(levels.names), {name: levels.places(one) for name, one in targets.items()}


def told(target: Target) -> str:
    """The name of a target, and where it lies in the training part."""
    return f"{clean(target.name, 40)}, {number_task(target).lie()}"


def turn_by_turn(labels: Array, classes: int, number: int) -> Array:
    """The places in `labels` of `number` examples at most: the first one of each class, then the second of each, …"""
    found = [np.flatnonzero(labels == k)[:number] for k in range(classes)]
    turns = np.concatenate([np.arange(len(places)) for places in found])
    order: Array = np.concatenate(found)[np.argsort(turns, kind="stable")][:number]
    return order


def with_copies(places: Array, originals: int, copies: int) -> Array:
    """The `places` of examples among the `originals`, each followed by those of its changed copies."""
    first = places[places < originals]
    every: Array = (first[:, None] + originals * np.arange(1 + copies)).ravel()
    return every


def bar(share: float) -> str:
    """A bar of eighths of a cell, `BAR` cells wide at a share of 1."""
    full, part = divmod(round(8 * BAR * share), 8)
    return ("█" * full + (_EIGHTHS[part] if part else "")).ljust(BAR)


def _cells(numbers: Array, shares: Array, longest: float) -> Iterator[str]:
    for examples, share in zip(numbers.tolist(), shares.tolist(), strict=True):
        yield from (count(examples), f"{100 * share:.1f} {bar(share / longest)}")


def _share(fraction: float) -> str:
    return f"{100 * fraction:.1f}".removesuffix(".0")
