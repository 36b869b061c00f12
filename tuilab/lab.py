"""The one service that the command line and the app both call: presets, edit, plan, start, stop, follow, check."""

import math
import time
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from tuilab import experiment as experiments
from tuilab import runs
from tuilab.data.advice import advised_split
from tuilab.errors import BadInput
from tuilab.events import Layers, Parts
from tuilab.experiment import Experiment
from tuilab.lessons import Verification, verify
from tuilab.nn import GradientReport, check_gradient
from tuilab.nn.gradient_check import EPSILON
from tuilab.presets import Preset, Presets
from tuilab.runs import RunFolder, Status, Store, View
from tuilab.training import Diagnosis, Training, build, diagnose, diagnose_divergence
from tuilab.training.build import Problem
from tuilab.training.conditioning import Bowl, bowls
from tuilab.training.descent import Descent, check_descent
from tuilab.training.signal import first_signal


class Plan(Struct, frozen=True, kw_only=True):
    """What a run of an experiment would train; `notes` are worth a person's look."""

    layers: tuple[int, ...]
    parameters: int
    examples: Parts[int]
    classes: tuple[str, ...]
    decay: float
    """1 − αλ/m: what an update multiplies the weights by under L2."""
    advised_split: tuple[float, float, float]
    """Shares for train, dev and test that suit so many examples."""
    notes: tuple[str, ...] = ()


class Inspection(Struct, frozen=True, kw_only=True):
    """What can be said of an experiment before it is trained."""

    plan: Plan
    raw: Bowl
    normalized: Bowl
    signal: Layers
    """At iteration 0."""


class Snapshot(Struct, frozen=True, kw_only=True):
    """All that can be seen of a run at one moment."""

    name: str
    experiment: Experiment
    view: View
    status: Status
    rate: float | None
    """Iterations a second."""
    eta: float | None
    """Seconds."""
    diagnosis: Diagnosis
    error: Parts[float]


class RunSummary(Struct, frozen=True, kw_only=True):
    """A line of the list of runs."""

    name: str
    title: str
    status: Status
    created: float
    iteration: int
    iterations: int
    dev_error: float | None


class Follower:
    """Reads a run's log as it grows. `poll` may take long for a huge log, so never call it on a UI thread."""

    def __init__(self, folder: RunFolder) -> None:
        self.name = folder.name
        self._experiment = experiments.load(folder.experiment_file)
        self._follower = runs.Follower(folder)

    def poll(self) -> Snapshot:
        """The run as it stands now. Raises `BadInput` if its log cannot be read."""
        while not (look := self._follower.look(time.time())).whole:
            pass
        return _snapshot(self.name, self._experiment, look)


class Lab:
    """Everything a user can do, over one store."""

    def __init__(self, home: Path | None = None) -> None:
        self.store = Store(home)
        self._presets = Presets(self.store.presets)

    def presets(self) -> list[Preset]:
        """The shipped presets and the user's own."""
        return self._presets.list()

    def open(self, name_or_path: str) -> tuple[str, Experiment]:
        """Name and experiment of a preset or of a TOML file. Raises `BadInput`."""
        preset = self._presets.open(name_or_path)
        return preset.name, preset.experiment

    def verify(self, name_or_path: str) -> list[Verification]:
        """Runs the claims of a lesson, which may take long. Raises `BadInput` if the preset makes none."""
        preset = self._presets.open(name_or_path)
        if preset.lesson is None:
            raise BadInput("is no lesson: it makes no claims", path=preset.name)
        return verify(preset.experiment, preset.lesson)

    def save_preset(self, name: str, experiment: Experiment, *, overwrite: bool = False) -> Path:
        """Saves a preset of the user's own. Raises `BadInput`."""
        return self._presets.save(name, experiment, overwrite=overwrite)

    def edit(self, experiment: Experiment, edits: Mapping[str, str]) -> Experiment:
        """A new experiment with the text at each path read as its value. Raises `BadInput`."""
        return experiments.edit(experiment, edits)

    def plan(self, experiment: Experiment) -> Plan:
        """What a run would train; loads the data, so it may take long. Raises `BadInput`."""
        return _plan(build(experiment))

    def inspect(self, experiment: Experiment) -> Inspection:
        """The plan, the bowl before and after normalization, and the signal at iteration 0. Raises `BadInput`."""
        problem = build(experiment)
        raw, normalized = bowls(problem.dataset)
        return Inspection(plan=_plan(problem), raw=raw, normalized=normalized, signal=first_signal(problem))

    def check_descent(self, experiment: Experiment) -> Descent:
        """Whether J falls at each iteration, with dropout off and the full batch. Raises `BadInput`."""
        return check_descent(experiment)

    def start(self, experiment: Experiment) -> str:
        """Checks the experiment, writes its run's folder, starts its trainer; returns the run's name.

        Raises `BadInput` before anything is written.
        """
        build(experiment)
        folder = self.store.create(_absolute(experiment))
        runs.spawn(folder)
        return folder.name

    def stop(self, name: str) -> None:
        """Asks the run's trainer to stop and keep what was learned. Raises `BadInput` if none is running."""
        folder = self.store.find(name)
        status = runs.glance(folder, time.time()).status
        if status not in runs.ACTIVE:
            raise BadInput(f"is not running: {status}", path=folder.name)
        runs.ask(folder, "stop")

    def follow(self, name: str) -> Follower:
        """A reader of the run called `name` (a unique beginning will do, or "last"). Raises `BadInput`."""
        return Follower(self.store.find(name))

    def runs(self) -> list[RunSummary]:
        """Every run in the store, newest first; folders that are no runs are left out."""
        summaries = []
        for folder in self.store.list():
            try:
                summaries.append(_summary(folder))
            except BadInput:
                continue
        return summaries

    def gradient_check(self, experiment: Experiment, epsilon: float = EPSILON, after: int = 0) -> GradientReport:
        """Checks the gradients at initialization or after some iterations: penalty included, dropout off.

        Raises `BadInput`.
        """
        problem = build(experiment)
        training = Training(problem)
        for _ in range(after):
            training.step()
        train = problem.dataset.train
        return check_gradient(problem.network, training.parameters, train.X, train.y, problem.penalty, epsilon)


