"""Lessons prove what they say: their claims are run.

A claim's figure is one of

- `error.train`, `error.dev`, `error.test`; `cost.data`, `cost.penalty`, `cost.total`; `iterations`; `kept_iteration`;
  `sparsity`; `decay`; `diverged`, `high_bias`, `high_variance` (1 or 0); `bias`, `variance`;
- `signal.first.NAME.LAYER` or `signal.last.NAME.LAYER`, NAME a column of `tuilab.events.Layers`, LAYER from 1;
- `examples.train`, `examples.dev`, `examples.test`;
- `bowl.before.NAME` or `bowl.after.NAME`, NAME condition or largest_rate;
- `descent.rises`; `gradient.relative_difference`.
"""

from collections.abc import Callable, Iterator
from functools import cached_property

from msgspec import Struct

from tuilab.data import Prepare, prepare
from tuilab.errors import BadInput
from tuilab.events import Finished, Parts, Signal
from tuilab.experiment import Experiment, edit
from tuilab.nn import GradientReport, check_gradient
from tuilab.presets import Claim, Lesson
from tuilab.training import Training, build, diagnose, train
from tuilab.training.conditioning import Bowl, bowls
from tuilab.training.descent import Descent, check_descent

Ending = tuple[Finished, list[Signal]]
"""The last event of a training and its signal reports."""


class Verification(Struct, frozen=True, kw_only=True):
    """A claim and what its run gave: `other` is the figure that it was compared with, if any."""

    claim: Claim
    holds: bool
    value: float
    other: float | None = None


def verify(experiment: Experiment, lesson: Lesson, data: Prepare = prepare) -> list[Verification]:
    """Trains `experiment` and its variants on `data` and checks the claims, in order. Raises `BadInput`."""
    return list(verifying(experiment, lesson, data))


def verifying(experiment: Experiment, lesson: Lesson, data: Prepare = prepare) -> Iterator[Verification]:
    """The same one after another: what is not asked for is not trained. Raises `BadInput`."""
    results: dict[Experiment, Figures] = {}

    def figures(changes: dict[str, str]) -> Figures:
        variant = edit(experiment, changes)
        return results.setdefault(variant, Figures(variant, data))

    return (_verify(claim, figures) for claim in lesson.claims)


def told(experiment: Experiment, lesson: Lesson, run: Ending, data: Prepare = prepare) -> list[Verification | None]:
    """What a run of `experiment` says of the claims; None of those that need another run, or more than its figures."""
    figures = Figures(experiment, data)
    figures.run = run
    return [
        _verify(claim, lambda changes: figures)
        if claim.below is claim.above is None and claim.figure.partition(".")[0] not in _SLOW
        else None
        for claim in lesson.claims
    ]


def _verify(claim: Claim, figures: "Callable[[dict[str, str]], Figures]") -> Verification:
    value = figures({}).get(claim.figure)
    holds = (claim.at_least is None or value >= claim.at_least) and (claim.at_most is None or value <= claim.at_most)
    other = None
    if claim.below is not None:
        other = figures(claim.below).get(claim.figure)
        holds = holds and value < other and other - value >= claim.by
    if claim.above is not None:
        other = figures(claim.above).get(claim.figure)
        holds = holds and value > other and value - other >= claim.by
    return Verification(claim=claim, holds=holds, value=value, other=other)


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
        """Share misclassified."""
        value: float | None = getattr(self.run[0].error, part)
        return value

    def signal(self, when: str, name: str, layer: str) -> float:
        """A figure of a layer, at the first or the last report."""
        report = self.run[1][{"first": 0, "last": -1}[when]]
        return float(getattr(report.layers, name)[int(layer) - 1])

    def diagnosis(self, name: str) -> float | None:
        """A figure of the verdict."""
        end = self.run[0]
        errors = Parts(train=end.error.train, dev=end.error.dev)
        value: float | None = getattr(diagnose(errors, self.problem.dataset.examples, self.experiment), name)
        return value


_SLOW = ("bowl", "descent", "gradient")
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
    "signal": Figures.signal,
    "examples": lambda figures, part: getattr(figures.problem.dataset.examples, part),
    "bowl": lambda figures, when, name: getattr(figures.bowls[{"before": 0, "after": 1}[when]], name),
    "descent": lambda figures, name: getattr(figures.descent, name),
    "gradient": lambda figures, name: getattr(figures.gradient, name),
}
