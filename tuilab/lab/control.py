"""Take hold of runs that go on: pause, step, edit; and take up those that do not: resume, extend."""

import os
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from tuilab import experiment as experiments
from tuilab import runs
from tuilab.engines import choose
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, get
from tuilab.lab.watching import ended
from tuilab.runs import RunFolder, Store
from tuilab.runs.claim import held_by
from tuilab.runs.files import look_up
from tuilab.runs.follow import NEWEST
from tuilab.runs.requests import ANEW, LIVE, SOURCES, ask_edit, forget, pending_edits
from tuilab.runs.standing import Standing, refuse_changed, standing
from tuilab.text import clean
from tuilab.training import Problem

START = 30.0
"""Seconds in which a trainer must have written its first line."""


class Control:
    """What can be asked of the runs in `store`. Every method raises `BadInput` where it makes no sense."""

    def __init__(self, store: Store, problem: Callable[[Experiment], Problem]) -> None:
        self._store, self._problem = store, problem

    def look(self, name: str) -> runs.Look:
        """Status, iteration and the like of the run, from the first and the last lines of its log."""
        return runs.glance(self._store.find(name), time.time(), NEWEST)

    def stop(self, name: str) -> None:
        """Asks the run's trainer to stop and keep what was learned."""
        runs.ask(self._going(name), "stop")

    def pause(self, name: str) -> None:
        """Asks the run's trainer to wait; to pause a paused run is nothing."""
        runs.ask(self._going(name), "pause")

    def step(self, name: str) -> None:
        """Asks a paused run for a single iteration."""
        folder = self._going(name)
        if (status := self.look(folder.name).status) != "paused":
            raise BadInput(f"is not paused: {status}", path=folder.name)
        runs.ask(folder, "step")

    def save(self, name: str) -> None:
        """Asks the run's trainer for a checkpoint now."""
        runs.ask(self._going(name), "save")

    def set(self, name: str, edits: Mapping[str, str]) -> None:
        """Asks for other values, as text by path, from the next update on: for all of them, or where one cannot be for
        none. A path may be short: learning_rate, keep_prob."""
        folder = self._going(name)
        asked = _full(edits, LIVE, "while a run goes on")
        _refuse_idle(experiments.edit(runs.read_experiment(folder), asked), asked)
        for path, text in asked.items():
            ask_edit(folder, path, text)

    def is_set(self, name: str) -> bool:
        """Whether the run's trainer has taken up all values that were asked of it."""
        return not pending_edits(self._store.find(name))

    def resume(self, name: str, edits: Mapping[str, str] | None = None, *, accept_changed_data: bool = False) -> str:
        """Ends a pause, or starts a trainer that goes on where the run's newest checkpoint left it.

        `edits` change α, λ, keep_prob or the engine from there on, or `optimization.iterations`, which makes the run
        longer, or say where its files of data lie now. Data of other content than it was trained on are refused unless
        they are accepted. Returns a sentence that says what happens; it may take a second or two.
        """
        folder = self._store.find(name)
        look = runs.glance(folder, time.time())
        if look.status in runs.ACTIVE:
            return self._continue(folder, look, edits or {})
        asked = _full(edits or {}, ANEW, "in a run")
        left = standing(folder)
        asked |= _elsewhere(left.experiment, asked)
        experiment = experiments.edit(left.experiment, asked)
        _refuse_idle(experiment, asked)
        sentence = _what_happens(folder, look, left, experiment)
        problem = self._onward(folder, experiment, asked)
        choose(problem)
        data = problem.dataset.files
        if not accept_changed_data:
            refuse_changed(left.data(look.view), data)
        forget(folder)
        if accept_changed_data:
            runs.ask(folder, "accept")
        for path, text in asked.items():
            ask_edit(folder, path, text)
        _start(folder)
        return sentence

    def finish(self, name: str) -> None:
        """Has the last line and the weights written of a run whose trainer was killed when all had been trained.

        Only of a run of one's own for which nothing else was asked; any other run is left as it is.
        """
        folder = self._store.find(name)
        if not is_own(folder.path) or self.look(folder.name).status != "dead":
            return
        with suppress(BadInput):  # damaged, on a full disk, or another look was quicker: then it stays as it is
            left = standing(folder)
            if left.complete and not pending_edits(folder):
                refuse_changed(
                    left.data(runs.glance(folder, time.time()).view), self._problem(left.experiment).dataset.files
                )
                forget(folder)
                _start(folder)

    def _onward(self, folder: RunFolder, experiment: Experiment, asked: Iterable[str]) -> Problem:
        """The problem of a run that is to go on. Raises `BadInput`, of a file that is gone with how to say where to."""
        try:
            return self._problem(experiment)
        except BadInput as error:
            path = error.path
            if path not in SOURCES or path in asked or os.access(get(experiment, path), os.F_OK):
                raise
            option = f"{'--data-source ' if path == SOURCES[0] else f'--set {path}='}PATH"
            message = f"{error.message}; if it was moved, say where it lies now: tuilab resume {folder.name} {option}"
            raise BadInput(message, path=path, file=error.file) from None

    def _continue(self, folder: RunFolder, look: runs.Look, edits: Mapping[str, str]) -> str:
        if look.status == "no progress" and look.elsewhere:
            raise held_by(folder)
        if look.status != "paused":
            raise BadInput(f"is not paused: {look.status}", path=folder.name)
        self.set(folder.name, edits)
        runs.ask(folder, "resume")
        return f"{folder.name} goes on from iteration {look.view.iteration:,}"

    def _going(self, name: str) -> RunFolder:
        folder = self._store.find(name)
        if (status := self.look(folder.name).status) not in runs.ACTIVE:
            raise BadInput(f"is not running: {status}", path=folder.name)
        return folder


