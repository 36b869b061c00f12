"""Presets: TOML experiments, shipped with the package or saved by the user."""

import re
from pathlib import Path

from msgspec import Struct

from tuilab import experiment as experiments
from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.runs import make_folder, replacing, writing
from tuilab.text import clean

DEFAULT = "breast-cancer"
"""What the lab opens with."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Preset(Struct, frozen=True, kw_only=True):
    """A named experiment; `own` if the user saved it."""

    name: str
    title: str
    about: str
    own: bool
    path: Path


class Presets:
    """The presets that come with tuilab and those in the user's folder `own`."""

    def __init__(self, own: Path) -> None:
        self._own = own

    def list(self) -> list[Preset]:
        """All of them, shipped first, by name. A file that is not an experiment is left out."""
        found = []
        for folder, own in ((shipped(), False), (self._own, True)):
            for path in sorted(folder.glob("*.toml")):
                try:
                    experiment = experiments.load(path)
                except BadInput:
                    continue
                found.append(Preset(name=path.stem, title=experiment.title, about=experiment.about, own=own, path=path))
        return found

    def open(self, name_or_path: str) -> tuple[str, Experiment]:
        """The name and the experiment of a preset, the user's own before a shipped one, or of a TOML file.

        Raises `BadInput`.
        """
        if name_or_path.endswith(".toml") or "/" in name_or_path:
            path = Path(name_or_path).expanduser()
            return path.stem, _beside(path, experiments.load(path))
        if _NAME.fullmatch(name_or_path):
            for folder in (self._own, shipped()):
                path = folder / f"{name_or_path}.toml"
                if path.is_file():
                    return name_or_path, experiments.load(path)
        known = ", ".join(preset.name for preset in self.list())
        raise BadInput(f"no preset {clean(name_or_path, 80)!r}, and no .toml file; presets are {known}")

    def save(self, name: str, experiment: Experiment, *, overwrite: bool = False) -> Path:
        """Saves `experiment` as a preset of the user's own. Raises `BadInput` for a bad or a taken name."""
        if not _NAME.fullmatch(name):
            raise BadInput("a name is 1 to 64 letters, digits, '.', '_' or '-', a letter or digit first", path="name")
        path = self._own / f"{name}.toml"
        if path.exists() and not overwrite:
            raise BadInput(f"there is a preset {name!r} already", path="name")
        with writing(path):
            make_folder(path.parent)
            with replacing(path) as file:
                file.write(experiments.dumps(experiment).encode())
        return path


def shipped() -> Path:
    """The folder of presets that come with the package: inside it, or beside it in a checkout."""
    inside = Path(__file__).parent / "presets"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "presets"


def _beside(path: Path, experiment: Experiment) -> Experiment:
    """A data file named in a TOML file lies relative to that file."""
    source = experiment.data.source
    if source in (*experiments.SHIPPED, *experiments.GENERATED) or Path(source).expanduser().is_absolute():
        return experiment
    return experiments.edit(experiment, {"data.source": str(path.parent.resolve() / source)})
