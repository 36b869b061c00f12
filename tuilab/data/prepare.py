"""The one way from an experiment to the arrays that a network is trained and measured on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuilab.data import datasets, files, generate
from tuilab.data.augment import augment
from tuilab.data.memory import refuse_too_large
from tuilab.data.normalize import moments, normalize
from tuilab.data.shift import LEVEL, p_value
from tuilab.data.split import stratified, totals
from tuilab.data.table import Floats, Table
from tuilab.errors import BadInput
from tuilab.events import Parts
from tuilab.experiment import GENERATED, SHIPPED, Experiment
from tuilab.streams import stream
from tuilab.text import clean

_PARTS = ("train", "dev", "test")
_COLUMNS = 16
"""Features that are reordered at a time: a cache line or two of each row."""


@dataclass(frozen=True, eq=False, slots=True)
class Part:
    """X (m, n) floats, C-contiguous, one example a row; y (m,) int64, indices into the data set's classes."""

    X: Floats
    y: NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class Dataset:
    """The three parts, dev and test possibly of 0 rows, and the (n,) `mean` and `scale` that normalized them.

    A row of a part is (raw − mean)/scale; mean is 0 and scale 1 where normalization is off. `notes` are worth a
    person's look.
    """

    train: Part
    dev: Part
    test: Part
    features: tuple[str, ...]
    classes: tuple[str, ...]
    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    notes: tuple[str, ...] = ()

    @property
    def examples(self) -> Parts[int]:
        """How many examples each part has."""
        return Parts(train=len(self.train.y), dev=len(self.dev.y), test=len(self.test.y))

    def raw(self, X: Floats, features: int | slice = slice(None)) -> NDArray[np.float64]:
        """Rows of a part, (m, n), or their values of one feature, (m,), as they were before normalization."""
        return X.astype(np.float64) * self.scale[features] + self.mean[features]


def prepare(experiment: Experiment) -> Dataset:
    """The data of `experiment`, loaded or generated, split, augmented and normalized. Raises `BadInput`.

    Random numbers come from the seed's streams "data" (generated points, the choice of a subset, comparisons of
    parts), "split" and "augmentation". X is float32 where the file and the network's precision are, else float64.
    """
    table = _load(experiment)
    own = {name: _aligned(experiment, name, table) for name in ("dev", "test") if _source(experiment, name)}
    parts = _split(experiment, table, own)
    notes = _compared(parts, stream(experiment.seed, "data")) if own else ()
    features, train = len(table.features), parts["train"]
    mean, scale = moments(train.X) if experiment.inputs.normalize else (np.zeros(features), np.ones(features))
    X, y = augment(train.X, train.y, experiment.augmentation, stream(experiment.seed, "augmentation"))
    parts["train"] = Part(X, y)
    for part in parts.values():
        normalize(part.X, mean, scale)
    return Dataset(**parts, features=table.features, classes=table.classes, mean=mean, scale=scale, notes=notes)


def _source(experiment: Experiment, part: str) -> str:
    """The file that holds `part`, empty if it is a share of the source."""
    return {"dev": experiment.data.dev_source, "test": experiment.data.test_source}.get(part, "")


def _aligned(experiment: Experiment, part: str, table: Table) -> Part:
    """The examples in the file of `part`, their features and classes in the order of those in `table`."""
    path, source = f"data.{part}_source", _source(experiment, part)
    other = files.load(source, experiment.data.label, path)
    features = _columns(table.features, other.features)
    if features is None:
        names = ", ".join(clean(name, 40) for name in table.features[:5])
        raise BadInput(
            f"must have the {len(table.features)} features of data.source ({names} …), has {len(other.features)}",
            path=path,
            file=clean(source),
        )
    known = {name: index for index, name in enumerate(table.classes)}
    if unknown := [name for name in other.classes if name not in known]:
        raise BadInput(
            f"has the class {unknown[0]!r}, which no example of data.source has", path=path, file=clean(source)
        )
    codes = np.array([known[name] for name in other.classes])
    return Part(X=_in_precision(experiment, other.X[:, features]), y=codes[other.y])


def _columns(wanted: tuple[str, ...], found: tuple[str, ...]) -> list[int] | None:
    """Where each wanted feature stands among those found: by name, or by place where one side has no names."""
    if set(wanted) == set(found):
        places = {name: place for place, name in enumerate(found)}
        return [places[name] for name in wanted]
    numbered = {tuple(f"x{number}" for number in range(1, len(names) + 1)) == names for names in (wanted, found)}
    return list(range(len(wanted))) if True in numbered and len(wanted) == len(found) else None


def _in_precision(experiment: Experiment, X: Floats) -> Floats:
    """X as it is if it may stay float32, else as float64."""
    if X.dtype != np.float64 and experiment.network.precision == "float64":
        refuse_too_large(X.nbytes + 8 * X.size, f"{len(X)} examples in float64", path="network.precision")
    return X if experiment.network.precision == "float32" else np.ascontiguousarray(X, np.float64)


def _compared(parts: Mapping[str, Part], rng: np.random.Generator) -> tuple[str, ...]:
    """What is to be said of parts from different files: dev and test must be of one distribution, train need not."""
    notes = []
    for one, other, advice in (
        ("dev", "test", "choose both from the data that you want to do well on"),
        ("train", "dev", "part of the variance may be this difference"),
    ):
        first, second = parts[one], parts[other]
        if len(first.y) and len(second.y):
            p = p_value(first.X, first.y, second.X, second.y, rng)
            if p < LEVEL:
                notes.append(f"{one} and {other} do not look alike (two-sample test, p = {p:.2g}): {advice}")
    return tuple(notes)


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


def _split(experiment: Experiment, table: Table, own: Mapping[str, Part]) -> dict[str, Part]:
    """The parts: those with a file of their own, whose shares are 0, and the shares of the source for the rest."""
    shares = [getattr(experiment.split, name) for name in _PARTS]
    indices = _indices(table, shares, stream(experiment.seed, "split"))
    X = _in_precision(experiment, table.X)
    _reorder(X, np.concatenate(indices))
    parts, start = {}, 0
    for name, index in zip(_PARTS, indices, strict=True):
        parts[name] = own.get(name) or Part(X=X[start : start + len(index)], y=table.y[index])
        start += len(index)
    return parts


def _reorder(X: Floats, order: NDArray[np.int64]) -> None:
    """Puts the rows of X into `order` in place: a few columns at a time, for X may be as large as memory allows."""
    for start in range(0, X.shape[1], _COLUMNS):
        X[:, start : start + _COLUMNS] = X[order, start : start + _COLUMNS]


def _indices(table: Table, shares: Sequence[float], rng: np.random.Generator) -> list[NDArray[np.int64]]:
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
