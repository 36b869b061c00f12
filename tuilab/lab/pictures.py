"""The pictures of a set of runs that differ in some knobs: a sweep, or whichever runs of one base are chosen."""

from collections.abc import Iterable, Sequence

from msgspec import Struct, structs

from tuilab.errors import BadInput
from tuilab.experiment import get, knobs
from tuilab.lab.apart import UNTOLD, values
from tuilab.lab.best_curves import BestCurves, LearningCurve
from tuilab.lab.summary import RunSummary
from tuilab.lab.sweep_view import SweepView
from tuilab.search import Candidate, Dimension, Edge, TrialResult, edges, ranked
from tuilab.search.parallel import Parallel, parallel
from tuilab.search.pictures import (
    Against,
    BestOf,
    HeatMap,
    Importance,
    Isolated,
    against,
    best_of,
    heat_map,
    importance,
    isolated,
    scales,
    seed_noise,
)
from tuilab.words import listed

FEWEST = 2
"""Points that have a picture."""
SAME = ("task", "data.source", "data.label", "data.dev_source", "data.test_source")
"""Runs that differ in these have errors of different examples."""


class SweepPictures(Struct, frozen=True, kw_only=True, eq=False):
    """All that is to be seen of some trials at one moment; of the knobs first the one that matters most."""

    name: str
    candidates: tuple[Candidate, ...]
    """The points, the best first."""
    trials: int
    diverged: int
    against: tuple[Against, ...]
    isolated: tuple[Isolated, ...]
    """Of the same knobs."""
    heat: HeatMap | None
    """Of the two knobs that matter most; None where only one is varied."""
    importance: tuple[Importance, ...]
    edges: tuple[Edge, ...]
    parallel: Parallel
    best_of: BestOf
    noise: float | None
    """σ of a point's mean over the seeds of the best, told by the better quarter of the points; None of one seed."""
    curves: tuple[LearningCurve, ...] = ()
    """Of the best points, the best first."""

    @property
    def best(self) -> Candidate:
        """The point with the lowest dev error."""
        return self.candidates[0]


def pictures(
    name: str, space: Sequence[Dimension], results: Iterable[TrialResult], curves: BestCurves | None = None
) -> SweepPictures:
    """The pictures of trials of a space, with learning curves where `curves` reads them.

    Raises `BadInput` where there are too few with a dev error.
    """
    results = tuple(results)
    candidates = ranked(results)
    found = scales(space, candidates)
    if len(candidates) < FEWEST or not found:
        raise BadInput("no picture yet: at least two runs that are done, with dev errors and a knob that differs")
    weights = importance(found, candidates)
    order = [next(scale for scale in found if scale.path == one.path) for one in weights]
    return SweepPictures(
        name=name,
        candidates=tuple(candidates),
        trials=len(results),
        diverged=sum(one.status == "diverged" for one in results),
        against=tuple(against(scale, candidates, results) for scale in order),
        isolated=tuple(isolated(scale, candidates) for scale in order),
        heat=heat_map(order[0], order[1], candidates) if len(order) > 1 else None,
        importance=weights,
        edges=tuple(edges(space, candidates)),
        parallel=parallel(order, candidates),
        best_of=best_of([one.dev for one in candidates]),
        noise=seed_noise([one.seed for one in candidates[0].results], candidates[: max(FEWEST, len(candidates) // 4)]),
        curves=curves.of(candidates) if curves else (),
    )


def of_sweep(view: SweepView, curves: BestCurves | None = None) -> SweepPictures:
    """Those of a sweep as it stands. Raises `BadInput`."""
    return pictures(view.name, view.space, view.results, curves)


def of_runs(name: str, runs: Sequence[RunSummary], curves: BestCurves | None = None) -> SweepPictures:
    """Those of runs that differ in some knobs and maybe in the seed; what cannot be read is left out.

    Raises `BadInput` where their errors cannot be compared: they are of different data.
    """
    known = [(run, run.experiment) for run in runs if run.experiment is not None]
    counts = values([experiment for _, experiment in known])
    if different := [path for path in SAME if counts[path] > 1]:
        raise BadInput(f"their errors are of different data: they differ in {listed(different)}", path=name)
    varied = [path for path, count in counts.items() if count > 1 and path not in (*UNTOLD, "seed")]
    results = [
        TrialResult(
            name=run.name,
            point={path: knobs()[path].format(get(experiment, path)) for path in varied},
            seed=experiment.seed,
            status=run.status,
            train=run.train_error,
            dev=run.dev_error,
        )
        for run, experiment in known
    ]
    return pictures(name, [_dimension(path, results) for path in varied], results, curves)


def _dimension(path: str, results: Sequence[TrialResult]) -> Dimension:
    """A knob over the values that it has."""
    texts = tuple(dict.fromkeys(one.point[path] for one in results))
    made = Dimension(path=path, text=", ".join(texts), values=texts, whole=knobs()[path].kind == "integer")
    return made if made.span is None else structs.replace(made, values=tuple(sorted(texts, key=float)))