def _absolute(experiment: Experiment) -> Experiment:
    """A run's data files are named from the root: the trainer works in another folder."""
    edits = {}
    for key in ("source", "dev_source", "test_source"):
        source = getattr(experiment.data, key)
        if source and source not in (*experiments.SHIPPED, *experiments.GENERATED):
            edits[f"data.{key}"] = str(Path(source).expanduser().resolve())
    return experiments.edit(experiment, edits)


def _plan(problem: Problem) -> Plan:
    experiment, examples = problem.experiment, problem.dataset.examples
    notes = []
    if not examples.test:
        notes.append("no test set: the dev figures are not unbiased")
    if not examples.dev:
        notes.append("no dev set: the variance cannot be told")
    if problem.keep_probs[0] < 0.8:
        notes.append("keep_prob of the input layer below 0.8 throws many features away")
    if experiment.regularization.kind == "none" and experiment.regularization.lambd > 0:
        notes.append('λ has no effect while the penalty is "none"')
    return Plan(
        layers=problem.network.sizes,
        parameters=problem.initial.theta.size,
        examples=examples,
        classes=problem.dataset.classes,
        decay=problem.penalty.decay(experiment.optimization.learning_rate),
        advised_split=advised_split(sum(part or 0 for part in (examples.train, examples.dev, examples.test))),
        notes=tuple(notes),
    )


def _snapshot(name: str, experiment: Experiment, look: runs.Snapshot) -> Snapshot:
    view = look.view
    error = _latest_error(view)
    examples = view.started.examples if view.started else Parts[int]()
    diverged = look.status == "diverged"
    return Snapshot(
        name=name,
        experiment=experiment,
        view=view,
        status=look.status,
        rate=runs.rate(view),
        eta=runs.eta(view),
        diagnosis=diagnose_divergence(experiment) if diverged else diagnose(error, examples, experiment),
        error=error,
    )


def _latest_error(view: View) -> Parts[float]:
    """The last errors measured: the final ones of a finished run, else the last point of the curves."""
    if view.finished and view.finished.error.train is not None:
        return view.finished.error
    if not view.error.iteration.size or (view.finished and view.finished.status == "diverged"):
        return Parts()
    train, dev = float(view.error.train[-1]), float(view.error.dev[-1])
    return Parts(train=train, dev=None if math.isnan(dev) else dev)


def _summary(folder: RunFolder) -> RunSummary:
    """A run's line from the two ends of its log, so that a long list of long runs is quick. Raises `BadInput`."""
    experiment = experiments.load(folder.experiment_file)
    look = runs.glance(folder, time.time())
    return RunSummary(
        name=folder.name,
        title=experiment.name,
        status=look.status,
        created=folder.experiment_file.stat().st_mtime,
        iteration=look.view.iteration,
        iterations=experiment.optimization.iterations,
        dev_error=_latest_error(look.view).dev,
    )
