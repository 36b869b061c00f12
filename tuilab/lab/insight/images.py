"""Examples as images, where they are some."""

from functools import lru_cache

import numpy as np

from tuilab.arrays import Array
from tuilab.data import Dataset
from tuilab.data.augment import are_images, image_side

LOOKED_AT = 1000
"""Training examples that are looked at to tell whether they are images."""


def images(dataset: Dataset, X: Array) -> Array:
    """Rows of a part as images (m, side, side), from 0 (dark) to 1; (0, 0, 0) if they are none."""
    if not (bright := brightest(dataset)) or not len(X):
        return np.empty((0, 0, 0))
    side = image_side(len(dataset.features))
    shades: Array = np.clip(dataset.raw(X) / bright, 0, 1).reshape(-1, side, side)
    return shades


@lru_cache(maxsize=1)
def brightest(dataset: Dataset) -> float:
    """The largest raw value of the training examples looked at, if they are square images; else 0."""
    values = dataset.raw(dataset.train.X[:LOOKED_AT])
    return float(values.max()) if are_images(values) else 0.0
