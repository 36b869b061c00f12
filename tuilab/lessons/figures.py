"""The figures that a claim may speak of, each worked out when it is first asked for.

A claim's figure is one of

- `error.PART` or `examples.PART`, PART train, train_dev, dev or test; `cost.data`, `cost.penalty`, `cost.total`;
- `iterations`; `kept_iteration`; `sparsity`; `decay`; `bias`, `variance`, `mismatch`;
- `diverged`, `high_bias`, `high_variance`, `high_mismatch` (1 or 0);
- `signal.first.NAME.LAYER` or `signal.last.NAME.LAYER`, NAME a column of `tuilab.events.Layers`, LAYER from 1;
- `bowl.before.NAME` or `bowl.after.NAME`, NAME condition or largest_rate;
- `descent.rises`; `gradient.relative_difference`;
- `preflight.NAME`, NAME that of a check: whether it holds (1 or 0); `preflight.faults`, how many do not;
- `better.NAME` of two experiments on one dev set, NAME shown (1 or 0), difference, smallest;
- `curve.NAME` of the learning curve, NAME met (1 or 0), fall (of the dev error with twice the examples), miss (by what
  share the dev error of all examples is missed, as those of half of them foretell it);
- `rate.NAME` of the learning-rate range test, NAME stable, suggested, predicted;
- `labels.planted` and `labels.found`, wrong labels and the share of them among as many that are listed first;
- `trust.NAME`, NAME ece, noise, temperature, or a state, such as overconfident (1 or 0);
- of its sweep `sweep.dev`, `sweep.median`, `sweep.edges`, and of a knob `sweep.best.PATH`, `sweep.values.PATH`.
"""

from collections.abc import Callable
from functools import cached_property
from typing import get_args

import numpy as np

from tuilab.arrays import Array
from tuilab.data import Prepare
from tuilab.errors import BadInput
from tuilab.events import Finished, Signal
from tuilab.experiment import Experiment, edit
from tuilab.lessons.sweep import SweepFigures
from tuilab.nn import GradientReport, check_gradient
from tuilab.search import Search
from tuilab.training import Course, Training, build, diagnose, train
from tuilab.training.better import on_the_same
from tuilab.training.calibration import Calibration, reliability, temperature
from tuilab.training.conditioning import Bowl, bowls
from tuilab.training.descent import Descent, check_descent
from tuilab.training.eyeball import eyeball
from tuilab.training.learning_curve import CurvePoint, forecast, learning_curve, predicted
from tuilab.training.predict import outputs
from tuilab.training.preflight import PreflightCheck, preflight
from tuilab.training.rate_range import RangeTest, RateRange
from tuilab.training.wrong_labels import doubts

Ending = tuple[Finished, list[Signal]]
"""The last event of a training and its signal reports."""


