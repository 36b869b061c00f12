"""What came of the trials, and which points are best."""

import math
from collections.abc import Iterable, Sequence
from statistics import fmean

from msgspec import Struct

from tuilab.search.space import Point


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


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
