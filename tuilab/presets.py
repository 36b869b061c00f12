"""Presets: TOML experiments, shipped with the package or saved by the user. A lesson is a preset with claims."""

import re
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta, Struct

from tuilab import experiment as experiments
from tuilab.data.files import SUFFIXES, format_of
from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.runs import make_place, replacing, writing
from tuilab.search import Search, divided
from tuilab.text import clean

DEFAULT = "breast-cancer"
"""What the lab opens with."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
Bound = Annotated[float, Meta(ge=-1e300, le=1e300)]
ViewName = Literal["curves", "boundary", "signal", "units", "weights", "inputs", "data", "mistakes", "trust", "machine"]
"""A view of a run, in the order of their tabs."""


class Claim(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that a lesson says of its figures, so that it can be checked.

    `figure` names a figure of the run (`error.dev`, `signal.first.gradient_norm.1`, …; see `tuilab.lessons`). It must
    lie within `at_least` and `at_most`, or below (above) the same figure of the experiment with the changes `below`
    (`above`), {path: text}, by at least `by`. A figure `better` is of the experiment and of that with the changes
    `against`.
    """

    says: Annotated[str, Meta(min_length=1, max_length=400)]
    figure: Annotated[str, Meta(min_length=1, max_length=100)]
    at_least: Bound | None = None
    at_most: Bound | None = None
    below: dict[str, str] | None = None
    above: dict[str, str] | None = None
    against: dict[str, str] = {}
    by: Annotated[float, Meta(ge=0, le=1e300)] = 0.0
    seeds: Annotated[int, Meta(ge=1, le=100)] = 1
    """How many it is checked on: the experiment's own and those that follow. It must hold on nine of ten."""


class Lesson(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a preset teaches: the section of the notes it belongs to, the view its text speaks of, and its claims."""

    section: Annotated[int, Meta(ge=1, le=14)]
    view: ViewName = "curves"
    slow: bool = False
    """Whether its check takes more than a moment."""
    claims: Annotated[tuple[Claim, ...], Meta(max_length=50)] = ()


class Preset(Struct, frozen=True, kw_only=True):
    """A named experiment; `own` if the user saved it."""

    name: str
    experiment: Experiment
    own: bool
    lesson: Lesson | None = None
    search: Search | None = None
    """What a sweep of it varies."""

    @property
    def title(self) -> str:
        """What a list shows."""
        return self.experiment.title

    @property
    def about(self) -> str:
        """What to watch."""
        return self.experiment.about


class Presets:
    """The presets that come with tuilab and those in the user's folder `own`."""

    def __init__(self, own: Path) -> None:
        self._own = own

    def list(self) -> list[Preset]:
        """All of them, shipped first, by name. What is not an experiment, or may not be read, is left out."""
        found = []
        for folder, own in ((shipped(), False), (self._own, True)):
            for path in _files(folder):
                try:
                    found.append(_read(path, own=own))
                except BadInput:
                    continue
        return found

    def open(self, name_or_path: str) -> Preset:
        """A preset, the user's own before a shipped one, what a TOML file holds, or a file of data under the defaults.

        Raises `BadInput`.
        """
        if format_of(name_or_path) is not None:
            return _of_data(name_or_path)
        if name_or_path.endswith(".toml") or "/" in name_or_path:
            return _beside(Path(name_or_path).expanduser())
        if _NAME.fullmatch(name_or_path):
            for folder, own in ((self._own, True), (shipped(), False)):
                path = folder / f"{name_or_path}.toml"
                if _is_file(path):
                    return _read(path, own=own)
        if _is_folder(name_or_path):
            raise BadInput(
                f"is a folder: of images by class, say {clean(name_or_path, 80)}/", file=clean(name_or_path, 80)
            )
        known = ", ".join(preset.name for preset in self.list())
        raise BadInput(f"no preset {clean(name_or_path, 80)!r}, no file (.toml, {SUFFIXES}); presets are {known}")

    def save(self, name: str, experiment: Experiment, *, overwrite: bool = False) -> Path:
        """Saves `experiment` as a preset of the user's own. Raises `BadInput` for a bad or a taken name."""
        if not _NAME.fullmatch(name):
            raise BadInput("a name is 1 to 64 letters, digits, '.', '_' or '-', a letter or digit first", path="name")
        path = self._own / f"{name}.toml"
        with writing(path):
            if path.exists() and not overwrite:
                raise BadInput(f"there is a preset {name!r} already", path="name")
            make_place(path.parent)
            with replacing(path) as file:
                file.write(experiments.dumps(experiment).encode())
        return path


def shipped() -> Path:
    """The folder of presets that come with the package: inside it, or beside it in a checkout."""
    inside = Path(__file__).parent / "presets"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "presets"


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(folder.glob("*.toml"), key=lambda path: path.stem)
    except OSError:  # in a store that one may not look into
        return []


def _is_folder(path: str) -> bool:
    """Whether it is one; what can be the name of none, since it is too long, is not."""
    with suppress(OSError, ValueError):
        return Path(path).is_dir()
    return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # in a folder that one may not look into
        return False


def _read(path: Path, *, own: bool) -> Preset:
    """The preset in the TOML file `path`: an experiment, perhaps tables `lesson` and `sweep`. Raises `BadInput`."""
    try:
        return _told(clean(path.stem), experiments.read_text(path), own=own)
    except BadInput as error:
        raise error.within(clean(str(path))) from None


@lru_cache(maxsize=128)
def _told(name: str, text: str, *, own: bool) -> Preset:
    """The preset that `text` tells. Raises `BadInput`.

    All of them are read at every start and at every look, and few ever change.
    """
    table, search = divided(experiments.parse(text))
    lesson = _lesson(table.pop("lesson")) if "lesson" in table else None
    return Preset(name=name, experiment=experiments.convert(table), own=own, lesson=lesson, search=search)


def _lesson(table: Any) -> Lesson:
    try:
        lesson = msgspec.convert(table, Lesson)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at `$")
        if place == ".view`":
            message = f"must be one of {', '.join(get_args(ViewName))}"
        raise BadInput(message.replace("`", ""), path="lesson" + place.rstrip("`")) from None
    for number, claim in enumerate(lesson.claims):
        if all(bound is None for bound in (claim.at_least, claim.at_most, claim.below, claim.above)):
            said = "holds whatever comes: it needs at_least, at_most, below or above"
            raise BadInput(said, path=f"lesson.claims[{number}]")
    return lesson


def _of_data(source: str) -> Preset:
    """The default experiment on a file of data."""
    experiment = experiments.edit(Experiment(), {"data.source": experiments.knobs()["data.source"].format(source)})
    return Preset(name=clean(Path(source).stem), experiment=experiment, own=True)


def _beside(path: Path) -> Preset:
    """A TOML file of the user's; the data files that it names lie relative to it."""
    preset = _read(path, own=True)
    edits = {}
    for key in ("source", "dev_source", "test_source"):
        source = getattr(preset.experiment.data, key)
        if source and source not in (*experiments.SHIPPED, *experiments.GENERATED):
            edits[f"data.{key}"] = str(path.parent.resolve() / Path(source).expanduser())
    return msgspec.structs.replace(preset, experiment=experiments.edit(preset.experiment, edits))
