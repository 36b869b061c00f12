"""The one way from an experiment to the arrays that a network is trained and measured on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuilab.data import datasets, files, generate
from tuilab.data.normalize import moments, normalize
from tuilab.data.split import stratified, totals
from tuilab.data.table import Table
from tuilab.errors import BadInput
from tuilab.events import Parts
from tuilab.experiment import GENERATED, SHIPPED, Experiment
from tuilab.streams import stream

_PARTS = ("train", "dev", "test")


@dataclass(frozen=True, eq=False, slots=True)
class Part:
    """X (m, n) float64, C-contiguous, one example a row; y (m,) int64, indices into the data set's classes."""

    X: NDArray[np.float64]
    y: NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class Dataset:
    """The three parts, dev and test possibly of 0 rows, and the (n,) `mean` and `scale` that normalized them.

    A row of a part is (raw − mean)/scale; mean is 0 and scale 1 where normalization is off.
    """

    train: Part
    dev: Part
    test: Part
    features: tuple[str, ...]
    classes: tuple[str, ...]
    mean: NDArray[np.float64]
    scale: NDArray[np.float64]

    @property
    def examples(self) -> Parts[int]:
        """How many examples each part has."""
        return Parts(train=len(self.train.y), dev=len(self.dev.y), test=len(self.test.y))


def prepare(experiment: Experiment) -> Dataset:
    """The data of `experiment`, loaded or generated, split and normalized. Raises `BadInput`.

    Random numbers come from the seed's streams "data" (generated points, the choice of a subset) and "split".
    """
    table = _load(experiment)
    split = experiment.split
    indices = _split(table, (split.train, split.dev, split.test), stream(experiment.seed, "split"))
    parts = [Part(X=table.X[index], y=table.y[index]) for index in indices]
    features = len(table.features)
    mean, scale = moments(parts[0].X) if experiment.inputs.normalize else (np.zeros(features), np.ones(features))
    for part in parts:
        normalize(part.X, mean, scale)
    train, dev, test = parts
    return Dataset(
        train=train, dev=dev, test=test, features=table.features, classes=table.classes, mean=mean, scale=scale
    )


def _load(experiment: Experiment) -> Table:
    data, rng = experiment.data, stream(experiment.seed, "data")
    if data.source in GENERATED:
        examples = generate.DEFAULT_EXAMPLES if data.examples == "all" else data.examples
        return generate.generate(data.source, examples, data.noise, rng)
    table = datasets.load(data.source) if data.source in SHIPPED else files.load(data.source, data.label)
    return table if data.examples == "all" else _subset(table, data.examples, rng)


def _subset(table: Table, examples: int, rng: np.random.Generator) -> Table:
    """A stratified draw of `examples` from `table`, in the table's order."""
    available = len(table.y)
    if examples > available:
        raise BadInput(f"the source has {available} examples, not {examples}", path="data.examples")
    if examples < len(table.classes):
        raise BadInput(
            f"{examples} examples cannot hold one of each of the {len(table.classes)} classes", path="data.examples"
        )
    chosen = stratified(table.y, np.array([examples, available - examples]), rng)[0]
    return Table(X=table.X[chosen], y=table.y[chosen], features=table.features, classes=table.classes)


def _split(table: Table, shares: Sequence[float], rng: np.random.Generator) -> list[NDArray[np.int64]]:
    """The indices of the train, dev and test part."""
    examples, classes = len(table.y), len(table.classes)
    sizes = totals(examples, shares)
    for name, share, size in zip(_PARTS, shares, sizes, strict=True):
        if share > 0 and size == 0:
            raise BadInput(
                f"a share of {share:g} of {examples} examples is none; at least {1 / examples:.2g} is wanted"
                + (", or 0 for no such part" if name != "train" else ""),
                path=f"split.{name}",
            )
    if sizes[0] < classes:
        raise BadInput(
            f"a training part of {sizes[0]} examples cannot hold one of each of the {classes} classes",
            path="split.train",
        )
    return stratified(table.y, sizes, rng)
