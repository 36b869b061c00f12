"""The decision boundary over two features, the others at their means, and the examples around it."""

from dataclasses import dataclass

import numpy as np

from tuilab.data import Dataset, Part
from tuilab.errors import BadInput
from tuilab.nn import Network, Parameters
from tuilab.nn.activation import Array
from tuilab.training.predict import predicted, probabilities

COLUMNS, ROWS = 120, 80
"""Points at which a network is asked, for a small one; a large one is asked at a quarter of them."""
SMALL = 100_000
"""Parameters of a network that can be asked everywhere in a few hundredths of a second."""
EXAMPLES = 4096
"""Of each part, how many examples are shown at most: its first ones."""
MARGIN = 0.06
"""Of the examples' range, what is seen beyond it on each side."""

Range = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Examples:
    """Examples of one part: raw `x` and `y` of the two features, the class of each, whether it is predicted; (m,)."""

    x: Array
    y: Array
    truth: Array
    right: Array


@dataclass(frozen=True, eq=False)
class Boundary:
    """What the network predicts in the rectangle `x_range` × `y_range`, in the raw units of two features.

    `classes` (rows, columns), row 0 at the lowest y, are predicted with the probability `confidence`.
    """

    features: tuple[int, int]
    x_range: Range
    y_range: Range
    classes: Array
    confidence: Array
    train: Examples
    dev: Examples


def boundary(dataset: Dataset, network: Network, parameters: Parameters, features: tuple[int, int]) -> Boundary:
    """The boundary over two different `features`, by index. Raises `BadInput` if the data have but one."""
    if len(dataset.features) < 2:
        raise BadInput("a decision boundary needs two features, the data have one")
    first, second = features
    shown = [dataset.train.X[:EXAMPLES], dataset.dev.X[:EXAMPLES]]
    x_range, y_range = (_range(np.concatenate([X[:, feature] for X in shown])) for feature in features)
    part = 1 if parameters.theta.size <= SMALL else 2
    x, y = np.linspace(*x_range, COLUMNS // part), np.linspace(*y_range, ROWS // part)
    asked = np.tile(dataset.train.X.mean(axis=0), (x.size * y.size, 1))
    asked[:, first], asked[:, second] = np.tile(x, y.size), np.repeat(y, x.size)
    chances = probabilities(network, parameters, asked)
    shape = (y.size, x.size)
    return Boundary(
        features=features,
        x_range=_raw(dataset, first, x_range),
        y_range=_raw(dataset, second, y_range),
        classes=predicted(chances).reshape(shape),
        confidence=chances.max(axis=1).reshape(shape),
        train=_examples(dataset, dataset.train, network, parameters, features),
        dev=_examples(dataset, dataset.dev, network, parameters, features),
    )


def telling(dataset: Dataset) -> tuple[int, ...]:
    """The features by index, the one first that tells the classes apart best.

    By the share of its variance that lies between the classes of the training part (η², the correlation ratio).
    """
    X, y = dataset.train.X[:EXAMPLES], dataset.train.y[:EXAMPLES]
    groups = [X[y == k] for k in range(len(dataset.classes)) if (y == k).any()]
    between = sum(len(group) * (group.mean(axis=0) - X.mean(axis=0)) ** 2 for group in groups)
    total = ((X - X.mean(axis=0)) ** 2).sum(axis=0)
    share = between / np.where(total > 0, total, np.inf)
    return tuple(np.argsort(-share, kind="stable").tolist())


def _examples(
    dataset: Dataset, part: Part, network: Network, parameters: Parameters, features: tuple[int, int]
) -> Examples:
    X, truth = part.X[:EXAMPLES], part.y[:EXAMPLES]
    x, y = (X[:, feature] * dataset.scale[feature] + dataset.mean[feature] for feature in features)
    return Examples(x, y, truth, predicted(probabilities(network, parameters, X)) == truth)


def _range(values: Array) -> Range:
    low, high = float(values.min()), float(values.max())
    margin = MARGIN * (high - low) or 1.0
    return low - margin, high + margin


def _raw(dataset: Dataset, feature: int, span: Range) -> Range:
    mean, scale = float(dataset.mean[feature]), float(dataset.scale[feature])
    return span[0] * scale + mean, span[1] * scale + mean
