"""The data themselves: how many examples of each class there are, and what they look like as images."""

from functools import lru_cache

import numpy as np

from tuilab.data import Dataset, Part
from tuilab.data.augment import image_side
from tuilab.nn.activation import Array

SMALLEST = 5
"""Pixels along the side of an image; fewer are no picture of anything."""
LOOKED_AT = 1000
"""Training examples that are looked at to tell whether they are images."""


@lru_cache(maxsize=1)  # a run changes none of it
def class_counts(dataset: Dataset) -> Array:
    """How many examples of each class each part has, shape (K, 3): train, dev, test."""
    parts = (dataset.train, dataset.dev, dataset.test)
    return np.stack([np.bincount(part.y, minlength=len(dataset.classes)) for part in parts], axis=1)


def raw(dataset: Dataset, X: Array) -> Array:
    """Rows of a part, (m, n), as they were before normalization, in float64."""
    return X.astype(np.float64) * dataset.scale + dataset.mean


@lru_cache(maxsize=1)
def brightest(dataset: Dataset) -> float:
    """The largest raw value of the training examples looked at, if they are square images; else 0.

    Images they are taken for if their features can form a square of at least `SMALLEST` pixels a side and none is
    negative.
    """
    if image_side(len(dataset.features)) < SMALLEST:
        return 0.0
    values = raw(dataset, dataset.train.X[:LOOKED_AT])
    return float(values.max()) if values.min() > -1e-9 * values.max() else 0.0


def images(dataset: Dataset, X: Array) -> Array:
    """Rows of a part as images (m, side, side), from 0 (dark) to 1; (m, 0, 0) if they are none."""
    if not (bright := brightest(dataset)):
        return np.empty((len(X), 0, 0))
    side = image_side(len(dataset.features))
    shades: Array = np.clip(raw(dataset, X) / bright, 0, 1).reshape(-1, side, side)
    return shades


def turn_by_turn(part: Part, classes: int, count: int) -> Array:
    """The places in `part` of `count` examples at most: the first one of each class, then the second of each, …"""
    found = [np.flatnonzero(part.y == k)[:count] for k in range(classes)]
    turns = np.concatenate([np.arange(len(places)) for places in found])
    order: Array = np.concatenate(found)[np.argsort(turns, kind="stable")][:count]
    return order
