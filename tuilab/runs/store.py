"""All runs of a person, in one folder; names never lead out of it."""

import difflib
import os
import re
import unicodedata
from pathlib import Path

import platformdirs

from tuilab.errors import BadInput
from tuilab.experiment import GENERATED, SHIPPED, Experiment, dumps
from tuilab.runs.about import About, write_about
from tuilab.runs.files import entries, make_folder, replacing, settle, settling, writing
from tuilab.runs.folder import RunFolder
from tuilab.text import clean

LAST = "last"
"""Instead of a name: the newest run."""
MAXIMUM_NAME = 200
"""Characters in the name of a run."""


class Store:
    """The folder `home` with everything that tuilab keeps: by default `$TUILAB_HOME`, else the user's data folder."""

    def __init__(self, home: Path | None = None) -> None:
        self.home = (home or _default_home()).absolute()

    @property
    def runs(self) -> Path:
        """Where runs lie."""
        return self.home / "runs"

    @property
    def presets(self) -> Path:
        """Where the user's own presets lie."""
        return self.home / "presets"

    def create(self, experiment: Experiment, about: About | None = None) -> RunFolder:
        """A new run with `experiment` written in it. It appears whole, and under a name that no other run gets.

        `about` is what can be said of it already, such as its parent. Raises `BadInput` naming what cannot be written.
        """
        with writing(self.runs):
            make_folder(self.runs)
            with settling(self.runs) as temporary:
                with replacing(RunFolder(temporary).experiment_file) as file:
                    file.write(dumps(experiment).encode())
                if about is not None:
                    write_about(RunFolder(temporary), about)
                while True:
                    path = self.runs / f"{_slug(experiment)}-{_highest(self.runs) + 1:04}"
                    if settle(temporary, path):
                        return RunFolder(path)

    def remove(self, run: RunFolder) -> None:
        """Deletes `run` with everything in it: it leaves the list whole, at once. Raises `BadInput`.

        An empty hidden file keeps its number, so that no later run gets its name and is taken for it.
        """
        with writing(run.path), settling(self.runs) as temporary:
            run.path.with_name(f".{run.name}").touch(0o600)
            run.path.rename(temporary / run.name)

    def list(self) -> list[RunFolder]:
        """The runs, newest first. Stray files, links and half-made folders are left out. Raises `BadInput`."""
        runs = [RunFolder(Path(entry.path)) for entry in entries(self.runs) if _is_run(entry)]
        # By number, not by time: clocks are set back and copies lose their dates.
        return sorted(runs, key=lambda run: (_number(run.name), run.name), reverse=True)

    def find(self, name: str) -> RunFolder:
        """The run called `name`, or whose name alone begins so, or the newest one for "last".

        Raises `BadInput` for anything else. `name` is only ever compared with the names that are there.
        """
        shown = clean(name, 60)
        if not _is_name(name):
            raise BadInput(
                f"is not the name of a run: no path, at most {MAXIMUM_NAME} characters, no control characters",
                path=shown,
            )
        runs = {run.name: run for run in self.list()}
        if name in runs:
            return runs[name]
        if not runs:
            raise BadInput(f"no such run: there are none yet in {clean(str(self.runs))}", path=shown)
        if name == LAST:
            return next(iter(runs.values()))
        fitting = [run for known, run in runs.items() if known.startswith(name)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise BadInput(f"fits several runs: {_some([run.name for run in fitting])}", path=shown)
        closest = difflib.get_close_matches(name, runs, n=3, cutoff=0)
        raise BadInput(f"no such run; closest are {_some(closest)}", path=shown)


def _default_home() -> Path:
    home = os.environ.get("TUILAB_HOME")
    return Path(home) if home else platformdirs.user_data_path("tuilab")


def _slug(experiment: Experiment) -> str:
    """What the run learns from, at most 24 characters of [a-z0-9-]."""
    source = experiment.data.source
    stem = source if source in SHIPPED + GENERATED else Path(source).stem
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")[:24].strip("-") or "run"


def _highest(runs: Path) -> int:
    return max((_number(entry.name) for entry in entries(runs)), default=0)


def _number(name: str) -> int:
    """The number at the end of a run's name, 0 if there is none."""
    found = re.search(r"-([0-9]{1,9})$", name)
    return int(found[1]) if found else 0


def _is_name(name: str) -> bool:
    return (
        0 < len(name) <= MAXIMUM_NAME and name[0] not in ".~" and "/" not in name and clean(name, MAXIMUM_NAME) == name
    )


def _is_run(entry: os.DirEntry[str]) -> bool:
    return (
        _is_name(entry.name)
        and entry.is_dir(follow_symlinks=False)
        and RunFolder(Path(entry.path)).experiment_file.is_file()
    )


def _some(names: list[str], limit: int = 5) -> str:
    return ", ".join(names[:limit]) + (f" and {len(names) - limit} more" if len(names) > limit else "")
