"""The data: the split, the classes of each part, what is worth a look."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from tuilab.experiment import Experiment
from tuilab.lab import Lab, Snapshot
from tuilab.lab.plan import plan
from tuilab.text import clean
from tuilab.training import Problem
from tuilab.training.samples import class_counts, images, turn_by_turn
from tuilab.ui.plots.series import Array
from tuilab.ui.views.images import PicturesView
from tuilab.words import count, plural
from tuilab.words.table import aligned

PARTS = ("train", "dev", "test")
BAR = 6
"""Cells of the longest bar."""
IMAGES = 120
"""As many as are drawn at most."""
_EIGHTHS = " ▏▎▍▌▋▊▉█"


@dataclass(frozen=True, eq=False)
class Insight:
    """What is said of the data, the rows of the table, and images of every class (none if they are none)."""

    said: str
    rows: tuple[str, ...]
    images: tuple[Array, ...]
    captions: tuple[str, ...]


class DataView(PicturesView):
    """A bar for each class and part, and pictures of every class where there are images."""

    TITLE: ClassVar[str] = "Data"
    ABOUT: ClassVar[str] = "the split, the classes of each part, and notes on the data"

    @staticmethod
    def look(lab: Lab, experiment: Experiment, snapshot: Snapshot | None, choice: Any) -> Insight:
        """The data of the experiment."""
        return insight(lab.problem(experiment))


def insight(problem: Problem) -> Insight:
    """What the view shows of a problem's data."""
    dataset = problem.dataset
    counts = class_counts(dataset)
    shown = turn_by_turn(dataset.train, len(dataset.classes), IMAGES)
    pictures = images(dataset, dataset.train.X[shown])
    names = [clean(dataset.classes[k], 20) for k in dataset.train.y[shown]]
    return Insight(
        said=sentence(problem),
        rows=table(counts, dataset.classes),
        images=tuple(pictures) if pictures.size else (),
        captions=tuple(
            name if name.isascii() else f"class {k}" for k, name in zip(dataset.train.y[shown], names, strict=True)
        ),
    )


def sentence(problem: Problem) -> str:
    """The size of the data, the split with the advised one beside it, and every note."""
    found, dataset = plan(problem), problem.dataset
    examples = [getattr(found.examples, part) or 0 for part in PARTS]
    copies = problem.experiment.augmentation.copies
    originals = [examples[0] // (1 + copies), *examples[1:]]
    split = "/".join(_share(100 * part / sum(originals)) for part in originals)
    advised = "/".join(_share(100 * share) for share in found.advised_split)
    kind = plural(len(dataset.features), "feature")
    said = f"{count(sum(originals))} examples, {kind}, {len(dataset.classes)} classes."
    if copies:
        noun = "copy" if copies == 1 else "copies"
        said += f" With {copies} changed {noun} of each, train has {count(examples[0])}."
    said += f" The split is {split} %; advised for so many: {advised} %."
    return "\n".join([said, *(f"! {note}" for note in found.notes)])


def _share(percent: float) -> str:
    return f"{percent:.1f}".removesuffix(".0")


def table(counts: Array, classes: Sequence[str]) -> tuple[str, ...]:
    """A line for all examples, then one a class, from `counts` (K, 3): number, share of the part, bar."""
    totals = counts.sum(axis=0)
    shares = counts / totals.clip(1)
    longest = shares.max()
    rows = [["class", *(cell for part in PARTS for cell in (part, f"%{' ' * BAR} "))]]
    rows.append(["all", *_cells(totals, totals / totals.sum(), (totals / totals.sum()).max())])
    for name, numbers, share in zip(classes, counts, shares, strict=True):
        rows.append([clean(name, 12), *_cells(numbers, share, longest)])
    return aligned(rows, left=1)


def _cells(numbers: Array, shares: Array, longest: float) -> Iterable[str]:
    for number, share in zip(numbers.tolist(), shares.tolist(), strict=True):
        yield from (count(number), f"{100 * share:.1f} {bar(share / longest)}")


def bar(share: float) -> str:
    """A bar of eighths of a cell, `BAR` cells wide at a share of 1."""
    full, part = divmod(round(8 * BAR * share), 8)
    return ("█" * full + (_EIGHTHS[part] if part else "")).ljust(BAR)
