"""Bias or variance? The verdict on a run's errors.

bias = train error − base error, variance = dev error − train error (course notes, "Bias/Variance"). The notes' examples
set the thresholds: 15 % over the base is high bias and 1 % is not; a gap of 10 % is high variance and 1 % is not. The
bars lie at the geometric means, √(0.01·0.15) ≈ 0.04 and √(0.01·0.10) ≈ 0.03.
"""

import math
from typing import Literal

from msgspec import Struct

from tuilab.events import Parts
from tuilab.experiment import Experiment
from tuilab.training.recipe import Action, against_divergence, recipe

HIGH_BIAS = 0.04
HIGH_VARIANCE = 0.03
EARLY = 0.05
"""Of the planned iterations: before that share of them is made, a high error says nothing of the network."""

Certainty = Literal["not measured", "too early", "no dev set", "too little data", "told", "diverged"]


class Diagnosis(Struct, frozen=True, kw_only=True):
    """The verdict. Errors are fractions; what cannot be told is None."""

    state: Certainty
    """How far the verdict can be told. Too little data: chance alone could put the variance on the bar's other side."""
    bias: float | None = None
    variance: float | None = None
    high_bias: bool | None = None
    high_variance: bool | None = None
    base_error: float
    sampling_error: float | None = None
    """√(e(1 − e)/m_dev): what chance alone does to the dev error e of m_dev examples."""
    sentence: str
    actions: tuple[Action, ...] = ()


def diagnose(
    error: Parts[float], examples: Parts[int], experiment: Experiment, iteration: int | None = None
) -> Diagnosis:
    """The verdict on train and dev error, with the recipe's actions for `experiment`.

    `iteration` is the number of updates made by a run that has not come to its own end, None for one that has.
    """
    base, train, dev = experiment.diagnosis.base_error, error.train, error.dev
    bias = None if train is None else train - base
    variance = None if train is None or dev is None else dev - train
    state = _state(train, variance, examples.dev or 0, _early(experiment, iteration))
    told = state not in ("not measured", "too early")
    high_bias = bias > HIGH_BIAS if told and bias is not None else None
    high_variance = variance > HIGH_VARIANCE if told and variance is not None else None
    return Diagnosis(
        state=state,
        bias=bias,
        variance=variance,
        high_bias=high_bias,
        high_variance=high_variance,
        base_error=base,
        sampling_error=math.sqrt(dev * (1 - dev) / examples.dev) if dev is not None and examples.dev else None,
        sentence=_sentence(state, bool(high_bias), bool(high_variance)),
        actions=recipe(
            experiment,
            high_bias=bool(high_bias),
            high_variance=bool(high_variance),
            little_data=state == "too little data",
        ),
    )


def diagnose_divergence(experiment: Experiment) -> Diagnosis:
    """The verdict on a run whose cost left the finite numbers: nothing can be said of its errors, only of its step."""
    return Diagnosis(
        state="diverged",
        base_error=experiment.diagnosis.base_error,
        sentence="Diverged: the steps are too large, the cost left the finite numbers.",
        actions=against_divergence(experiment),
    )


def _early(experiment: Experiment, iteration: int | None) -> bool:
    return iteration is not None and iteration < EARLY * experiment.optimization.iterations


def _state(train: float | None, variance: float | None, dev_examples: int, early: bool) -> Certainty:
    if train is None:
        return "not measured"
    if early:
        return "too early"
    if variance is None:
        return "no dev set"
    # Were the dev error just at the bar, this is what chance alone would do to it. (Taken at the dev error measured,
    # a few examples without one mistake would seem certain.)
    at_bar = min(train + HIGH_VARIANCE, 1.0)
    chance = math.sqrt(at_bar * (1 - at_bar) / dev_examples) if dev_examples else 0.0
    return "too little data" if abs(variance - HIGH_VARIANCE) < chance else "told"


def _sentence(state: Certainty, high_bias: bool, high_variance: bool) -> str:
    match state:
        case "not measured":
            return "No verdict yet: nothing has been measured."
        case "too early":
            return f"Too early for a verdict: less than {EARLY:.0%} of the iterations are made."
        case "no dev set":
            bias = "High bias: it underfits the training set." if high_bias else "Low bias."
            return f"{bias} Without a dev set the variance cannot be told."
        case _:
            doubt = " Too little data to be sure: chance could turn it." if state == "too little data" else ""
            return _verdict(high_bias, high_variance) + doubt


def _verdict(high_bias: bool, high_variance: bool) -> str:
    match high_bias, high_variance:
        case True, True:
            return "High bias and high variance: it underfits in places and overfits in others."
        case True, False:
            return "High bias: it underfits even the training set."
        case False, True:
            return "High variance: it fits the training set and not the dev set."
        case _:
            return "Low bias and low variance: both errors are near the base error."
