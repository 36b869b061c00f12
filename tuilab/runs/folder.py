"""Where the parts of a run lie. A run is a folder: one process writes it, anyone may read it."""

from pathlib import Path

from msgspec import Struct

from tuilab.errors import BadInput
from tuilab.experiment import MAXIMUM_FILE_BYTES, Experiment, decoded, loads
from tuilab.runs.files import look_up, read_at
from tuilab.text import clean

SWEEPS = "sweeps"
"""The folder of a store that sweeps lie in, each with its own runs."""
LISTED = ("experiment.toml", "log.jsonl", "claims", "requests", "about.toml")
"""What a list says of a run that is over is found in these; in the last one, what a person says of it."""


class RunFolder(Struct, frozen=True):
    """The folder of one run."""

    path: Path

    @property
    def name(self) -> str:
        """The run's name in its store, e.g. `circles-0007`."""
        return self.path.name

    @property
    def experiment_file(self) -> Path:
        """The whole experiment, written once, before the run starts."""
        return self.path / "experiment.toml"

    @property
    def about_file(self) -> Path:
        """What a person says of the run: its parent, a label, a note."""
        return self.path / "about.toml"

    @property
    def tags_file(self) -> Path:
        """What a person says of single mistakes."""
        return self.path / "tags.toml"

    @property
    def log_file(self) -> Path:
        """One event a line, appended by the trainer alone."""
        return self.path / "log.jsonl"

    @property
    def weights_file(self) -> Path:
        """What was learned, once a run has ended."""
        return self.path / "weights.npz"

    @property
    def model_file(self) -> Path:
        """What it takes to predict with the weights: layers, features, μ and σ, classes."""
        return self.path / "model.json"

    @property
    def checkpoints_folder(self) -> Path:
        """All that the run is at one moment, now and then: one file a checkpoint, numbered."""
        return self.path / "checkpoints"

    @property
    def output_file(self) -> Path:
        """What the trainer process printed: why it crashed, or did not do what it was asked."""
        return self.path / "trainer.out"

    @property
    def claims_folder(self) -> Path:
        """The trainers that held the run, numbered; none but the last one may hold it now."""
        return self.path / "claims"

    @property
    def requests_folder(self) -> Path:
        """What others ask of the trainer: one file a request."""
        return self.path / "requests"


def newer(what: str, version: int, known: int, file: Path) -> BadInput:
    """Why a `file`, a log or a checkpoint, of a `version` beyond the last `known` one is not read."""
    said = f"{what} format {version}; this one reads up to {known}"
    return BadInput(f"was written by a newer tuilab ({said})", file=clean(str(file)))


def read_experiment(folder: RunFolder) -> Experiment:
    """The experiment that the run trains, as it was when the run began. Raises `BadInput` naming the file."""
    file = folder.experiment_file
    if look_up(file) is None:
        raise BadInput("no such file", file=clean(str(file)))
    content = read_at(file, 0, MAXIMUM_FILE_BYTES + 1)
    try:
        return loads(decoded(content))
    except BadInput as error:
        raise error.within(clean(str(file))) from None
