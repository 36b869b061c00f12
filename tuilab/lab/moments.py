"""A network at one moment: the draft's at iteration 0, or a run's with its newest weights."""

from functools import lru_cache

from msgspec import Struct

from tuilab.data import Prepared
from tuilab.data.origin import difference
from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.nn import Parameters
from tuilab.runs import RunFolder, latest_weights
from tuilab.runs.model import as_trained
from tuilab.training import Problem, build

KEPT = 2
"""Problems that are remembered: of a run and of its draft."""


class Moment(Struct, frozen=True, eq=False):
    """The `parameters` of `problem`'s network after `iteration` updates."""

    problem: Problem
    parameters: Parameters
    iteration: int


class Moments:
    """Remembers the last two problems that were built, a run and its draft: looking again each second is cheap."""

    def __init__(self, data: Prepared) -> None:
        self._data = data
        self._build = lru_cache(maxsize=KEPT)(lambda experiment, key: build(experiment, data.dataset))

    def problem(self, experiment: Experiment) -> Problem:
        """What `experiment` trains, on data that are prepared once. Raises `BadInput`."""
        return self._build(experiment, self._data.key(experiment))

    def moment(self, experiment: Experiment, folder: RunFolder | None) -> Moment:
        """The network of `experiment` as the run in `folder` last saved it, and before that, or without one, its first.

        Raises `BadInput`, also where the data are no longer those that the run was started with.
        """
        problem = self.problem(experiment)
        weights = latest_weights(folder) if folder is not None else None
        if folder is None or weights is None:
            return Moment(problem, problem.initial, 0)
        if changed := difference(weights.data, problem.dataset.files):
            raise BadInput(f"the data have changed since the run was trained: {changed}")
        if weights.parameters.sizes != problem.network.sizes:
            raise BadInput("the data are no longer those of the run: their features or classes differ")
        return Moment(as_trained(problem, folder), weights.parameters, weights.iteration)
