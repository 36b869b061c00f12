"""Bias or variance? The verdict on a run's errors.

bias = train error − base error, variance = dev error − train error (course notes, "Bias/Variance"). The notes' examples
set the bars: 15 % over the base is high bias and 1 % is not; a gap of 10 % is high variance and 1 % is not. The bars
lie at the geometric means, √(0.01·0.15) ≈ 0.04 and √(0.01·0.10) ≈ 0.03; within a factor of 1.5 of one, borderline.

No dev error is to be expected below the base error. Where the train error is, the variance is judged by what the dev
error has above the base: the rest is memory, which no action turns into anything better.

Of a regression the errors are shares of the target's variance, the base error that of its noise; the same bars hold.

A figure is in doubt where chance alone could have moved it from low to high, or from high to low. The variance is as
sure as the dev error is; the bias, as the share of the training examples that even the best would get wrong.
"""

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from tuilab.events import Parts
from tuilab.experiment import Experiment
from tuilab.nn.task import Task
from tuilab.nn.task.chance import ONE_SIDED
from tuilab.training.action import Action, after_parent
from tuilab.training.base_error import BaseError, base_error
from tuilab.training.course import ALL, Course
from tuilab.training.recipe import against_divergence, recipe
from tuilab.training.states import STATES, exploded
from tuilab.training.states.condition import Condition, ConditionName
from tuilab.training.tally import balanced, balanced_examples, baseline, unequal
from tuilab.words import count, plural

HIGH_BIAS = 0.04
HIGH_VARIANCE = 0.03
NEAR = 1.5
"""A figure within this factor of its bar is borderline."""
ONE = 1
"""Dev examples that prove nothing, whatever chance has to say: the error is 0 or 100 %."""
EARLY = 0.05
"""Of the planned iterations: before that share of them is made, a high error says nothing of the network."""

VerdictState = Literal["not measured", "too early", "no dev set", "too little data", "told", "diverged"] | ConditionName
Level = Literal["low", "borderline", "high"]


class Diagnosis(Struct, frozen=True, kw_only=True):
    """The verdict. Errors are fractions; what cannot be told is None."""

    state: VerdictState
    """How far the verdict can be told. Too little data: chance alone could make the variance seem what it is."""
    dev: float | None = None
    """The dev error that it is told of."""
    bias: float | None = None
    variance: float | None = None
    excess: float | None = None
    """What the dev error has above the higher of train and base error: as much of the variance as could be won."""
    high_bias: bool | None = None
    """Whether the bias is above its bar."""
    high_variance: bool | None = None
    """Whether the excess is."""
    balanced: Parts[float] = Parts()
    """Where classes are unequal, the balanced errors, of which bias, variance and interval are then told."""
    base_error: BaseError | None = None
    interval: tuple[float, float] | None = None
    """Where the dev error of endless dev data is to be expected: 95 of 100 such intervals hold it."""
    sentence: str
    actions: tuple[Action, ...] = ()


def diagnose(error: Parts[float], examples: Parts[int], experiment: Experiment, course: Course = ALL) -> Diagnosis:
    """The verdict on train and dev error, with the recipe's actions for `experiment`."""
    if error.train is None:
        return Diagnosis(state="not measured", sentence="No verdict yet: nothing has been measured.")
    rare = course.labels.train is not None and unequal(course.labels.train)
    by_class = balanced(course.tally) if rare and course.tally.train else Parts[float]()
    train, dev, dev_examples = error.train, error.dev, float(examples.dev or 0)
    if by_class.train is not None:
        train, dev = by_class.train, by_class.dev
        dev_examples = balanced_examples(course.tally.dev) if course.tally.dev else 0.0
    base = base_error(experiment, course.target)
    bias, variance = train - base.value, None if dev is None else dev - train
    figures = Diagnosis(
        state="too early",
        dev=dev,
        bias=bias,
        variance=variance,
        base_error=base,
        balanced=by_class,
        interval=course.task.interval(dev, dev_examples) if dev is not None and dev_examples else None,
        sentence=f"Too early for a verdict: less than {EARLY:.0%} of the iterations are made.",
    )
    if course.going and course.made is not None and course.made < EARLY * experiment.optimization.iterations:
        return figures
    excess = None if dev is None or examples.dev == ONE else dev - max(train, base.value)
    figures = replace(
        figures,
        excess=excess,
        high_bias=bias > HIGH_BIAS,
        high_variance=None if excess is None else excess > HIGH_VARIANCE,
    )
    guesses = rare and by_class.train is None and train > baseline(course.labels.train or ()) / 2
    sure = bias - course.task.more_by_chance(base.value, examples.train) if examples.train else bias
    bad = bias > HIGH_BIAS and level(sure, HIGH_BIAS) != "low"
    found = _found(experiment, course) if bad or guesses else None
    if found is None:
        figures = _judged(figures, sure, examples, dev_examples, experiment, course)
    else:
        figures = replace(figures, state=found.state, sentence=found.sentence, actions=found.actions)
    return replace(figures, actions=after_parent(figures.actions, experiment, course))


