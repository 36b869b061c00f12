"""The list of runs: each log is read through once, then only what is new of it."""

import time
from collections.abc import Iterator, Sequence
from threading import Lock

from msgspec import structs

from tuilab import runs
from tuilab.errors import BadInput
from tuilab.lab.index import OVER, Entry, recall, remember
from tuilab.lab.summary import RunSummary, summary, unreadable
from tuilab.runs import RunFolder, Stamps, Store
from tuilab.runs.files import MISSING
from tuilab.runs.folder import LISTED

_LOG = LISTED.index("log.jsonl")
"""Its place among the stamps of a run."""


class Listing:
    """The runs of `store` as summaries; any thread may ask.

    What is found of runs that are over is kept, here and in a file, with the stamps of what it was found in.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._file = store.home / "listing.json"
        self._known: dict[str, Entry] | None = None
        self._news = False
        """Whether the file lacks anything."""
        self._readers: dict[str, runs.LogFollower] = {}  # of runs that may still grow
        self._lock = Lock()

    def summaries(self, names: Sequence[str] | None = None, *, begun: bool = False) -> Iterator[RunSummary]:
        """One after another, newest first, so that a list can fill while it is read; of `names` alone, if given.

        Without those that no trainer has begun, if only the `begun` are asked for. What is no run is left out; one that
        cannot be read says why, and costs the others nothing. Raises `BadInput` where there is no list at all.
        """
        found = self._store.stamps(names)
        self._begin(found)
        try:
            for name, stamps in found.items():
                if begun and stamps is not None and stamps[_LOG] == MISSING:
                    continue
                with self._lock:
                    one = self._look(name, stamps)
                if one is not None:
                    yield one
        finally:
            self._end()

    def _begin(self, found: dict[str, Stamps | None]) -> None:
        """Takes up what was found before, at first from the file, without the runs that are gone."""
        with self._lock:
            before = recall(self._file, found.keys()) if self._known is None else self._known
            self._known = {name: entry for name, entry in before.items() if name in found}
            self._news |= len(self._known) < len(before)
            self._readers = {name: reader for name, reader in self._readers.items() if name in found}

    def _end(self) -> None:
        with self._lock:
            news, self._news, known = self._news, False, dict(self._known or {})
        if news:
            remember(self._file, known)

    def _look(self, name: str, stamps: Stamps | None) -> RunSummary | None:
        """What is to be said of a run; None if it has been deleted meanwhile."""
        assert self._known is not None
        entry = self._known.get(name)
        if entry is not None and entry.stamps == stamps:
            return entry.summary
        folder = RunFolder(self._store.runs / name)
        try:
            if entry is not None and stamps is not None and entry.stamps[:-1] == stamps[:-1]:
                told = structs.replace(entry.summary, about=runs.read_about(folder))
            else:
                told = self._read(folder)
        except BadInput as error:
            self._forget(name)
            return unreadable(folder, error) if runs.is_run(folder) else None
        if told.status in OVER and stamps is not None:
            self._forget(name)
            self._known[name], self._news = Entry(stamps, told), True
        return told

    def _read(self, folder: RunFolder) -> RunSummary:
        experiment = runs.read_experiment(folder)
        reader = self._readers.get(folder.name) or runs.LogFollower(folder)
        self._readers[folder.name] = reader
        while not (look := reader.look(time.time())).whole:
            pass
        return summary(folder, experiment, look)

    def _forget(self, name: str) -> None:
        assert self._known is not None
        self._readers.pop(name, None)
        self._news |= self._known.pop(name, None) is not None
