"""The learning-rate range test: which α suits an experiment? On trainings of its own; no run is touched.

α rises exponentially while a few seeds are trained, an update at each (L. Smith, "Cyclical learning rates for training
neural networks", 2017). The cost against log α is flat, falls, and blows up. The rise alone finds the largest stable α
too late: what a large α would blow up has been shrunk by the smaller ones before it. So, from where it blows up
downwards, each α is kept constant for `CHECKED` updates from the first weights: stable is one after which J is not
higher on any seed, and under which it has not blown up before. On a quadratic that is α < 2/λ_max.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import repeat

import numpy as np
from msgspec import Struct, structs

from tuilab.arrays import Array
from tuilab.data import Prepare, prepare
from tuilab.engines import Problem
from tuilab.experiment import Experiment, edit
from tuilab.experiment.fields import ComputeSection
from tuilab.stages import Team
from tuilab.training.action import rounded_down
from tuilab.training.build import build
from tuilab.training.conditioning import largest_rate
from tuilab.training.preflight.start import too_sure
from tuilab.training.state import Training
from tuilab.words import number

LOWEST, HIGHEST, STEPS, SEEDS = 1e-7, 100.0, 180, 5
CHECKED = 100
"""Updates with a constant α."""
BLOWN = 2.0
"""Times the cost at the start, at which the rise ends and no α is stable."""
WINDOW = 9
"""Steps, or updates, over which the cost is smoothed."""
CLEAR = 5.0
"""The fall of the cost must be so many times what it varies by, from step to step."""
LEAST_FALL = 0.02
"""And this part of the cost at the start."""
MARGIN = 3.0
"""What is suggested is below the largest stable α by that factor at least: J may be steeper later on."""
BEFORE = 10.0
"""And below the α where the cost was lowest by that one: there the rise was about to blow up."""


class RatePoint(Struct, frozen=True, kw_only=True):
    """The costs J that one α met, one a seed, each before its update, as shares of the seed's cost at the start."""

    rate: float
    costs: tuple[float, ...]


class Fall(Struct, frozen=True, kw_only=True):
    """How the mean cost of a rise falls; of shares of the first cost."""

    steepest: float
    """The α where it falls fastest over log α."""
    lowest: float
    """The α where it is lowest."""
    size: float
    """From where the α are small, the first half of the way, to the lowest."""
    noise: float
    """By how much it varies from step to step."""


class RateRange(Struct, frozen=True, kw_only=True):
    """What a range test found; what it cannot tell is None."""

    stable: float | None
    """The largest α that is stable on all seeds."""
    fall: Fall
    suggested: float | None
    predicted: float | None
    """2/λ_max of a network without hidden layers on these inputs, with their class weights and the penalty; None where
    the rule is not plain gradient descent."""
    refused: str = ""
    """Why nothing is suggested."""


class RangeTest:
    """A range test of an experiment. `rise` gives its points, then `found` what they and the checks say."""

    def __init__(
        self, experiment: Experiment, data: Prepare = prepare, *, seeds: int = SEEDS, threads: int = 1
    ) -> None:
        """Of `seeds` networks each point is the middle. Raises `BadInput` for an experiment that cannot be built."""
        here = structs.replace(experiment, compute=ComputeSection())
        quiet = {"early_stopping.monitor": "off", "optimization.decay": "none"}
        self._problems = [build(edit(here, quiet | {"seed": str(here.seed + k)}), data) for k in range(seeds)]
        self._threads, self._points = threads, list[RatePoint]()

    def rise(self) -> Iterator[RatePoint]:
        """A point for each α, until the cost has blown up on most seeds."""
        self._points = []
        trainings = [Training(problem) for problem in self._problems]
        first = np.array([training.cost().total for training in trainings])
        with Team(self._threads) as team:
            for rate in np.geomspace(LOWEST, HIGHEST, STEPS).tolist():
                costs = np.array(list(team.map(_step, trainings, repeat(rate))))
                with np.errstate(all="ignore"):
                    point = RatePoint(rate=rate, costs=tuple((costs / first).tolist()))
                self._points.append(point)
                yield point
                if not np.median(point.costs) <= BLOWN:
                    return

    def found(self) -> RateRange:
        """What there is to say, once it has risen; the checks take as long as some rises."""
        fall, stable = fall_of(self._points), self._largest_stable(self._points[-1].rate)
        problem = self._problems[0]
        refused = _refusal(fall, stable) or _too_sure(problem)
        plain = problem.experiment.optimization.optimizer == "gradient_descent"
        return RateRange(
            stable=stable,
            fall=fall,
            suggested=None if refused or stable is None else rounded_down(min(fall.lowest / BEFORE, stable / MARGIN)),
            predicted=_of_the_inputs(problem) if plain else None,
            refused=refused,
        )

    def _largest_stable(self, top: float) -> float | None:
        """By halves from the α where the rise ended down to one that is stable, then once more between the two."""
        with Team(self._threads) as team:
            still = list(team.map(lambda problem: _costs(_made(problem, LOWEST)), self._problems))

            def holds(rate: float) -> bool:
                return all(team.map(_is_stable, self._problems, repeat(rate), still))

            rate = top
            while not holds(rate):
                rate /= 2
                if rate < LOWEST:
                    return None
            while rate >= top and 2 * rate <= HIGHEST and holds(2 * rate):
                rate *= 2
            between = rate * 2**0.5
            return between if between <= HIGHEST and holds(between) else rate


