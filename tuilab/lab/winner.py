"""The best point of a sweep that is over: is it better than others by more than noise, and what is it worth?"""

import math
from collections.abc import Sequence
from statistics import NormalDist, fmean

from msgspec import Struct

from tuilab.errors import BadInput
from tuilab.events import Parts
from tuilab.experiment import get, knobs
from tuilab.lab.better import better, better_pairs
from tuilab.lab.measures import mean_sentences
from tuilab.lab.service import Lab
from tuilab.lab.sweep_view import SweepView
from tuilab.lab.watching import Follower, Snapshot
from tuilab.nn.task import Task
from tuilab.search import Candidate, Point
from tuilab.search.pictures import seed_noise
from tuilab.training.better import FEWEST_SEEDS, Better


class Rival(Struct, frozen=True, kw_only=True):
    """Another point, and what is known of the best beside it."""

    point: Point
    known: Better | None
    """The other first: above 0 the best is better."""
    fault: str = ""
    """Why nothing is known."""


class Winner(Struct, frozen=True, kw_only=True):
    """The best of `looked` points, and all that is known of it."""

    best: Candidate
    looked: int
    second: Rival | None
    """None of a single point."""
    own: Rival | None
    """The experiment as it was before; None if that is the best, or was not tried."""
    own_tried: bool
    flattery: float | None
    """By how much the best of as many equal points would seem better than it is, of noise alone; at most, of one seed.

    None where that cannot be told.
    """
    test: float | None
    """Mean test error of the best's seeds; None without a test part. It is looked up for the best alone."""
    interval: tuple[float, float] | None
    """Of the test error of one seed at 95 %; the lowest and the highest of several."""
    method: str
    """Whose interval it is."""
    in_other_words: tuple[str, ...]
    """What the test error is in the other words of its task, where it has any."""
    telltales: tuple[str, ...]
    """The columns that the best learned of, of which one alone says the label."""
    tested: int
    """Of how many points the test error has been shown so far, each the best of its time; 0 without a test part."""


def winner(lab: Lab, view: SweepView) -> Winner:
    """What is known of the best point of a sweep that has one. Raises `BadInput` where its runs cannot be read."""
    best, *others = found = view.ranked
    own = {path: knobs()[path].format(get(view.base, path)) for path in view.search.over}
    former = next((one for one in others if one.point == own), None)
    runs = [_follow(lab, one.name) for one in best.results]
    tests = [run.error.test for run in runs if run.error.test is not None]
    begun, end, task = runs[0].view.started, runs[0].view.finished, runs[0].view.task
    spread, worth = (end.spread, end.worth) if end else (Parts[float](), Parts[float]())
    dev, test = (size or 0 for size in ((begun.examples.dev, begun.examples.test) if begun else (0, 0)))
    return Winner(
        best=best,
        looked=len(found),
        second=_rival(lab, best, others[0], 1) if others else None,
        own=_rival(lab, best, former, len(others)) if former else None,
        own_tried=former is not None or best.point == own,
        flattery=flattery(best, found, dev * (worth.dev or 1.0), spread.dev, shares=task.of_classes),
        test=fmean(tests) if tests else None,
        interval=_interval(tests, test * (worth.test or 1.0), task, spread.test),
        method=task.words.interval if spread.test is None else task.words.spread_interval,
        in_other_words=tuple(mean_sentences(runs, "test", "test") if tests else ()),
        telltales=begun.telltales if begun else (),
        tested=lab.sweeps.tested(view) if tests else 0,
    )


def flattery(
    best: Candidate, found: Sequence[Candidate], examples: float, spread: float | None = None, *, shares: bool = True
) -> float | None:
    """σ·E[max of n standard normal numbers], n the number of points; None where σ is not known.

    σ is that of a point's mean over its seeds, of the better quarter of the points; of one seed that of the error of so
    many dev `examples`, `shares` misclassified or numbers of that `spread`, which is too much, as all points are
    measured on the same.

    The expectation is Φ⁻¹((n − 0.375)/(n + 0.25)): G. Blom,
    "Statistical Estimates and Transformed Beta-Variables" (1958).
    """
    count, few = len(found), found[: max(2, len(found) // 4)]
    if len(best.results) > 1:
        sigma = seed_noise([one.seed for one in best.results], few)
    elif examples and spread is not None:
        sigma = spread / math.sqrt(examples)
    elif examples and shares:
        share = (fmean(one.dev for one in few) * examples + 2) / (examples + 4)
        sigma = math.sqrt(share * (1 - share) / (examples + 4))
    else:
        sigma = None
    return None if sigma is None else sigma * max(0.0, NormalDist().inv_cdf((count - 0.375) / (count + 0.25)))


def _rival(lab: Lab, best: Candidate, other: Candidate, looks: int) -> Rival:
    """The best beside another, of so many with which it could have been compared; by the error that ranks them."""
    pairs = _pairs(lab, other, best)
    try:
        if not pairs:
            raise BadInput("they have no seed in common")
        if len(pairs) < FEWEST_SEEDS:
            return Rival(point=other.point, known=better(lab, *pairs[0], looks=looks, plain=True))
        return Rival(point=other.point, known=better_pairs(lab, pairs, looks=looks, plain=True))
    except BadInput as error:
        return Rival(point=other.point, known=None, fault=str(error))


def _pairs(lab: Lab, first: Candidate, second: Candidate) -> list[tuple[Snapshot, Snapshot]]:
    """The runs of both with each seed that both have."""
    one, other = ({one.seed: one.name for one in point.results if one.dev is not None} for point in (first, second))
    return [(_follow(lab, one[seed]), _follow(lab, other[seed])) for seed in sorted(one.keys() & other.keys())]


def _follow(lab: Lab, name: str) -> Snapshot:
    """How a run stands now; nobody is shown its test error here, so that it is not noted as seen."""
    return Follower(lab.sweeps.find(name.rpartition(".")[0]).folder(name)).poll()


def _interval(tests: Sequence[float], examples: float, task: Task, spread: float | None) -> tuple[float, float] | None:
    if len(tests) > 1:
        return min(tests), max(tests)
    return task.interval(tests[0], examples, spread=spread) if tests and examples else None
