"""All runs of a person, in one folder; names never lead out of it."""

import difflib
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import chain, islice
from pathlib import Path

from tuilab.errors import BadInput
from tuilab.experiment import GENERATED, SHIPPED, Experiment, dumps
from tuilab.runs.about import About, write_about
from tuilab.runs.descriptors import opened, sync
from tuilab.runs.files import (
    MISSING,
    STALE,
    Stamps,
    entries,
    look_up,
    make_place,
    open_private,
    read_at,
    replacing,
    settle,
    settling,
    stamps,
    tidy,
    writing,
)
from tuilab.runs.folder import LISTED, SWEEPS, RunFolder
from tuilab.text import clean
from tuilab.threads import is_no_room

LAST = "last"
"""Instead of a name: the newest run."""
MAXIMUM_NAME = 200
"""Characters in the name of a run."""
_WRITERS = 16
"""Runs that are written at a time."""
_COMPARED = 2000
"""Names, of its number and the newest, that one which is none is compared with: 100,000 would take two seconds."""
_TOLD = 5
"""Runs that are told of those that fit a name."""


class Store:
    """The folder `home` with everything that tuilab keeps: by default `$TUILAB_HOME`, else the user's data folder.

    That folder, its `runs`, `sweeps` and `presets` may be links, by which a person puts them on another disk. A link
    among the runs or within one is followed by nobody: what it leads to is not a run of this store.
    """

    def __init__(self, home: Path | None = None) -> None:
        self.home = Path(os.path.realpath(home or _default_home()))

    @property
    def runs(self) -> Path:
        """Where runs lie."""
        return self._place("runs")

    @property
    def presets(self) -> Path:
        """Where the user's own presets lie."""
        return self._place("presets")

    @property
    def sweeps(self) -> Path:
        """Where sweeps lie, each a store of its own."""
        return self._place(SWEEPS)

    def _place(self, name: str) -> Path:
        """The folder `name`, or where a link of that name leads to; one that leads nowhere stays a link."""
        place = self.home / name
        try:
            return Path(os.path.realpath(place, strict=True))
        except OSError:
            return place

    def create(
        self,
        experiment: Experiment,
        about: About | None = None,
        put: Callable[[RunFolder], None] = lambda folder: None,
    ) -> RunFolder:
        """A new run with `experiment` written in it. It appears whole, and under a name that no other run gets.

        `about` is what can be said of it already, such as its parent; `put` puts more into the folder before it
        appears. Raises `BadInput` naming what cannot be written.
        """
        (run,) = self.create_all([experiment], about, put)
        return run

    def create_all(
        self,
        experiments: Sequence[Experiment],
        about: About | None = None,
        put: Callable[[RunFolder], None] = lambda folder: None,
    ) -> list[RunFolder]:
        """The same of many, in their order. They appear when all are written: where one cannot be, there is none.

        Many are written at a time, as each waits for the disk, which takes as long for one as for all.
        """
        runs = self.runs
        self._make_place()
        with ExitStack() as stack:

            def write(experiment: Experiment) -> Path:
                return stack.enter_context(self._made(experiment, put, about))

            written = _at_once(write, experiments)
            with writing(runs), opened(runs) as folder:
                created = list(self._named(experiments, written))
                sync(folder)
        return created

    def _named(self, experiments: Sequence[Experiment], written: Sequence[Path]) -> Iterator[RunFolder]:
        """Gives each run that lies in a temporary folder the next number. Raises OSError."""
        number = _highest(self.runs)
        for experiment, temporary in zip(experiments, written, strict=True):
            while True:
                number += 1
                path = self.runs / f"{slug(experiment)}-{number:04}"
                if settle(temporary, path, lasting=False):
                    yield RunFolder(path)
                    break

    def create_as(self, name: str, experiment: Experiment, put: Callable[[RunFolder], None]) -> bool:
        """The same as `create` under a name of one's own; False if there is such a run. Raises `BadInput`.

        It need not outlive the power: whoever names a run can make it again.
        """
        self._make_place()
        with self._made(experiment, put, lasting=False) as temporary:
            return settle(temporary, self.runs / name, lasting=False)

    def _make_place(self) -> None:
        with writing(self.runs):
            make_place(self.runs)
            tidy(self.runs, STALE)

    @contextmanager
    def _made(
        self,
        experiment: Experiment,
        put: Callable[[RunFolder], None],
        about: About | None = None,
        *,
        lasting: bool = True,
    ) -> Iterator[Path]:
        """A run in a temporary folder, removed unless it gets its name. Raises `BadInput`."""
        with writing(self.runs), settling(self.runs) as temporary:
            run = RunFolder(temporary)
            with replacing(run.experiment_file, lasting=False) as file:
                file.write(dumps(experiment).encode())
            if about is not None:
                write_about(run, about, lasting=False)
            put(run)
            if lasting:
                with opened(temporary) as folder:
                    sync(folder)
            yield temporary

    def remove(self, run: RunFolder) -> None:
        """Deletes `run` with everything in it: it leaves the list whole, at once. Raises `BadInput`.

        An empty hidden file keeps its number, so that no later run gets its name and is taken for it.
        """
        runs = run.path.parent
        with writing(run.path), settling(runs) as temporary:
            os.close(open_private(runs / f".{run.name}", os.O_WRONLY))
            tidy(runs, STALE)
            settle(run.path, temporary / run.name)
        if look_up(temporary) is not None:
            raise BadInput("is off the list, but not all of it could be deleted", file=clean(str(temporary)))

    def list(self) -> list[RunFolder]:
        """The runs, newest first; what cannot be read, or is a link, may be one and is among them.

        Stray files and folders without an experiment are left out. Raises `BadInput`.
        """
        runs = self.runs
        return [RunFolder(runs / name) for name in self.stamps()]

    def stamps(self, names: Iterable[str] | None = None) -> dict[str, Stamps | None]:
        """The same by name, each with the stamps of what it is listed from (`LISTED`); None: it cannot be read.

        Of `names` alone, if they are given.
        """
        runs = self.runs
        found = stamps(runs, _likely(runs) if names is None else names, LISTED)
        return {name: stamp for name, stamp in found.items() if stamp is None or stamp[0] != MISSING}

    def names(self, most: int | None = None) -> Sequence[str]:
        """What may be a run by its name, newest first; found among so many names at `most`. Raises `BadInput`."""
        return _likely(self.runs, most)

    def find(self, name: str) -> RunFolder:
        """The run called `name`, or whose name alone begins so, or the newest that can be read for "last".

        Raises `BadInput` for anything else. `name` is only ever compared with the names that are there.
        """
        shown = clean(name, 60)
        if not _is_name(name):
            raise BadInput(
                f"is not the name of a run: no path, at most {MAXIMUM_NAME} characters, no control characters",
                path=shown,
            )
        runs = self._runs_of(name)
        likely = _likely(runs)
        if name in likely and is_run(run := RunFolder(runs / name)):
            return run
        if name == LAST and (newest := next(filter(_is_readable, (RunFolder(runs / one) for one in likely)), None)):
            return newest
        fitting = _first(_TOLD + 1, runs, (one for one in likely if one.startswith(name)))
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            more = " and more" if len(fitting) > _TOLD else ""
            raise BadInput(f"fits several runs: {', '.join(run.name for run in fitting[:_TOLD])}{more}", path=shown)
        others = sorted(likely, key=lambda one: number_of(one) != number_of(name))
        alike = difflib.get_close_matches(name, others[:_COMPARED], n=_COMPARED, cutoff=0)
        if not (closest := _first(3, runs, chain(alike, others[_COMPARED:]))):
            raise BadInput(f"no such run: there are none yet in {clean(str(runs))}", path=shown)
        raise BadInput(f"no such run; closest are {', '.join(run.name for run in closest)}", path=shown)

    def _runs_of(self, name: str) -> Path:
        """Where a run called so would lie: those of the trials of a sweep begin with its name and a dot."""
        sweep, dot, _ = name.partition(".")
        within = bool(dot) and entries(self.sweeps).get(sweep) == "folder"
        return self.sweeps / sweep / "runs" if within else self.runs


