"""The one service that the command line and the app both call: presets, edit, plan, start, stop, follow, check."""

import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from tuilab import experiment as experiments
from tuilab import queue, runs
from tuilab.data import Prepared
from tuilab.engines import Problem
from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.lab import plan as plans
from tuilab.lab.control import Control
from tuilab.lab.listing import Listing
from tuilab.lab.moments import Moment, Moments
from tuilab.lab.plan import Inspection, Plan
from tuilab.lab.starting import Starting, wake
from tuilab.lab.summary import RunSummary
from tuilab.lab.sweeps import Sweeps
from tuilab.lab.watching import Follower, Snapshot
from tuilab.nn import Parameters
from tuilab.presets import Preset, Presets
from tuilab.queue.cores import cores
from tuilab.queue.sign import Stall
from tuilab.runs import Model, RunFolder, Store, Tags, Weights
from tuilab.text import clean
from tuilab.training.learning_curve import SEEDS, SIZES, CurvePoint, learning_curve

# What follows is loaded by those that use it: a list of runs needs none of it.
if TYPE_CHECKING:
    from tuilab.data.columns.report import DataReport
    from tuilab.lessons import Verification
    from tuilab.nn import EpsilonCurve, GradientReport
    from tuilab.training.descent import Descent
    from tuilab.training.preflight import PreflightCheck
    from tuilab.training.rate_range import RangeTest
    from tuilab.training.wrong_labels import Doubts

LINE = 6
"""Runs from which a run was made, one from the other, that its verdict knows of."""


