"""A run seen from outside: one moment of it, and a reader that follows it."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache, partial
from itertools import pairwise, takewhile

from msgspec import Struct

from tuilab import experiment as experiments
from tuilab import runs
from tuilab.errors import BadInput
from tuilab.events import Parts
from tuilab.experiment import Experiment
from tuilab.lab.dev_set import fingerprint, same_dev
from tuilab.runs import About, RunFolder, RunView, Status
from tuilab.training import Course, Diagnosis, diagnose, diagnose_divergence
from tuilab.training.action import Action
from tuilab.training.line import Reached, Step, step
from tuilab.training.tally import balanced, balanced_examples, unequal

FULL = 2**16
"""A disk with less room, in bytes, keeps a trainer waiting."""


class Snapshot(Struct, frozen=True, kw_only=True):
    """All that can be seen of a run at one moment."""

    name: str
    experiment: Experiment
    view: RunView
    status: Status
    rate: float | None
    """Iterations a second."""
    eta: float | None
    """Seconds."""
    diagnosis: Diagnosis
    error: Parts[float]
    about: About = About()
    elsewhere: str = ""
    """Of a trainer that may live where that cannot be told from here: where, and when it last gave a sign of life."""
    trouble: str = ""
    """What keeps the run from being saved at present, or kept it from beginning; empty if nothing does."""


class Ancestor(Struct, frozen=True, kw_only=True):
    """A run that another was made from."""

    experiment: Experiment
    reached: Reached
    """As it stood when the child was first looked at."""


class Follower:
    """Reads a run's log as it grows. `poll` may take long for a huge log, so never call it on a UI thread."""

    def __init__(
        self,
        folder: RunFolder,
        line: Sequence[RunFolder] = (),
        compared: Callable[[str], int] | None = None,
        tested: Callable[[RunFolder], None] = lambda folder: None,
    ) -> None:
        """`line` are the runs that it was made from, its parent first, as far as they are still there; `compared`
        counts the runs that were measured on the dev set of that fingerprint; `tested` is called once, when a test
        error is among what is seen."""
        self.name, self._compared, self._tested = folder.name, compared, tested
        self._is_tested = False
        self._counted: int | None = None
        self._line, self._before = tuple(_ancestors(line)), cache(partial(_offered, line))
        self._folder = folder
        self._experiment = runs.read_experiment(folder)
        self._about = runs.read_about(folder)
        self._follower = runs.LogFollower(folder)
        self._last: Snapshot | None = None

    def poll(self) -> Snapshot:
        """The run as it stands now. Raises `BadInput` if its log cannot be read."""
        while not (look := self._follower.look(time.time())).whole:
            pass
        return self._seen(look)

    def look(self) -> tuple[Snapshot, bool]:
        """The same, of a long log only the next part; and whether that was all of it."""
        look = self._follower.look(time.time())
        return self._seen(look), look.whole

    def _seen(self, look: runs.Look) -> Snapshot:
        trouble, last = _unsaid(self._folder, look) or look.view.trouble, self._last
        now = (look.status, look.elsewhere, trouble)
        if last and last.view is look.view and (last.status, last.elsewhere, last.trouble) == now:
            return last  # nothing is new, and to judge it is most of the work
        experiment = edited(self._experiment, look.view)
        compared = self._count(look.view)
        line, before = self._line, self._before
        seen = _snapshot(self.name, experiment, look, self._about, trouble, line, before, compared)
        if seen.error.test is not None and not self._is_tested:
            self._is_tested = True
            self._tested(self._folder)
        self._last = seen
        return seen

    def _count(self, view: RunView) -> int | None:
        """The runs that were compared on its dev set, counted once: where its end tells how it does beyond that."""
        end = view.finished
        if self._counted is None and self._compared and end and None not in (end.error.dev, end.error.test):
            self._counted = max(1, self._compared(fingerprint(self._experiment, view.started)))
        return self._counted if end else None


def ended(folder: RunFolder) -> str:
    """What there is to say of a trainer that has ended without a word in the log."""
    words = runs.last_words(folder)
    said = f"; {folder.output_file.name} says: {words}" if words else ""
    return f"its trainer ended before it began{said}"


def _unsaid(folder: RunFolder, look: runs.Look) -> str:
    """What a trainer cannot say itself: it has no room to, or it never came so far."""
    if look.status in ("starting", "no progress") and runs.room(folder.path) < FULL:
        return "the disk is full; the run is saved when there is room"
    return ended(folder) if look.status == "dead" and look.view.time is None else ""


def edited(experiment: Experiment, view: RunView) -> Experiment:
    """The experiment as it is now: with what was changed while the run went on.

    An edit that cannot be made, since another version or a stranger wrote it, costs the others nothing.
    """
    try:
        return experiments.edit(experiment, view.edits) if view.edits else experiment
    except BadInput:
        for path, text in view.edits.items():
            with suppress(BadInput):
                experiment = experiments.edit(experiment, {path: text})
        return experiment


