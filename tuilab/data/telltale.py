"""Does a single column say the label? Then the errors are those of a question that nobody will ask again."""

from dataclasses import replace

import numpy as np

from tuilab.data.augment import are_images
from tuilab.data.columns.decisions import kinds_decided
from tuilab.data.columns.relation import LEAK, tells, told_alone
from tuilab.data.dataset import Dataset
from tuilab.experiment import GENERATED, SHIPPED, Experiment

ROWS, COLUMNS = 1000, 1000
"""Training examples, at equal distances, and features that are looked at, at most: it takes a quarter of a second."""


def suspect(dataset: Dataset, experiment: Experiment) -> Dataset:
    """Notes columns of a file that say the label alone, but those that a person decided on."""
    if experiment.data.source in (*GENERATED, *SHIPPED):
        return dataset
    decided = kinds_decided(experiment.columns)
    return replace(dataset, telltales=tuple(name for name in telltales(dataset) if name not in decided))


def telltales(dataset: Dataset) -> tuple[str, ...]:
    """The features, columns of many kinds or numbers, of which one alone says the label by `relation`'s measures.

    None where there is but one feature, or more than `COLUMNS`, or where they are the pixels of images.
    """
    y, classes, kinds = dataset.train.y, len(dataset.classes), dataset.columns
    if not 1 < len(dataset.features) <= COLUMNS or len(y) < 2:
        return ()
    rows = np.linspace(0, len(y) - 1, min(ROWS, len(y))).astype(np.int64)
    some = dataset.train.at(rows)
    X, y, group = np.asarray(some.X, np.float64), some.y, some.group
    if not kinds and are_images(X):
        return ()

    def says(at: int) -> bool:
        numbers = not kinds or kinds[at].kind != "category"
        share, copy = tells(X[:, at], y, classes, numbers, group)
        return copy or told_alone(share, X[:, at], y, classes, numbers, group) >= LEAK

    used = [at for at in range(len(dataset.features)) if not kinds or kinds[at].role == "feature"]
    return tuple(dataset.features[at] for at in used if says(at))