def _at_once(write: Callable[[Experiment], Path], experiments: Sequence[Experiment]) -> list[Path]:
    """Where each was written, many at a time; one after the other where the system has no room for threads."""
    try:
        with ThreadPoolExecutor(_WRITERS) as writers:
            return list(writers.map(write, experiments))
    except RuntimeError as error:
        if not is_no_room(error):
            raise
        # What was written all the same goes with the other temporary folders.
        return [write(experiment) for experiment in experiments]


def is_run(run: RunFolder) -> bool:
    """Whether there is an experiment in the folder; also true where that cannot be told."""
    try:
        return look_up(run.experiment_file) is not None
    except BadInput:
        return True


def _default_home() -> Path:
    home = os.environ.get("TUILAB_HOME")
    try:
        if home:
            return Path(home).expanduser()
        from platformdirs import user_data_path

        return user_data_path("tuilab")
    except RuntimeError as error:
        raise BadInput(f"is no folder: {clean(str(error))}", path="TUILAB_HOME") from None


def slug(experiment: Experiment) -> str:
    """What the run learns from, at most 24 characters of [a-z0-9-]."""
    source = experiment.data.source
    stem = source if source in SHIPPED + GENERATED else Path(source).stem
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")[:24].strip("-") or "run"


def _highest(runs: Path) -> int:
    return max(map(number_of, entries(runs)), default=0)


def number_of(name: str) -> int:
    """The number at the end of a run's name, 0 if there is none."""
    found = re.search(r"-([0-9]{1,18})$", name)
    return int(found[1]) if found else 0


def _is_name(name: str) -> bool:
    return (
        0 < len(name) <= MAXIMUM_NAME and name[0] not in ".~" and "/" not in name and clean(name, MAXIMUM_NAME) == name
    )


def _likely(runs: Path, most: int | None = None) -> Sequence[str]:
    """What may be a run by its name, newest first. Raises `BadInput`."""
    names = [name for name, kind in entries(runs, most).items() if kind in ("folder", "link") and _is_name(name)]
    # By number, not by time: clocks are set back and copies lose their dates.
    return sorted(names, key=lambda name: (number_of(name), name), reverse=True)


def _is_readable(run: RunFolder) -> bool:
    try:
        return bool(read_at(run.experiment_file, 0, 1))
    except BadInput:
        return False


def _first(count: int, runs: Path, names: Iterable[str]) -> list[RunFolder]:
    """The first so many that are runs; no folder is opened behind them, of which there may be very many."""
    return list(islice(filter(is_run, (RunFolder(runs / name) for name in names)), count))
