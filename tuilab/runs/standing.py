"""Where a run stands without a trainer: its newest whole checkpoint, and the experiment as that was trained with it."""

from collections.abc import Sequence

from msgspec import Struct

from tuilab import experiment as experiments
from tuilab.data.origin import difference
from tuilab.errors import BadInput
from tuilab.events import DataFile
from tuilab.experiment import Experiment, differences
from tuilab.runs.checkpoint import Checkpoint, find
from tuilab.runs.folder import RunFolder, read_experiment
from tuilab.runs.view import RunView
from tuilab.text import clean

_TEXTS = ("title", "about")
"""Paths of the experiment that change nothing of its training."""


class Standing(Struct, frozen=True, kw_only=True, eq=False):
    """What the next trainer of a run goes on from."""

    checkpoint: Checkpoint | None
    begun: Experiment
    """The experiment that the run began with."""
    experiment: Experiment
    """With the edits made up to the checkpoint."""
    damaged: tuple[str, ...]
    """The files of newer checkpoints that could not be read."""

    @property
    def iteration(self) -> int:
        """Updates made."""
        return int(self.checkpoint.arrays["iteration"]) if self.checkpoint else 0

    @property
    def edits(self) -> dict[str, str]:
        """What differs from the experiment that the run began with: text by path."""
        return dict(self.checkpoint.header.edits) if self.checkpoint else {}

    def data(self, view: RunView) -> tuple[DataFile, ...]:
        """The files of data that it was trained on; without a checkpoint those that its log, of that `view`, names."""
        if self.checkpoint is not None:
            return self.checkpoint.header.data
        return view.started.data if view.started is not None else ()

    @property
    def complete(self) -> bool:
        """Whether nothing is left to train: all planned iterations are made, or early stopping has had enough."""
        done = self.checkpoint is not None and self.checkpoint.header.complete
        return done or self.iteration >= self.experiment.optimization.iterations

    @property
    def note(self) -> str:
        """What is damaged, in a few words; empty if nothing is."""
        if not self.damaged:
            return ""
        names = " and ".join(self.damaged)
        return (
            f"the checkpoint {names} is damaged" if len(self.damaged) == 1 else f"the checkpoints {names} are damaged"
        )


def standing(folder: RunFolder) -> Standing:
    """Where the run in `folder` stands.

    Raises `BadInput` for an experiment that cannot be read, and for a checkpoint of a newer tuilab or of another
    experiment: another run's, or the file was changed by hand.
    """
    checkpoint, damaged = find(folder)
    begun = experiment = read_experiment(folder)
    if checkpoint is not None:
        _check_origin(folder, checkpoint, begun)
        experiment = experiments.edit(begun, checkpoint.header.edits)
    return Standing(checkpoint=checkpoint, begun=begun, experiment=experiment, damaged=damaged)


def refuse_changed(noted: Sequence[DataFile], found: Sequence[DataFile]) -> None:
    """Raises `BadInput` if the data `found` are not those that a run was trained on."""
    if changed := difference(noted, found):
        raise BadInput(
            f"the data have changed since it was trained: {changed}; put them back, or use `tuilab resume` with "
            "--data-source PATH (where they lie now) or --accept-changed-data (go on with them all the same)"
        )


def _check_origin(folder: RunFolder, checkpoint: Checkpoint, experiment: Experiment) -> None:
    if not (text := checkpoint.header.experiment):  # written before checkpoints said it
        return
    pairs = differences(experiments.loads(text), experiment)
    told = [f"{path} {before!r}, not {now!r}" for path, (before, now) in pairs.items() if path not in _TEXTS]
    if told:
        file, checkpoints = folder.experiment_file.name, folder.checkpoints_folder.name
        raise BadInput(
            f"its checkpoints are of another experiment ({clean('; '.join(told), 200)}): "
            f"put {file} back as it was, or remove {checkpoints} to begin anew",
            path=folder.name,
        )
