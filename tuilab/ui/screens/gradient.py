"""The gradient room: the difference as a needle over the thresholds, the blame, the coordinates, the U-curve."""

import random
from contextlib import suppress
from functools import partial
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import ContentSwitcher, DataTable, Static

from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.lab import Lab, Snapshot
from tuilab.lab.sentences.gradients import (
    COORDINATE_COLUMNS,
    PARAMETER_COLUMNS,
    coordinate_rows,
    cubed,
    head,
    parameter_rows,
    sentence,
)
from tuilab.nn import GradientReport, Parameters, bugs
from tuilab.nn.gradient_check import Verdict
from tuilab.text import clean
from tuilab.ui.figures.curves import sweep_figure
from tuilab.ui.panels.filled import fill
from tuilab.ui.panels.keyline import RoomKeys
from tuilab.ui.panels.needle import Needle
from tuilab.ui.panels.tabs import TabChosen, TabLine
from tuilab.ui.plots import Plot
from tuilab.ui.screens.dialog import Room
from tuilab.ui.screens.plant import SECRET, PlantScreen
from tuilab.ui.work.jobs import Jobs
from tuilab.words import count

_STYLES: dict[Verdict, str] = {
    "correct": "$text-success",
    "look again": "$text-warning",
    "wrong": "$text-error",
    "proves nothing": "$text-warning",
}
_TABS = {"parameters": "Parameters", "coordinates": "Worst coordinates", "curve": "U-curve over ε"}
_INITIAL = "at initialization"


class Check(NamedTuple):
    """A gradient check that has ended: of what, at which weights (None: the first), with which bug."""

    experiment: Experiment
    at: Parameters | None
    where: str
    bug: str
    report: GradientReport


