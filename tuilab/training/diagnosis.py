"""Bias or variance? The verdict on a run's errors.

bias = train error − base error, variance = dev error − train error (course notes, "Bias/Variance"); with a train-dev
part variance = train-dev − train, and data mismatch = dev − train-dev (`tuilab.training.gaps`). What is high and what
is low: `tuilab.training.degree`.

A data mismatch has the bar of the variance. The actions follow the largest gap that is larger than chance.

No dev error is to be expected below the base error. Where the train error is, the variance is judged by what the dev
error has above the base: the rest is memory, which no action turns into anything better.

Of a regression the errors are shares of the target's variance, the base error that of its noise; the same bars hold.

A figure is in doubt where chance alone could have moved it from low to high, or from high to low. The variance is as
sure as the dev error is; the bias, as the share of the training examples that even the best would get wrong.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from tuilab.events import Parts
from tuilab.experiment import Experiment
from tuilab.nn.task import Task
from tuilab.training.action import Action
from tuilab.training.base_error import ASSUMED, BaseError, base_error
from tuilab.training.by_chance import ByChance, asked_of_columns, by_chance
from tuilab.training.course import ALL, Course
from tuilab.training.degree import HIGH_BIAS, HIGH_VARIANCE, Level, in_words, level
from tuilab.training.gaps import Gap, gaps
from tuilab.training.line import not_in_circles, with_way_back
from tuilab.training.outliers import makes_most, outliers_text
from tuilab.training.recipe import (
    against_lucky_dev,
    against_mismatch,
    deeper,
    recipe,
    see_to,
    train_dev,
)
from tuilab.training.states import STATES
from tuilab.training.states.condition import Condition, ConditionName
from tuilab.training.tally import balanced, baseline, unequal
from tuilab.training.telltale import telltale_text, without
from tuilab.training.unseen import Unseen, measured, spreads, unseen
from tuilab.words import count, plural

ONE = 1
"""Dev examples that prove nothing, whatever chance has to say: the error is 0 or 100 %."""
EARLY = 0.05
"""Of the planned iterations: before that share of them is made, a high error says nothing of the network."""

BELIEVED = " The base error of 0 is assumed; if nobody could do so well, say so (diagnosis.base_error)."
OF_NOISE_TOO = {"unequal", "overfitting", "stopped"}
"""States that a network comes to as well where its columns tell nothing of the labels; to any other, where it learned
train by heart for all that."""
TRIED = "What was tried against it did not help: what is left may be noise, or need columns that are not there."

VerdictState = Literal["not measured", "too early", "no dev set", "too little data", "told", "diverged"] | ConditionName


class Diagnosis(Struct, frozen=True, kw_only=True):
    """The verdict. Errors are fractions; what cannot be told is None."""

    state: VerdictState
    """How far the verdict can be told. Too little data: chance alone could make the variance seem what it is."""
    dev: float | None = None
    """The dev error that it is told of."""
    bias: float | None = None
    variance: float | None = None
    mismatch: float | None = None
    """What dev has above train-dev; None where nothing is held out for that."""
    gaps: tuple[Gap, ...] = ()
    """All that can be told, each with its interval."""
    compared: int | None = None
    """Runs that were measured on this dev set, this one among them; None where nobody counted."""
    excess: float | None = None
    """What the error on examples not learned from has above the higher of train and base error: as much of the variance
    as could be won."""
    high_bias: bool | None = None
    """Whether the bias is above its bar."""
    high_variance: bool | None = None
    """Whether the excess is."""
    high_mismatch: bool | None = None
    """Whether the data mismatch is, and more than chance."""
    balanced: Parts[float] = Parts()
    """Where classes are unequal, the balanced errors, of which bias, variance and interval are then told."""
    base_error: BaseError | None = None
    interval: tuple[float, float] | None = None
    """Where the dev error of endless dev data is to be expected: 95 of 100 such intervals hold it."""
    group: str = ""
    """The column whose rows of one value err alike, as its interval and those of the gaps take into account."""
    sentence: str
    actions: tuple[Action, ...] = ()


OF_ANY_NUMBERS = np.errstate(over="ignore", invalid="ignore")
"""A run that diverges has numbers that are beyond all others when they are put together."""


@OF_ANY_NUMBERS
def diagnose(error: Parts[float], examples: Parts[int], experiment: Experiment, course: Course = ALL) -> Diagnosis:
    """The verdict on the errors of the parts, with the recipe's actions for `experiment`."""
    if error.train is None:
        return Diagnosis(state="not measured", sentence="No verdict yet: nothing has been measured.")
    rare = course.labels.train is not None and unequal(course.labels.train)
    by_class = balanced(course.tally) if rare and course.tally.train else Parts[float]()
    told, sizes = measured(error, by_class, examples, experiment, course)
    train, held = error.train if told.train is None else told.train, unseen(told, sizes, examples, course)
    base, spread = base_error(experiment, course.target), spreads(course)
    bias = train - base.value
    figures = Diagnosis(
        state="too early",
        dev=told.dev,
        bias=bias,
        variance=None if held.error is None else held.error - train,
        mismatch=None if told.dev is None or told.train_dev is None else told.dev - told.train_dev,
        gaps=gaps(told, base.value, sizes, course.task, spread),
        compared=course.compared,
        base_error=base,
        balanced=by_class,
        interval=course.task.interval(told.dev, sizes.dev, spread=spread.dev)
        if told.dev is not None and sizes.dev
        else None,
        group=experiment.columns.group if course.worth.told else "",
        sentence=f"Too early for a verdict: less than {100 * EARLY:.0f} % of the iterations are made.",
    )
    if course.going and course.made is not None and course.made < EARLY * experiment.optimization.iterations:
        return figures
    excess = None if held.error is None or held.examples == ONE else held.error - max(train, base.value)
    bias = _bias(figures, experiment)
    figures = replace(
        figures,
        excess=excess,
        high_bias=bias > HIGH_BIAS,
        high_variance=None if excess is None else excess > HIGH_VARIANCE,
        high_mismatch=_is_high(figures),
    )
    guesses = rare and by_class.train is None and train > baseline(course.labels.train or ()) / 2
    sure = bias - course.task.more_by_chance(base.value, sizes.train) if sizes.train else bias
    bad = bias > HIGH_BIAS and level(sure, HIGH_BIAS) != "low"
    # Of a dev set of another distribution the cost turns, whatever is learned of train.
    found = _found(experiment, course) if (bad or guesses) and not _mismatch_leads(figures, experiment) else None
    beside = by_chance(train, base, held, sizes.train or 0, course, by_class=by_class.train is not None)
    if (by_class.train is None and _prefers(experiment)) or _stopped(experiment, course):
        beside = ByChance()  # it gives up some of its plain error, or has hardly learned yet
    if found is None:
        figures = _judged(figures, sure, examples, held, beside, experiment, course)
        figures = _with_dev(figures, experiment, course)
    else:
        figures = _in_state(figures, found, beside, course)
    if course.telltales:
        figures = _of_telltales(figures, experiment, course.telltales)
    actions, tried = not_in_circles(_that_act(figures.actions, experiment, course), experiment, course.steps)
    if not course.going:
        actions = with_way_back(actions, experiment, course.steps, course.before)
    if tried and figures.high_bias and (found is None or found.may_be_noise):
        figures = replace(figures, sentence=f"{figures.sentence} {TRIED}")
        actions = (*(deeper(experiment) if found is None else ()), *actions)
    return replace(figures, actions=actions)


