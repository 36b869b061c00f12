"""A sweep as it is seen: at one moment, in the list of sweeps, and as a row among the runs."""

from functools import cached_property
from typing import Literal, Self

from msgspec import Struct

from tuilab import experiment as experiments
from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.lab.summary import RunSummary
from tuilab.search import Candidate, Dimension, Edge, Search, TrialResult, edges, ranked
from tuilab.text import clean

OVER = ("done", "diverged", "pruned")
"""A trial of such a status has come to its end."""
GIVEN_UP = ("failed", "dead")
"""Nor is one of such a status trained any further."""
SweepStatus = Literal["running", "waiting", "stopped", "done", "not readable"]


class HeldTrials(Struct, frozen=True, kw_only=True):
    """Trials whose trainers are on another host, which has given no sign of life for a while: it may be gone."""

    host: str
    runs: tuple[str, ...]
    silence: float
    """Seconds since the last sign of life of any of them."""


class SweepView(Struct, frozen=True, kw_only=True, dict=True):
    """A sweep at one moment, told from its folder alone."""

    name: str
    base: Experiment
    search: Search
    space: tuple[Dimension, ...]
    planned: int
    """Trials that are asked for, and those that were once and have come to something."""
    results: tuple[TrialResult, ...]
    """What came of each of these so far."""
    states: dict[str, int]
    """How many trials there are of each status; "left": not begun."""
    status: SweepStatus
    seconds: float = 0.0
    """Of training, of all trials together."""
    held: tuple[HeldTrials, ...] = ()
    """Those of hosts that have been silent for long."""
    beyond: int = 0
    """How many runs in its folder nobody has looked at: there are more than it can have asked for."""

    @cached_property
    def ranked(self) -> list[Candidate]:
        """The points that were trained to their end, the best first."""
        return ranked(self.results)

    @property
    def best_experiment(self) -> Experiment:
        """The experiment with the values of the best point. Raises `BadInput` where there is none."""
        if not (found := self.ranked):
            raise BadInput("has no best point: no trial has come to its end with a dev error", path=self.name)
        return experiments.edit(self.base, found[0].point)

    @cached_property
    def edges(self) -> list[Edge]:
        """The knobs whose best value lies at an end that could be moved."""
        return edges(self.space, self.ranked)

    @property
    def failed(self) -> list[str]:
        """The runs of trials that were given up."""
        return [one.name for one in self.results if one.status in GIVEN_UP]

    @property
    def over(self) -> int:
        """How many trials will be trained no further."""
        return sum(self.states.get(state, 0) for state in (*OVER, *GIVEN_UP))


class SweepSummary(Struct, frozen=True, kw_only=True):
    """What a list says of a sweep."""

    name: str
    title: str
    status: SweepStatus
    created: float
    planned: int = 0
    done: int = 0
    """Trials that came to an end."""
    seconds: float = 0.0
    """Of training, of all of them together."""
    dev_error: float | None = None
    """The lowest mean over the seeds of a point."""
    train_error: float | None = None
    """That of the same point."""
    over: tuple[str, ...] = ()
    """The paths that are varied."""
    held: tuple[HeldTrials, ...] = ()
    beyond: int = 0
    fault: str = ""

    @classmethod
    def of(cls, view: SweepView, created: float) -> Self:
        """That of a sweep as it is seen."""
        best = view.ranked
        return cls(
            name=view.name,
            title=clean(view.base.name),
            status=view.status,
            created=created,
            planned=view.planned,
            done=sum(one.status in OVER for one in view.results),
            seconds=view.seconds,
            dev_error=best[0].dev if best else None,
            train_error=best[0].train if best else None,
            over=tuple(view.search.over),
            held=view.held,
            beyond=view.beyond,
        )


class SweepRow(RunSummary, frozen=True, kw_only=True, gc=False):
    """A sweep as a row of the list of runs: its trials are its iterations."""


def as_row(one: SweepSummary) -> SweepRow:
    """A sweep as a row."""
    return SweepRow(
        name=one.name,
        title=f"sweep over {', '.join(path.rpartition('.')[2] for path in one.over)}: {one.title}",
        status="queued" if one.status == "waiting" else one.status,
        created=one.created,
        iteration=one.done,
        iterations=one.planned,
        seconds=one.seconds,
        train_error=one.train_error,
        dev_error=one.dev_error,
        best_dev_error=one.dev_error,
        fault=one.fault,
    )