def is_own(path: Path) -> bool:
    """Whether `path` belongs to whoever asks."""
    made = look_up(path)
    return made is not None and made.st_uid == os.geteuid()


def _refuse_idle(experiment: Experiment, edits: Iterable[str]) -> None:
    """Raises `BadInput` for a path of which the experiment takes no notice: λ, say, without a penalty."""
    for path in edits:
        if sentence := experiments.idle(experiment, path):
            raise BadInput(f"{sentence}, as it is in this run", path=path)


def _full(edits: Mapping[str, str], allowed: tuple[str, ...], when: str) -> dict[str, str]:
    """`edits` by whole paths, all of which are allowed."""
    paths = {path.rpartition(".")[2]: path for path in allowed}
    for path in edits:
        if path not in allowed and path not in paths:
            raise BadInput(f"cannot be changed {when}; {', '.join(allowed)} can", path=path)
    return {paths.get(path, path): text for path, text in edits.items()}


def _elsewhere(experiment: Experiment, asked: Mapping[str, str]) -> dict[str, str]:
    """The files of data that were asked for, named from the root. Raises `BadInput` where the data are of no file."""
    places = {}
    for path in asked.keys() & set(SOURCES):
        source = get(experiment, path)
        if not source or source in (*experiments.SHIPPED, *experiments.GENERATED):
            raise BadInput("cannot be changed: this run has no such file of data", path=path)
        try:
            places[path] = str(Path(asked[path]).expanduser().resolve())
        except (OSError, ValueError, RuntimeError) as error:
            raise BadInput(f"is no path: {clean(str(error))}", path=path) from None
    return places


def _what_happens(folder: RunFolder, look: runs.Look, left: Standing, after: Experiment) -> str:
    """What resuming a run that is not going on means. Raises `BadInput` where there is nothing to do."""
    before, made = left.experiment, left.iteration
    iteration, planned = look.view.iteration, after.optimization.iterations
    if look.status in ("dead", "failed") and left.complete and planned == before.optimization.iterations:
        return (
            f"{folder.name} had been trained to its end, iteration {made:,}: its weights and its last line are written"
        )
    if planned <= made:
        raise BadInput(
            f"all of its {planned:,} iterations are done; give it more, such as --iterations {2 * made}",
            path=folder.name,
        )
    onward = f"{folder.name} goes on from iteration {made:,} of {planned:,}"
    if not made:
        onward = f"{folder.name} has no checkpoint yet and starts again from the beginning, to {planned:,} iterations"
    if left.note:
        onward = f"{folder.name}: {left.note}; it goes on from iteration {made:,} of {planned:,}"
    match look.status:
        case "diverged":
            if before.optimization == after.optimization and before.regularization == after.regularization:
                raise BadInput(
                    f"diverged after {iteration:,} iterations and would again: change something, "
                    f"such as --set {LIVE[0]}={before.optimization.learning_rate / 10:g}",
                    path=folder.name,
                )
            return f"{onward}, its last checkpoint before it diverged" if made else onward
        case "done" if iteration < before.optimization.iterations:
            return f"{onward}; early stopping had ended it, and its patience starts anew"
        case "dead":
            return f"{onward}, its last checkpoint before its trainer was gone" if made else onward
        case _:
            return onward


def _start(folder: RunFolder) -> None:
    """Starts a trainer and waits until the log says so. Raises `BadInput` if it ends without a word there."""
    deadline = time.monotonic() + START
    # The one before may have written its last line and not be gone yet.
    while runs.alive(folder) and time.monotonic() < deadline:
        if runs.glance(folder, time.time()).status in runs.ACTIVE:
            break  # somebody else was quicker, which the claim will say
        time.sleep(0.01)
    size = _size(folder)
    runs.spawn(folder)
    while _size(folder) == size and time.monotonic() < deadline:
        if not runs.alive(folder) and _size(folder) == size:
            raise BadInput(ended(folder), path=folder.name)
        time.sleep(0.02)


def _size(folder: RunFolder) -> int:
    found = runs.look_up(folder.log_file)
    return found.st_size if found else 0