class Figures:
    """The figures of one experiment, each worked out when it is first asked for."""

    def __init__(self, experiment: Experiment, data: Prepare, search: Search | None = None) -> None:
        self.experiment, self.data, self.search = experiment, data, search
        self.problem = build(experiment, data)

    def get(self, path: str, other: Callable[[], "Figures"] | None = None) -> float:
        """The figure called `path`; of `better` beside those of the `other` experiment.

        Raises `BadInput` for one that does not exist, or was not measured.
        """
        kind, *rest = path.split(".")
        try:
            value = self.better(other(), *rest) if kind == "better" and other else _KINDS[kind](self, *rest)
            found = None if value is None else float(value)
        except BadInput:
            raise
        except (KeyError, TypeError, AttributeError, IndexError, ValueError, ZeroDivisionError):
            raise BadInput(f"no figure {path!r}; kinds are {', '.join(_KINDS)}", path="lesson.claims") from None
        if found is None:
            raise BadInput(f"{path} is not there in this experiment", path="lesson.claims")
        return found

    @cached_property
    def training(self) -> Training:
        """The run's; its weights are the last ones once there is a `run`."""
        return Training(self.problem)

    @cached_property
    def run(self) -> Ending:
        """The last event of the training and its signal reports."""
        signals, end = [], None
        for event in train(self.training):
            if isinstance(event, Signal):
                signals.append(event)
            elif isinstance(event, Finished):
                end = event
        assert end is not None, "training ends with its last event"
        return end, signals

    @cached_property
    def swept(self) -> SweepFigures:
        """The trials of the lesson's sweep. Raises `BadInput` where it has none."""
        if self.search is None:
            raise BadInput("there is no sweep", path="lesson.claims")
        return SweepFigures(self.experiment, self.search, self.data)

    @cached_property
    def bowls(self) -> tuple[Bowl, Bowl]:
        """Before and after normalization."""
        return bowls(self.problem.dataset)

    @cached_property
    def descent(self) -> Descent:
        """Whether J falls."""
        return check_descent(self.experiment, self.data)

    @cached_property
    def gradient(self) -> GradientReport:
        """The gradient check at initialization."""
        train = self.problem.dataset.train
        return check_gradient(self.problem.network, self.problem.initial, train.X, train.y, self.problem.penalty)

    @cached_property
    def preflight(self) -> dict[str, PreflightCheck]:
        """The checks before a run, by name."""
        return {check.name: check for check in preflight(self.experiment, self.data)}

    @cached_property
    def curve(self) -> list[CurvePoint]:
        """The learning curve."""
        return list(learning_curve(self.experiment, self.data))

    @cached_property
    def rate_range(self) -> RateRange:
        """What the range test finds."""
        test = RangeTest(self.experiment, self.data)
        list(test.rise())
        return test.found()

    @cached_property
    def outputs(self) -> Array:
        """(K, m) logits of the last weights on dev."""
        assert self.run, "it is trained"
        return outputs(self.problem.network, self.training.parameters, self.problem.dataset.dev.X)

    @property
    def wrong(self) -> Array:
        """Which dev examples it gets wrong, (m,)."""
        wrong: Array = self.problem.network.task.predict(self.outputs) != self.problem.dataset.dev.y
        return wrong

    def better(self, other: "Figures", name: str) -> float | None:
        """Whether the other one is better, by their mistakes."""
        value: float | None = getattr(on_the_same(self.wrong, other.wrong), name)
        return value

    def checked(self, name: str) -> float:
        """Whether a check holds, or how many do not."""
        if name == "faults":
            return sum(check.holds is False for check in self.preflight.values())
        return self.preflight[name].holds is True

    def learned(self, name: str) -> float:
        """A figure of the learning curve."""
        dev = float(np.mean(self.curve[-1].dev))
        if name == "miss":
            last = self.curve[-1].examples
            half = forecast([point for point in self.curve if point.examples <= HALF * last])
            return abs(float(predicted(half.power, last)) - dev) / dev
        known = forecast(self.curve)
        return {"met": float(known.met), "fall": dev - known.twice}[name]

    def labels(self, name: str) -> float | None:
        """Of the wrong labels that were planted and may be listed."""
        dataset, right = (
            self.problem.dataset,
            build(edit(self.experiment, {"split.wrong_labels": "0"}), self.data).dataset,
        )
        seen = {
            "train": np.ones(len(dataset.train.y), bool),
            "dev": eyeball(len(dataset.dev.y), self.experiment.seed, dataset.dev.group),
        }
        planted = {
            (part, at)
            for part, seen_ in seen.items()
            for at in np.flatnonzero(seen_ & (dataset.parts[part].y != right.parts[part].y)).tolist()
        }
        if name == "planted" or not planted:
            return len(planted) or None
        *_, found = doubts(self.experiment, self.data)
        first = {(one.part, one.example) for one in found.doubts[: len(planted)]}
        return {"found": len(first & planted) / len(planted)}[name]

    def trust(self, name: str) -> float | None:
        """A figure of how far its probabilities hold on dev."""
        task, dev = self.problem.network.task, self.problem.dataset.dev
        y, group = dev.y, dev.group
        if name == "temperature":
            fitted = temperature(self.outputs, y, task.predict, group)
            return None if fitted is None else fitted.value
        said = task.predict(self.outputs)
        known = reliability(task.probabilities(self.outputs)[np.arange(len(y)), said], said == y, group=group)
        if known is None:
            return None
        states = {state: float(known.state == state) for state in get_args(Calibration)}
        return {"ece": known.ece, "noise": known.noise, **states}[name]

    def error(self, part: str) -> float | None:
        """As the task has it."""
        value: float | None = getattr(self.run[0].error, part)
        return value

    def signal(self, when: str, name: str, layer: str) -> float:
        """A figure of a layer, at the first or the last report."""
        report = self.run[1][{"first": 0, "last": -1}[when]]
        return float(getattr(report.layers, name)[int(layer) - 1])

    def diagnosis(self, name: str) -> float | None:
        """A figure of the verdict."""
        end = self.run[0]
        dataset = self.problem.dataset
        course = Course(target=dataset.target, shift=dataset.shift)
        value: float | None = getattr(diagnose(end.error, dataset.examples, self.experiment, course), name)
        return value


HALF = 0.62
"""Of the examples: sizes up to it foretell what twice as many come to."""
SLOW = ("bowl", "descent", "gradient", "preflight", "better", "curve", "rate", "labels", "trust", "sweep")
"""Figures that no run measures."""
_KINDS: dict[str, Callable[..., float | None]] = {
    "error": Figures.error,
    "cost": lambda figures, name: getattr(figures.run[0].cost, name),
    "iterations": lambda figures: figures.run[0].iteration,
    "kept_iteration": lambda figures: figures.run[0].kept_iteration,
    "sparsity": lambda figures: figures.run[0].sparsity,
    "decay": lambda figures: figures.problem.decay,
    "diverged": lambda figures: figures.run[0].status == "diverged",
    "bias": lambda figures: figures.diagnosis("bias"),
    "variance": lambda figures: figures.diagnosis("variance"),
    "high_bias": lambda figures: figures.diagnosis("high_bias"),
    "high_variance": lambda figures: figures.diagnosis("high_variance"),
    "mismatch": lambda figures: figures.diagnosis("mismatch"),
    "high_mismatch": lambda figures: figures.diagnosis("high_mismatch"),
    "signal": Figures.signal,
    "examples": lambda figures, part: getattr(figures.problem.dataset.examples, part),
    "bowl": lambda figures, when, name: getattr(figures.bowls[{"before": 0, "after": 1}[when]], name),
    "descent": lambda figures, name: getattr(figures.descent, name),
    "sweep": lambda figures, name, *path: figures.swept.get(name, ".".join(path)),
    "gradient": lambda figures, name: getattr(figures.gradient, name),
    "preflight": Figures.checked,
    "curve": Figures.learned,
    "rate": lambda figures, name: getattr(figures.rate_range, name),
    "labels": Figures.labels,
    "trust": Figures.trust,
}
