"""Would more data help, and how much? Train and dev error against the number of training examples.

Each size is trained with several seeds, its examples a part of the next one's. The dev errors follow a power law where
more data helps, e(m) = c + a·m^(−b) (C. Cortes et al., "Learning curves: asymptotic values and rate of convergence",
1993); c is what no data takes away. What is told of twice the examples has an interval from the seeds: each is left
out of the fit or counted several times, at random (the bootstrap of B. Efron, 1979), with the wider ends of Student's
t, as seeds are few.

Not every curve is a power law (T. Viering and M. Loog, "The shape of learning curves", 2021), and one that is not leads
far astray. So the interval also holds what comes of going on as between the last sizes; and where the power law is not
where the last errors are, or the interval is wide, nothing is told. Where a curve falls ever faster, nobody can say
how many examples one percent takes. No interval is narrower than the dev examples allow, however well the seeds agree.
And no errors show a knee that is still ahead: what is foretold is what comes of a curve that goes on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from msgspec import Struct

from tuilab.arrays import Array
from tuilab.data import Dataset, Prepare, prepare
from tuilab.data.dataset import Part
from tuilab.data.split import stratified
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.nn.task import CLASSIFICATION
from tuilab.nn.task.chance import ONE_SIDED, SURE, wilson
from tuilab.stages import Team
from tuilab.streams import stream
from tuilab.training.build import build, problem_for
from tuilab.training.state import Training
from tuilab.training.tally import baseline, beats_chance

SIZES, SEEDS = 8, 5
FEWEST = 8
"""Examples of the smallest size, and two of each class."""
FEWEST_SIZES = 3
"""Of which anything is foretold."""
SMALLEST = 1 / 32
"""The smallest size, as a share of all."""
DRAWN = 60
"""Times that the seeds are drawn anew."""
LAST = 2
"""Sizes that say how a curve goes on, whatever it did before."""
WIDE = 1.5
"""The factor from the middle of an interval to its ends, from which on it tells nothing."""
OFF = 1.7
"""Standard errors by which a power law may be off the last errors, before it is no law for them."""
CLOSE = 0.02
"""The share of an error by which the fit may always be off it: the steps of its grid are no finer."""
TINY = 1e-4
"""No error is less, in a logarithm."""
MET = 0.01
"""The gap between train and dev error, below which the two have met; with all that chance leaves open, three times it:
what twice the examples take away of a gap is a third of it, or less."""
POINT = 0.01
"""One percent less is what is asked for."""
WORST = 10.0
"""Times the variance of a target, where the errors of a regression that diverges end."""
FAR = 8.0
"""Times the examples there are, beyond which nothing is foretold."""


class CurvePoint(Struct, frozen=True, kw_only=True):
    """The errors with so many training examples, one a seed."""

    examples: int
    train: tuple[float, ...]
    dev: tuple[float, ...]
    chance: float = 1.0
    """The dev error of always one class, or of always the same number."""
    measured: int = 1
    """Dev examples that each seed was measured on."""
    worth: float = 1.0
    """What one of those tells, beside one that stands for itself."""
    luck: float = 0.0
    """The standard error of the mean dev error with other dev examples."""
    task: str = CLASSIFICATION.name
    """Whose errors these are."""


class Forecast(Struct, frozen=True, kw_only=True):
    """What the dev errors of a learning curve foretell."""

    power: tuple[float, float, float]
    """(a, b, c) of c + a·m^(−b)."""
    twice: float
    """The dev error with twice the examples."""
    interval: tuple[float, float]
    """Of that, at 95 %; not above the error of chance."""
    fits: bool
    """Whether the errors follow the power law up to the last size."""
    proves: bool
    """Whether they do, and the interval is so narrow that it tells something."""
    falls: bool
    """Whether it is less than with those there are, by more than chance: of each draw of the seeds with itself."""
    more: int | None
    """Examples beside those there are, for one percent less; None where that is not in reach or nothing is told."""
    more_interval: tuple[int, int | None] | None = None
    """Of that, at 95 %: on the power laws that go to the ends of `interval`; without an upper end where the upper one
    does not fall so far within `FAR` times the examples."""
    bends: bool = False
    """Whether the errors fall ever faster, as those of no power law, by about a standard error or more."""
    met: bool
    """Whether train and dev error have met, so that more data will not help."""
    learned: bool = True
    """Whether the dev error with all examples is below that of chance by more than a little."""


def learning_curve(
    experiment: Experiment, data: Prepare = prepare, *, sizes: int = SIZES, seeds: int = SEEDS, threads: int = 1
) -> Iterator[CurvePoint]:
    """A point for each of so many sizes, up to the whole training part, smallest first.

    Raises `BadInput`, also where there are too few examples for `FEWEST_SIZES`.
    """
    quiet = {"early_stopping.monitor": "off"}
    seeded = [edit(experiment, quiet | {"seed": str(experiment.seed + k)}) for k in range(seeds)]
    problems = [build(one, data) for one in seeded]
    if not len(problems[0].dataset.dev.y):
        raise BadInput("needs a dev set: without one nobody sees what more data is good for", path="split.dev")
    datasets = [problem.dataset for problem in problems]
    units, fewest = [_units(dataset.train) for dataset in datasets], max(FEWEST, 2 * len(datasets[0].classes))
    learned = min(int(one.max()) + 1 for one in units)
    steps, what = _sizes(learned, fewest, sizes), "groups" if experiment.columns.group else "examples"
    if len(steps) < FEWEST_SIZES:
        raise BadInput(f"{learned} training {what} are too few for {FEWEST_SIZES} sizes from {fewest} on")
    each = len(units[0]) / (1 + experiment.augmentation.copies) / (int(units[0].max()) + 1)
    chance = float(np.mean([baseline(labels) for one in datasets if (labels := one.labels.dev)] or [1.0]))
    measured = min(len(one.dev.y) for one in datasets)
    different = measured if experiment.data.dev_source else measured * seeds
    parts = [_nested(one, own, steps, of.seed) for one, own, of in zip(datasets, units, seeded, strict=True)]

    def errors(seed: int, size: int) -> tuple[float, float, float]:
        own = replace(datasets[seed], train=datasets[seed].train.at(parts[seed][steps.index(size)]))
        return error_at_end(seeded[seed], own)

    task = datasets[0].task
    with Team(threads) as team:
        waiting = [[team.submit(errors, seed, size) for seed in range(seeds)] for size in steps]
        for size, jobs in zip(steps, waiting, strict=True):
            train, dev, worth = zip(*(job.result() for job in jobs), strict=True)
            alike = float(np.mean(worth))
            yield CurvePoint(
                examples=round(each * size),
                train=train,
                dev=dev,
                chance=chance,
                measured=measured,
                worth=alike,
                luck=task.standard_error(float(np.mean(dev)), alike * different),
                task=task.name,
            )


def forecast(points: Sequence[CurvePoint], seed: int = 0) -> Forecast:
    """What the points of a learning curve, three or more, foretell."""
    sizes, dev = np.array([point.examples for point in points], float), np.array([point.dev for point in points])
    last, rng = points[-1], np.random.default_rng(seed)
    seeds = rng.integers(dev.shape[1], size=(DRAWN, dev.shape[1]))
    means = np.vstack([dev.mean(axis=1), dev[:, seeds].mean(axis=2).T])  # of all, and of each draw
    powers = _fits(sizes, means)
    ends = [_logarithm(predicted(powers, m)) for m in (last.examples, 2 * last.examples)]
    ways = [ends[1], _going_on(sizes[-LAST:], means[:, -LAST:])]
    now = max(float(means[0, -1]), TINY)
    reach = [max(student(dev.shape[1]) * float(np.std(way[1:])), SURE * last.luck / now) for way in ways]
    low = min(float(way[0]) - one for way, one in zip(ways, reach, strict=True))
    high = max(float(way[0]) + one for way, one in zip(ways, reach, strict=True))
    high = min(high, float(np.log(max(last.chance, means[0, -1], TINY))))  # nobody is worse than who knows nothing
    if not dev[-1].any():  # no seed made a mistake: all that is known is how many examples showed none
        low, high = -np.inf, float(np.log(wilson(0.0, last.worth * last.measured)[1]))
    off = ends[0] - _logarithm(means[:, -1])
    fits = bool(abs(off[0]) <= max(OFF * float(np.std(off[1:])), CLOSE))
    fall = _logarithm(means[:, -1]) - ends[1]
    proves = fits and dev.shape[1] > 1 and high - low < 2 * float(np.log(WIDE))
    power, twice = (float(powers[0][0]), float(powers[1][0]), float(powers[2][0])), np.exp(ends[1][1:])
    gaps, bend = np.subtract(last.dev, last.train), _bend(sizes, means)
    doubt = max(float(np.std(gaps, ddof=1)) / len(gaps) ** 0.5 if len(gaps) > 1 else 0.0, last.luck)
    gap, bends = float(np.mean(gaps)), bool(bend[0] < -float(np.std(bend[1:])))
    more = _more(power, last.examples) if proves and not bends else None
    interval = float(np.exp(low)), float(np.exp(high))
    return Forecast(
        power=power,
        twice=float(predicted(power, 2 * last.examples)),
        interval=interval,
        fits=fits,
        proves=proves,
        falls=bool(fall[0] > student(dev.shape[1]) * float(np.std(fall[1:]))),
        more=more,
        more_interval=None if more is None else _around(more, float(np.mean(last.dev)), interval, last.examples),
        learned=beats_chance(float(np.mean(last.dev)), last.chance),
        bends=bends,
        met=bool(
            gap <= max(MET, min(2 * doubt, 2 * MET))
            and gap + ONE_SIDED * doubt <= 3 * MET
            and float(np.mean(last.dev)) - np.mean(twice) < POINT
        ),
    )


def fit(sizes: Array, errors: Array) -> tuple[float, float, float]:
    """(a, b, c) of the power law nearest to errors (k,) at sizes (k,), by least squares; a, b and c are not below 0."""
    a, b, c = _fits(sizes, errors[None])
    return float(a[0]), float(b[0]), float(c[0])


def _fits(sizes: Array, errors: Array) -> tuple[Array, Array, Array]:
    """The same of each row of errors (n, k).

    b and c are tried on a grid, a follows. Larger sizes, whose errors vary less, count more: each by √m.
    """
    weights, powers = np.sqrt(sizes), np.linspace(0.1, 2.0, 39)
    falling = sizes ** -powers[:, None]
    size = (weights * falling**2).sum(axis=1)[:, None]
    floors = np.linspace(0.0, 1.0, 31) * errors.min(axis=1)[:, None]  # (n, c)
    along = ((errors * weights) @ falling.T)[..., None] - floors[:, None] * (falling @ weights)[:, None]  # (n, b, c)
    scale = along / size
    np.maximum(scale, 0.0, out=scale)
    rest = (weights * (errors[:, None] - floors[..., None]) ** 2).sum(axis=-1)
    # rest − scale·(2·along − scale·size), in place: room for arrays of this size is what takes the time.
    along *= 2
    along -= scale * size
    along *= scale
    squares = np.subtract(rest[:, None], along, out=along)
    i, j = np.unravel_index(squares.reshape(len(errors), -1).argmin(axis=1), squares.shape[1:])
    rows = np.arange(len(errors))
    return scale[rows, i, j], powers[i], floors[rows, j]


def _going_on(sizes: Array, errors: Array) -> Array:
    """The logarithms of what each row of errors (n, k) comes to at twice the last size, by a line that never rises."""
    x, y = np.log(sizes), _logarithm(errors)
    away = x - x.mean()
    slope = np.minimum(y @ away / (away @ away), 0.0)  # more data makes nothing worse, but by chance
    return np.asarray(y.mean(axis=1) + slope * (x[-1] + np.log(2) - x.mean()))


def _bend(sizes: Array, errors: Array) -> Array:
    """How each row of errors (n, k) bends on logarithmic axes: up (0 or more) where it is a power law."""
    return np.asarray(np.polyfit(np.log(sizes), _logarithm(errors).T, 2)[0])


def _logarithm(errors: Array) -> Array:
    return np.asarray(np.log(np.maximum(errors, TINY)))


def student(seeds: int) -> float:
    """Standard deviations of a bootstrap of so many seeds that an interval of 95 % reaches to each side.

    Student's t with seeds − 1 degrees of freedom, by the expansion of Cornish and Fisher, and σ of one seed less.
    """
    z, free = 1.96, max(seeds - 1, 1)
    t = z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
    return float(t * np.sqrt(seeds / free))


def predicted(power: tuple[Any, Any, Any], examples: float | Array) -> Array:
    """The error with so many examples; of many power laws that of each."""
    a, b, c = power
    return np.asarray(c + a * np.asarray(examples, float) ** -b)


def _more(power: tuple[float, float, float], examples: int) -> int | None:
    a, b, c = power
    wanted = float(predicted(power, examples)) - POINT - c
    if wanted <= 0 or a <= 0:
        return None
    needed = (a / wanted) ** (1 / b)
    return round(needed - examples) if needed <= FAR * examples else None


def _around(more: int, error: float, twice: tuple[float, float], examples: int) -> tuple[int, int | None]:
    """Between how many `more` one percent less is, if the error with twice the examples is between two."""
    soonest, latest = (_by_two(error, end, examples) for end in twice)
    return min(soonest or 0, more), None if latest is None else max(latest, more)


def _by_two(error: float, twice: float, examples: int) -> int | None:
    """As `_more`, on the power law with c = 0 through the error now and that with twice the examples."""
    if twice >= error:
        return None
    return _more((error * examples ** (b := float(np.log2(error / twice))), b, 0.0), examples)


def _sizes(most: int, fewest: int, number: int) -> list[int]:
    """So many sizes in equal ratios, the last one `most`."""
    least = min(most, max(fewest, round(SMALLEST * most)))
    return sorted({round(size) for size in np.geomspace(least, most, number)})


def _units(part: Part) -> Array:
    """(m,) of what a larger set would have more, by number: examples, or groups, which are learned from as a whole."""
    return np.arange(len(part.y)) if part.group is None else np.unique(part.group, return_inverse=True)[1]


def _nested(dataset: Dataset, units: Array, sizes: Sequence[int], seed: int) -> list[Array]:
    """The training examples of so many `units` each, those of a size part of the next one's.

    Each size holds all classes in their shares, a group as one of the class of its first example.
    """
    y = dataset.codes[np.unique(units, return_index=True)[1]]
    rng, left = stream(seed, "evaluation"), np.arange(len(y))
    order: list[Array] = []
    for before, size in zip([0, *sizes], sizes, strict=False):
        chosen, rest = stratified(y[left], np.array([size - before, len(left) - (size - before)]), rng)
        order.append(left[chosen])
        left = left[rest]
    ordered = np.concatenate(order)
    examples = np.argsort(np.argsort(ordered)[units], kind="stable")
    ends = np.cumsum(np.bincount(units)[ordered])
    return [examples[: ends[size - 1]] for size in sizes]


def error_at_end(experiment: Experiment, dataset: Dataset) -> tuple[float, float, float]:
    """Train and dev error at the end, of what diverges `WORST` at most; and what a dev example tells of that."""
    size = experiment.optimization.batch_size
    if size != "full" and size > len(dataset.train.y):
        experiment = edit(experiment, {"optimization.batch_size": "full"})
    training = Training(problem_for(experiment, dataset))
    with np.errstate(all="ignore"):
        training.advance_in_strides(experiment.optimization.iterations)
        train, dev = (training.error(part) or 0.0 for part in ("train", "dev"))
        worth = 1.0 if dataset.dev.group is None else training.at_last("dev").worth
    return train if train < WORST else WORST, dev if dev < WORST else WORST, worth or 1.0  # of what is no number, too
