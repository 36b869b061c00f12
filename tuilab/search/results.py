"""What came of the trials: which points are best, and whether the best may lie outside of what was tried."""

import math
from collections.abc import Iterable, Sequence
from statistics import fmean

from msgspec import Struct

from tuilab.search.space import Dimension, Point
from tuilab.search.widening import widened

AT_THE_EDGE = 0.1
"""Of a range: a best value so near to an end may have a better one beyond."""


class TrialResult(Struct, frozen=True, kw_only=True):
    """What came of one trial so far."""

    name: str
    """Of its run."""
    point: Point
    seed: int
    status: str
    train: float | None = None
    dev: float | None = None
    """Errors as fractions; None until they are measured, and where they cannot be."""


class Candidate(Struct, frozen=True, kw_only=True):
    """A point with what came of its seeds."""

    point: Point
    results: tuple[TrialResult, ...]
    dev: float
    """The mean dev error over the seeds that have one."""
    train: float | None

    @property
    def best(self) -> TrialResult:
        """Its seed with the lowest dev error."""
        return min(self.results, key=lambda one: math.inf if one.dev is None else one.dev)


class Edge(Struct, frozen=True, kw_only=True):
    """A knob whose best value lies at an end of what was tried."""

    path: str
    value: str
    upper: bool
    """Whether that end is the higher one."""
    wider: str
    """What it may be varied over instead, which goes beyond that end."""


def ranked(results: Iterable[TrialResult], status: str = "done") -> list[Candidate]:
    """The points with a dev error, the best first; only trials of that `status` count.

    A point with fewer seeds than others is judged by those that it has; but if one was pruned or diverged it comes
    after all of which none was, as the others may be those that were lucky.
    """
    results = list(results)
    spoiled = {tuple(one.point.items()) for one in results if one.status in ("pruned", "diverged")}
    points: dict[tuple[tuple[str, str], ...], list[TrialResult]] = {}
    for one in results:
        if one.status == status and one.dev is not None and math.isfinite(one.dev):
            points.setdefault(tuple(one.point.items()), []).append(one)
    found = [
        Candidate(
            point=dict(point),
            results=tuple(sorted(seeds, key=lambda one: one.seed)),
            dev=fmean(one.dev for one in seeds if one.dev is not None),
            train=_mean([one.train for one in seeds]),
        )
        for point, seeds in points.items()
    ]
    return sorted(found, key=lambda one: (tuple(one.point.items()) in spoiled, one.dev))


def edges(space: Sequence[Dimension], candidates: Sequence[Candidate]) -> list[Edge]:
    """The knobs whose best value lies at an end that could be moved; `candidates` are `ranked`.

    Where several points are equally good, all of them must lie there.
    """
    best = [one for one in candidates if one.dev == candidates[0].dev]
    found = []
    for one in space:
        if one.size < 3:
            continue
        places = [one.place(point.point[one.path]) for point in best if one.path in point.point]
        known = [place for place in places if place is not None]
        if not known or len(known) < len(places):
            continue
        upper = min(known) >= 1 - AT_THE_EDGE
        if (upper or max(known) <= AT_THE_EDGE) and (wider := widened(one, upper)):
            found.append(Edge(path=one.path, value=best[0].point[one.path], upper=upper, wider=wider))
    return found


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