def _snapshot(
    name: str,
    experiment: Experiment,
    look: runs.Look,
    about: About,
    trouble: str,
    line: Sequence[Ancestor],
    before: Callable[[], tuple[Action, ...]],
    compared: int | None,
) -> Snapshot:
    view = look.view
    error = latest_error(view)
    examples = view.started.examples if view.started else Parts[int]()
    course = course_of(view, look.status, experiment, line, before, compared)
    diverged = look.status == "diverged"
    return Snapshot(
        name=name,
        experiment=experiment,
        view=view,
        status=look.status,
        rate=runs.rate(view),
        eta=runs.eta(view),
        diagnosis=diagnose_divergence(experiment, course)
        if diverged
        else diagnose(error, examples, experiment, course),
        error=error,
        about=about,
        elsewhere=look.elsewhere,
        trouble=trouble,
    )


def _ancestors(line: Sequence[RunFolder]) -> Iterator[Ancestor]:
    """What is known of them, from the two ends of their logs, up to the first that cannot be read."""
    for folder in line:
        try:
            view = runs.glance(folder, time.time()).view
            yield Ancestor(experiment=runs.read_experiment(folder), reached=reached(view))
        except BadInput:
            return


def _offered(line: Sequence[RunFolder]) -> tuple[Action, ...]:
    """The actions of the verdict on the first run of a line, each made from the next; none where it is gone."""
    with suppress(BadInput):
        if line:
            return Follower(line[0], line[1:]).poll().diagnosis.actions
    return ()


def course_of(
    view: RunView,
    status: Status,
    experiment: Experiment,
    line: Sequence[Ancestor] = (),
    before: Callable[[], tuple[Action, ...]] = tuple,
    compared: int | None = None,
) -> Course:
    """What the verdict reads besides the errors; `line` are the runs that it was made from, its parent first, and
    `before` gives what the verdict on that one offers."""
    reports = view.signals
    return Course(
        made=view.iteration,
        going=status in runs.ACTIVE,
        stopped_early=status == "done" and view.iteration < experiment.optimization.iterations,
        iteration=view.cost.iteration,
        cost=view.cost.total,
        data=view.cost.data,
        measured=view.error.iteration,
        dev_cost=view.error.dev_cost,
        dev_error=view.error.dev,
        first=reports[0].layers if reports and reports[0].iteration == 0 else None,
        last=reports[-1].layers if reports else None,
        examples=view.started.examples if view.started else Parts(),
        classes=view.started.classes if view.started else (),
        target=view.started.target if view.started else None,
        shift=view.started.shift if view.started else None,
        telltales=view.started.telltales if view.started else (),
        labels=view.started.labels if view.started else Parts(),
        tally=view.finished.tally if view.finished else Parts(),
        spread=view.finished.spread if view.finished else Parts(),
        agreement=view.finished.agreement if view.finished else Parts(),
        outliers=view.finished.outliers if view.finished else Parts(),
        worth=view.finished.worth if view.finished else Parts(),
        threshold=view.finished.threshold if view.finished else None,
        compared=compared,
        steps=_steps([Ancestor(experiment=experiment, reached=reached(view)), *line]),
        before=before,
    )


def _steps(line: Sequence[Ancestor]) -> tuple[Step, ...]:
    """Those between the runs of a line, the newest first, up to the first run that nothing was measured of."""
    measured = takewhile(lambda one: one.reached.dev is not None, line)
    return tuple(
        step(
            experiments.differences(old.experiment, new.experiment),
            old.reached,
            new.reached,
            same_dev=same_dev(old.experiment, new.experiment),
        )
        for new, old in pairwise(measured)
    )


def reached(view: RunView) -> Reached:
    """That by which a child is compared with its parent; infinite of one that diverged.

    The errors are the last ones measured, of unequal classes the balanced ones at its end.
    """
    if view.finished and view.finished.status == "diverged":
        return Reached(math.inf, math.inf, math.inf)
    labels, end = view.started.labels.train if view.started else None, view.finished
    cost = end.cost.data if end and end.cost else None
    size: float | None = view.started.examples.dev if view.started else None
    if labels is None or not unequal(labels):
        error = latest_error(view)
    else:
        error = balanced(end.tally) if end else Parts()
        there = end.tally.dev if end else None
        # Where dev has none of a class, what is found of it there cannot be worse.
        size = balanced_examples(there) if there and all(there.examples) else None
    if error.dev is None or not size:
        return Reached(error.train, error.dev, cost)
    spread, worth = (end.spread.dev, end.worth.dev) if end else (None, None)
    interval = view.task.interval(error.dev, size * (worth or 1.0), spread=spread)
    return Reached(error.train, error.dev, cost, interval)


def latest_error(view: RunView) -> Parts[float]:
    """The last errors measured: the final ones of a finished run, else the last point of the curves."""
    if view.finished and view.finished.error.train is not None:
        return view.finished.error
    if not view.error.iteration.size or (view.finished and view.finished.status == "diverged"):
        return Parts()
    last = {part: float(getattr(view.error, part)[-1]) for part in ("train", "train_dev", "dev")}
    return Parts(**{part: error for part, error in last.items() if not math.isnan(error) or part == "train"})
