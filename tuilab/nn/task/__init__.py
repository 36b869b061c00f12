"""What a network is for, one task a file. A new one is one more file here and one more entry in the list."""

from dataclasses import replace
from typing import Protocol

from tuilab.nn.task.classification import Classification
from tuilab.nn.task.cross_entropy import SigmoidCrossEntropy, SoftmaxCrossEntropy
from tuilab.nn.task.number import NumberTask
from tuilab.nn.task.regression import Regression
from tuilab.nn.task.squared_error import SquaredError
from tuilab.nn.task.task import Loss, Task, Words

CLASSIFICATION, REGRESSION = Classification(), Regression()
TASKS: dict[str, Task] = {one.name: one for one in (CLASSIFICATION, REGRESSION)}
"""By the name that an experiment gives them."""


class Scaled(Protocol):
    """Of a target that is a number: for which task, and what is subtracted from it and divided by."""

    @property
    def task(self) -> str: ...

    @property
    def mean(self) -> float: ...

    @property
    def scale(self) -> float: ...


def task_of(target: Scaled | None, threshold: float = 0.5) -> Task:
    """The task of a target that is a number, or of classes, told apart at `threshold`."""
    return Classification(threshold) if target is None else number_task(target)


def number_task(target: Scaled) -> NumberTask:
    """The task of a target that is a number. Raises KeyError for the name of none."""
    if not wants_numbers(target.task):
        raise KeyError(target.task)
    return replace(for_numbers(target.task), mean=target.mean, scale=target.scale)


def for_numbers(name: str) -> NumberTask:
    """The task of numbers that an experiment asks for by that name; a regression where it asks for none."""
    task = TASKS.get(name)
    return task if isinstance(task, NumberTask) else REGRESSION


def wants_numbers(name: str) -> bool:
    """Whether who asks for a task of that name has labels that are numbers."""
    return isinstance(TASKS.get(name), NumberTask)


__all__ = [
    "CLASSIFICATION",
    "REGRESSION",
    "TASKS",
    "Classification",
    "Loss",
    "NumberTask",
    "Regression",
    "Scaled",
    "SigmoidCrossEntropy",
    "SoftmaxCrossEntropy",
    "SquaredError",
    "Task",
    "Words",
    "for_numbers",
    "number_task",
    "task_of",
    "wants_numbers",
]
