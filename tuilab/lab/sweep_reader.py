"""A sweep seen from outside: what its folder says now, of which only what has changed is read again."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from msgspec import Struct

from tuilab import runs
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, get, knobs
from tuilab.lab.listing import Listing
from tuilab.lab.summary import RunSummary
from tuilab.lab.sweep_view import HeldTrials, SweepStatus, SweepView
from tuilab.queue.sweep import TRIES, SweepFolder, crashes, is_pruned
from tuilab.runs import ACTIVE, Stamps
from tuilab.search import ADAPTIVE, Search, Trial, TrialResult, holds, trials

SPELLED = 20_000
"""Trials of a sweep that are told one by one before they are begun: of more it would take long to look at a list."""


class _Known(Struct):
    """What need not be read again while the folder says the same."""

    stamps: Stamps | None
    base: Experiment
    search: Search
    planned: dict[str, Trial]
    """By the name of the run; of more trials than `SPELLED` none, and all runs are taken for such."""
    count: int
    pruned: set[str]
    """The runs of those that were stopped for being hopeless, which they stay."""

    def asks_for(self, one: TrialResult) -> bool:
        """Whether a trial is one of those asked for; which they are may follow from what comes of the others."""
        if self.search.sampler != ADAPTIVE:
            return not self.planned or one.name in self.planned
        asked = range(self.base.seed, self.base.seed + self.search.seeds)
        return one.seed in asked and holds(self.search.space, one.point)


class SweepReader:
    """Reads sweeps, again and again. Raises `BadInput` for one that is damaged, unless a method says otherwise."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}
        self._listings: dict[str, Listing] = {}

    def view(self, sweep: SweepFolder) -> SweepView:
        """The sweep as it stands now."""
        known, stopped = self._know(sweep), sweep.stopped
        names, beyond = sweep.runs(known.planned, known.count)
        summaries = list(self._listing(sweep).summaries(names))
        spent = {one.name: one.seconds for one in summaries}
        found = (self._result(known, sweep, one) for one in summaries)
        results = tuple(
            one for one in _each_once(found, known) if known.asks_for(one) or one.status not in ("queued", "stopped")
        )
        states = Counter(one.status for one in results)
        left = max(0, known.count - sum(map(known.asks_for, results)))
        states["left"] = left + states.pop("queued", 0)
        return SweepView(
            name=sweep.name,
            base=known.base,
            search=known.search,
            space=known.search.space,
            planned=len(results) + left,
            results=results,
            states={state: number for state, number in states.items() if number},
            status=_status(states, stopped),
            seconds=sum(spent[one.name] for one in results),
            held=_held(sweep, [one.name for one in results if one.status in ACTIVE and one.status != "queued"]),
            beyond=beyond,
        )

    def summaries(self, sweep: SweepFolder) -> Iterator[RunSummary]:
        """The runs of its trials, also of a sweep that is damaged."""
        asked, count = dict[str, Trial](), 0
        with suppress(BadInput):
            known = self._know(sweep)
            asked, count = known.planned, known.count
        return self._listing(sweep).summaries(sweep.runs(asked, count)[0])

    def _listing(self, sweep: SweepFolder) -> Listing:
        return self._listings.setdefault(sweep.name, Listing(sweep.store))

    def begun(self, sweep: SweepFolder) -> list[str]:
        """The trials that somebody trains, or may train, also of a sweep that is damaged."""
        return [one.name for one in self.summaries(sweep) if one.status in ACTIVE and one.status != "queued"]

    def _know(self, sweep: SweepFolder) -> _Known:
        stamps, known = sweep.stamps(), self._known.get(sweep.name)
        if known is None or known.stamps != stamps:
            base, search = sweep.read()
            spelled = trials(base, search) if (count := search.count() * search.seeds) <= SPELLED else ()
            planned = {sweep.run(trial).name: trial for trial in spelled}
            pruned = known.pruned if known else set[str]()
            known = _Known(stamps, base, search, planned, len(planned) or count, pruned)
            self._known[sweep.name] = known
        return known

    def _result(self, known: _Known, sweep: SweepFolder, one: RunSummary) -> TrialResult:
        trial = known.planned.get(one.name)
        experiment = trial.experiment if trial else one.experiment
        folder, status = sweep.folder(one.name), str(one.status)
        if status in ("failed", "dead") and crashes(folder) < TRIES:
            status = "queued"
        elif status == "stopped" and (one.name in known.pruned or is_pruned(runs.glance(folder, time.time()).view)):
            known.pruned.add(one.name)
            status = "pruned"
        return TrialResult(
            name=one.name,
            point={path: knobs()[path].format(get(experiment, path)) for path in known.search.over if experiment},
            seed=experiment.seed if experiment else 0,
            status=status,
            train=one.train_error,
            dev=one.dev_error,
        )


def _each_once(found: Iterable[TrialResult], known: _Known) -> Iterable[TrialResult]:
    """One run for each point and seed, that which was asked for if there are others; a sweep itself makes no other."""
    once = dict[object, TrialResult]()
    for one in sorted(found, key=lambda one: not known.asks_for(one)):
        once.setdefault((tuple(one.point.items()), one.seed) if one.point else one.name, one)
    return once.values()


def _held(sweep: SweepFolder, begun: Sequence[str]) -> tuple[HeldTrials, ...]:
    """Which of the trials that were begun are held by hosts that may be gone, a host at a time."""
    silent: dict[str, dict[str, float]] = {}
    for name in begun:
        with suppress(BadInput):  # it cannot be read: its own row says so
            if (found := runs.elsewhere(sweep.folder(name))) and found.silence > runs.SILENT:
                silent.setdefault(found.host, {})[name] = found.silence
    return tuple(
        HeldTrials(host=host, runs=tuple(names), silence=min(names.values())) for host, names in silent.items()
    )


def _status(states: Counter[str], stopped: bool) -> SweepStatus:
    active = sum(number for state, number in states.items() if state in ACTIVE)
    if active:
        return "running"
    if states["left"] or states["stopped"]:
        return "stopped" if stopped else "waiting"
    return "done"
