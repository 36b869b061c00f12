"""What a network gets wrong: the confusion matrix, and the examples it is most sure of and wrong about."""

from dataclasses import dataclass

import numpy as np

from tuilab.data import Dataset, Part
from tuilab.nn import Network, Parameters
from tuilab.nn.activation import Array
from tuilab.training.predict import NO_CLASS, predicted, probabilities

EXAMPLES = 20_000
"""Of a part, how many examples are looked at, at most: its first ones."""
LISTED = 200
"""Mistakes that are listed, at most."""


@dataclass(frozen=True, eq=False)
class Mistakes:
    """Of one part of `examples` examples looked at.

    `confusion` (K, K + 1): how many of the class of the row are predicted as that of the column, the last one for
    weights that predict no class. `places` (r,) are the indices of listed mistakes, the surest first, with the class
    predicted and the probability of it.
    """

    examples: int
    wrong: int
    confusion: Array
    places: Array
    predicted: Array
    probability: Array


def mistakes(dataset: Dataset, part: Part, network: Network, parameters: Parameters) -> Mistakes:
    """The mistakes on `part`, which may be empty."""
    classes = len(dataset.classes)
    X, truth = part.X[:EXAMPLES], part.y[:EXAMPLES]
    chances = probabilities(network, parameters, X)
    said = predicted(chances)
    confusion = np.zeros((classes, classes + 1), dtype=np.int64)
    np.add.at(confusion, (truth, np.where(said == NO_CLASS, classes, said)), 1)
    wrong = np.flatnonzero(said != truth)
    sure = chances.max(axis=1)[wrong]
    order = wrong[np.argsort(-np.nan_to_num(sure, nan=2.0), kind="stable")][:LISTED]  # first what has no class at all
    return Mistakes(
        examples=len(truth),
        wrong=len(wrong),
        confusion=confusion,
        places=order,
        predicted=said[order],
        probability=chances[order].max(axis=1, initial=0.0) if len(order) else np.empty(0),
    )


def farthest(dataset: Dataset, rows: Array, count: int) -> tuple[Array, Array]:
    """(features, z), each (r, count): the features of `rows` (r, n) farthest from the mean of train, farthest first.

    z is the distance from the mean in standard deviations of the training part.
    """
    train = dataset.train.X
    deviation = train.std(axis=0)
    z = (rows - train.mean(axis=0)) / np.where(deviation > 0, deviation, 1)
    features: Array = np.argsort(-np.abs(z), axis=1, kind="stable")[:, :count]
    return features, np.take_along_axis(z, features, axis=1)
