"""The list of runs: each log is read through once, then only what is new of it."""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock

import msgspec
import numpy as np
from msgspec import Struct, structs

from tuilab import runs
from tuilab.errors import BadInput
from tuilab.events import Column
from tuilab.lab.watching import latest_error
from tuilab.runs import About, RunFolder, Status, Store

SPARKS = 12
"""Values of a summary's little cost curve."""
LATEST = 2.5e11
"""Seconds since the epoch: the year 9892, up to which a date can be shown in any time zone."""
_VERSION = 1
_MAXIMUM_BYTES = 64_000_000
_Stamp = tuple[int, int]


class RunSummary(Struct, frozen=True, kw_only=True):
    """A line of the list of runs."""

    name: str
    title: str
    status: Status
    created: float
    iteration: int
    iterations: int
    dev_error: float | None
    """The last one measured."""
    best_dev_error: float | None = None
    about: About = About()
    fault: str = ""
    """Why the run cannot be read, where it is "not readable"."""
    spark: tuple[float | None, ...] = ()
    """The total cost along the run, the median of each of at most `SPARKS` equal stretches; None: not finite."""


class _Known(Struct, frozen=True, kw_only=True):
    """What was found of a run, and size and time of the files that it was found in."""

    log: _Stamp
    about: _Stamp
    summary: RunSummary


class _Remembered(Struct, frozen=True, kw_only=True):
    version: int
    runs: dict[str, _Known]


class Listing:
    """The runs of `store` as summaries; any thread may ask.

    What is found of runs that have ended is kept in a file, so that another process need not read their logs.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._file = store.home / "listing.json"
        self._known: dict[str, _Known] | None = None
        self._readers: dict[str, runs.Follower] = {}  # of runs that may still grow
        self._lock = Lock()

    def summaries(self) -> Iterator[RunSummary]:
        """One after another, newest first, so that a list can fill while it is read.

        What is no run is left out; one that cannot be read says why, and costs the others nothing. Raises `BadInput`
        where there is no list at all.
        """
        folders = self._store.list()
        before = self._begin({folder.name for folder in folders})
        for folder in folders:
            try:
                with self._lock:
                    summary = self._look(folder).summary
            except BadInput as error:
                if not runs.is_run(folder):  # deleted meanwhile
                    continue
                summary = _unreadable(folder, error)
            yield summary
        self._remember(before)

    def _begin(self, names: set[str]) -> dict[str, _Known]:
        """Forgets the runs that are gone; what is known of those that have ended."""
        with self._lock:
            known = self._recall() if self._known is None else self._known
            self._known = {name: one for name, one in known.items() if name in names}
            return {name: one for name, one in self._known.items() if name not in self._readers}

    def _look(self, folder: RunFolder) -> _Known:
        assert self._known is not None
        known, log, about = self._known.get(folder.name), _stamp(folder, "log_file"), _stamp(folder, "about_file")
        if known is None or known.log != log or folder.name in self._readers:
            known = _Known(log=log, about=about, summary=self._read(folder))
        elif known.about != about:
            summary = structs.replace(known.summary, about=runs.read_about(folder))
            known = structs.replace(known, about=about, summary=summary)
        self._known[folder.name] = known
        return known

    def _read(self, folder: RunFolder) -> RunSummary:
        experiment = runs.read_experiment(folder)
        reader = self._readers.setdefault(folder.name, runs.Follower(folder))
        while not (look := reader.look(time.time())).whole:
            pass
        if look.view.finished is not None:
            del self._readers[folder.name]
        return RunSummary(
            name=folder.name,
            title=experiment.name,
            status=look.status,
            created=_created(folder),
            iteration=look.view.iteration,
            iterations=started.iterations if (started := look.view.started) else experiment.optimization.iterations,
            dev_error=latest_error(look.view).dev,
            best_dev_error=best(look.view.error.dev),
            about=runs.read_about(folder),
            spark=spark(look.view.cost.total),
        )

    def _recall(self) -> dict[str, _Known]:
        try:
            content = runs.read_at(self._file, 0, _MAXIMUM_BYTES)
            remembered = msgspec.json.decode(content, type=_Remembered)
        except (BadInput, ValueError, RecursionError):
            return {}
        return remembered.runs if remembered.version == _VERSION else {}

    def _remember(self, before: dict[str, _Known]) -> None:
        with self._lock:
            ended = {name: one for name, one in (self._known or {}).items() if name not in self._readers}
        if ended == before:
            return
        with suppress(OSError), runs.replacing(self._file) as file:  # nothing is lost where it cannot be kept
            file.write(msgspec.json.encode(_Remembered(version=_VERSION, runs=ended)))


def _unreadable(folder: RunFolder, error: BadInput) -> RunSummary:
    return RunSummary(
        name=folder.name,
        title="",
        status="not readable",
        created=_created(folder),
        iteration=0,
        iterations=0,
        dev_error=None,
        fault=f"{Path(error.file).name}: {error.message}" if error.file else error.message,
    )


def _created(folder: RunFolder) -> float:
    """When the experiment was written, or at least the folder; of a clock that cannot be shown, the nearest time."""
    found = None
    for path in (folder.experiment_file, folder.path):
        with suppress(BadInput):
            found = found or runs.look_up(path)
    return min(max(found.st_mtime, 0.0), LATEST) if found else 0.0


def best(errors: Column) -> float | None:
    """The lowest of the errors that were measured, shape (n,); None if there is none."""
    measured = errors[np.isfinite(errors)]
    return float(measured.min()) if measured.size else None


def spark(values: Column, size: int = SPARKS) -> tuple[float | None, ...]:
    """`values`, shape (n,), as at most `size` medians of equal stretches; None where one is not finite."""
    if not values.size:
        return ()
    medians = [float(np.median(stretch)) for stretch in np.array_split(values, min(size, values.size))]
    return tuple(median if np.isfinite(median) else None for median in medians)


def _stamp(folder: RunFolder, file: str) -> _Stamp:
    found = runs.look_up(getattr(folder, file))
    return (found.st_size, found.st_mtime_ns) if found else (0, 0)
