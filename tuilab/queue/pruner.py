"""Stops trials of a sweep that are hopeless beside the others; a sweep has to ask for that."""

import time
from collections.abc import Sequence
from contextlib import suppress

from tuilab.errors import BadInput
from tuilab.queue.sweep import SweepFolder
from tuilab.runs import ACTIVE, LogFollower, Look, RunFolder, ask, read_experiment
from tuilab.search.pruning import DevCurve, hopeless

PACE = 0.5
"""Seconds between two looks at the curves."""


class Pruner:
    """Compares the trials of `sweep` that this host trains with those of its seed that are done, wherever they were."""

    def __init__(self, sweep: SweepFolder) -> None:
        self._sweep = sweep
        self._over: set[str] = set()
        self._done: dict[int, list[DevCurve]] = {}
        """By seed: of another one data and start are others, and all trials may be worse for it."""
        self._readers: dict[str, LogFollower] = {}
        self._due = 0.0

    def look(self, going: Sequence[RunFolder]) -> None:
        """Asks those that are hopeless to stop, and tells them why."""
        if time.monotonic() < self._due or not going:
            return
        self._due = time.monotonic() + PACE
        here = {folder.name for folder in going}
        with suppress(BadInput):
            search = self._sweep.read()[1]
            for name in self._sweep.runs((), search.count() * search.seeds)[0]:
                if name not in self._over and name not in here:
                    self._take_in(self._sweep.folder(name))
        for folder in going:
            with suppress(BadInput):
                look = self._read(folder)
                others = self._done.get(read_experiment(folder).seed, ())
                planned = look.view.started.iterations if look.view.started else 0
                if look.status == "running" and planned and (why := hopeless(_curve(look), planned, others)):
                    ask(folder, "stop", why=why)

    def _take_in(self, folder: RunFolder) -> None:
        """Keeps the curve of a trial that is done. Raises `BadInput`."""
        look = self._read(folder)
        if look.status in ACTIVE:
            return
        self._over.add(folder.name)
        self._readers.pop(folder.name, None)
        if look.status == "done":
            self._done.setdefault(read_experiment(folder).seed, []).append(_curve(look))

    def _read(self, folder: RunFolder) -> Look:
        """All that its log says. Raises `BadInput`."""
        reader = self._readers.setdefault(folder.name, LogFollower(folder))
        while not (look := reader.look(time.time())).whole:
            pass
        return look


def _curve(look: Look) -> DevCurve:
    return DevCurve(look.view.error.iteration, look.view.error.dev)
