"""A problem from arrays in memory: how to replay a published run, with its starting weights and its batches."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tuilab.data import Part
from tuilab.data.dataset import unnormalized
from tuilab.data.prepare import measure, narrow, standardize
from tuilab.data.sources import target_of
from tuilab.data.table import LARGEST, first_unusable
from tuilab.engines import Problem
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.nn import Parameters
from tuilab.nn.task import wants_numbers
from tuilab.training.build import problem_for

Examples = tuple[ArrayLike, ArrayLike]
"""X of shape (m, n_x), finite numbers, and y of shape (m,), labels in {0, …, K − 1}, or numbers."""


def problem_from_arrays(
    experiment: Experiment,
    train: Examples,
    dev: Examples | None = None,
    test: Examples | None = None,
    *,
    classes: Sequence[str] = (),
    initial: Parameters | None = None,
) -> Problem:
    """The problem of training `experiment`'s network on given examples, which are copied.

    The experiment decides all but the data: its sections `data`, `split` and `augmentation` are not looked at, while
    `inputs.normalize` holds, and with a task of numbers, as "regression", y are numbers. `classes` names the K classes;
    without it every label from 0 to the largest must occur in the training part. `initial` are the first weights, W of
    shape (fan_in, fan_out), for layers (n_x, hidden …, K, or 1 if K = 2 or y are numbers); without it the experiment
    draws them. Raises `BadInput` with the path of the fault (`train.X[3, 1]`, `dev.y`, `initial`,
    `optimization.batch_size`).
    """
    experiment = edit(experiment, {})  # through the one converter: constructors check nothing
    numbers = wants_numbers(experiment.task)
    first = _part("train", train, numbers, len(classes))
    if not len(first.y):
        raise BadInput("needs at least one example", path="train.X")
    n, names = first.X.shape[1], () if numbers else tuple(classes) or _classes(first.y)
    if len(names) < 2 and not numbers:
        raise BadInput("needs at least 2 classes", path="classes")
    others = [
        _part(name, part, numbers, len(names), n) if part is not None else Part(X=np.empty((0, n)), y=first.y[:0])
        for name, part in (("dev", dev), ("test", test))
    ]
    features = tuple(f"x{index}" for index in range(1, n + 1))
    dataset = unnormalized(first, others[0], others[1], features, names)
    if numbers:
        dataset = replace(dataset, target=target_of(experiment, "y"))
    for step in (measure, standardize, narrow):
        dataset = step(dataset, experiment)
    return problem_for(experiment, dataset, initial)


def _part(name: str, examples: Examples, numbers: bool, classes: int, features: int | None = None) -> Part:
    """A checked copy of `examples`; `classes` 0: any number of them, `features` None: likewise."""
    X, path = _features(f"{name}.X", examples[0]), f"{name}.y"
    y = _numbers(path, examples[1]) if numbers else _labels(path, examples[1], classes)
    if len(X) != len(y):
        raise BadInput(f"must have a label for each of the {len(X)} rows of X, has {len(y)}", path=f"{name}.y")
    if features is not None and X.shape[1] != features:
        raise BadInput(f"must have the {features} features of train.X, has {X.shape[1]}", path=f"{name}.X")
    return Part(X=X, y=y)


def _features(path: str, values: ArrayLike) -> NDArray[np.float64]:
    given = _array(path, values)
    if given.ndim != 2 or given.shape[1] == 0:
        raise BadInput(f"must have the shape (examples, features), not {given.shape}", path=path)
    X = np.array(given, np.float64, order="C")
    if (place := first_unusable(X)) is not None:
        row, column = place
        raise BadInput(
            f"must be a finite number, at most {LARGEST:g} in size, not {X[place]}", path=f"{path}[{row}, {column}]"
        )
    return X


def _numbers(path: str, values: ArrayLike) -> NDArray[np.float64]:
    given = _array(path, values)
    if given.ndim != 1:
        raise BadInput(f"must have the shape (examples,), not {given.shape}", path=path)
    y = given.astype(np.float64)
    if (place := first_unusable(y[:, None])) is not None:
        raise BadInput(
            f"must be a finite number, at most {LARGEST:g} in size, not {y[place[0]]}", path=f"{path}[{place[0]}]"
        )
    return y


def _labels(path: str, values: ArrayLike, classes: int) -> NDArray[np.int64]:
    given = _array(path, values)
    if given.ndim != 1:
        raise BadInput(f"must have the shape (examples,), not {given.shape}", path=path)
    below = classes or 2**31
    right = (given >= 0) & (given < below) & (given == np.floor(given))
    if not right.all():
        row = int(np.argmin(right))
        allowed = f"0 to {classes - 1}" if classes else "0, 1, 2 …"
        raise BadInput(f"must be a label, one of {allowed}, not {given[row]}", path=f"{path}[{row}]")
    return given.astype(np.int64)


def _array(path: str, values: ArrayLike) -> NDArray[Any]:
    try:
        given = np.asarray(values)
    except ValueError as error:
        raise BadInput(f"is no array: {error}", path=path) from None
    if given.dtype.kind not in "biuf":
        raise BadInput(f"must hold numbers, not {given.dtype}", path=path)
    return given


def _classes(y: NDArray[np.int64]) -> tuple[str, ...]:
    """The names 0 … K − 1 of classes that all occur."""
    found = np.unique(y)
    if len(found) < 2:
        raise BadInput("needs at least 2 classes; name them in `classes` if one does not occur", path="train.y")
    if found[-1] != len(found) - 1:
        missing = int(np.argmin(found == np.arange(len(found))))
        raise BadInput(
            f"has labels up to {found[-1]} but none is {missing}; name the classes in `classes` if so it is meant",
            path="train.y",
        )
    return tuple(str(label) for label in found)
