"""Bias or variance? The verdict on a run's errors and the recipe's ranked actions, each an edit of the experiment.

bias = train error − base error, variance = dev error − train error (course notes, "Bias/Variance"). The notes' examples
set the thresholds: 15 % over the base is high bias and 1 % is not; a gap of 10 % is high variance and 1 % is not. The
bars lie at the geometric means, √(0.01·0.15) ≈ 0.04 and √(0.01·0.10) ≈ 0.03.
"""

import math

from msgspec import Struct

from tuilab.events import Parts
from tuilab.experiment import Experiment, keep_probs

HIGH_BIAS = 0.04
HIGH_VARIANCE = 0.03


class Action(Struct, frozen=True, kw_only=True):
    """One recommended change: `edits` are {path: text} for `tuilab.experiment.edit`; empty where it needs a person."""

    label: str
    why: str
    edits: dict[str, str]


class Diagnosis(Struct, frozen=True, kw_only=True):
    """The verdict. Errors are fractions; what cannot be told is None."""

    bias: float | None
    variance: float | None
    high_bias: bool | None
    high_variance: bool | None
    base_error: float
    sampling_error: float | None
    """√(e(1 − e)/m_dev): what chance alone does to the dev error e of m_dev examples."""
    sentence: str
    actions: tuple[Action, ...] = ()


def diagnose(error: Parts[float], examples: Parts[int], experiment: Experiment) -> Diagnosis:
    """The verdict on train and dev error, with the recipe's actions for `experiment`."""
    base = experiment.diagnosis.base_error
    bias = None if error.train is None else error.train - base
    variance = None if error.train is None or error.dev is None else error.dev - error.train
    high_bias = None if bias is None else bias > HIGH_BIAS
    high_variance = None if variance is None else variance > HIGH_VARIANCE
    sampling = None
    if error.dev is not None and examples.dev:
        sampling = math.sqrt(error.dev * (1 - error.dev) / examples.dev)
    return Diagnosis(
        bias=bias,
        variance=variance,
        high_bias=high_bias,
        high_variance=high_variance,
        base_error=base,
        sampling_error=sampling,
        sentence=_sentence(high_bias, high_variance),
        actions=_actions(bool(high_bias), bool(high_variance), experiment),
    )


def diagnose_divergence(experiment: Experiment) -> Diagnosis:
    """The verdict on a run whose cost left the finite numbers: nothing can be said of its errors, only of its step."""
    rate = experiment.optimization.learning_rate / 10
    actions = [
        _action(f"learning rate {rate:g}", "smaller steps stay in the bowl", {"optimization.learning_rate": rate})
    ]
    if not experiment.inputs.normalize:
        why = "a round bowl bears larger steps"
        actions.append(_action("normalize the inputs", why, {"inputs.normalize": "true"}))
    if experiment.initialization.gain > 1:
        actions.append(_action("gain 1", "smaller first weights", {"initialization.gain": 1.0}))
    return Diagnosis(
        bias=None,
        variance=None,
        high_bias=None,
        high_variance=None,
        base_error=experiment.diagnosis.base_error,
        sampling_error=None,
        sentence="Diverged: the steps are too large, the cost left the finite numbers.",
        actions=tuple(actions),
    )


def _sentence(high_bias: bool | None, high_variance: bool | None) -> str:
    if high_bias is None:
        return "No verdict yet: nothing has been measured."
    if high_variance is None:
        bias = "High bias: it underfits the training set." if high_bias else "Low bias."
        return f"{bias} Without a dev set the variance cannot be told."
    match high_bias, high_variance:
        case True, True:
            return "High bias and high variance: it underfits in places and overfits in others."
        case True, False:
            return "High bias: it underfits even the training set."
        case False, True:
            return "High variance: it fits the training set and not the dev set."
        case _:
            return "Low bias and low variance: both errors are near the base error."


def _actions(high_bias: bool, high_variance: bool, experiment: Experiment) -> tuple[Action, ...]:
    actions: list[Action] = []
    if high_bias:
        actions += _against_bias(experiment)
    if high_variance:
        actions += _against_variance(experiment)
    return tuple(actions)


def _against_bias(experiment: Experiment) -> list[Action]:
    """Notes, "Basic recipe": a bigger network, longer training; first of all, less of what holds the fit back."""
    actions = []
    hidden = experiment.network.hidden
    bigger = [2 * units for units in hidden] or [16]
    why = "a bigger network can fit more"
    actions.append(_action(f"hidden layers {bigger}", why, {"network.hidden": _list(bigger)}))
    iterations = 2 * experiment.optimization.iterations
    actions.append(
        _action(
            f"train to {iterations} iterations", "it may only need more time", {"optimization.iterations": iterations}
        )
    )
    if experiment.regularization.kind != "none" and experiment.regularization.lambd > 0:
        smaller = experiment.regularization.lambd / 4
        actions.append(_action(f"λ = {smaller:g}", "a smaller penalty bends less", {"regularization.lambd": smaller}))
    if min(keep_probs(experiment)) < 1:
        actions.append(_action("no dropout", "dropped units hold the fit back", {"dropout.keep_prob": 1.0}))
    return actions


def _against_variance(experiment: Experiment) -> list[Action]:
    """Notes, "Basic recipe": regularization or more data."""
    actions = []
    regularization = experiment.regularization
    if regularization.kind == "none" or regularization.lambd == 0:
        edits: dict[str, object] = {"regularization.kind": "l2", "regularization.lambd": 1.0}
        actions.append(_action("L2 with λ = 1", "a penalty keeps the weights small", edits))
    else:
        larger = 3 * regularization.lambd
        actions.append(_action(f"λ = {larger:g}", "a larger penalty", {"regularization.lambd": larger}))
    hidden = experiment.network.hidden
    if hidden and min(keep_probs(experiment)) == 1:
        # The notes' rule of thumb: wide layers about 0.5, narrow ones 0.8.
        keep = [1.0, *(0.5 if units >= 64 else 0.8 for units in hidden)]
        actions.append(
            _action(f"dropout, keep_prob {keep}", "no unit can rely on one other", {"dropout.keep_prob": _list(keep)})
        )
    if experiment.data.examples != "all":
        more = 2 * experiment.data.examples
        actions.append(_action(f"{more} examples", "more data is the surest cure", {"data.examples": more}))
    if hidden and max(hidden) > 1:
        smaller = [max(1, units // 2) for units in hidden]
        actions.append(_action(f"hidden layers {smaller}", "a smaller network", {"network.hidden": _list(smaller)}))
    return actions


def _action(label: str, why: str, edits: dict[str, object]) -> Action:
    return Action(label=label, why=why, edits={path: str(value) for path, value in edits.items()})


def _list(values: list[int] | list[float]) -> str:
    return ", ".join(str(value) for value in values)
