"""One process's part of a run: from its newest checkpoint to its end, or to a stop, heeding what others ask."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from tuilab import experiment as experiments
from tuilab.data.origin import difference
from tuilab.data.prepared import Newest
from tuilab.errors import BadInput
from tuilab.events import Continued, Edited, Finished, Paused, Progress
from tuilab.experiment import Experiment
from tuilab.runs import RunFolder, RunView, Tables, ends, fold
from tuilab.runs.files import is_gone
from tuilab.runs.journal import BEAT, Journal
from tuilab.runs.model import as_trained
from tuilab.runs.requests import ANEW, LIVE, Asked, Inbox
from tuilab.runs.standing import Standing, refuse_changed, standing
from tuilab.trainer.keeper import Keeper
from tuilab.trainer.machine import Meter
from tuilab.trainer.signals import Signals
from tuilab.training import Run, Training, build

LOOK = 0.05
"""Seconds between two looks for requests in a pause."""


class Stopwatch:
    """Seconds, as `time.perf_counter` counts them, without those of the pauses."""

    def __init__(self) -> None:
        self._lost = 0.0

    def __call__(self) -> float:
        return time.perf_counter() - self._lost

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Counts nothing within the block."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self._lost += time.perf_counter() - start


class Trainer:
    """Trains the run in `folder`, heeding the requests there and the signals that the process receives."""

    def __init__(self, folder: RunFolder, journal: Journal, keeper: Keeper, signals: Signals, data: Newest) -> None:
        self._folder, self._journal, self._keeper, self._signals = folder, journal, keeper, signals
        self._data = data
        self._inbox = Inbox(folder)
        self._watch = Stopwatch()
        self._run: Run | None = None
        self._paused = self._over = False
        self._reason = ""
        """Why the run is to stop, if it is."""

    def train(self) -> str:
        """Trains to the end, or to a stop; returns the status that the log ends with. Raises `BadInput`."""
        run = self._run = self._begin()
        meter = Meter(run.seconds)
        for event in run.events():
            if isinstance(event, Finished):
                self._keeper.finish(run, event)
                self._inbox.met("stop")
                return event.status
            self._journal.write(event, beat=self._paused)
            if isinstance(event, Progress):
                if (seen := meter.look(event.iteration, event.seconds)) is not None:
                    self._journal.write(seen)
                self._between(run)
        raise AssertionError("training ends with its last event")

    def fail(self, reason: str) -> str:
        """Writes the last event of a run that cannot go on; returns its status."""
        run = self._run
        iteration, seconds = (run.training.iteration, run.seconds) if run else (0, 0.0)
        end = Finished(time=time.time(), status="failed", reason=reason, iteration=iteration, seconds=seconds)
        self._keeper.write_last(run, end)
        return end.status

    def _begin(self) -> Run:
        """The run as the newest checkpoint has it, under what has been asked for since."""
        folder, journal = self._folder, self._journal
        before, left = fold(RunView(), ends(folder.log_file)), standing(folder)
        self._keeper.began_with(left.begun, left.edits)
        asked = self._inbox.look()
        experiment, made = _edited(left.experiment, asked.edits, ANEW)
        problem = build(experiment, partial(self._data.dataset, read=Tables.beside(folder.path.parent).load))
        if "accept" not in asked.requests:
            refuse_changed(left.data(before), problem.dataset.files)
        if left.checkpoint:
            problem = as_trained(problem, folder)
        run = Run(Training(problem), stop=lambda: self._reason, clock=self._watch)
        if left.checkpoint:
            try:
                run.restore(left.checkpoint.arrays)
            except ValueError as error:
                raise BadInput(f"does not fit: {error}", file=str(folder.checkpoints_folder)) from None
        journal.write(problem.started(time.time(), run.training.choice))
        if left.checkpoint or before.time is not None:
            journal.write(run.resumed(left.edits, _amiss(left, before, run.training)))
        if before.finished is not None and before.finished.status != "failed":
            run.wait_anew()
        self._note(run, asked.edits, made)
        self._inbox.met("accept")
        return run

    def _between(self, run: Run) -> None:
        """What is to be done between two iterations."""
        if run.over:
            # Of the last events only the first finds the state that a longer run goes on from: then the best weights
            # are put back.
            if not self._over:
                self._over = True
                self._keeper.save_end(run)
            return
        asked = self._asked()
        self._edit(run, asked.edits)
        if self._signals.ends or "stop" in asked.requests:
            self._stop(asked)
        elif self._paused or "pause" in asked.requests:
            with self._watch.stopped():
                self._pause(run)
        elif self._keeper.due() or self._signals.save or "save" in asked.requests:
            self._save(run)

    def _asked(self) -> Asked:
        """What is asked for; what cannot be read or removed of it is said. A run that was deleted is over."""
        if is_gone(self._folder.path):
            raise BadInput("was deleted while it was trained", path=self._folder.name)
        asked = self._inbox.look()
        self._journal.notice("requests", self._inbox.fault)
        return asked

    def _stop(self, asked: Asked) -> None:
        """The next thing that the loop does is to end."""
        ends = self._signals.ends
        self._reason = f"the trainer was told to by {ends[0]}" if ends else asked.why or "somebody asked for it"

    def _save(self, run: Run) -> None:
        """Saves a checkpoint, whoever wanted it; if that fails it is said, and the next one comes when it is due."""
        self._signals.save = False
        self._inbox.met("save")
        self._keeper.save(run)

    def _pause(self, run: Run) -> None:
        """Waits for a request that ends the pause, or for a single step, and sends signs of life."""
        if not self._paused:
            self._paused = True
            self._inbox.met("pause", "step")
        beat = 0.0
        while True:
            asked = self._asked()
            if self._signals.ends or "stop" in asked.requests:
                return self._stop(asked)
            if "step" in asked.requests:
                self._inbox.met("step")
                return run.hurry()
            if "resume" in asked.requests:
                self._inbox.met("resume")
                self._paused = False
                return self._journal.write(Continued(time=time.time(), iteration=run.training.iteration))
            if time.monotonic() >= beat:
                beat = time.monotonic() + BEAT
                self._journal.write(Paused(time=time.time(), iteration=run.training.iteration))
                if self._keeper.saved_at != run.training.iteration:
                    self._save(run)
            self._edit(run, asked.edits)
            time.sleep(LOOK)

    def _edit(self, run: Run, asked: dict[str, str]) -> None:
        """Gives the run the values that were asked for; they hold from the next update on."""
        if asked:
            experiment, made = _edited(run.training.problem.experiment, asked, LIVE)
            run.training.edit(experiment)
            self._note(run, asked, made)

    def _note(self, run: Run, asked: dict[str, str], made: dict[str, str]) -> None:
        """Keeps the edits in a checkpoint and logs them; only then is what was asked for met."""
        self._keeper.edits.update(made)
        if made:
            self._keeper.save(run)
        for path, value in made.items():
            self._journal.write(Edited(time=time.time(), iteration=run.training.iteration, path=path, value=value))
        self._inbox.met_edits(asked)


def _amiss(left: Standing, before: RunView, training: Training) -> str:
    """What is amiss with what a run goes on from, or is not as it was; empty if nothing is."""
    amiss = [left.note] if left.note else []
    if before.iteration < left.iteration:
        amiss.append(f"the log ends at iteration {before.iteration:,}, before the checkpoint")
    if difference(left.data(before), training.problem.dataset.files):
        amiss.append("the data have changed")
    engine = before.started.engine if before.started else ""
    if engine and engine != str(training.choice):
        amiss.append(f"trained by {engine} so far, by {training.choice} from here on")
    return "; ".join(amiss)


def _edited(
    experiment: Experiment, asked: dict[str, str], allowed: tuple[str, ...]
) -> tuple[Experiment, dict[str, str]]:
    """`experiment` with those edits that are allowed and legal; these edits. The others are said on stderr."""
    made = {}
    for path, value in asked.items():
        try:
            if path not in allowed:
                raise BadInput(f"cannot be changed; allowed are {', '.join(allowed)}", path=path)
            experiment = experiments.edit(experiment, {path: value})
        except BadInput as error:
            print(f"not edited: {error}", file=sys.stderr, flush=True)
        else:
            made[path] = value
    return experiment, made
