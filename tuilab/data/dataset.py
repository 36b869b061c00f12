"""Examples on their way to a network: parts of rows, and what was done to them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuilab.data.columns.encoders import Encoders
from tuilab.data.columns.reading import Reading
from tuilab.data.mapped import is_mapped
from tuilab.data.row_numbers import SourceRows
from tuilab.data.table import Floats, Labels
from tuilab.events import PARTS, DataFile, Parts, Shift, Target
from tuilab.nn.task import Task, task_of
from tuilab.words import quantity

_LOOKED_AT = 2**24
"""Numbers of data larger than memory that are looked at where all of others are."""


@dataclass(frozen=True, eq=False, slots=True)
class Part:
    """X (m, n) floats, C-contiguous, one example a row; y (m,) indices into the data set's classes, or numbers."""

    X: Floats
    y: Labels
    group: NDArray[np.int64] | None = None
    """(m,) which group each is of, such as a patient, or an original with its copies, whose rows are alike; None where
    all stand for themselves."""
    rows: SourceRows | None = None
    """Which row of its file each is; None of what is of no file, such as generated points."""

    def at(self, index: NDArray[Any]) -> "Part":
        """Some of its examples, by their places (k,) or as booleans (m,), with all that is known of each."""
        return self.of(self.X[index], index)

    def of(self, X: Floats, index: NDArray[Any]) -> "Part":
        """The same, whose inputs are X (k, n)."""
        group = None if self.group is None else self.group[index]
        return Part(X, self.y[index], group, None if self.rows is None else self.rows.at(index))

    def looked_at(self) -> "Part":
        """Itself; where it is larger than memory, examples at equal distances, as files may be sorted by class."""
        if not is_mapped(self.X):
            return self
        some = np.linspace(0, len(self.y) - 1, min(len(self.y), max(1, _LOOKED_AT // self.X.shape[1]))).astype(np.int64)
        return replace(self.at(some), X=np.array(self.X[some]))


@dataclass(frozen=True, eq=False, slots=True)
class Dataset:
    """The parts, all but train possibly of 0 rows, and the (n,) `mean` and `scale` that normalize them.

    A row of a part is (raw − mean)/scale; mean is 0 and scale 1 where normalization is off. `notes` are worth a
    person's look. Data without classes have a `target`, by which their labels are normalized.
    """

    train: Part
    train_dev: Part
    """Of the training source, held out."""
    dev: Part
    test: Part
    features: tuple[str, ...]
    classes: tuple[str, ...]
    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    notes: tuple[str, ...] = ()
    files: tuple[DataFile, ...] = ()
    """What they were read from."""
    target: Target | None = None
    columns: tuple[Reading, ...] = ()
    """What the features are while they are columns of many kinds; none once they are a network's inputs."""
    aside: tuple[str, ...] = ()
    """Columns that the source has besides the features and the label, and that are not learned from."""
    encoders: Encoders | None = None
    """What made columns of many kinds inputs, as it was learned of the training part; None where all were numbers."""
    label: str = ""
    """What the column of the labels is called."""
    shift: Shift | None = None
    """How dev is unlike train; None where both are of one source."""
    telltales: tuple[str, ...] = ()
    """Columns of which one alone says the label."""

    @property
    def task(self) -> Task:
        """What there is to be learned of them: which class, or how much."""
        return task_of(self.target)

    @property
    def parts(self) -> dict[str, Part]:
        """By name; a train-dev part only where anything is held out."""
        every = {name: getattr(self, name) for name in PARTS}
        return {name: part for name, part in every.items() if len(part.y) or name != "train_dev"}

    @property
    def examples(self) -> Parts[int]:
        """How many examples each part has."""
        return Parts(**{name: len(part.y) for name, part in self.parts.items()})

    @property
    def labels(self) -> Parts[tuple[int, ...]]:
        """How many examples of each class each part has; None where there are no classes."""
        if not (count := len(self.classes)):
            return Parts()
        return Parts(
            **{name: tuple(np.bincount(part.y, minlength=count).tolist()) for name, part in self.parts.items()}
        )

    @property
    def nbytes(self) -> int:
        """Bytes of the parts."""
        return sum(part.X.nbytes + part.y.nbytes for part in self.parts.values())

    def raw(self, X: Floats, features: int | slice = slice(None)) -> NDArray[np.float64]:
        """Rows of a part, (m, n), or their values of one feature, (m,), as they were before normalization."""
        return X.astype(np.float64) * self.scale[features] + self.mean[features]

    def telling(self, X: Floats) -> NDArray[np.int64]:
        """(m, c) of rows of a part (m, n) the features that tell what each column of the source holds."""
        if self.encoders is not None:
            return self.encoders.telling(self.raw(X))
        return np.broadcast_to(np.arange(X.shape[1]), X.shape)

    @property
    def marks(self) -> NDArray[np.bool_]:
        """(n,) whether a feature is 1 or 0 for yes or no, such as a level of a column of text."""
        none = (False,) * len(self.features)
        return np.array(none if self.encoders is None else self.encoders.marks, np.bool_)

    def written(self, feature: int, value: float) -> str:
        """A raw value of a feature as the source has it, such as a day as a date."""
        spread = float(self.scale[feature])
        return quantity(value, spread) if self.encoders is None else self.encoders.written(feature, value, spread)

    def targets(self, part: Part) -> NDArray[np.float64]:
        """The labels of a part, (m,), where they are numbers: in their units."""
        assert self.target is not None
        return np.asarray(self.target.mean + self.target.scale * part.y)

    @property
    def codes(self) -> NDArray[np.int64]:
        """The class of each training example, by which parts are stratified; 0 of all where there are none."""
        return self.train.y if self.task.of_classes else np.zeros(len(self.train.y), np.int64)

    def each(self, change: Callable[[Part], Part]) -> "Dataset":
        """The same data with `change` made to each part, an empty one too."""
        return replace(
            self,
            train=change(self.train),
            train_dev=change(self.train_dev),
            dev=change(self.dev),
            test=change(self.test),
        )

    def protected(self) -> "Dataset":
        """Itself, with arrays that nobody can write to: who shares it sees what was prepared."""
        for array in (self.mean, self.scale, *(array for part in self.parts.values() for array in (part.X, part.y))):
            array.flags.writeable = False
        return self


def unnormalized(train: Part, dev: Part, test: Part, features: tuple[str, ...], classes: tuple[str, ...]) -> Dataset:
    """The data set of raw parts, with nothing held out of train."""
    n, none = len(features), Part(train.X[:0], train.y[:0])
    return Dataset(train, none, dev, test, features, classes, mean=np.zeros(n), scale=np.ones(n))
