"""A sweep on disk: a folder with what is asked for, its trials' runs, and whose test error was seen.

What is left is told by the first two alone, so that whoever is killed, the next one goes on: a trial's run has the
name that follows from what it trains, and the rename that makes it can succeed once only.
"""

import os
import re
import time
from collections.abc import Collection, Container
from contextlib import suppress
from pathlib import Path

import tomli_w
from msgspec import Struct

from tuilab import experiment as experiments
from tuilab.errors import BadInput
from tuilab.events import Finished
from tuilab.experiment import MAXIMUM_FILE_BYTES, Experiment, decoded
from tuilab.runs import (
    RunFolder,
    RunView,
    Store,
    Tail,
    ask,
    deaths,
    done,
    glance,
    look_up,
    make_place,
    pending,
    read_at,
)
from tuilab.runs.files import Stamps, entries, open_private, replacing, settle, settling, stamps, writing
from tuilab.runs.process import is_unbegun
from tuilab.runs.store import number_of, slug
from tuilab.search import Search, Trial, divided, joined
from tuilab.search.pruning import PRUNED
from tuilab.text import clean

TRIES = 2
"""Trainers that a trial gets which crash, or are killed, before it is given up."""
FORMER, FEWEST = 10, 1000
"""Runs that are looked at besides those of the trials asked for: so many times these, and at least so many."""
MOST = 100_000
"""Names that are read besides as many as there are trials."""
_DEFINITION = "sweep.toml"
_PARTS = (_DEFINITION, "requests")
_IDENTITY = re.compile(r"[0-9a-f]{12}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class SweepFolder(Struct, frozen=True):
    """The folder of one sweep: a store of its own, for the runs of its trials."""

    path: Path

    @property
    def name(self) -> str:
        """The sweep's name, e.g. `circles-sweep-0001`; its trials' runs are called `circles-sweep-0001.6f1d…`."""
        return self.path.name

    @property
    def store(self) -> Store:
        """Where its runs lie."""
        return Store(self.path)

    @property
    def asked(self) -> float:
        """When what is asked for was written, in seconds since the epoch. Raises `BadInput`."""
        found = look_up(self.path / _DEFINITION)
        return found.st_mtime if found else 0.0

    @property
    def stopped(self) -> bool:
        """Whether somebody has asked it to stop. Raises `BadInput`."""
        return "stop" in pending(RunFolder(self.path))

    def stop(self) -> None:
        """Begins no further trial, wherever its workers are. Raises `BadInput`."""
        ask(RunFolder(self.path), "stop")

    def go_on(self) -> None:
        """Takes the request to stop back, if there is one. Raises `BadInput`."""
        with writing(self.path):
            done(RunFolder(self.path), "stop")

    def require_writable(self) -> None:
        """Raises `BadInput` where no trial of it can be begun: it is somebody else's."""
        runs = self.store.runs
        with writing(runs):
            make_place(runs)
            with settling(runs):
                pass

    def read(self) -> tuple[Experiment, Search]:
        """What its trials have in common, and what is varied. Raises `BadInput` naming the file."""
        file = self.path / _DEFINITION
        try:
            table, search = divided(experiments.parse(decoded(read_at(file, 0, MAXIMUM_FILE_BYTES + 1))))
            if search is None:
                raise BadInput("is missing", path="sweep")
            return experiments.convert(table), search
        except BadInput as error:
            raise error.within(clean(str(file))) from None

    def write(self, base: Experiment, search: Search) -> None:
        """Replaces what is asked for, whole or not at all. Raises `BadInput`."""
        _write(self.path, base, search)

    def tested(self) -> set[str]:
        """The identities of those whose test error somebody has been shown. Raises `BadInput`."""
        return {name for name in entries(self._tested) if _IDENTITY.fullmatch(name)}

    def note_tested(self, identity: str) -> None:
        """Keeps that somebody is shown the test error of that one. Raises `BadInput`."""
        with writing(self._tested):
            make_place(self._tested)
            os.close(open_private(self._tested / identity, os.O_WRONLY))

    @property
    def _tested(self) -> Path:
        return self.path / "tested"

    def runs(self, asked: Collection[str], count: int) -> tuple[list[str], int]:
        """The names of its runs that are looked at, and how many there are besides. Raises `BadInput`.

        Those that are `asked` for, and of others, which once were, at most ten times the `count` of trials: nobody
        has so often asked for others, and whoever has put more there is no reason to wait.
        """
        room = max(FEWEST, FORMER * count)
        found = self.store.names(count + MOST)
        former = [name for name in found if name not in asked]
        beyond = set(former[room:])
        unlisted = set(asked).difference(found) if len(found) >= MOST else ()
        return [*(name for name in found if name not in beyond), *unlisted], len(beyond)

    def run(self, trial: Trial) -> RunFolder:
        """Where the run of a trial lies, or will lie."""
        return self.folder(f"{self.name}.{trial.identity}")

    def folder(self, run: str) -> RunFolder:
        """Where the run called so lies."""
        return RunFolder(self.path / "runs" / run)

    def stamps(self) -> Stamps | None:
        """They change when it is asked for something else."""
        return stamps(self.path.parent, [self.name], _PARTS)[self.name]


def sweeps(store: Store, known: Container[str] = ()) -> list[SweepFolder]:
    """The sweeps of a store that are not `known` by name, the one last begun or extended first. Raises `BadInput`.

    A folder that may not be read may be one.
    """
    names = [name for name, kind in entries(store.sweeps).items() if kind == "folder" and _NAME.fullmatch(name)]
    new = (SweepFolder(store.sweeps / name) for name in names if name not in known)
    return sorted(filter(_is_sweep, new), key=_asked, reverse=True)


def create_sweep(store: Store, base: Experiment, search: Search, name: str = "") -> SweepFolder:
    """A new sweep, which appears whole and under a name that no other gets. Raises `BadInput`."""
    if name and not _NAME.fullmatch(name):
        raise BadInput("a name is 1 to 64 letters, digits, '_' or '-', a letter or digit first", path="--name")
    with writing(store.sweeps):
        make_place(store.sweeps)
        with settling(store.sweeps) as temporary:
            _write(temporary, base, search)
            number = max(map(number_of, entries(store.sweeps)), default=0)
            while True:
                number += 1
                path = store.sweeps / (name or f"{slug(base)}-sweep-{number:04}")
                if settle(temporary, path):
                    return SweepFolder(path)
                if name:
                    raise BadInput(f"there is a sweep {name!r} already: tuilab sweep {name} extends it", path="--name")


def remove_sweep(sweep: SweepFolder) -> None:
    """Deletes a sweep with the runs of its trials: it leaves the list whole, at once. Raises `BadInput`."""
    with writing(sweep.path), settling(sweep.path.parent) as temporary:
        settle(sweep.path, temporary / sweep.name)


def _asked(sweep: SweepFolder) -> float:
    with suppress(BadInput):
        return sweep.asked
    return 0.0


def _is_sweep(sweep: SweepFolder) -> bool:
    """Whether it has the parts of one: what they lead to if they are links is not of this store."""
    try:
        found = entries(sweep.path)
    except BadInput:
        return True
    return found.get(_DEFINITION) == "file" and found.get("runs", "folder") == "folder"


def crashes(folder: RunFolder) -> int:
    """How many trainers of a run have crashed, or were killed. Raises `BadInput`."""
    tail, found = Tail(folder.log_file), deaths(folder)
    while not tail.at_end:
        found += sum(isinstance(event, Finished) and event.status == "failed" for event in tail.read())
    return found


def is_open(folder: RunFolder) -> bool:
    """Whether a trial's run, which nobody trains, is still to be trained. Raises `BadInput`."""
    look = glance(folder, time.time())
    if look.status == "stopped":
        return not is_pruned(look.view)
    return look.status in ("queued", "dead", "failed") and crashes(folder) < TRIES


def is_pruned(view: RunView) -> bool:
    """Whether a trial was stopped because it was hopeless."""
    return view.finished is not None and view.finished.reason.startswith(PRUNED)


def is_left(folder: RunFolder) -> bool:
    """Whether there is anything left to train of a run that one has just claimed. Raises `BadInput`."""
    if is_unbegun(folder):
        return True
    view = glance(folder, time.time()).view
    return view.finished is None or (view.finished.status in ("stopped", "failed") and not is_pruned(view))


def _write(folder: Path, base: Experiment, search: Search) -> None:
    file = folder / _DEFINITION
    with writing(file), replacing(file) as opened:
        opened.write(tomli_w.dumps(joined(experiments.to_dict(base), search)).encode())
