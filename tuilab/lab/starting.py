"""How runs begin: now, by a trainer that may be waiting already, or queued, when there is a core for them."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from tuilab import experiment as experiments
from tuilab import queue, runs
from tuilab.engines import Problem, choose
from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.lab.control import is_own
from tuilab.runs import About, RunFolder, Store
from tuilab.text import clean

ROOM = 1_000_000
"""Bytes that must be free to begin a run: its first lines, and a small network's first checkpoint."""


class Starting:
    """Begins runs in `store`; `problem` makes data and network of an experiment."""

    def __init__(self, store: Store, problem: Callable[[Experiment], Problem]) -> None:
        self._store, self._problem = store, problem
        self._spare: runs.Waiting | None = None

    def start(self, experiment: Experiment, parent: str) -> str:
        """As `Lab.start`."""
        spare, self._spare = self._spare, None
        trainers: list[runs.Waiting] = []

        def claim(folder: RunFolder) -> None:
            trainers.append(spare if spare is not None and spare.waits else runs.Waiting(folder))
            trainers[0].claim(folder)

        (folder,) = self._create([experiment], parent, claim)
        if not trainers[0].begin(folder) and trainers[0] is spare:  # it has printed nowhere why it is gone
            runs.spawn(folder)
        return folder.name

    def queue(self, wanted: Sequence[Experiment], parent: str) -> list[str]:
        """As `Lab.queue`."""
        with runs.writing(self._store.home), queue.working(self._store):
            folders = self._create(wanted, parent, _queue)
        return [folder.name for folder in folders]

    def prepare(self) -> None:
        """Has a trainer wait for the next start, which then takes a fraction of the time. Raises `BadInput`."""
        if self._spare is None:
            self._spare = runs.Waiting()

    def dismiss(self) -> None:
        """Lets the trainer go that waits, if there is one."""
        self._spare = None

    def _create(self, wanted: Sequence[Experiment], parent: str, put: Callable[[RunFolder], None]) -> list[RunFolder]:
        """Runs that can be trained, as folders. Raises `BadInput` before anything is written."""
        for experiment in wanted:
            choose(self._problem(experiment))
        if (room := runs.room(self._store.runs)) < ROOM:
            raise BadInput(
                f"its disk is full: {room / 1e6:.1f} MB are left, a run needs {ROOM / 1e6:.0f} MB to begin",
                file=clean(str(self._store.runs)),
            )
        about = About(parent=parent) if parent else None
        return self._store.create_all([experiments.rooted(experiment) for experiment in wanted], about, put)


def _queue(folder: RunFolder) -> None:
    runs.ask(folder, "start")


def wake(store: Store) -> None:
    """Has what is queued and the trials of sweeps worked off, if the store is one's own and nobody does so already."""
    with suppress(BadInput, OSError):  # then whoever looks next tries it again
        if is_own(store.home):
            queue.work(store)
