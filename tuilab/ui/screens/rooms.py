"""The rooms beside the main screen: each is opened over it by its name, and what is chosen there is done."""

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, TypeVar

from textual.app import App

from tuilab.experiment import Experiment
from tuilab.lab import Lab, RunSummary, Snapshot
from tuilab.lab.sweep_view import SweepRow
from tuilab.presets import Preset
from tuilab.search import Search
from tuilab.text import clean
from tuilab.ui.desk.board import Board
from tuilab.ui.desk.syllabus import Open, Syllabus
from tuilab.ui.screens.asking import AskingScreen
from tuilab.ui.screens.bench import BenchScreen
from tuilab.ui.screens.compare import CompareScreen
from tuilab.ui.screens.dialog import Dialog
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


class Main(Protocol):
    """The main screen, as the rooms beside it know it."""

    place: str
    """Which one is shown where only one can be seen."""

    @property
    def app(self) -> App[Any]:
        """Over whose screens a room is opened."""
        ...

    @property
    def snapshot(self) -> Snapshot | None:
        """The run that is shown."""
        ...

    @property
    def opened(self) -> str:
        """The name under which the draft was opened."""
        ...

    @property
    def lesson(self) -> Open | None:
        """The lesson that is open."""
        ...

    @property
    def search(self) -> Search | None:
        """What the preset or the file that was opened says is to be varied."""
        ...

    def load(self, name: str, experiment: Experiment, search: Search | None = None) -> None:
        """Puts an experiment into the panels, opened as `name`; what is said there is to be varied is its `search`."""
        ...

    def open_preset(self, preset: Preset) -> None:
        """Puts a preset, which may be a lesson, into the panels."""
        ...

    def attach(self, name: str) -> None:
        """Shows the run called `name`."""
        ...

    def train(self) -> None:
        """Starts a run of the draft; or shows what is wrong with it."""
        ...


class Rooms:
    """Opens the rooms over `main`: those of no particular thing, those of the draft, those of the run that is shown."""

    def __init__(self, main: Main, lab: Lab, jobs: Jobs, syllabus: Syllabus, board: Board) -> None:
        self._main, self._lab, self._jobs, self._syllabus, self._board = main, lab, jobs, syllabus, board
        self._plain: dict[str, Callable[[], None]] = {
            "presets": lambda: self._enter(PresetsScreen(lab, syllabus.presets), main.open_preset),
            "lessons": lambda: self._enter(LessonsScreen(lab, syllabus), main.open_preset),
            "runs": lambda: self._enter(RunsScreen(lab), self._take_run),
            "table": self._table,
        }
        self._of_draft: dict[str, tuple[str, Callable[[Experiment], None]]] = {
            "save": ("not saved", self._save),
            "gradients": ("not checked", lambda draft: self._enter(GradientScreen(lab, draft, main.snapshot))),
            "preflight": ("not checked", lambda draft: self._enter(PreflightScreen(lab, draft), self._train)),
            "learning_curve": ("not trained", lambda draft: self._enter(LearningCurveScreen(lab, draft))),
            "rate_range": ("not trained", lambda draft: self._enter(RateRangeScreen(lab, draft), self._take_rate)),
            "sweep": ("not begun", self._sweep),
        }
        """A fault of the draft keeps them shut; what has not been done then."""
        self._of_run: dict[str, Callable[[Snapshot], None]] = {
            "export": self._export,
            "asking": lambda run: self._enter(AskingScreen(lab, run.experiment, run.name)),
            "bench": lambda run: self._enter(BenchScreen(lab, run)),
            "seeds": lambda run: self._enter(SeedsScreen(run.name), partial(self._compare, run.name)),
        }

    def open(self, name: str) -> None:
        """Opens the room of that name; or shows the fault that keeps it shut."""
        if name in self._of_draft:
            doing, enter = self._of_draft[name]
            if (experiment := self._board.faultless(doing)) is not None:
                enter(experiment)
        elif name in self._plain:
            self._plain[name]()
        elif (run := self._main.snapshot) is not None:
            self._of_run[name](run)

    def _enter(self, room: Dialog[T], then: Callable[[T], object] = lambda chosen: None) -> None:
        """Opens a room; `then` is called with what was chosen, and not at all where nothing was."""

        def answer(chosen: T | None) -> None:
            if chosen is not None:
                then(chosen)

        self._main.app.push_screen(room, answer)

    # What is chosen

    def _take_run(self, run: RunSummary) -> None:
        if isinstance(run, SweepRow):
            self._trials(run.name)
        else:
            self._main.attach(run.name)

    def _sweep(self, draft: Experiment) -> None:
        self._enter(SweepScreen(self._lab, draft, self._board.left, self._main.search), self._trials)

    def _trials(self, sweep: str) -> None:
        self._enter(TrialsScreen(self._lab, sweep), self._take_trial)

    def _take_trial(self, trial: ChosenTrial) -> None:
        lesson = self._main.lesson
        if lesson is not None and any(map(trial.is_of, (lesson.preset.experiment, self._board.draft.experiment))):
            self._board.adopt(trial.experiment, {})  # a sweep of the lesson, whose text goes on to be read
        else:
            self._main.load(trial.run, trial.experiment)
        self._main.attach(trial.run)

    def _take_rate(self, rate: float) -> None:
        self._board.edit({"optimization.learning_rate": f"{rate:g}"})

    def _train(self, wanted: bool) -> None:
        if wanted:
            self._main.train()

    def _compare(self, run: str, seeds: int) -> None:
        self._enter(CompareScreen(self._lab, (run,), seeds))

    # What must be known first

    def _table(self) -> None:
        """Explains the file that the draft names, faults or not; where it names none, one that is chosen there."""

        def take(decided: Decided) -> None:
            self._main.load(decided.experiment.name, decided.experiment)
            self._main.place = "experiment"
            self._train(decided.train)

        self._board.settle()
        self._enter(TableScreen(self._lab, self._board.draft.experiment), take)

    def _save(self, experiment: Experiment) -> None:
        """Asks for the name under which to save the experiment as a preset of the user's own."""

        def save(name: str, overwrite: bool) -> None:
            self._lab.save_preset(name, experiment, overwrite=overwrite)

        def saved(name: str) -> None:
            if self._main.lesson is None:  # else its text stays beside what was saved
                self._main.load(name, experiment)
            self._board.say(f"saved as the preset {name}")

        own = frozenset(preset.name for preset in self._syllabus.presets if preset.own)
        self._enter(SaveScreen(self._main.opened, own, save, self._jobs), saved)

    def _export(self, run: Snapshot) -> None:
        """Opens what can be taken away of a run, a picture of the screen as it is now among it."""
        picture = self._main.app.export_screenshot(title=f"tuilab {clean(run.name)}")
        self._enter(ExportScreen(self._lab, run, picture))
