"""Preflight: is the set-up sound, before anything is trained on it? A check a function, the quickest ones first.

The data, the start, the gradient and a few short trainings: each check says what it found in figures, and what to do
where something is wrong. The sanity checks of the course notes ("Gradient checking in practice", "Understanding
dropout"), and of A. Karpathy, "A Recipe for Training Neural Networks", 2019.
"""

from collections.abc import Iterator

import numpy as np

from tuilab import stages
from tuilab.data import Prepare, prepare
from tuilab.experiment import Experiment
from tuilab.training.preflight import data, gradient, short, start
from tuilab.training.preflight.check import Checking, PreflightCheck, Setup

CHECKS: tuple[Checking, ...] = (
    data.every_class,
    data.features_vary,
    data.no_feature_is_the_label,
    data.parts_are_apart,
    data.features_are_alike_in_size,
    start.first_cost,
    start.signal,
    start.dropout,
    gradient.right,
    short.a_batch_is_learned,
    short.inputs_tell,
    short.shuffled_labels_tell_nothing,
    short.falls,
    short.rate,
)
"""In the order in which they are told."""


def preflight(experiment: Experiment, data: Prepare = prepare, bug: str = "") -> Iterator[PreflightCheck]:
    """What each of the `CHECKS` finds, one after another; of those that do not apply, nothing.

    `bug` is planted into the gradient that is checked. The same experiment gives the same figures. Raises `BadInput`
    where the experiment cannot be trained at all.
    """
    setup = Setup.of(experiment, data, bug)
    for number, check in enumerate(CHECKS):
        stages.at("checking", number / len(CHECKS))
        with np.errstate(all="ignore"):  # what overflows or diverges is found
            found = check(setup)
        if found is not None:
            yield found


__all__ = ["CHECKS", "PreflightCheck", "preflight"]