def _of_telltales(figures: Diagnosis, experiment: Experiment, names: Sequence[str]) -> Diagnosis:
    """The same, in doubt for columns of which one alone says the label; to leave them out comes first."""
    sentence = f"{figures.sentence} {telltale_text(names)}"
    return replace(figures, sentence=sentence, actions=(*without(experiment, names), *figures.actions))


def _in_state(figures: Diagnosis, found: Condition, beside: ByChance, course: Course) -> Diagnosis:
    """What the state says, and where labels that nothing tells of bring it about too, that it may be these."""
    doubts, actions = "", found.actions
    if beside.asks and (found.state in OF_NOISE_TOO or beside.by_heart):
        doubts = f" {beside.leads}" if beside.leads else beside.doubt
        asked, cures = asked_of_columns(course), [one for one in actions if found.state == "unequal"]
        actions = (*cures, *asked, *(one for one in actions if one not in cures))
    elif found.may_be_noise and figures.base_error and figures.base_error.origin == ASSUMED:
        doubts = BELIEVED
    return replace(figures, state=found.state, sentence=found.sentence + doubts, actions=actions)


def _judged(
    figures: Diagnosis,
    sure: float,
    examples: Parts[int],
    held: Unseen,
    beside: ByChance,
    experiment: Experiment,
    course: Course,
) -> Diagnosis:
    """Bias or variance, where nothing else keeps the network from learning; `sure` is what of the bias is no chance."""
    assert figures.bias is not None and figures.base_error is not None
    few, doubts, by_heart = held.few, "", beside.by_heart
    excess = figures.excess if few is None else few.others - figures.base_error.value - max(figures.bias, 0.0)
    own = _bias(figures, experiment)
    bias, variance = level(own, HIGH_BIAS), None if excess is None else level(excess, HIGH_VARIANCE)
    if bias == "high" and level(sure, HIGH_BIAS) == "low":
        bias = "borderline"
        doubts += f" In doubt: with {plural(examples.train or 0, 'training example')} the bias may as well be low."
    if bias == "borderline" and excess is not None and level(own + excess, HIGH_BIAS) == "low":
        bias = "low"  # dev is near the base error, so the network could not be much better
    others = [] if few else _may_as_well_be(excess, held, variance, course.task)
    if bias == "high":  # it comes first, whatever the variance is; of that is told what is sure
        variance, others = "borderline" if others else variance, []
    if others:
        doubts += f" In doubt: with {plural(held.examples, f'{held.part} example')} the variance may as well be "
        doubts += " or ".join(others) + "."
    if bias == "high" and figures.base_error.origin == ASSUMED:
        doubts += BELIEVED
    alone = held.examples == ONE and held.error is not None
    state: VerdictState = "too little data" if others or alone else "no dev set" if excess is None else "told"
    unsure = bool(beside.leads or beside.doubt) and (by_heart or "high" in (bias, variance))
    said = _stopped(experiment, course) + _in_words(figures, own, bias, variance, held, alone=alone)
    sentence = (beside.leads if unsure else "") or said
    actions = recipe(
        experiment,
        high_bias=not by_heart and (bias == "high" or (bias == "borderline" and variance != "high")),
        high_variance=by_heart or variance == "high" or (variance == "borderline" and bias != "high"),
        little_data=state == "too little data",
        stopped_early=course.stopped_early,
        harder_copies=own < figures.bias,
        examples=examples,
    )
    if figures.mismatch is None and variance in ("high", "borderline"):
        actions = (*train_dev(experiment), *actions)
    if few is not None and course.target is not None:
        state, actions = "outliers", (see_to(few, course.target.name), *actions)
        sentence = f"{outliers_text(few, held.examples, held.part)} Besides them {sentence[0].lower()}{sentence[1:]}"
    elif state == "too little data" and not any("data.examples" in one.edits for one in actions):
        doubts += " More seeds would tell."
    if unsure and beside.asks:
        actions = (*asked_of_columns(course), *actions)
    if (unsure and beside.leads) or _mismatch_leads(figures, experiment):
        doubts = ""
    elif unsure:
        doubts += beside.doubt
    if bias == "high" and own < figures.bias:
        doubts += f" The changed copies are harder than {held.part}: the bias may be theirs."
    return replace(figures, state=state, sentence=sentence + doubts, actions=actions)


