"""A network at one moment: the draft's at iteration 0, or a run's with its newest weights."""

from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.nn import Parameters
from tuilab.runs import RunFolder, latest_weights
from tuilab.training import Problem, build

KEPT = 2
"""Problems, with their data, that are remembered."""


class Moment(Struct, frozen=True, eq=False):
    """The `parameters` of `problem`'s network after `iteration` updates."""

    problem: Problem
    parameters: Parameters
    iteration: int


class Moments:
    """Remembers the last two problems that were built, a run and its draft: looking again each second is cheap."""

    def __init__(self) -> None:
        self._build = lru_cache(maxsize=KEPT)(_build)

    def problem(self, experiment: Experiment) -> Problem:
        """What `experiment` trains; loads its data where it, or a file, is not one of the last two calls'.

        Raises `BadInput`.
        """
        return self._build(experiment, _stamps(experiment))

    def moment(self, experiment: Experiment, folder: RunFolder | None) -> Moment:
        """The network of `experiment` as the run in `folder` last saved it, and before that, or without one, its first.

        Raises `BadInput`, also where the data are no longer those that the run was started with.
        """
        problem = self.problem(experiment)
        weights = latest_weights(folder) if folder is not None else None
        if weights is None:
            return Moment(problem, problem.initial, 0)
        if weights.parameters.sizes != problem.network.sizes:
            raise BadInput("the data are no longer those of the run: their features or classes differ")
        return Moment(problem, weights.parameters, weights.iteration)


def _build(experiment: Experiment, stamps: tuple[tuple[int, int], ...]) -> Problem:
    return build(experiment)


def _stamps(experiment: Experiment) -> tuple[tuple[int, int], ...]:
    """When each of the data files was changed, and its size."""
    data, stamps = experiment.data, []
    for source in filter(None, (data.source, data.dev_source, data.test_source)):
        try:
            found = Path(source).expanduser().stat()
        except (OSError, ValueError):  # the name of a data set, or `build` will say what is wrong
            continue
        stamps.append((found.st_mtime_ns, found.st_size))
    return tuple(stamps)
