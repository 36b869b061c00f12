"""Faults that are planted into set-ups, each with the check that is to name it, and set-ups that are sound."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tuilab.data import Dataset, Prepare, prepare
from tuilab.data.dataset import Part
from tuilab.experiment import Experiment
from tuilab.training.preflight import preflight

SOUND = (
    "breast-cancer",
    "circles",
    "digits",
    "dropout",
    "dropout-digits",
    "early-stopping",
    "gradient-check",
    "gradient-check-relu",
    "high-bias",
    "high-variance",
    "init-he",
    "l1",
    "l2",
    "nearly-linear",
    "normalization",
    "numerical-gradient",
)
"""Presets whose set-up is sound, whatever comes of it."""

KNOB_FAULTS: dict[str, tuple[dict[str, str], str]] = {
    "first weights times 10": ({"initialization.gain": "10"}, "the cost begins near ln K"),
    "first weights over 1000": ({"initialization.gain": "0.001"}, "the signal comes through"),
    "α times 100": ({"optimization.learning_rate": "10"}, "α suits the network"),
    "α over 100": ({"optimization.learning_rate": "0.001"}, "α suits the network"),
    "dropout at 0.05": ({"dropout.keep_prob": "0.05"}, "dropout leaves enough"),
}
"""Of the preset breast-cancer, whose α is 0.1."""


def _each(change: Callable[[Part], Part]) -> Callable[[Dataset], Dataset]:
    return lambda dataset: dataset.each(lambda part: change(part) if len(part.y) else part)


def _dead(part: Part) -> Part:
    return replace(part, X=0 * part.X)


def _shifted(part: Part) -> Part:
    """The labels are those of the rows before, in an order that says nothing."""
    order = np.random.default_rng(1).permutation(len(part.y))
    return Part(part.X[order], np.roll(part.y[order], 1))


def _leaking(part: Part) -> Part:
    return replace(part, X=np.column_stack([part.X[:, :-1], 2.0 * part.y - 1]))


def _constant(part: Part) -> Part:
    return replace(part, X=np.where(np.arange(part.X.shape[1]) == 3, 0.0, part.X))


def _repeated(dataset: Dataset) -> Dataset:
    train, dev = dataset.train, dataset.dev
    return replace(dataset, dev=Part(np.vstack([dev.X, train.X[:10]]), np.append(dev.y, train.y[:10])))


def _missing(dataset: Dataset) -> Dataset:
    here = dataset.dev.y != 1
    return replace(dataset, dev=Part(dataset.dev.X[here], dataset.dev.y[here]))


DATA_FAULTS: dict[str, tuple[Callable[[Dataset], Dataset], str]] = {
    "dead inputs": (_each(_dead), "inputs tell the label"),
    "labels shifted by one row": (_each(_shifted), "inputs tell the label"),
    "a feature that is the label": (_each(_leaking), "no feature is the label"),
    "a constant feature": (_each(_constant), "every feature varies"),
    "rows in both parts": (_repeated, "dev is apart from train"),
    "a class missing in dev": (_missing, "every class is in every part"),
}


def faults(experiment: Experiment, data: Prepare = prepare) -> list[str]:
    """The names of the checks that do not hold."""
    return [check.name for check in preflight(experiment, data) if not check.holds]
