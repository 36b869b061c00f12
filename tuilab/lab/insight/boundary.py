"""The decision boundary over two features, the others at their means, and the examples around it.

Of numbers the areas are levels of the prediction, as on a map; over a single feature they are what lies below the
prediction and above it, so that the line between them is the prediction itself.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
from msgspec import Struct

from tuilab.arrays import Array
from tuilab.data import Dataset, Part
from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.lab.insight.fit import Levels, near
from tuilab.lab.insight.insight import Insight, numbered
from tuilab.lab.moments import Moment
from tuilab.lab.service import Lab
from tuilab.lab.watching import Snapshot
from tuilab.nn.task import CLASSIFICATION, TASKS, Words
from tuilab.nn.task.classification import NO_CLASS
from tuilab.text import clean
from tuilab.training.predict import Predictions, predict
from tuilab.words import count, number, percent
from tuilab.words.table import aligned

COLUMNS, ROWS = 120, 80
"""Points at which a network is asked, for a small one; a large one is asked at a quarter of them."""
SMALL = 100_000
"""Parameters of a network that can be asked everywhere in a few hundredths of a second."""
EXAMPLES = 4096
"""Of each part, how many examples are shown at most: its first ones."""
EVEN = 0.7
"""The confidence that areas of numbers are shown with: they have none."""
MARGIN = 0.06
"""Of the examples' range, what is seen beyond it on each side."""

Span = tuple[float, float]
"""The two ends of an axis."""


class Placed(Struct, frozen=True, eq=False):
    """Examples of one part: raw `x` and `y` on the two axes, the class of each, whether it is predicted; (m,)."""

    x: Array
    y: Array
    truth: Array
    right: Array