class Lab:
    """Everything a user can do, over one store."""

    def __init__(self, home: Path | None = None) -> None:
        self.store = Store(home)
        self._presets = Presets(self.store.presets)
        self._data = Prepared(runs.Tables.beside(self.store.runs).load)
        self._moments = Moments(self._data)
        self.control = Control(self.store, self.problem)
        self._starting = Starting(self.store, self.problem)
        self._listing = Listing(self.store)
        self.sweeps = Sweeps(self.store, self.problem)

    def presets(self) -> list[Preset]:
        """The shipped presets and the user's own."""
        return self._presets.list()

    def preset(self, name_or_path: str) -> Preset:
        """A preset, or all that a TOML file or a file of data says in its place. Raises `BadInput`."""
        return self._presets.open(name_or_path)

    def open(self, name_or_path: str) -> tuple[str, Experiment]:
        """Name and experiment of what `preset` finds. Raises `BadInput`."""
        preset = self.preset(name_or_path)
        return preset.name, preset.experiment

    def verify(self, name_or_path: str, seeds: int = 0) -> "list[Verification]":
        """Runs the claims of a lesson on so many seeds, or on as many as each asks for, which may take long.

        Raises `BadInput` if the preset makes none.
        """
        *_, end = self.verifying(name_or_path, seeds)
        return [one for one in end if one is not None]

    def verifying(self, name_or_path: str, seeds: int = 0) -> "Generator[list[Verification | None], None, None]":
        """The same while it goes on: what is known so far, again and again. Raises `BadInput`."""
        from tuilab import lessons

        preset = self._presets.open(name_or_path)
        if preset.lesson is None:
            raise BadInput("is no lesson: it makes no claims", path=preset.name)
        return lessons.verifying(preset.experiment, preset.lesson, self._data.dataset, seeds, preset.search)

    def told(self, snapshot: Snapshot) -> "tuple[str, list[Verification | None]]":
        """The lesson whose experiment a run has trained to its end, and what that says of its claims; "" if none."""
        from tuilab import lessons

        end = snapshot.view.finished
        for preset in self.presets() if end is not None else ():
            if preset.lesson is not None and preset.experiment == snapshot.experiment and end is not None:
                run = end, list(snapshot.view.signals)
                return preset.name, lessons.told(preset.experiment, preset.lesson, run, self._data.dataset)
        return "", []

    def save_preset(self, name: str, experiment: Experiment, *, overwrite: bool = False) -> Path:
        """Saves a preset of the user's own. Raises `BadInput`."""
        return self._presets.save(name, experiment, overwrite=overwrite)

    def edit(self, experiment: Experiment, edits: Mapping[str, str]) -> Experiment:
        """A new experiment with the text at each path read as its value. Raises `BadInput`."""
        return experiments.edit(experiment, edits)

    def plan(self, experiment: Experiment) -> Plan:
        """What a run would train; loads the data, so it may take long. Raises `BadInput`."""
        return plans.plan(self.problem(experiment))

    def inspect(self, experiment: Experiment) -> Inspection:
        """The plan, the bowl before and after normalization, and the signal at iteration 0. Raises `BadInput`."""
        return plans.inspect(self.problem(experiment))

    def explain(self, experiment: Experiment) -> "DataReport":
        """What the source of `experiment` holds, and what is to be decided of it. Raises `BadInput`."""
        from tuilab.data.columns.report import report

        return report(experiment)

    def preflight(self, experiment: Experiment, plant: str = "") -> "Iterator[PreflightCheck]":
        """Whether a set-up is sound, check by check. `plant` names a bug to plant into the gradient first.

        Raises `BadInput`.
        """
        from tuilab.training.preflight import preflight

        return preflight(experiment, self._data.dataset, plant)

    def learning_curve(self, experiment: Experiment, sizes: int = SIZES, seeds: int = SEEDS) -> Iterator[CurvePoint]:
        """The errors with ever more of the examples, on as many cores as there are. Raises `BadInput`."""
        return learning_curve(experiment, self._data.dataset, sizes=sizes, seeds=seeds, threads=cores())

    def rate_range(self, experiment: Experiment, seeds: int | None = None) -> "RangeTest":
        """The learning-rate range test, of its own seeds or so many, on all cores there are. Raises `BadInput`."""
        from tuilab.training.rate_range import SEEDS, RangeTest

        return RangeTest(experiment, self._data.dataset, seeds=seeds or SEEDS, threads=cores())

    def check_descent(self, experiment: Experiment) -> "Descent":
        """Whether J falls at each iteration, with dropout off and the full batch. Raises `BadInput`."""
        from tuilab.training.descent import check_descent

        return check_descent(experiment, self._data.dataset)

    def start(self, experiment: Experiment, parent: str = "") -> str:
        """Checks the experiment, writes its run's folder, starts its trainer; returns the run's name.

        `parent` names the run that it was made from. Raises `BadInput` before anything is written.
        """
        return self._starting.start(experiment, parent)

    def queue(self, experiments: Sequence[Experiment], parent: str = "") -> list[str]:
        """As `start`, of several, as many at once as there are cores; they are begun whether this process lives or not.

        Returns their names at once; until there is room for it a run is queued. Raises `BadInput` for the first that
        cannot be queued, and then queues none.
        """
        return self._starting.queue(experiments, parent)

    def wake(self) -> None:
        """Has the queue worked off, if the store is one's own and nobody does so already."""
        wake(self.store)

    def stall(self) -> Stall | None:
        """The worker that has the queue and does nothing, if that is why no queued run begins. Raises `BadInput`."""
        return queue.stall(self.store)

    def prepare(self) -> None:
        """Has a trainer wait for the next start, which then takes a fraction of the time. Raises `BadInput`."""
        self._starting.prepare()

    def dismiss(self) -> None:
        """Lets the trainer go that waits, if there is one."""
        self._starting.dismiss()

    def stop(self, name: str) -> None:
        """Asks a run's trainer, or a sweep, to stop and keep what was learned. Raises `BadInput` if none is running."""
        if self.sweeps.has(name):
            self.sweeps.stop(name)
        else:
            self.control.stop(name)

    def follow(self, name: str, *, shown: bool = True) -> Follower:
        """A reader of the run called `name` (a unique beginning will do, or "last"). Raises `BadInput`.

        If it is one's own and was killed when all had been trained, it is finished by being looked at; if it is queued,
        the queue is worked off. Of a trial of a sweep its test error counts as looked at, unless the run is not `shown`
        to anybody.
        """
        match self.control.look(name).status:
            case "dead":
                self.control.finish(name)
            case "queued":
                self.wake()
        folder = self.store.find(name)
        line = list(islice(self._line(folder), LINE))
        return Follower(folder, line, self._compared, self.sweeps.look_at_test if shown else lambda run: None)

    def _line(self, folder: RunFolder) -> Iterator[RunFolder]:
        """The runs that it was made from, its parent first, as far as they are still there."""
        with suppress(BadInput):  # deleted, or never there
            while made_from := runs.read_about(folder).parent:
                folder = self.store.find(made_from)
                if folder.name != made_from:
                    return
                yield folder

    def _compared(self, dev_set: str) -> int:
        """How many runs, trials of sweeps among them, were measured on the dev set of that fingerprint."""
        measured = chain(self._listing.summaries(begun=True), self.sweeps.all_trials())
        return sum(one.dev_set == dev_set and one.dev_error is not None for one in measured)

    def runs(self) -> list[RunSummary]:
        """Every run in the store, newest first; folders that are no runs are left out."""
        return list(self.browse())

    def browse(self) -> Iterator[RunSummary]:
        """The same one after another, so that a list can fill while it is read; a queue is worked off from then on."""
        queued = False
        for summary in self._listing.summaries():
            queued |= summary.status == "queued"
            yield summary
        if queued:
            self.wake()

    def crowd(self) -> str:
        """What there is to say where more runs of the store are trained at once than there are cores; else nothing."""
        going, room = sum(run.status in runs.BUSY for run in self.browse()), cores()
        if going <= room:
            return ""
        return (
            f"{going} runs are being trained at once on {room} core{'s'[: room - 1]}, each slower for it; "
            "runs of --seeds and of a sweep wait for their turn"
        )

    def describe(self, name: str, *, label: str | None = None, note: str | None = None) -> None:
        """Gives a run a label, a note, or both, of one line each. Raises `BadInput`."""
        folder = self.store.find(name)
        said = {key: text for key, text in (("label", label), ("note", note)) if text is not None}
        runs.write_about(folder, structs.replace(runs.read_about(folder), **said))

    def tags(self, name: str) -> Tags:
        """What is said of single dev mistakes of a run. Raises `BadInput`, also where its file is damaged."""
        return runs.read_tags(self.store.find(name))

    def tag(self, name: str, tag: str, example: int) -> None:
        """Gives the dev example of that index a tag, or takes it away where it has it. Raises `BadInput`."""
        folder = self.store.find(name)
        tags = runs.read_tags(folder)
        tagged = set(tags.get(tag, ())) ^ {example}
        runs.write_tags(folder, tags | {tag: tuple(sorted(tagged))})

    def doubts(self, experiment: Experiment) -> "Iterator[Doubts]":
        """Which labels of train and dev look wrong, by rounds of short trainings on all cores. Raises `BadInput`."""
        from tuilab.training.wrong_labels import doubts

        return doubts(experiment, self._data.dataset, threads=cores())

    def delete(self, name: str) -> None:
        """Deletes a run or a sweep with everything in it. Raises `BadInput` for one that may still be going."""
        if self.sweeps.has(name):
            self.sweeps.delete(name)
            return
        (whole,) = self.deletable([name])
        self.store.remove(self.store.find(whole))

    def deletable(self, names: Sequence[str]) -> list[str]:
        """The whole names of runs and sweeps called so, each once. Raises `BadInput` for one that may be going on."""
        sweeps = dict.fromkeys(name for name in names if self.sweeps.has(name))
        for name in sweeps:
            self.sweeps.require_over(name)
        folders = {folder.name: folder for folder in (self.store.find(name) for name in names if name not in sweeps)}
        for name, folder in folders.items():
            status = runs.glance(folder, time.time()).status
            if status in runs.ACTIVE and status != "queued":
                raise BadInput(f"is {status}: stop it first", path=name)
        return [*sweeps, *folders]

    def weights(self, name: str) -> Weights:
        """The newest weights of a run that goes on or is over; its trainer never notices. Raises `BadInput`."""
        return self.weights_of(self.store.find(name))

    def weights_of(self, folder: RunFolder) -> Weights:
        """The same of the run in a folder, wherever that is."""
        weights = runs.latest_weights(folder)
        if weights is None:
            raise BadInput(
                "has no weights yet: it saves the first about a second after its start", path=clean(folder.name)
            )
        return weights

    def model(self, name: str) -> Model:
        """What the weights of a run are of; of one of an earlier tuilab it is made from its data. Raises `BadInput`."""
        return self.model_of(self.store.find(name))

    def model_of(self, folder: RunFolder) -> Model:
        """The same of the run in a folder, wherever that is."""
        return runs.read_model(folder) or Model.of(self.problem(runs.read_experiment(folder)))

    def problem(self, experiment: Experiment) -> Problem:
        """The data and the network of `experiment`; the last two are remembered. Raises `BadInput`."""
        return self._moments.problem(experiment)

    def moment(self, experiment: Experiment, run: str = "") -> Moment:
        """The network of `experiment` at iteration 0, or with the newest weights of `run`. Raises `BadInput`."""
        return self._moments.moment(experiment, self.store.find(run) if run else None)

    def gradient_check(
        self,
        experiment: Experiment,
        epsilon: float | None = None,
        after: int = 0,
        plant: str | None = None,
        at: Parameters | None = None,
    ) -> "GradientReport":
        """Checks the gradients at initialization or after some iterations: penalty included, dropout off.

        Without an ε (`epsilon`) it is 1e-7, or what the size of J wants. `plant` names a bug to plant first
        (`tuilab.nn.bugs`), `at` other weights to check at. Raises `BadInput`.
        """
        from tuilab.lab import gradients

        return gradients.report_of(self.problem(experiment), epsilon, after, plant, at)

    def epsilon_sweep(
        self, experiment: Experiment, after: int = 0, plant: str | None = None, at: Parameters | None = None
    ) -> "EpsilonCurve":
        """The errors of the one-sided and the two-sided difference over ε, there, of that gradient.

        Raises `BadInput`.
        """
        from tuilab.lab import gradients

        return gradients.sweep_of(self.problem(experiment), after, plant, at)
