"""What is unusual about an example: the features in which it is farthest from the others."""

import numpy as np

from tuilab.arrays import Array
from tuilab.data import Dataset


def farthest(dataset: Dataset, rows: Array, number: int) -> tuple[Array, Array]:
    """(features, z), each (r, number): the features of `rows` (r, n) farthest from the mean of train, farthest first.

    Of a column that becomes several features the one that tells its cell. z is the distance from the mean in standard
    deviations of the training part.
    """
    train = dataset.train.looked_at().X
    deviation = train.std(axis=0)
    z = (rows - train.mean(axis=0)) / np.where(deviation > 0, deviation, 1)
    telling = dataset.telling(rows)
    z = np.take_along_axis(z, telling, axis=1)
    order = np.argsort(-np.abs(z), axis=1, kind="stable")[:, :number]
    return np.take_along_axis(telling, order, axis=1), np.take_along_axis(z, order, axis=1)