class BoundaryInsight(Insight, frozen=True, kw_only=True, eq=False):
    """What the network predicts in the rectangle `x_range` × `y_range`, in the raw units of two features.

    `areas` (rows, columns), row 0 at the lowest y: the class predicted there with the probability `confidence`, or
    `NO_CLASS`. `ranks` are the places of the two among all `features`, of which those that tell most come first.
    Of numbers the `classes` are levels of the target.
    """

    TURNS: ClassVar = ("x", "y")

    iteration: int
    x_name: str
    y_name: str
    ranks: tuple[int, int]
    features: int
    classes: tuple[str, ...]
    x_range: Span
    y_range: Span
    areas: Array
    confidence: Array
    train: Placed
    dev: Placed
    task: str = CLASSIFICATION.name
    parted: str = "class"
    """What is written above the classes, or the levels: what these are of."""

    @classmethod
    def look(cls, lab: Lab, experiment: Experiment, snapshot: Snapshot | None = None, choice: Any = None) -> Self:
        """That of the newest weights; `choice`: the ranks of the features on the two axes."""
        return cls.of(lab.moment(experiment, snapshot.name if snapshot else ""), choice)

    @classmethod
    def of(cls, moment: Moment, ranks: tuple[int, int] | None = None) -> Self:
        """That of a moment, over the features of these ranks; if not said, the two first ones in the data's order.

        Raises `BadInput` for classes of which the data have but one.
        """
        dataset = moment.problem.dataset
        task = moment.problem.network.task
        if dataset.target is not None and len(dataset.features) == 1:
            return cls.over_one(moment, dataset.target.name)
        if len(dataset.features) < 2:
            raise BadInput("a decision boundary needs two features, the data have one")
        order = telling(dataset)
        if ranks is None or max(ranks) >= len(order):
            ranks = (0, 1) if order[0] < order[1] else (1, 0)
        features = order[ranks[0]], order[ranks[1]]
        shown = np.concatenate([dataset.train.X[:EXAMPLES], dataset.dev.X[:EXAMPLES]])
        spans = [_range(shown[:, feature]) for feature in features]
        grid = _grid(moment, features, spans)
        x_range, y_range = (_raw(dataset, *pair) for pair in zip(features, spans, strict=True))
        levels = None if task.of_classes else Levels.of(_targets(dataset, dataset.train))
        return cls(
            iteration=moment.iteration,
            x_name=dataset.features[features[0]],
            y_name=dataset.features[features[1]],
            ranks=ranks,
            features=len(order),
            classes=dataset.classes if levels is None else tuple(levels.names),
            x_range=x_range,
            y_range=y_range,
            areas=grid.classes if levels is None else levels.places(grid.classes),
            confidence=grid.probabilities.max(axis=2) if levels is None else np.full(grid.classes.shape, EVEN),
            train=_placed(moment, dataset.train, features, levels),
            dev=_placed(moment, dataset.dev, features, levels),
            task=task.name,
            parted="class" if dataset.target is None else clean(dataset.target.name, 20),
        )

    @classmethod
    def over_one(cls, moment: Moment, target: str) -> Self:
        """That of numbers over the only feature: the target, which is called so, is on the y axis."""
        dataset, network = moment.problem.dataset, moment.problem.network
        shown = np.concatenate([part.X[:EXAMPLES, 0] for part in (dataset.train, dataset.dev)])
        targets = np.concatenate([_targets(dataset, part) for part in (dataset.train, dataset.dev)])
        x, y_range = np.linspace(*_range(shown), COLUMNS), _range(targets)
        said = predict(network, moment.parameters, x[:, None].astype(dataset.train.X.dtype)).classes
        heights = np.linspace(*y_range, ROWS)[:, None]
        areas = np.where(np.isnan(said), NO_CLASS, heights > said)

        def placed(part: Part) -> Placed:
            X, own = part.X[:EXAMPLES], _targets(dataset, part)
            said = predict(network, moment.parameters, X).classes
            return Placed(dataset.raw(X[:, 0], 0), own, (own > said).astype(int), near(said, own))

        return cls(
            iteration=moment.iteration,
            x_name=dataset.features[0],
            y_name=target,
            ranks=(0, 0),
            features=1,
            classes=("below", "above"),
            x_range=_raw(dataset, 0, _range(shown)),
            y_range=y_range,
            areas=areas,
            confidence=np.full(areas.shape, EVEN),
            train=placed(dataset.train),
            dev=placed(dataset.dev),
            task=network.task.name,
            parted="line",
        )

    @property
    def turns(self) -> dict[str, Sequence[str]]:
        """The feature on each axis by its rank, from 1, of those that tell most."""
        return dict.fromkeys(self.TURNS, numbered(self.features)) if self.features > 1 else {}

    def choice(self, places: Mapping[str, int]) -> tuple[int, int]:
        """The two ranks; what is not said is the first of the others. Raises `BadInput` where both are one."""
        x = places.get("x", int(places.get("y") == 0))
        y = places.get("y", int(x == 0))
        if x == y:
            raise BadInput("must be another feature than that of x", path="y")
        return x, y

    @property
    def words(self) -> Words:
        """How a person is told of the examples that are reversed."""
        return TASKS[self.task].words

    @cached_property
    def said(self) -> str:
        """How many of the examples shown are misclassified, or far off."""
        parts = [
            _wrong(name, part, self.words.off)
            for name, part in (("train", self.train), ("dev", self.dev))
            if len(part.truth)
        ]
        said = f"Iteration {count(self.iteration)}: {', '.join(parts)}."
        if self.features > 2:
            others = self.features - 2
            said += (
                f" Areas: the other {'feature at its' if others == 1 else f'{count(others)} features at their'} mean."
            )
        return said

    @cached_property
    def axes(self) -> str:
        """What lies on the two axes, and from where to where."""
        x, y = (
            f"{clean(name, 30)} {number(span[0])} … {number(span[1])}"
            for name, span in ((self.x_name, self.x_range), (self.y_name, self.y_range))
        )
        return f"→ {x}   ↑ {y}"

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """A row for each class: its share of the rectangle, its examples, and how many of them are misclassified."""
        off = self.words.off
        rows: list[tuple[str, ...]] = [(self.parted, "area", "train", off, "dev", off)]
        names = [*enumerate(self.classes), *([(NO_CLASS, "no class")] if (self.areas == NO_CLASS).any() else [])]
        for k, name in names:
            told = [percent(float((self.areas == k).mean()))]
            for part in (self.train, self.dev):
                own = part.truth == k
                told += [count(int(own.sum())), count(int((own & ~part.right).sum()))]
            rows.append((clean(name, 20), *told))
        return aligned(rows, "lr")

    @property
    def text(self) -> str:
        """The sentence, the axes, and a row for each class."""
        return "\n".join([self.said, self.axes, "", *self.lines])


