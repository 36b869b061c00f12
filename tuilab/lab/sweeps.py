"""Sweeps: one experiment with some of its knobs varied, each trial a run; and what is asked of them."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from tuilab import experiment as experiments
from tuilab import queue, runs
from tuilab.engines import Problem, choose
from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.lab.control import is_own
from tuilab.lab.starting import wake
from tuilab.lab.summary import RunSummary
from tuilab.lab.sweep_reader import SweepReader
from tuilab.lab.sweep_view import SweepRow, SweepSummary, SweepView, as_row
from tuilab.queue.sweep import SweepFolder, create_sweep, remove_sweep, sweeps
from tuilab.runs import RunFolder, Store
from tuilab.runs.store import LAST
from tuilab.search import ADAPTIVE, Search, identity, require, trials
from tuilab.text import clean


class Sweeps:
    """The sweeps in `store`; `problem` makes data and network of an experiment. Every method raises `BadInput`."""

    def __init__(self, store: Store, problem: Callable[[Experiment], Problem]) -> None:
        self._store, self._problem = store, problem
        self._reader = SweepReader()

    def names(self) -> list[str]:
        """Newest first."""
        return [sweep.name for sweep in sweeps(self._store)]

    def has(self, name: str) -> bool:
        """Whether there is a sweep called so; a beginning is not enough."""
        return name in self.names()

    def find(self, name: str) -> SweepFolder:
        """The sweep called `name`, or whose name alone begins so, or the newest for "last"."""
        found = sweeps(self._store)
        fitting = [one for one in found if one.name == name] or [one for one in found if one.name.startswith(name)]
        if name == LAST and found:
            return found[0]
        if name and len(fitting) == 1:
            return fitting[0]
        known = ", ".join(one.name for one in (fitting or found)[:5])
        message = "fits several sweeps" if len(fitting) > 1 else "no such sweep"
        raise BadInput(f"{message}: {known}" if known else "no such sweep: there are none yet", path=clean(name, 60))

    def plan(self, base: Experiment, search: Search) -> int:
        """How many trials that would be, all of which could be begun. Raises `BadInput` before anything is written."""
        if search.sampler == ADAPTIVE:
            require()
        planned = list(trials(base, search))
        problem = self._problem(planned[0].experiment)
        choose(problem)
        if not len(problem.dataset.dev.y):
            raise BadInput("must be above 0: a sweep chooses by the dev error", path="split.dev")
        return len(planned)

    def start(self, base: Experiment, search: Search, name: str = "") -> str:
        """A new sweep, whose trials are trained from now on, whether this process lives or not; its name."""
        base, search = experiments.rooted(base), search.rooted()
        self.plan(base, search)
        with self._working(search):
            return create_sweep(self._store, base, search, name).name

    def go_on(self, name: str, search: Search | None = None) -> None:
        """Goes on with a sweep that was stopped or killed, with what is asked for now; finished trials stay."""
        sweep = self.find(name)
        if not is_own(sweep.path):  # who could not read any more what others wrote
            raise BadInput(f"{runs.whose(sweep.path)}, who alone can go on with it", path=sweep.name)
        base, before = sweep.read()
        if search is not None:
            search = search.rooted()
            self.plan(base, search)
        with self._working(search or before):
            if search is not None:
                sweep.write(base, search)
            sweep.go_on()

    def widen(self, name: str) -> Search:
        """Goes on with a sweep whose best lies at an edge, in a wider space with as many points more; what it is now.

        Of a space whose points were all tried all are. Where it lies at an edge of several knobs, those are left that
        it does by chance. Raises `BadInput` where the best lies at no edge.
        """
        view = self.look(name)
        if not (found := [one for one in view.edges if not one.by_chance] or view.edges):
            raise BadInput("the best lies at no edge that could be moved", path=view.name)
        wider = view.search.changed({one.path: one.wider for one in found})
        if view.search.trials == math.prod(one.size for one in view.space):
            wider = wider.changed({}, trials=int(math.prod(one.size for one in wider.space)))
        self.go_on(name, wider)
        return wider

    def stop(self, name: str) -> None:
        """Begins no further trial, and has those that go on stopped, keeping what they learned."""
        sweep = self.find(name)
        sweep.stop()
        for name in self._reader.begun(sweep):
            with suppress(BadInput):  # it may be over by now
                runs.ask(sweep.folder(name), "stop")

    def take(self, name: str, host: str) -> list[str]:
        """Takes a person's word that `host` is gone: what it held of a sweep is to be trained by others; their runs.

        Raises `BadInput` where it holds nothing, or gave a sign of life just now.
        """
        sweep = self.find(name)
        begun = self._reader.begun(sweep)
        found = [one for one in begun if (at := runs.elsewhere(sweep.folder(one))) and at.host == host]
        if not found:
            raise BadInput(
                f"holds no trial of {sweep.name} of which it is not known whether it lives", path=clean(host)
            )
        for one in found:
            runs.declare_ended(sweep.folder(one))
        return found

    def look(self, name: str) -> SweepView:
        """The sweep as it stands now; where there is something to do, it is done from now on."""
        return self._look(self.find(name))

    def _look(self, sweep: SweepFolder) -> SweepView:
        view = self._reader.view(sweep)
        if view.status == "waiting" and view.search.workers == "queue":
            wake(self._store)
        return view

    def tested(self, view: SweepView) -> int:
        """Of how many points the test error has been shown, with the best, of which it is from now on; all are kept."""
        sweep, best = self.find(view.name), identity(view.best_experiment)
        with suppress(BadInput):  # no room: it is shown all the same
            if is_own(sweep.path):
                sweep.note_tested(best)
        with suppress(BadInput):
            return len(sweep.tested() | {best})
        return 1

    def look_at_test(self, run: RunFolder) -> None:
        """Keeps that somebody is shown the test error of a run, if that is a trial; it counts for its point."""
        sweep = SweepFolder(run.path.parents[1])
        with suppress(BadInput):  # no room, or a damaged sweep: it is shown all the same
            if sweep.path.parent == self._store.sweeps and is_own(sweep.path):
                seed = str(sweep.read()[0].seed)
                sweep.note_tested(identity(experiments.edit(runs.read_experiment(run), {"seed": seed})))

    def summaries(self) -> list[SweepSummary]:
        """What a list says of each, newest first."""
        return [self._summary(sweep) for sweep in sweeps(self._store)]

    def rows(self) -> list[SweepRow]:
        """Each as a row of the list of runs, newest first."""
        return [as_row(one) for one in self.summaries()]

    def require_over(self, name: str) -> None:
        """Raises `BadInput` for a sweep that is still going, or may be; a damaged one is where a trial of it is."""
        try:
            status = self.look(name).status
        except BadInput:
            status = "running" if self._reader.begun(self.find(name)) else "not readable"
        if status in ("running", "waiting"):
            raise BadInput(f"is {status}: stop it first", path=name)

    def delete(self, name: str) -> None:
        """Deletes a sweep with all its trials, unless it is still going."""
        self.require_over(name)
        remove_sweep(self.find(name))

    def all_trials(self) -> Iterator[RunSummary]:
        """The runs of all trials of all sweeps; a sweep that cannot be read costs the others nothing."""
        for sweep in sweeps(self._store):
            with suppress(BadInput):
                yield from self._reader.summaries(sweep)

    @contextmanager
    def _working(self, search: Search) -> Iterator[None]:
        """What the block asks for is worked off from then on; where that cannot be, it is not begun: `BadInput`."""
        if search.workers == "asked":
            yield
        else:
            with runs.writing(self._store.home), queue.working(self._store):
                yield

    def _summary(self, sweep: SweepFolder) -> SweepSummary:
        created = 0.0
        try:
            created = sweep.asked
            return SweepSummary.of(self._look(sweep), created)
        except BadInput as error:
            return SweepSummary(name=sweep.name, title="", status="not readable", created=created, fault=error.message)