def _in_words(figures: Diagnosis, own: float, bias: Level, variance: Level | None, held: Unseen, *, alone: bool) -> str:
    """Bias and variance as they are told, beside what they are by the figures alone; `own` is the bias of its own."""
    by_class = "By the balanced error, since classes are unequal: " if figures.balanced.train is not None else ""
    remembered = level(figures.variance or 0, HIGH_VARIANCE) != variance
    harder = own < (figures.bias or 0) and level(figures.bias or 0, HIGH_BIAS) != bias
    return by_class + in_words(bias, variance, remembered=remembered, harder=harder, held=held.part, alone=alone)


def _with_dev(figures: Diagnosis, experiment: Experiment, course: Course) -> Diagnosis:
    """What is to be said of dev itself: whether it is of another distribution, and whether it flatters.

    The actions against the largest gap come first.
    """
    blocks, sentence = [(_own(figures, experiment), figures.actions)], figures.sentence
    if figures.high_mismatch:
        said = "Data mismatch: dev is of another distribution than what it learned from."
        sentence = f"{said} {sentence}" if _mismatch_leads(figures, experiment) else f"{sentence} {said}"
        blocks.append((_beyond(figures), against_mismatch(experiment, course.shift)))
    elif _beyond(figures) > HIGH_VARIANCE:
        sentence += " A data mismatch is not shown: with so few examples dev may be this far above train-dev by chance."
    for gap in figures.gaps:
        if gap.name == "overfitting to dev" and gap.shown:
            few = course.outliers.test
            if few is not None and makes_most(few) and course.target is not None:
                sentence += f" {outliers_text(few, course.examples.test, 'test')}"
                blocks.append((gap.value, (see_to(few, course.target.name),)))
                continue
            sentence += " Test is worse than dev"
            if figures.compared == 1 and experiment.early_stopping.monitor == "off":  # nothing was chosen on dev
                sentence += ", on which no other run that is still here was measured: are the two of one distribution?"
                continue
            sentence += ": what was chosen on dev is better there than anywhere else."
            blocks.append((gap.value, against_lucky_dev(experiment)))
    actions = [one for _, block in sorted(blocks, key=lambda pair: -pair[0]) for one in block]
    return replace(figures, sentence=sentence, actions=_each_once(actions))


