"""The learning curves of the best points of a sweep, or of other runs."""

import time
from collections.abc import Sequence
from contextlib import suppress

from msgspec import Struct

from tuilab.errors import BadInput
from tuilab.events import Column
from tuilab.runs import LogFollower, Store
from tuilab.search import Candidate

BEST = 5
"""Points whose curves are shown."""


class LearningCurve(Struct, frozen=True, kw_only=True, eq=False):
    """Errors of a point's best seed over the iterations; shape (n,) each, NaN where one was not measured."""

    run: str
    point: dict[str, str]
    iteration: Column
    train: Column
    dev: Column


class BestCurves:
    """Reads them from `store`, each log once. Use it from one thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._readers: dict[str, LogFollower] = {}

    def of(self, candidates: Sequence[Candidate]) -> tuple[LearningCurve, ...]:
        """Those of the first `BEST` of them; what cannot be read is left out."""
        found, before, self._readers = [], self._readers, {}
        for one in candidates[:BEST]:
            with suppress(BadInput):
                name = one.best.name
                reader = self._readers[name] = before.get(name) or LogFollower(self._store.find(name))
                while not (look := reader.look(time.time())).whole:
                    pass
                curve = look.view.error
                found.append(
                    LearningCurve(
                        run=name, point=one.point, iteration=curve.iteration, train=curve.train, dev=curve.dev
                    )
                )
        return tuple(found)
