"""Numbers far from all others of their column: μ and σ are theirs, and the others nearly one and the same."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from tuilab.data.augment import are_images
from tuilab.data.columns.column import Kept
from tuilab.data.columns.decisions import kinds_decided
from tuilab.data.columns.far_off import WIDTHS, far_off
from tuilab.data.dataset import Dataset
from tuilab.data.mapped import is_mapped
from tuilab.data.table import Floats
from tuilab.experiment import GENERATED, SHIPPED, Experiment
from tuilab.text import clean
from tuilab.words import plural

COLUMNS = 1000
"""Features that are looked at, at most."""
_LONG = 100_000  # numbers, of more of which some tell first whether any may be far off
_ROWS, _ENDS = 1000, 4  # those, at equal distances; and those at either end of them that may be


def doubt(dataset: Dataset, experiment: Experiment) -> Dataset:
    """Notes such numbers of a file's features, and of its target, but of columns that a person decided on.

    Not of images, nor of data larger than memory.
    """
    X, kinds = dataset.train.X, dataset.columns
    if experiment.data.source in (*GENERATED, *SHIPPED) or is_mapped(X) or len(dataset.features) > COLUMNS:
        return dataset
    if not kinds and are_images(X[:_ROWS]):
        return dataset
    decided, features = kinds_decided(experiment.columns), enumerate(dataset.features)
    wanted = [at for at, name in features if name not in decided and (not kinds or kinds[at].kind == "number")]
    may_have = _may_have(X)
    found = [(dataset.features[at], X[:, at]) for at in wanted if may_have[at]]
    if dataset.target is not None and dataset.label not in decided and _may_have(dataset.train.y[:, None]).any():
        found.append((dataset.label, dataset.train.y))
    return replace(dataset, notes=(*dataset.notes, *(note for name, values in found for note in _told(name, values))))


def _told(name: str, values: Floats) -> Iterator[str]:
    if len(far := far_off(np.asarray(values, np.float64))):
        others = values[~np.isin(values, far)]
        where = f"{np.nanmin(others):.6g} to {np.nanmax(others):.6g}, where all others are"
        more = f" and {plural(len(far) - 1, 'more number')}" if len(far) > 1 else ""
        yield f"{clean(name, 40)}: {far[-1]:.6g}{more} far from {where}: tuilab data names the rows"


def _may_have(X: Floats) -> Kept:
    """(n,): of which columns some may be: beyond some of the others as far as those are wide, or among some already."""
    if len(X) <= _LONG:
        return np.ones(X.shape[1], bool)
    some = np.sort(np.asarray(X[:: len(X) // _ROWS], np.float64), axis=0)  # NaN last
    whole = np.fmax.reduce(X, axis=0) - np.fmin.reduce(X, axis=0)
    wide = np.fmax.reduce(some[:-_ENDS], axis=0) - some[_ENDS]
    among: Kept = np.array([len(far_off(values)) > 0 for values in some.T])
    near: Kept = whole < (1 + WIDTHS) * wide
    return ~near | among
