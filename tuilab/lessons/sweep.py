"""The sweep of a lesson, trained in this process, and its figures."""

from collections.abc import Mapping
from functools import cached_property
from statistics import median

from tuilab.data import Prepare
from tuilab.errors import BadInput
from tuilab.events import Finished
from tuilab.experiment import Experiment
from tuilab.search import Search, TrialResult, edges, ranked, trials
from tuilab.training import Training, build, train

PREFIX = "sweep."
"""Before what a claim changes of the sweep: `sweep.sampler`, `sweep.trials`, `sweep.over.PATH`."""


class SweepFigures:
    """What comes of the trials of `search` on `base`, each figure worked out when it is first asked for."""

    def __init__(self, base: Experiment, search: Search, data: Prepare) -> None:
        self._base, self._search, self._data = base, search, data

    def get(self, name: str, path: str) -> float | None:
        """`dev`, the lowest dev error; `median`, that of half of the points; `edges`, knobs whose best lies at one;
        `best`, the best value of the knob at `path`, and `values`, how many were tried of it.

        Raises KeyError for another.
        """
        found = ranked(self.results)
        if not found:
            return None
        return {
            "dev": lambda: found[0].dev,
            "median": lambda: median(one.dev for one in found),
            "edges": lambda: float(len(edges(self._search.space, found))),
            "best": lambda: float(found[0].point[path]),
            "values": lambda: float(len({one.point[path] for one in self.results})),
        }[name]()

    @cached_property
    def results(self) -> list[TrialResult]:
        """What came of each trial, one after another."""
        return [
            TrialResult(
                name=trial.identity,
                point=trial.point,
                seed=trial.experiment.seed,
                status=end.status,
                train=end.error.train,
                dev=end.error.dev,
            )
            for trial in trials(self._base, self._search)
            for end in train(Training(build(trial.experiment, self._data)))
            if isinstance(end, Finished)
        ]


def changed(search: Search | None, changes: Mapping[str, str]) -> tuple[dict[str, str], Search | None]:
    """What a claim changes of the experiment, and the sweep with what it changes of that. Raises `BadInput`."""
    others = {path: text for path, text in changes.items() if not path.startswith(PREFIX)}
    own = {path.removeprefix(PREFIX): text for path, text in changes.items() if path.startswith(PREFIX)}
    if not own or search is None:
        if own:
            raise BadInput("there is no sweep to change", path="lesson.claims")
        return others, search
    over = {path.removeprefix("over."): own.pop(path) for path in list(own) if path.startswith("over.")}
    asked = {name: int(text) if name in ("trials", "seeds") else text for name, text in own.items()}
    return others, search.changed(over, **asked)