def _judged(
    figures: Diagnosis,
    sure: float,
    examples: Parts[int],
    dev_examples: float,
    experiment: Experiment,
    course: Course,
) -> Diagnosis:
    """Bias or variance, where nothing else keeps the network from learning; `sure` is what of the bias is no chance."""
    assert figures.bias is not None
    excess, doubts = figures.excess, ""
    bias, variance = level(figures.bias, HIGH_BIAS), None if excess is None else level(excess, HIGH_VARIANCE)
    if bias == "high" and level(sure, HIGH_BIAS) == "low":
        bias = "borderline"
        doubts += f" In doubt: with {plural(examples.train or 0, 'training example')} the bias may as well be low."
    if bias == "borderline" and excess is not None and level(figures.bias + excess, HIGH_BIAS) == "low":
        bias = "low"  # dev is near the base error, so the network could not be much better
    others = _may_as_well_be(figures, variance, dev_examples, course.task)
    if bias == "high":  # it comes first, whatever the variance is; of that is told what is sure
        variance, others = "borderline" if others else variance, []
    if others:
        doubts += f" In doubt: with {plural(examples.dev or 0, 'dev example')} the variance may as well be "
        doubts += " or ".join(others) + "."
    alone = examples.dev == ONE and figures.dev is not None
    state: VerdictState = "too little data" if others or alone else "no dev set" if excess is None else "told"
    sentence = _stopped(experiment, course)
    if figures.balanced.train is not None:
        sentence += "By the balanced error, since classes are unequal: "
    sentence += _sentence(
        bias, variance, remembered=level(figures.variance or 0, HIGH_VARIANCE) != variance, alone=alone
    )
    actions = recipe(
        experiment,
        high_bias=bias == "high" or (bias == "borderline" and variance != "high"),
        high_variance=variance == "high" or (variance == "borderline" and bias != "high"),
        little_data=state == "too little data",
        stopped_early=course.stopped_early,
        examples=examples,
    )
    if state == "too little data" and not any("data.examples" in one.edits for one in actions):
        doubts += " More seeds would tell."
    if course.made is not None and course.made < experiment.optimization.iterations:  # it has iterations left
        actions = tuple(one for one in actions if "optimization.iterations" not in one.edits)
    return replace(figures, state=state, sentence=sentence + doubts, actions=actions)


def _may_as_well_be(figures: Diagnosis, variance: Level | None, dev_examples: float, task: Task) -> list[Level]:
    """What chance alone could have made to look like this variance."""
    if figures.excess is None or figures.dev is None or not dev_examples:
        return []
    limits = [
        level(limit - figures.dev + figures.excess, HIGH_VARIANCE)
        for limit in task.interval(figures.dev, dev_examples, ONE_SIDED)
    ]
    return [found for found in limits if found not in (variance, "borderline")]


def diagnose_divergence(experiment: Experiment, course: Course = ALL) -> Diagnosis:
    """The verdict on a run whose cost left the finite numbers: nothing can be said of its errors, only of its step."""
    if found := exploded.find(course, experiment):
        return Diagnosis(state="exploded", sentence=f"Diverged. {found.sentence}", actions=found.actions)
    return Diagnosis(
        state="diverged",
        sentence="Diverged: the steps are too large, the cost left the finite numbers.",
        actions=against_divergence(experiment),
    )


def level(figure: float, bar: float) -> Level:
    """How high a figure is that counts as high above `bar`."""
    if figure > NEAR * bar:
        return "high"
    return "borderline" if figure > bar / NEAR else "low"


def _found(experiment: Experiment, course: Course) -> Condition | None:
    """The first state that the run is in."""
    return next((found for find in STATES if (found := find(course, experiment))), None)


def _stopped(experiment: Experiment, course: Course) -> str:
    """Of a run that is over before its time, where that may be why its errors are high."""
    planned = experiment.optimization.iterations
    if course.going or course.made is None or course.made >= EARLY * planned:
        return ""
    return f"Ended after {count(course.made)} of {count(planned)} iterations. "


def _sentence(bias: Level, variance: Level | None, remembered: bool, alone: bool) -> str:
    match bias, variance:
        case _, None:
            said = {"high": "High bias: it underfits the training set", "low": "Low bias"}
            without = "One dev example proves nothing: with it" if alone else "Without a dev set"
            return f"{said.get(bias, 'Borderline bias')}. {without} the variance cannot be told."
        case "high", "high":
            return "High bias and high variance: it underfits in places and overfits in others."
        case "high", _:
            return "High bias: it underfits even the training set."
        case _, "high":
            return "High variance: it fits the training set and not the dev set."
        case "low", "low" if remembered:
            return "Low bias and low variance: dev is near the base error, train below it by memory alone."
        case "low", "low":
            return "Low bias and low variance: both errors are near the base error."
        case "low", _ if remembered:
            return (
                "Low bias, borderline variance: what dev has above the base error is near the bar, the rest is memory."
            )
        case "low", _:
            return "Low bias, borderline variance: the dev error is near the bar above the train error."
        case _, "low":
            return "Borderline bias, low variance: the train error is near the bar above the base error."
        case _:
            return "Borderline bias and variance: both are near their bars."
