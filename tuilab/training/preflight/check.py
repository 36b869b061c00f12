"""What a check looks at, and what it finds."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Self

import numpy as np
from msgspec import Struct, structs

from tuilab.arrays import Array
from tuilab.data import Dataset, Prepare
from tuilab.data.dataset import Part
from tuilab.engines import Problem
from tuilab.experiment import Experiment, edit
from tuilab.experiment.fields import ComputeSection
from tuilab.nn.task import Task
from tuilab.streams import stream
from tuilab.training.build import build, problem_for
from tuilab.training.state import Training

ROWS = 2000
"""Examples of each part that are looked at, at most: a seeded sample of a larger one."""
WORK = 2e9
"""Multiplications that a short training may take, about."""


class PreflightCheck(Struct, frozen=True, kw_only=True):
    """One thing that must hold of a set-up: whether it does, by which figures, and what to do where it does not."""

    name: str
    holds: bool | None
    """None where these data prove neither."""
    said: str
    advice: str = ""


Checking = Callable[["Setup"], PreflightCheck | None]
"""A check; None where it does not apply."""


@dataclass(frozen=True)
class Setup:
    """An experiment and its data, as far as they are looked at; `bug` is planted into the gradient."""

    experiment: Experiment
    problem: Problem
    bug: str

    @classmethod
    def of(cls, experiment: Experiment, data: Prepare, bug: str) -> Self:
        """That of `experiment`, no more than `ROWS` examples a part, no early stopping. Raises `BadInput`."""
        here = structs.replace(experiment, compute=ComputeSection())  # small nets, which no device would be quicker at
        problem = build(edit(here, {"early_stopping.monitor": "off"}), data)
        some = problem.dataset.each(lambda part: _some(part, experiment.seed))
        size = problem.experiment.optimization.batch_size
        fits = size == "full" or size <= len(some.train.y)
        fitting = problem.experiment if fits else edit(problem.experiment, {"optimization.batch_size": "full"})
        return cls(experiment, problem_for(fitting, some, problem.initial), bug)

    @property
    def data(self) -> Dataset:
        """What is looked at of each part."""
        return self.problem.dataset

    @property
    def task(self) -> Task:
        """What the network is for."""
        return self.problem.network.task

    @property
    def classes(self) -> int:
        """How many there are; 0 of numbers."""
        return len(self.data.classes)

    @cached_property
    def most_updates(self) -> int:
        """Updates that a short training of this network may make."""
        sizes = self.problem.network.sizes
        weights = sum(fan_in * fan_out for fan_in, fan_out in pairwise(sizes))
        return max(20, int(WORK / (3 * weights * self.problem.batch_rows)))

    def trained(self, edits: dict[str, str], updates: int, train: Part | None = None) -> Training:
        """The experiment with `edits`, after so many updates or as many as have a finite cost, on `train` if given."""
        experiment = edit(self.problem.experiment, edits)
        dataset = self.data if train is None else replace(self.data, train=train)
        training = Training(problem_for(experiment, dataset))
        if updates:
            training.advance_in_strides(updates)
        return training


def _some(part: Part, seed: int) -> Part:
    if len(part.y) <= ROWS:
        return part
    chosen: Array = np.sort(stream(seed, "evaluation").choice(len(part.y), ROWS, replace=False))
    return part.at(chosen)
