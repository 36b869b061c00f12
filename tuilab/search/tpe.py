"""Points that follow from what came of those before them: TPE, by Optuna, which nothing else here knows.

Nothing is kept: for each point a study is made anew, in memory, of what is told. So the next point depends on that and
on the seed alone, whoever asks, and however often.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct

from tuilab.errors import BadInput
from tuilab.search.samplers import sampled
from tuilab.search.space import Dimension, Point

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

OLDEST = 5
"""The first version of Optuna whose sampler is fit for trials that go on at once."""
BEGINNING = 10
"""Points that are those of the Halton sequence, before there is anything to go by."""
_ATTEMPTS = 20
"""Points that are drawn of one study before those never drawn are taken in order: a space of few values repeats."""


class Tried(Struct, frozen=True, kw_only=True):
    """What came of a trial so far."""

    identity: str
    point: Point
    seed: int
    over: bool
    dev: float | None = None
    """Its dev error; None where nothing came of it, because it diverged or was given up."""


def require() -> None:
    """Raises `BadInput` where Optuna is not installed, or is too old."""
    try:
        import optuna
    except ImportError:
        found = ""
    else:
        if int(optuna.__version__.split(".")[0]) >= OLDEST:
            return
        found = f", not {optuna.__version__}"
    raise BadInput(f"tpe needs Optuna {OLDEST} or newer{found}: pip install 'tuilab[search]'", path="sweep.sampler")


def candidates(space: tuple[Dimension, ...], before: Sequence[Tried], seed: int, ahead: int) -> Iterator[Point] | None:
    """What the next point may be, the best guess first; those `before`, in their order, may be among them.

    It is one of `ahead` trials that may go on at once: of as many less one before it the results are not asked for,
    even if they are there, so that a parallel sweep equals a serial one. None while one of the others is not over.
    """
    order = sampled(space, "halton", seed)
    if len(before) < BEGINNING:
        return order
    told = before[: len(before) - ahead + 1]
    if not all(one.over for one in told):
        return None
    return chain(islice(_drawn(space, told, before[len(told) :], seed), _ATTEMPTS), order)


def _drawn(space: tuple[Dimension, ...], told: Sequence[Tried], pending: Sequence[Tried], seed: int) -> Iterator[Point]:
    """J. Bergstra and others, "Algorithms for Hyper-Parameter Optimization" (2011), as Optuna has it."""
    import optuna
    from optuna.trial import TrialState, create_trial

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    distributions = {one.path: _distribution(one) for one in space}

    def add(one: Tried, state: TrialState, value: float | None = None) -> None:
        params = {dimension.path: _parameter(dimension, one.point[dimension.path]) for dimension in space}
        study.add_trial(create_trial(state=state, value=value, params=params, distributions=distributions))

    # A draw of its own for each point, and none that is random because there are few before it.
    draw = int(np.random.SeedSequence([seed, len(told) + len(pending)]).generate_state(1)[0])
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=draw, n_startup_trials=0))
    for one in told:
        if one.dev is not None and math.isfinite(one.dev):
            add(one, TrialState.COMPLETE, one.dev)
        else:
            add(one, TrialState.PRUNED)  # which is worse than all that came to an end
    for one in pending:
        add(one, TrialState.RUNNING)
    while True:
        trial = study.ask(distributions)
        study.tell(trial, state=TrialState.FAIL)  # a point that is not taken tells nothing
        yield {one.path: _text(one, trial.params[one.path]) for one in space}


def _distribution(one: Dimension) -> "BaseDistribution":
    """Values in the order of their numbers, or apart where they are none; a range as it is."""
    from optuna import distributions

    if one.values:
        count = len(one.values)
        return distributions.IntDistribution(0, count - 1) if one.span else _apart(count)
    if one.whole:
        return distributions.IntDistribution(int(one.low), int(one.high), log=one.log)
    return distributions.FloatDistribution(one.low, one.high, log=one.log)


def _apart(count: int) -> "BaseDistribution":
    from optuna import distributions

    return distributions.CategoricalDistribution(range(count))


def _ordered(one: Dimension) -> list[str]:
    return sorted(one.values, key=float) if one.span else list(one.values)


def _parameter(one: Dimension, text: str) -> Any:
    if not one.values:
        return int(float(text)) if one.whole else float(text)
    found = one.found(text)
    assert found is not None  # it lies in the space
    return _ordered(one).index(found)


def _text(one: Dimension, parameter: Any) -> str:
    return _ordered(one)[parameter] if one.values else one.said(parameter)