class GradientScreen(Room[None]):
    """Checks the gradients of an experiment at its initialization, or at the newest weights of the run `shown`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "plant", "Plant a bug", tooltip="Plant a bug and see which parameter the check blames"),
        Binding("a", "answer", "Answer", tooltip="Name the bug that was drawn"),
        Binding("w", "weights", "Weights", tooltip="Check at initialization, or at the run's newest weights"),
        Binding("left_square_bracket", "turn(-1)", "Previous tab", show=False),
        Binding("right_square_bracket", "turn(1)", "Tab", key_display="]", tooltip="Parameters, coordinates, U-curve"),
        Binding("escape,g,q,ctrl+g", "dismiss", "Back"),
    ]

    tab = reactive(0, init=False)
    bug: reactive[str] = reactive("", init=False)
    """The name of the one that is planted."""
    hidden = reactive(False, init=False)
    """Whether its name is kept back."""
    of_run = reactive(False, init=False)
    """Whether the run's weights are looked at."""
    report: reactive[GradientReport | None] = reactive(None, init=False)

    def __init__(self, lab: Lab, experiment: Experiment, shown: Snapshot | None = None) -> None:
        super().__init__()
        self._lab, self._experiment, self._shown = lab, experiment, shown
        self._jobs = Jobs(self, lab.store.home)
        self._where = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog room"):
            yield Static("Gradient check", classes="title", markup=False)
            yield Static(id="sentence", markup=False)
            yield Needle()
            yield TabLine(list(_TABS.values())).data_bind(current=GradientScreen.tab)
            with ContentSwitcher(initial="parameters"):
                yield DataTable(id="parameters", cursor_type="row", zebra_stripes=True)
                yield DataTable(id="coordinates", cursor_type="row", zebra_stripes=True)
                with Vertical(id="curve"):
                    yield Plot()
                    yield Static("\n".join(cubed()), markup=False)
            yield Static(
                "‖dθ_approx − dθ‖₂ / (‖dθ_approx‖₂ + ‖dθ‖₂), two-sided differences; penalty included, dropout off",
                classes="foot",
                markup=False,
            )
        yield RoomKeys()

    def on_mount(self) -> None:
        fill(self.query_one("#parameters", DataTable), PARAMETER_COLUMNS, [])
        fill(self.query_one("#coordinates", DataTable), COORDINATE_COLUMNS, [])
        self.query_one("#parameters").focus()
        self._begin()

    def on_unmount(self) -> None:
        self._jobs.end()

    @property
    def _checked(self) -> Experiment:
        """The experiment whose gradients are checked: the one in the panels, or that of the run."""
        return self._shown.experiment if self._shown and self.of_run else self._experiment

    # What the keys do

    def action_plant(self) -> None:
        """Asks which bug to plant."""

        def plant(name: str | None) -> None:
            if name is not None:
                self.hidden = name == SECRET
                self._begin(name)

        self.app.push_screen(PlantScreen(len(self._checked.network.hidden) + 1), plant)

    def action_answer(self) -> None:
        """Names the bug."""
        self.hidden = False

    def action_weights(self) -> None:
        """Turns between the initialization and the run."""
        self.of_run = not self.of_run
        self._begin(self.bug)

    def action_turn(self, step: int) -> None:
        """Shows the tab that is `step` away."""
        self.tab = (self.tab + step) % len(_TABS)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that would do nothing is not offered."""
        match action:
            case "answer":
                return self.hidden
            case "weights":
                return self._shown is not None
            case _:
                return True

    # What comes from the threads

    def _take(self, check: Check) -> None:
        self.bug, self._where = check.bug, check.where
        self.report = check.report
        self._jobs.ask(
            "sweep",
            partial(self._lab.epsilon_sweep, check.experiment, plant=check.bug or None, at=check.at),
            lambda sweep: self.query_one(Plot).show(sweep_figure(sweep)),
            self.refuse,
        )

    def refuse(self, error: BadInput) -> None:
        """As any screen does, but for the bug that is to be found: its name is not told."""
        idle = BadInput("the bug that was drawn changes nothing here; p plants another")
        super().refuse(idle if self.hidden and self.bug else error)

    @on(TabChosen)
    def _take_tab(self, event: TabChosen) -> None:
        self.tab = event.number

    # What follows from a change of state

    def watch_tab(self) -> None:
        """Shows the tab."""
        switcher = self.query_one(ContentSwitcher)
        switcher.current = list(_TABS)[self.tab]
        if switcher.visible_content is not None and switcher.visible_content.can_focus:
            switcher.visible_content.focus()

    def watch_hidden(self) -> None:
        """Tells the bug's name, or no longer."""
        self._tell()

    def watch_report(self, report: GradientReport | None) -> None:
        """Shows a report."""
        self._tell()
        self.refresh_bindings()
        if report is None:
            return
        told = report.verdict != "proves nothing"
        self.query_one(Needle).difference = report.relative_difference if told else None
        fill(self.query_one("#parameters", DataTable), PARAMETER_COLUMNS, parameter_rows(report))
        fill(self.query_one("#coordinates", DataTable), COORDINATE_COLUMNS, coordinate_rows(report))
        self.query_one("#parameters", DataTable).move_cursor(row=report.parameters.index(report.worst))

    def _tell(self) -> None:
        self.refresh_bindings()
        if self.report is None:
            return
        planted = "  A bug is planted; press a for its name." if self.hidden else f"  Planted: {self.bug}."
        self.query_one("#sentence", Static).update(
            Content.assemble(
                (head(self.report), f"bold {_STYLES[self.report.verdict]}"),
                planted if self.bug else "",
                f"  {sentence(self.report, self._where)}",
            )
        )

    def _begin(self, bug: str = "") -> None:
        """Checks with the bug of that name planted, or one drawn by chance, or none."""
        self.report, self.bug = None, "" if bug == SECRET else bug
        self.query_one(Needle).difference = None
        self.query_one("#sentence", Static).update("Checking every coordinate …")
        self.query_one(Plot).show(sweep_figure(None))
        run = self._shown.name if self._shown and self.of_run else ""
        self._jobs.end("sweep")
        self._jobs.ask("check", partial(self._check, bug, run), self._take, self.refuse)

    def _check(self, bug: str, run: str) -> Check:
        experiment, at, where = self._experiment, None, _INITIAL
        if run:
            weights = self._lab.weights(run)
            experiment, at = self._lab.follow(run, shown=False).poll().experiment, weights.parameters
            where = f"after {count(weights.iteration)} iterations of {clean(run)}"
            where += ", not the experiment in the panels" if experiment != self._experiment else ""
        if bug != SECRET:
            return Check(experiment, at, where, bug, self._lab.gradient_check(experiment, plant=bug or None, at=at))
        names = bugs(len(experiment.network.hidden) + 1, 1)
        for drawn in random.sample(sorted(names), k=len(names)):
            with suppress(BadInput):  # one that would change nothing here
                return Check(experiment, at, where, drawn, self._lab.gradient_check(experiment, plant=drawn, at=at))
        raise BadInput("no bug can be planted here: each leaves the gradient as it is")
