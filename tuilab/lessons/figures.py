"""The figures that a claim may speak of, each worked out when it is first asked for.

A claim's figure is one of

- `error.PART` or `examples.PART`, PART train, train_dev, dev or test; `cost.data`, `cost.penalty`, `cost.total`;
- `iterations`; `kept_iteration`; `sparsity`; `decay`; `bias`, `variance`, `mismatch`;
- `diverged`, `high_bias`, `high_variance`, `high_mismatch` (1 or 0);
- `signal.first.NAME.LAYER` or `signal.last.NAME.LAYER`, NAME a column of `tuilab.events.Layers`, LAYER from 1;
- `bowl.before.NAME` or `bowl.after.NAME`, NAME condition or largest_rate;
- `descent.rises`; `gradient.relative_difference`.
"""

from collections.abc import Callable
from functools import cached_property

from tuilab.data import Prepare
from tuilab.errors import BadInput
from tuilab.events import Finished, Signal
from tuilab.experiment import Experiment
from tuilab.nn import GradientReport, check_gradient
from tuilab.training import Course, Training, build, diagnose, train
from tuilab.training.conditioning import Bowl, bowls
from tuilab.training.descent import Descent, check_descent

Ending = tuple[Finished, list[Signal]]
"""The last event of a training and its signal reports."""


class Figures:
    """The figures of one experiment, each worked out when it is first asked for."""

    def __init__(self, experiment: Experiment, data: Prepare) -> None:
        self.experiment, self.data = experiment, data
        self.problem = build(experiment, data)

    def get(self, path: str) -> float:
        """The figure called `path`. Raises `BadInput` for one that does not exist, or was not measured."""
        kind, *rest = path.split(".")
        try:
            value = _KINDS[kind](self, *rest)
        except (KeyError, TypeError, AttributeError, IndexError, ValueError):
            raise BadInput(f"no figure {path!r}; kinds are {', '.join(_KINDS)}", path="lesson.claims") from None
        if value is None:
            raise BadInput(f"{path} is not there in this experiment", path="lesson.claims")
        return float(value)

    @cached_property
    def run(self) -> Ending:
        """The last event of the training and its signal reports."""
        signals, end = [], None
        for event in train(Training(self.problem)):
            if isinstance(event, Signal):
                signals.append(event)
            elif isinstance(event, Finished):
                end = event
        assert end is not None, "training ends with its last event"
        return end, signals

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


SLOW = ("bowl", "descent", "gradient")
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
    "gradient": lambda figures, name: getattr(figures.gradient, name),
}
