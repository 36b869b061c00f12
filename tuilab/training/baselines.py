"""What a network must beat: the commonest class, a logistic regression, the nearest neighbor, on the same examples."""

from dataclasses import replace

import numpy as np
from msgspec import Struct, structs

from tuilab.arrays import Array
from tuilab.data import Dataset, Part
from tuilab.data.normalize import moments, normalize
from tuilab.experiment import Experiment, edit
from tuilab.nn.task.chance import wilson
from tuilab.training.alike import of_groups, worth
from tuilab.training.better import Better, on_the_same
from tuilab.training.build import problem_for
from tuilab.training.predict import predict
from tuilab.training.state import Training
from tuilab.training.tally import balanced_error, tally

LEARNED_FROM = 10_000
"""Training examples that they learn from, at most."""
COMPARED = 2_000
"""Examples that they are measured on, at most."""
UPDATES, BATCH = 1_000, 256
_DISTANCES = 4_000_000
"""Distances that are held at a time."""
LOGISTIC = {
    "network.hidden": "[]",
    "optimization.optimizer": "adam",
    "optimization.learning_rate": "0.05",
    "optimization.decay": "inverse",
    "optimization.decay_rate": "0.02",
    "regularization.kind": "l2",
    "regularization.lambd": "1.0",
}
"""The same trainer without a hidden layer, L2 with λ = 1: scikit-learn's C = 1."""


class Baseline(Struct, frozen=True, kw_only=True):
    """How well something simple does, and by how much the network is better."""

    name: str
    error: float
    interval: tuple[float, float]
    """Wilson's, at 95 %."""
    balanced_error: float
    better: Better
    """Of the two the network is the second."""


def spread(examples: int, most: int) -> Array:
    """The indices of at most `most` of so many examples, at equal distances: files may be sorted by class."""
    return np.linspace(0, examples - 1, min(examples, most)).astype(np.int64)


def simple(dataset: Dataset, part: Part, seed: int = 0) -> dict[str, Array]:
    """What each baseline, by its name, says of the examples of `part`: classes (m,). They learn from the training part.

    Inputs are normalized by its μ and σ, whether those of the network are or not. Of a large part some examples are
    learned from, `LEARNED_FROM`.
    """
    chosen = spread(len(dataset.train.y), LEARNED_FROM)
    X, y, asked = dataset.train.X[chosen].astype(np.float64), dataset.train.y[chosen], part.X.astype(np.float64)
    mean, scale = moments(X, dataset.marks)
    normalize(X, mean, scale)
    normalize(asked, mean, scale)
    return {
        "logistic regression": _logistic(dataset, X, y, asked, seed),
        "1-nearest neighbor": nearest(X, y, asked),
        "always one class": np.full(len(part.y), np.bincount(y).argmax()),
    }


def against(
    said: dict[str, Array], network: Array, truth: Array, classes: int, group: Array | None = None
) -> tuple[Baseline, ...]:
    """How well each does, and the `network` beside it, of the same m > 0 examples: classes said and true, all (m,).

    Where they are of groups, (m,), it is told by those.
    """
    found = []
    for name, one in said.items():
        first, second = (of_groups(each != truth, group) for each in (one, network))
        better = structs.replace(on_the_same(first, second), grouped=group is not None)
        error = better.errors[0]
        found.append(
            Baseline(
                name=name,
                error=error,
                interval=interval(one != truth, group),
                balanced_error=balanced_error(tally(truth, one, classes)),
                better=better,
            )
        )
    return tuple(found)


def interval(wrong: Array, group: Array | None) -> tuple[float, float]:
    """Wilson's of which of m examples are wrong, (m,), of as many as they are worth where they are of groups, (m,)."""
    return wilson(float(np.mean(wrong)), len(wrong) * worth(wrong, group))


def nearest(X: Array, y: Array, asked: Array) -> Array:
    """The label (r,) of the example of X (m, n) that is nearest to each row asked (r, n); of equal ones the first."""
    squares, step = (X**2).sum(axis=1), max(1, _DISTANCES // len(X))
    found = [(squares - 2 * asked[start : start + step] @ X.T).argmin(axis=1) for start in range(0, len(asked), step)]
    labels: Array = y[np.concatenate(found)]
    return labels


def _logistic(dataset: Dataset, X: Array, y: Array, asked: Array, seed: int) -> Array:
    empty = Part(X[:0], y[:0])
    own = replace(dataset, train=Part(X, y), train_dev=empty, dev=empty, test=empty)
    batch = "full" if len(y) <= COMPARED else str(BATCH)
    experiment = edit(Experiment(), LOGISTIC | {"optimization.batch_size": batch, "seed": str(seed)})
    training = Training(problem_for(experiment, own))
    training.advance_in_strides(UPDATES)
    return predict(training.problem.network, training.parameters, asked).classes
