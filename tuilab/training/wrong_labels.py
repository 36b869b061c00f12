"""Labels that look wrong: examples of which a network that has not learned from them says another class.

Train and dev together are put into folds; what is said of a fold comes of a network that was trained on the others, on
the mean of some rounds with other folds. The one listed first is that whose own label is believed least beside the most
probable other one (the margin of C. G. Northcutt, L. Jiang and I. L. Chuang, "Confident learning", 2021).

The black box of dev (`tuilab.training.eyeball`) is learned from as the rest is, and none of it is listed.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from msgspec import Struct, structs

from tuilab.arrays import Array
from tuilab.data import Dataset, Part, Prepare, prepare
from tuilab.data.row_numbers import FileRow
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.stages import Team
from tuilab.streams import stream
from tuilab.training.alike import folds
from tuilab.training.build import build, problem_for
from tuilab.training.eyeball import eyeball
from tuilab.training.predict import predict
from tuilab.training.state import Training
from tuilab.training.tally import baseline, beats_chance

FOLDS, ROUNDS = 5, 3
UPDATES, EPOCHS = 100, 5
"""Of Adam: so short that a wrong label is not learned by heart; of large data in batches so many epochs."""
BATCH, WHOLE = 256, 4_000
"""Examples an update sees where there are more than `WHOLE`."""
MOST = 20_000
"""Examples that are asked about: of train and of dev the first half of these each, or what there is."""
SHORT = {
    "optimization.optimizer": "adam",
    "optimization.learning_rate": "0.01",
    "optimization.decay": "none",
    "early_stopping.monitor": "off",
    "augmentation.copies": "0",
}
"""The same network, penalty and inputs, and a way down that is short. (A copy would tell of the example itself.)"""


class Doubt(Struct, frozen=True, kw_only=True):
    """An example whose label is in doubt."""

    part: str
    example: int
    """Its index in the part."""
    file: str = ""
    """What it stands in; empty of what is of no file."""
    row: FileRow | None = None
    """The row of that file that it is, or the image in that folder."""
    label: int
    said: int
    believed: float
    """P(label | x), out of fold."""
    probability: float
    """P(said | x)."""


class Doubts(Struct, frozen=True, kw_only=True):
    """Those of which something else is said, the surest first, of so many `examples`, on the mean of some rounds."""

    rounds: int
    examples: int
    black_box: int
    """Dev examples besides, none of which is listed: nobody is to see them."""
    error: float = 0.0
    """The share of all of which the networks say another class than the label."""
    chance: float = 1.0
    """The error of always one class: who is hardly better knows nothing that a label could be doubted for."""
    doubts: tuple[Doubt, ...]


def doubts(experiment: Experiment, data: Prepare = prepare, *, threads: int = 1) -> Iterator[Doubts]:
    """Which labels of train and dev look wrong, after each round what is known by then.

    Raises `BadInput` where there are no classes, or too few examples.
    """
    experiment = edit(experiment, SHORT)
    problem = build(experiment, data)
    dataset = problem.dataset
    if not dataset.task.of_classes:
        raise BadInput(f"{dataset.task.words.task} has no labels that are right or wrong")
    places = [(name, index) for name in ("train", "dev") for index in range(min(len(dataset.parts[name].y), MOST // 2))]
    X, y = (np.concatenate([getattr(dataset.parts[name], of)[: MOST // 2] for name in ("train", "dev")]) for of in "Xy")
    of_parts = [dataset.parts[name].group for name in ("train", "dev")]
    group = None if of_parts[0] is None else np.concatenate([one[: MOST // 2] for one in of_parts if one is not None])
    looked_at = eyeball(len(dataset.dev.y), experiment.seed, dataset.dev.group)
    listed = np.array([name == "train" or looked_at[at] for name, at in places])
    seen = int(listed.sum())
    if len(y) < 2 * FOLDS:
        raise BadInput(f"{len(y)} examples are too few to be put into {FOLDS} folds")
    rng, chances = stream(experiment.seed, "evaluation"), np.zeros((len(y), len(dataset.classes)))
    with Team(threads) as team:
        for round in range(ROUNDS):
            fold_of = folds(FOLDS, len(y), group, rng)

            def said(fold: int, round: int = round, fold_of: Array = fold_of) -> Array:
                out = fold_of == fold
                one = edit(experiment, {"seed": str((experiment.seed + round * FOLDS + fold) % 2**63)})
                return _trained(one, dataset, Part(X[~out], y[~out]), X[out])

            for fold, found in enumerate(team.map(said, range(FOLDS))):
                chances[fold_of == fold] += found
            error, chance = float((chances.argmax(axis=1) != y).mean()), baseline(np.bincount(y).tolist())
            yield Doubts(
                rounds=round + 1,
                examples=seen,
                black_box=len(y) - seen,
                error=error,
                chance=chance,
                doubts=tuple(
                    _placed(one, dataset.parts[one.part]) for one in _doubted(chances / (round + 1), y, places, listed)
                )
                if beats_chance(error, chance)
                else (),
            )


def _trained(experiment: Experiment, dataset: Dataset, train: Part, asked: Array) -> Array:
    """P(y = k | x) (r, K) for asked (r, n), of a network that is trained shortly on `train`."""
    empty, m = Part(train.X[:0], train.y[:0]), len(train.y)
    batch, updates = ("full", UPDATES) if m <= WHOLE else (str(BATCH), max(UPDATES, EPOCHS * m // BATCH))
    own = replace(dataset, train=train, train_dev=empty, dev=empty, test=empty)
    training = Training(problem_for(edit(experiment, {"optimization.batch_size": batch}), own))
    with np.errstate(all="ignore"):
        training.advance_in_strides(updates)
        chances = predict(training.problem.network, training.parameters, asked).probabilities
    return np.nan_to_num(chances, nan=1 / len(dataset.classes))


def _placed(one: Doubt, part: Part) -> Doubt:
    """With the row of the file that the example of that part is, if it is of one."""
    return one if part.rows is None else structs.replace(one, file=part.rows.file, row=part.rows.row(one.example))


def _doubted(chances: Array, y: Array, places: list[tuple[str, int]], listed: Array) -> list[Doubt]:
    rows = np.arange(len(y))
    believed, others = chances[rows, y], chances.copy()
    others[rows, y] = -1
    said = others.argmax(axis=1)
    margin = np.where(listed, others[rows, said] - believed, -1)
    order = np.argsort(-margin, kind="stable")
    return [
        Doubt(
            part=places[i][0],
            example=places[i][1],
            label=int(y[i]),
            said=int(said[i]),
            believed=float(believed[i]),
            probability=float(others[i, said[i]]),
        )
        for i in order[: int((margin > 0).sum())].tolist()
    ]
