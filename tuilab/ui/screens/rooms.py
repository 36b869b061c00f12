"""The rooms beside the main screen: each is opened over it, and hands back what was chosen there."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from textual.screen import Screen

from tuilab.experiment import Experiment
from tuilab.lab import Lab, RunSummary, Snapshot
from tuilab.lab.sweeps import SweepRow
from tuilab.presets import Preset
from tuilab.text import clean
from tuilab.ui.desk.syllabus import Syllabus
from tuilab.ui.screens.asking import AskingScreen
from tuilab.ui.screens.bench import BenchScreen
from tuilab.ui.screens.compare import CompareScreen
from tuilab.ui.screens.export import ExportScreen
from tuilab.ui.screens.gradient import GradientScreen
from tuilab.ui.screens.learning_curve import LearningCurveScreen
from tuilab.ui.screens.lessons import LessonsScreen
from tuilab.ui.screens.preflight import PreflightScreen
from tuilab.ui.screens.presets import PresetsScreen
from tuilab.ui.screens.rate_range import RateRangeScreen
from tuilab.ui.screens.runs import RunsScreen
from tuilab.ui.screens.save import SaveScreen
from tuilab.ui.screens.seeds import SeedsScreen
from tuilab.ui.screens.sweep import SweepScreen
from tuilab.ui.screens.table import Decided, TableScreen
from tuilab.ui.screens.trials import ChosenTrial, TrialsScreen
from tuilab.ui.work.jobs import Jobs

T = TypeVar("T")


class Rooms:
    """Opens them over `screen`. A `then` is called with what was chosen, and not at all where nothing was."""

    def __init__(self, screen: Screen[None], lab: Lab, jobs: Jobs, syllabus: Syllabus) -> None:
        self._screen, self._lab, self._jobs, self._syllabus = screen, lab, jobs, syllabus

    def presets(self, then: Callable[[Preset], None]) -> None:
        """The presets, one of which may be chosen."""
        self._screen.app.push_screen(PresetsScreen(self._lab, self._syllabus.presets), _unless_none(then))

    def lessons(self, then: Callable[[Preset], None]) -> None:
        """The lessons, one of which may be chosen."""
        self._screen.app.push_screen(LessonsScreen(self._lab, self._syllabus), _unless_none(then))

    def runs(self, then: Callable[[str], None], of_a_sweep: Callable[[ChosenTrial], None]) -> None:
        """The runs and the sweeps; a run, or a trial of a sweep, may be chosen."""

        def chosen(run: RunSummary) -> None:
            if isinstance(run, SweepRow):
                self.trials(run.name, of_a_sweep)
            else:
                then(run.name)

        self._screen.app.push_screen(RunsScreen(self._lab), _unless_none(chosen))

    def sweep(self, experiment: Experiment, path: str, then: Callable[[ChosenTrial], None]) -> None:
        """Asks what is to be varied, first the knob at `path`; a trial of the sweep may be chosen."""

        def begun(name: str) -> None:
            self.trials(name, then)

        self._screen.app.push_screen(SweepScreen(self._lab, experiment, path), _unless_none(begun))

    def trials(self, sweep: str, then: Callable[[ChosenTrial], None]) -> None:
        """The trials of a sweep, one of which may be chosen."""
        self._screen.app.push_screen(TrialsScreen(self._lab, sweep), _unless_none(then))

    def save(self, suggestion: str, experiment: Experiment, then: Callable[[str], None]) -> None:
        """Asks for the name under which to save the experiment as a preset of the user's own."""

        def save(name: str, overwrite: bool) -> None:
            self._lab.save_preset(name, experiment, overwrite=overwrite)

        own = frozenset(preset.name for preset in self._syllabus.presets if preset.own)
        self._screen.app.push_screen(SaveScreen(suggestion, own, save, self._jobs), _unless_none(then))

    def gradients(self, experiment: Experiment, snapshot: Snapshot | None) -> None:
        """The gradient check of an experiment, and of the weights of the run that is shown."""
        self._screen.app.push_screen(GradientScreen(self._lab, experiment, snapshot))

    def table(self, experiment: Experiment, then: Callable[[Decided], None]) -> None:
        """Explains the file that an experiment names; where it names none, one that is chosen there."""
        self._screen.app.push_screen(TableScreen(self._lab, experiment), _unless_none(then))

    def preflight(self, experiment: Experiment, then: Callable[[], None]) -> None:
        """The checks before an experiment is trained; `then` is called where it is to be."""

        def answer(train: bool) -> None:
            if train:
                then()

        self._screen.app.push_screen(PreflightScreen(self._lab, experiment), _unless_none(answer))

    def learning_curve(self, experiment: Experiment) -> None:
        """Whether more data would help."""
        self._screen.app.push_screen(LearningCurveScreen(self._lab, experiment))

    def asking(self, snapshot: Snapshot) -> None:
        """What the run's network says of an example, typed or chosen."""
        self._screen.app.push_screen(AskingScreen(self._lab, snapshot.experiment, snapshot.name))

    def bench(self, snapshot: Snapshot) -> None:
        """The dev mistakes of a run, one by one."""
        self._screen.app.push_screen(BenchScreen(self._lab, snapshot))

    def rate_range(self, experiment: Experiment, then: Callable[[float], None]) -> None:
        """Which α suits an experiment; `then` is called with one that is to be taken."""
        self._screen.app.push_screen(RateRangeScreen(self._lab, experiment), _unless_none(then))

    def export(self, snapshot: Snapshot) -> None:
        """What can be taken away of a run, a picture of the screen as it is now among it."""
        picture = self._screen.app.export_screenshot(title=f"tuilab {clean(snapshot.name)}")
        self._screen.app.push_screen(ExportScreen(self._lab, snapshot, picture))

    def seeds(self, run: str) -> None:
        """Asks for how many more seeds to train the experiment of a run, and compares them."""
        self._screen.app.push_screen(SeedsScreen(run), _unless_none(partial(self._compare, run)))

    def _compare(self, run: str, seeds: int) -> None:
        self._screen.app.push_screen(CompareScreen(self._lab, (run,), seeds))


def _unless_none(then: Callable[[T], None]) -> Callable[[T | None], None]:
    def answer(chosen: T | None) -> None:
        if chosen is not None:
            then(chosen)

    return answer