def _is_high(figures: Diagnosis) -> bool | None:
    """Whether the data mismatch is high, and no chance."""
    if figures.mismatch is None:
        return None
    shown = any(gap.shown for gap in figures.gaps if gap.name == "data mismatch")
    return shown and level(_beyond(figures), HIGH_VARIANCE) != "low"


def _beyond(figures: Diagnosis) -> float:
    """As much of the data mismatch as could be won: what dev has above the higher of train-dev and base error."""
    if figures.mismatch is None or figures.dev is None or figures.base_error is None:
        return 0.0
    return min(figures.mismatch, figures.dev - figures.base_error.value)


def _mismatch_leads(figures: Diagnosis, experiment: Experiment) -> bool:
    return bool(figures.high_mismatch) and _beyond(figures) > _own(figures, experiment)


def _own(figures: Diagnosis, experiment: Experiment) -> float:
    """The larger of bias and variance, as far as they are told of the examples that there are."""
    return max(0.0 if _of_copies(figures, experiment) else figures.bias or 0.0, figures.excess or 0.0)


def _bias(figures: Diagnosis, experiment: Experiment) -> float:
    """As much of the bias as is no mere matter of changed copies that are harder than the examples it has not seen."""
    return (figures.bias or 0.0) + (figures.variance or 0.0 if _of_copies(figures, experiment) else 0.0)


def _of_copies(figures: Diagnosis, experiment: Experiment) -> bool:
    """Whether the train error is that of changed copies that are harder than examples it has not seen."""
    return experiment.augmentation.copies > 0 and (figures.variance or 0.0) < 0


def _that_act(actions: Sequence[Action], experiment: Experiment, course: Course) -> tuple[Action, ...]:
    """Without more of what the run had enough of: iterations where some are left, time where dev has come to rest."""
    enough = set[str]()
    if course.made is not None and course.made < experiment.optimization.iterations:
        enough.add("optimization.iterations")
    if course.saw_no_better:
        enough |= {"early_stopping.patience", "early_stopping.monitor"}
    return tuple(one for one in actions if enough.isdisjoint(one.edits))


def _each_once(actions: Sequence[Action]) -> tuple[Action, ...]:
    """Of actions that change the same settings, the first."""
    kept: dict[tuple[str, ...], Action] = {}
    for one in actions:
        kept.setdefault(tuple(sorted(one.edits)) or (one.label,), one)
    return tuple(kept.values())


def _may_as_well_be(excess: float | None, held: Unseen, variance: Level | None, task: Task) -> list[Level]:
    """What chance alone could have made to look like this variance."""
    if excess is None or held.error is None or not held.size:
        return []
    levels = [level(end - held.error + excess, HIGH_VARIANCE) for end in held.limits(task)]
    return [found for found in levels if found not in (variance, "borderline")]


def _found(experiment: Experiment, course: Course) -> Condition | None:
    """The first state that the run is in."""
    return next((found for find in STATES if (found := find(course, experiment))), None)


def _prefers(experiment: Experiment) -> bool:
    """Whether it finds some class at the expense of others."""
    return experiment.optimization.class_weights != "none" or experiment.diagnosis.threshold != 0.5


def _stopped(experiment: Experiment, course: Course) -> str:
    """Of a run that is over before its time, where that may be why its errors are high."""
    planned = experiment.optimization.iterations
    if course.going or course.made is None or course.made >= EARLY * planned:
        return ""
    return f"Ended after {count(course.made)} of {count(planned)} iterations. "