def _of_the_inputs(problem: Problem) -> float:
    train, network = problem.dataset.train, problem.network
    left = problem.penalty.decay(1.0)
    curvature = network.task.curvature(len(problem.dataset.classes))
    return largest_rate(train.X, curvature, network.weights(train.y), 0.0 if left is None else 1 - left)


def fall_of(points: Sequence[RatePoint]) -> Fall:
    """Of the mean over seeds, smoothed over `WINDOW` steps.

    The noise is the standard deviation that the second differences tell, m₋ − 2m + m₊, which no trend adds to: their
    median size over 0.6745·√6 (as of normal numbers).
    """
    mean = np.minimum([np.mean(point.costs) for point in points], BLOWN)
    smooth = np.convolve(np.pad(mean, WINDOW // 2, mode="edge"), np.full(WINDOW, 1 / WINDOW), "valid")
    lowest = int(smooth.argmin())
    slope = np.gradient(smooth) if len(smooth) > 1 else np.zeros(1)
    steepest = int(slope[: lowest + 1].argmin())
    bends = np.abs(np.diff(mean, 2))
    return Fall(
        steepest=points[steepest].rate,
        lowest=points[lowest].rate,
        size=float(np.mean(mean[: lowest // 2 + 1]) - smooth[lowest]),
        noise=float(np.median(bends)) / (0.6745 * 6**0.5) if len(bends) else 0.0,
    )


def _refusal(fall: Fall, stable: float | None) -> str:
    if stable is None:
        return f"no α down to {LOWEST:g} leaves the cost as low as it was at the start"
    if fall.size < CLEAR * fall.noise and CLEAR * fall.noise > LEAST_FALL:
        return f"the curve is too noisy: it falls by {fall.size:.0%} and varies by {fall.noise:.0%} from step to step"
    return "" if fall.size >= LEAST_FALL else "the cost falls at no α of the rise"


def _too_sure(problem: Problem) -> str:
    """Of first weights far too large J falls by whatever makes them smaller, and by units that die."""
    cost, classes = Training(problem).data_cost("train"), len(problem.dataset.classes)
    if not classes or cost is None or not too_sure(cost, classes):
        return ""
    begins = f"J begins at {number(cost)}, where who knows nothing has ln {classes} = {number(math.log(classes))}"
    return f"{begins}, and all that shrinks such weights or kills units lets it fall; smaller first weights come first"


def _at(experiment: Experiment, rate: float) -> Experiment:
    optimization = structs.replace(experiment.optimization, learning_rate=rate)
    return structs.replace(experiment, optimization=optimization)


@np.errstate(all="ignore")
def _step(training: Training, rate: float) -> float:
    """J before an update with this α."""
    training.edit(_at(training.problem.experiment, rate))
    cost = float(sum(training.step()))
    return cost if np.isfinite(cost) else np.inf


@np.errstate(all="ignore")
def _is_stable(problem: Problem, rate: float, still: Array) -> bool:
    """Whether with this α J is no higher after `CHECKED` updates, finite all the way, and blown up nowhere on it.

    (Units that a far too large α has killed say nothing any more, which costs less than what large first weights say.)
    `still` are the costs of one that hardly moves, on the same batches with the same units dropped.
    """
    training = _made(problem, rate)
    before, costs = training.cost().total, _costs(training)
    after = training.cost().total
    return after <= before * (1 + 1e-9) and bool(np.isfinite(costs).all() and (costs <= BLOWN * still).all())


def _made(problem: Problem, rate: float) -> Training:
    return Training(replace(problem, experiment=_at(problem.experiment, rate)))


@np.errstate(all="ignore")
def _costs(training: Training) -> Array:
    """J over the next `CHECKED` updates, on the mean of `WINDOW`; endless where it is not finite all the way."""
    data, penalty = training.advance_in_strides(CHECKED)
    costs = data + penalty
    if len(costs) < CHECKED or not np.isfinite(costs).all():
        return np.full(CHECKED - WINDOW + 1, np.inf)
    return np.convolve(costs, np.full(WINDOW, 1 / WINDOW), "valid")
