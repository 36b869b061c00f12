"""What a run says of itself besides its errors: how far it is, where J went, and its signal."""

from collections.abc import Callable
from functools import cached_property

import numpy as np
from msgspec import Struct

from tuilab.events import Column, Layers, Outliers, Parts, Shift, Tally, Target, Threshold
from tuilab.nn.task import Task, task_of
from tuilab.training.action import Action
from tuilab.training.line import Step

FEW = 30
"""Examples of which fewer cannot tell a network from chance."""
STRETCHES = 10
"""Of equal numbers of iterations, by whose medians J is judged."""
FEWEST = 4 * STRETCHES
"""Points from which on a curve says where it goes."""
FEWEST_OF_DEV = 2 * STRETCHES
"""Of dev: early stopping may end a run of which it looked at no more, and no mini-batch moves them."""
LONG = 4
"""Points of a stretch from which on its noise is its own."""
WAITED = 5
"""Looks at dev without a better one, from which on early stopping knows what more patience would see."""
RESTS = 0.02
"""The share of itself by which a dev cost has fallen over the last quarter of its looks, below which it rests."""
TURNED = 0.1
"""The share of its lowest value by which two looks in a row are above it, and be they the only ones."""
SURE = 4.0
"""Standard errors of a median that a rise or a fall must exceed."""


class Course(Struct, frozen=True, kw_only=True, dict=True, eq=False):
    """Of a run that is `going`, or over after `made` updates; None: all that were planned."""

    made: int | None = None
    going: bool = False
    stopped_early: bool = False
    """Whether early stopping ended it."""
    iteration: Column = np.empty(0)
    """Of the points of the cost curve."""
    cost: Column = np.empty(0)
    """J there, penalty included."""
    data: Column | None = None
    """J without the penalty; None where there is none."""
    measured: Column = np.empty(0)
    """Iterations of the points of the error curve."""
    dev_cost: Column = np.empty(0)
    """Mean loss over dev there, NaN where it was not measured."""
    dev_error: Column = np.empty(0)
    """The dev error there."""
    first: Layers | None = None
    """The signal report at iteration 0."""
    last: Layers | None = None
    """The newest signal report."""
    examples: Parts[int] = Parts()
    """Of each part, changed copies among them."""
    classes: tuple[str, ...] = ()
    target: Target | None = None
    """What is predicted where that is a number."""
    shift: Shift | None = None
    """How dev is unlike train, where it is of another source."""
    telltales: tuple[str, ...] = ()
    """Columns of which one alone says the label."""
    labels: Parts[tuple[int, ...]] = Parts()
    """Examples of each class."""
    tally: Parts[Tally] = Parts()
    """What is said of them, at the end."""
    spread: Parts[float] = Parts()
    """Of numbers, where it is over: the standard deviation of the errors of each part's examples."""
    agreement: Parts[float] = Parts()
    """Of numbers, likewise: by how many standard deviations what is said goes with them, more than by chance."""
    outliers: Parts[Outliers] = Parts()
    """The few examples that make much of it."""
    worth: Parts[float] = Parts()
    """Of parts whose examples come in groups: what one tells, beside one that stands for itself."""
    threshold: Threshold | None = None
    """Of two unequal classes, that which is best on dev."""
    compared: int | None = None
    """Runs that were measured on its dev set, itself among them; None where nobody counted."""
    steps: tuple[Step, ...] = ()
    """Those that led from run to run to this one, the newest first."""
    before: Callable[[], tuple[Action, ...]] = tuple
    """The actions of the verdict on the run that it was made from, which costs a look at it."""

    @property
    def task(self) -> Task:
        """What the network is for."""
        return task_of(self.target)

    @cached_property
    def medians(self) -> tuple[Column, Column] | None:
        """J's medians over `STRETCHES` equal stretches of the iterations made, and their standard errors.

        None of too few points, or where J is not finite.
        """
        return _medians(self.iteration, self.cost)

    @cached_property
    def data_medians(self) -> tuple[Column, Column] | None:
        """The same without the penalty."""
        return _medians(self.iteration, self.cost if self.data is None else self.data)

    @cached_property
    def dev_cost_medians(self) -> tuple[Column, Column] | None:
        """The same of the dev cost."""
        return _medians(self.measured, self.dev_cost, FEWEST_OF_DEV)

    @cached_property
    def dev_error_medians(self) -> tuple[Column, Column] | None:
        """The same of the dev error."""
        return _medians(self.measured, self.dev_error, FEWEST_OF_DEV)

    @property
    def few_of_dev(self) -> bool:
        """Whether dev is so small that its cost may turn, or rest, by the few examples that it happens to have."""
        return self.examples.dev is not None and self.examples.dev < FEW

    def by_one_of_dev(self, grown: float) -> float:
        """The share of the dev cost that one example adds whose loss has `grown` by so many times the mean.

        One that is wrong ever more surely does that; what it adds proves nothing. 0 of a dev set of unknown size.
        """
        return grown / self.examples.dev if self.examples.dev else 0.0

    @property
    def saw_no_better(self) -> bool:
        """Whether early stopping ended it after the dev cost had come to rest, or turned: to wait longer is no use.

        An error that early stopping watches may rest on its stairs while the dev cost falls still.
        """
        cost, looks = self.dev_cost, len(self.dev_cost)
        if not self.stopped_early or self.few_of_dev or not looks or not np.isfinite(cost).all():
            return False
        last = cost[-max(WAITED, looks // 4) :]
        rests = looks >= WAITED and last[0] - last.min() <= RESTS * last[0]
        return bool(rests or cost[-2:].min() > (1 + TURNED) * cost.min())

    @property
    def last_half(self) -> Column:
        """J over the last half of the iterations made."""
        if not len(self.cost):
            return self.cost
        middle = (self.iteration[0] + self.iteration[-1]) / 2
        half: Column = self.cost[self.iteration >= middle]
        return half


def _medians(iteration: Column, values: Column, fewest: int = FEWEST) -> tuple[Column, Column] | None:
    if len(values) < fewest or not np.isfinite(values).all():
        return None
    places = np.linspace(iteration[0], iteration[-1], STRETCHES + 1)[1:-1]
    parts = np.split(values, np.searchsorted(iteration, places))
    if not all(map(len, parts)):
        return None
    # σ from point to point: what a curve that falls has less of than over a whole stretch.
    steps = np.diff(values)
    usual = 1.48 * np.median(np.abs(steps - np.median(steps)))  # a first fall is no noise
    noise = [(np.std(np.diff(part)) if len(part) >= LONG else usual) / 2**0.5 for part in parts]
    errors = 1.25 * np.array(noise) / np.sqrt([len(part) for part in parts])
    return np.array([np.median(part) for part in parts]), errors


ALL = Course()
"""Of a run that has made all it was to make, and of which nothing else is known."""