def telling(dataset: Dataset) -> tuple[int, ...]:
    """The features by index, the one first that tells the classes apart best.

    By the share of its variance that lies between the classes of the training part (η², the correlation ratio), or
    that the target tells (the square of their correlation).
    """
    X, y = dataset.train.X[:EXAMPLES], dataset.train.y[:EXAMPLES]
    if not dataset.task.of_classes:
        deviations = X - X.mean(axis=0), y - y.mean()
        norms = (deviations[0] ** 2).sum(axis=0)
        told = (deviations[1] @ deviations[0]) ** 2 / np.where(norms > 0, norms, np.inf)
        return tuple(np.argsort(-told, kind="stable").tolist())
    groups = [X[y == k] for k in range(len(dataset.classes)) if (y == k).any()]
    between = sum(len(group) * (group.mean(axis=0) - X.mean(axis=0)) ** 2 for group in groups)
    total = ((X - X.mean(axis=0)) ** 2).sum(axis=0)
    share = between / np.where(total > 0, total, np.inf)
    return tuple(np.argsort(-share, kind="stable").tolist())


def _grid(moment: Moment, features: tuple[int, int], spans: Sequence[Span]) -> Predictions:
    """Those of shape (rows, columns) and (rows, columns, K) over the normalized `spans` of two features."""
    train, parameters = moment.problem.dataset.train, moment.parameters
    part = 1 if parameters.theta.size <= SMALL else 2
    x, y = np.linspace(*spans[0], COLUMNS // part), np.linspace(*spans[1], ROWS // part)
    asked = np.tile(train.X.mean(axis=0), (x.size * y.size, 1))
    asked[:, features[0]], asked[:, features[1]] = np.tile(x, y.size), np.repeat(y, x.size)
    found = predict(moment.problem.network, parameters, asked)
    return Predictions(*(each.reshape(y.size, x.size, *each.shape[1:]) for each in found))


def _targets(dataset: Dataset, part: Part) -> Array:
    """Those of the examples shown, in their units."""
    return dataset.targets(Part(part.X[:EXAMPLES], part.y[:EXAMPLES]))


def _placed(moment: Moment, part: Part, features: tuple[int, int], levels: Levels | None) -> Placed:
    X, truth, dataset = part.X[:EXAMPLES], part.y[:EXAMPLES], moment.problem.dataset
    x, y = (dataset.raw(X[:, feature], feature) for feature in features)
    said = predict(moment.problem.network, moment.parameters, X)
    if levels is None:
        return Placed(x, y, truth, said.classes == truth)
    targets = _targets(dataset, part)
    return Placed(x, y, levels.places(targets), near(said.classes, targets))


def _wrong(name: str, part: Placed, off: str) -> str:
    first = "first " if len(part.truth) == EXAMPLES else ""
    return f"{name} {count(int(np.count_nonzero(~part.right)))} of {first}{count(len(part.truth))} {off}"


def _range(values: Array) -> Span:
    low, high = float(values.min()), float(values.max())
    margin = MARGIN * (high - low) or 1.0
    return low - margin, high + margin


def _raw(dataset: Dataset, feature: int, span: Span) -> Span:
    low, high = dataset.raw(np.array(span), feature).tolist()
    return low, high
