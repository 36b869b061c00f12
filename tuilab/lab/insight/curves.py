"""Cost and error as they are learned, where they are going, and the verdict on them."""

from functools import cached_property
from typing import Any, Self

import numpy as np

from tuilab.events import Column, Columns, Cost, Parts
from tuilab.experiment import Experiment
from tuilab.lab.insight.insight import Insight
from tuilab.lab.sentences.run import by_class, intervals, made, of_target
from tuilab.lab.sentences.run import verdict as numbers_of
from tuilab.lab.service import Lab
from tuilab.lab.watching import Snapshot
from tuilab.nn.task import CLASSIFICATION, TASKS, Words
from tuilab.runs import ACTIVE, Mark, RunView, Status
from tuilab.text import clean
from tuilab.training import Diagnosis, diagnose
from tuilab.words import count, duration, percent

FLAT = 0.01
"""A curve that changed by less than this share of itself is flat."""


class CostPoints(Columns, frozen=True):
    """Points of the cost curve: total = data + penalty, each after `iteration` updates."""

    iteration: Column
    data: Column
    penalty: Column
    total: Column


class ErrorPoints(Columns, frozen=True):
    """Points of the error curves, and of the mean loss over the dev part; NaN: not measured."""

    iteration: Column
    train: Column
    dev: Column
    dev_cost: Column
    train_dev: Column | None = None
    """None where nothing was held out for it."""


class CurvesInsight(Insight, frozen=True, kw_only=True, eq=False):
    """The curves of the run called `run` up to `iteration` of the `planned` iterations, and the verdict on them.

    Without a run, `run` is empty and `status` None. `measured` are the last errors.
    """

    run: str = ""
    status: Status | None = None
    reason: str = ""
    """Why it ended; empty while it has not."""
    iteration: int = 0
    planned: int
    seconds: float = 0.0
    """Of training."""
    left: float | None = None
    """Seconds of training that it still needs."""
    penalized: bool
    """Whether the cost has a penalty."""
    has_dev: bool = True
    cost: CostPoints
    evaluated: Cost | None = None
    """J at the end with all examples and all units, where the training pass met another: its batch, its masks."""
    error: ErrorPoints
    marks: tuple[Mark, ...] = ()
    measured: Parts[float] = Parts()
    diagnosis: Diagnosis
    by_class: tuple[str, ...] = ()
    """Of unequal classes, what is to be said of each."""
    of_target: tuple[str, ...] = ()
    """Of numbers, the errors in other words."""
    task: str = CLASSIFICATION.name

    @classmethod
    def look(cls, lab: Lab, experiment: Experiment, snapshot: Snapshot | None = None, choice: Any = None) -> Self:
        """Those of the run; without one there is only the plan."""
        return cls.of(snapshot) if snapshot else cls.before(experiment)

    @classmethod
    def before(cls, experiment: Experiment) -> Self:
        """What there is before an experiment has been run."""
        view = RunView()
        return cls(
            planned=experiment.optimization.iterations,
            penalized=_is_penalized(experiment),
            cost=_costs(view),
            error=_errors(view),
            diagnosis=diagnose(Parts(), Parts(), experiment),
        )

    @classmethod
    def of(cls, snapshot: Snapshot) -> Self:
        """That of a run; copies no point."""
        view = snapshot.view
        return cls(
            run=snapshot.name,
            status=snapshot.status,
            reason=view.finished.reason if view.finished else "",
            iteration=view.iteration,
            planned=snapshot.experiment.optimization.iterations,
            seconds=view.seconds,
            left=snapshot.eta if snapshot.status in ACTIVE else None,
            penalized=_is_penalized(snapshot.experiment),
            has_dev=view.started is None or bool(view.started.examples.dev),
            cost=_costs(view),
            evaluated=_evaluated(view),
            error=_errors(view),
            marks=view.marks,
            measured=snapshot.error,
            diagnosis=snapshot.diagnosis,
            by_class=tuple(by_class(snapshot)),
            of_target=tuple(of_target(snapshot)),
            task=view.task.name,
        )

    @cached_property
    def said(self) -> str:
        """How far the run is, and the verdict."""
        return f"{self.progress}\n{clean(self.diagnosis.sentence)}"

    @property
    def words(self) -> Words:
        """How a person is told of the errors."""
        return TASKS[self.task].words

    @property
    def progress(self) -> str:
        """How far the run is, and how it ended."""
        if self.status is None:
            return f"No run yet: {count(self.planned)} iterations are planned."
        share = f"{100 * self.iteration // self.planned} %"
        said = f"{clean(self.run)} is {self.status}: {made(self.iteration, self.planned)}, {share}"
        if self.left is not None:
            said += f", {duration(self.left)} left"
        elif self.reason:
            said += f", after {self.seconds:.1f} s; {clean(self.reason)}"
        return f"{said}."

    @property
    def dev_cost(self) -> Column:
        """The mean loss over the dev part, a point for each of the errors; NaN where it was not measured."""
        return self.error.dev_cost

    @property
    def has_dev_cost(self) -> bool:
        """Whether it was measured: there is a dev part, and the log knows of it."""
        return self.has_dev and not np.isnan(self.dev_cost).all()

    @property
    def going(self) -> tuple[str, ...]:
        """The last figures, and where each curve is going."""
        lines, cost = [], self.cost
        if len(cost.total):
            parts = f"data {cost.data[-1]:.4g} plus penalty {cost.penalty[-1]:.4g}"
            lines.append(f"Cost {cost.total[-1]:.4g}{_going(cost.total)}: {parts}.")
        if self.evaluated is not None:
            lines.append(f"At the end J is {self.evaluated.total:.4g} with every example and every unit.")
        if self.has_dev_cost:
            lines.append(f"Dev cost {self.dev_cost[-1]:.4g}{_going(self.dev_cost)}.")
        curves = {"train": self.error.train, "train-dev": self.error.train_dev, "dev": self.error.dev}
        measured = [
            f"{name} error {percent(last)}{'' if (curve := curves.get(name)) is None else _going(curve)}"
            for name, last in self.measured.told.items()
        ]
        return (*lines, *([f"{_capital('; '.join(measured))}."] if measured else ()), *self._of_target)

    @property
    def _of_target(self) -> tuple[str, ...]:
        return tuple(f"{line}." for line in self.of_target)

    @property
    def verdict(self) -> tuple[str, ...]:
        """The verdict, the numbers behind it, and what to do next."""
        diagnosis = self.diagnosis
        numbers = [*numbers_of(diagnosis), *intervals(diagnosis)] if diagnosis.bias is not None else []
        if diagnosis.interval is not None:
            low, high = map(percent, diagnosis.interval)
            numbers.append(f"with endless dev data the dev error would be {low} to {high}, 95 times of 100")
        return (
            f"Verdict: {clean(diagnosis.sentence)}",
            *([f"{_capital(', '.join(numbers))}."] if numbers else ()),
            *(f"{_capital(line)}." for line in self.by_class),
            *(
                f"Action {number}: {clean(action.label)} ({clean(action.why)})."
                for number, action in enumerate(diagnosis.actions, 1)
            ),
        )

    @property
    def text(self) -> str:
        """How the run is doing, what happened to it, the verdict."""
        marks = (f"After iteration {count(mark.iteration)}: {clean(mark.text)}." for mark in self.marks)
        return "\n".join([self.progress, *marks, *self.going, *self.verdict])


