"""Whether the best may lie outside of what was tried."""

from collections.abc import Sequence

from msgspec import Struct, structs

from tuilab.search.pictures import LEAST, importance, scales
from tuilab.search.results import Candidate
from tuilab.search.space import Dimension
from tuilab.search.widening import widened

AT_THE_EDGE = 0.1
"""Of a range: a best value so near to an end may have a better one beyond."""
FEWEST = 3
"""Points of which the best may be told to lie at an end: of two each does."""


class Edge(Struct, frozen=True, kw_only=True):
    """A knob whose best value lies at an end of what was tried."""

    path: str
    value: str
    upper: bool
    """Whether that end is the higher one."""
    wider: str
    """What it may be varied over instead, which goes beyond that end."""
    by_chance: bool = False
    """Whether `LEAST` points or more show no more than chance of this knob: then the best may lie anywhere."""

    @property
    def end(self) -> str:
        """Which end that is, in a word."""
        return "upper" if self.upper else "lower"


def edges(space: Sequence[Dimension], candidates: Sequence[Candidate]) -> list[Edge]:
    """The knobs whose best value lies at an end that could be moved; `candidates` are `ranked`.

    Where several points are equally good, all of them must lie there.
    """
    if len(candidates) < FEWEST:
        return []
    best = [one for one in candidates if one.dev == candidates[0].dev]
    found = []
    for one in space:
        if one.size < FEWEST:
            continue
        places = [one.place(point.point[one.path]) for point in best if one.path in point.point]
        known = [place for place in places if place is not None]
        if not known or len(known) < len(places):
            continue
        upper = min(known) >= 1 - AT_THE_EDGE
        if (upper or max(known) <= AT_THE_EDGE) and (wider := widened(one, upper)):
            found.append(Edge(path=one.path, value=best[0].point[one.path], upper=upper, wider=wider))
    return _doubted(space, candidates, found)


def _doubted(space: Sequence[Dimension], candidates: Sequence[Candidate], found: list[Edge]) -> list[Edge]:
    """The same, with what the points show of each of these knobs."""
    if not found or len(candidates) < LEAST:
        return found
    proven = {one.path for one in importance(scales(space, candidates), candidates) if one.proven}
    return [structs.replace(one, by_chance=one.path not in proven) for one in found]
