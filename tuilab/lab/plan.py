"""What can be said of an experiment before it is trained."""

from msgspec import Struct

from tuilab.data.advice import advised_split
from tuilab.events import Layers, Parts, Target
from tuilab.experiment import without_effect
from tuilab.training import Problem
from tuilab.training.conditioning import Bowl, bowls
from tuilab.training.signal import first_signal


class Plan(Struct, frozen=True, kw_only=True):
    """What a run of an experiment would train; `notes` are worth a person's look."""

    layers: tuple[int, ...]
    parameters: int
    examples: Parts[int]
    classes: tuple[str, ...]
    target: Target | None
    """What is predicted where that is a number."""
    decay: float | None
    """1 − αλ/m: what every update multiplies the weights by; None where there is no such factor."""
    advised_split: tuple[float, float, float]
    """Shares for train, dev and test that suit so many examples."""
    notes: tuple[str, ...] = ()


class Inspection(Struct, frozen=True, kw_only=True):
    """What can be said of an experiment before it is trained."""

    plan: Plan
    raw: Bowl
    normalized: Bowl
    signal: Layers
    """At iteration 0."""


def plan(problem: Problem) -> Plan:
    """What a run of `problem` would train."""
    experiment, examples = problem.experiment, problem.dataset.examples
    notes = list(problem.dataset.notes)
    if not examples.test:
        notes.append("no test set: the dev figures are not unbiased")
    if not examples.dev:
        notes.append("no dev set: the variance cannot be told")
    if problem.keep_probs[0] < 0.8:
        notes.append("keep_prob of the input layer below 0.8 throws many features away")
    notes += without_effect(experiment)
    return Plan(
        layers=problem.network.sizes,
        parameters=problem.initial.theta.size,
        examples=examples,
        classes=problem.dataset.classes,
        target=problem.dataset.target,
        decay=problem.decay,
        advised_split=advised_split(sum(examples.told.values())),
        notes=tuple(notes),
    )


def inspect(problem: Problem) -> Inspection:
    """The plan, the bowl before and after normalization, and the signal at iteration 0."""
    raw, normalized = bowls(problem.dataset)
    return Inspection(plan=plan(problem), raw=raw, normalized=normalized, signal=first_signal(problem))