@np.errstate(over="ignore", invalid="ignore")  # of a run that diverges
def trend(values: Column) -> str:
    """Where a curve of shape (n,) is going: the median of its last tenth against that of the tenth before."""
    if len(values) < 4:
        return ""
    size = max(2, len(values) // 10)
    now, then = np.median(values[-size:]), np.median(values[-2 * size : -size])
    if not (np.isfinite(now) and np.isfinite(then)):
        return "not finite"
    if abs(now - then) <= FLAT * max(abs(now), abs(then)):
        return "flat"
    return "falling" if now < then else "rising"


def _going(values: Column) -> str:
    direction = trend(values)
    return f", {direction}" if direction else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _is_penalized(experiment: Experiment) -> bool:
    return experiment.regularization.penalty(examples=1).has_cost


def _costs(view: RunView) -> CostPoints:
    curve = view.cost
    return CostPoints(iteration=curve.iteration, data=curve.data, penalty=curve.penalty, total=curve.total)


def _evaluated(view: RunView) -> Cost | None:
    """The cost in evaluation mode, unless it is the last point of the curve."""
    end, last = view.finished, view.cost.iteration[-1:]
    return end.cost if end is not None and end.iteration > last.max(initial=-1) else None


def _errors(view: RunView) -> ErrorPoints:
    curve = view.error
    return ErrorPoints(
        iteration=curve.iteration,
        train=curve.train,
        dev=curve.dev,
        dev_cost=curve.dev_cost,
        train_dev=None if np.isnan(curve.train_dev).all() else curve.train_dev,
    )
