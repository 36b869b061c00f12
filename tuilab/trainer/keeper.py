"""What a trainer keeps of its run: checkpoints, the weights at the end, and patience with a disk that refuses."""

import errno
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

import numpy as np

from tuilab.arrays import Array
from tuilab.events import Finished
from tuilab.experiment import Experiment, dumps
from tuilab.runs import Model, RunFolder, save_weights, write_model
from tuilab.runs.checkpoint import Header, Saver
from tuilab.runs.journal import RETRY, Journal
from tuilab.training import Run

HOPELESS = (errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.EINVAL)
"""Faults of a disk that no time mends: something else lies where a file should."""
_CHECKPOINT = "the checkpoint"
LAST_CHANCE = 600.0
"""Seconds that the trainer waits at the end for a disk that refuses; a further signal ends the wait."""


class Keeper:
    """Saves the state of a run; what cannot be saved is said, and saved when it can be."""

    def __init__(self, folder: RunFolder, journal: Journal, caught: Sequence[str]) -> None:
        self._folder, self._journal, self._caught = folder, journal, caught
        self._saver = Saver(folder)
        self._experiment = ""
        self._modeled = False
        """Whether the run's folder says what its weights are of."""
        self.edits: dict[str, str] = {}
        """What differs from the experiment that the run began with: text by path."""
        self.saved_at = -1
        """The iteration of the newest checkpoint."""
        self._hopeless = False
        """Whether what could not be saved last will never be."""
        self._end: dict[str, Array] | None = None
        """The state that a longer run would go on from, until it is saved."""
        self._saving: Future[None] | None = None
        """The first attempt at that."""

    def began_with(self, experiment: Experiment, edits: dict[str, str]) -> None:
        """What every checkpoint is to say: the experiment that the run began with, and its edits so far."""
        self._experiment, self.edits = dumps(experiment), edits

    def due(self) -> bool:
        """Whether it is time for a checkpoint."""
        return self._saver.due()

    def save(self, run: Run) -> bool:
        """Saves a checkpoint; whether that worked. If not it is said, and the next one comes when it is due.

        Weights that are not finite are not worth keeping: the checkpoint before them stays the newest.
        """
        if not np.isfinite(run.training.parameters.theta).all():
            return True
        self._journal.write(run.progress(), beat=True)  # no log ends before a checkpoint, be there points or not
        saved = self._checkpoint(run, run.state())
        if saved:
            self.saved_at = run.training.iteration
        return saved

    def save_end(self, run: Run) -> None:
        """Begins to save the last checkpoint, beside what else there is to do at the end: both wait for the disk."""
        if not np.isfinite(run.training.parameters.theta).all():
            return
        self._end = state = {name: array.copy() for name, array in run.state().items()}
        if self._journal.whole:
            pool = ThreadPoolExecutor(1)
            with suppress(RuntimeError):  # no room for a thread: it is saved behind the rest
                self._saving = pool.submit(self._checkpoint_of(run, state))
            pool.shutdown(wait=False)

    def finish(self, run: Run, end: Finished) -> None:
        """Saves the weights, the last event and the last state, and waits for the disk where it must."""
        path, parameters = self._folder.weights_file, run.training.parameters

        def write() -> None:
            self._write_model(run)
            save_weights(path, parameters)

        self._insist(run, lambda: self._attempt("weights.npz", write))
        self.write_last(run, end)
        if self._end is not None:
            state = self._end
            self._insist(run, lambda: self._checkpoint(run, state))

    def write_last(self, run: Run | None, end: Finished) -> None:
        """Writes the last event, and waits for the disk if it must."""
        saving, self._saving = self._saving, None
        if saving is not None and self._attempt(_CHECKPOINT, saving.result):
            self._end = None
        self._journal.write(end)
        self._insist(run, self._journal.catch_up)

    def _checkpoint(self, run: Run, state: dict[str, Array]) -> bool:
        """Whether it could be written. It is never newer than the log, where it would make points be missing."""
        save = self._checkpoint_of(run, state)

        def write() -> None:
            self._write_model(run)
            save()

        return self._journal.whole and self._attempt(_CHECKPOINT, write)

    def _checkpoint_of(self, run: Run, state: dict[str, Array]) -> Callable[[], None]:
        """What writes `state`; the run may go on, or be over, while it does."""
        training = run.training
        header = Header(
            layers=training.problem.network.sizes,
            edits=dict(self.edits),
            experiment=self._experiment,
            data=training.problem.dataset.files,
            complete=run.complete,
        )

        def write() -> None:
            self._journal.sync()
            self._saver.save(header, state)

        return write

    def _write_model(self, run: Run) -> None:
        """Once, before the first weights. Raises OSError."""
        if not self._modeled:
            write_model(self._folder, Model.of(run.training.problem))
            self._modeled = True

    def _attempt(self, what: str, write: Callable[[], None]) -> bool:
        """Whether `write` worked; the journal says it if not."""
        try:
            write()
        except OSError as error:
            self._journal.not_saved(what, error)
            self._hopeless = error.errno in HOPELESS
            return False
        self._hopeless = False
        self._journal.saved(what)
        return True

    def _insist(self, run: Run | None, attempt: Callable[[], bool]) -> None:
        """Tries until it works, until a further signal comes, or until the last chance has passed, or there is none."""
        signals, deadline = len(self._caught), time.monotonic() + LAST_CHANCE
        while not attempt() and len(self._caught) == signals and time.monotonic() < deadline and not self._hopeless:
            if run is not None:
                self._journal.write(run.progress(), beat=True)
            time.sleep(RETRY)
