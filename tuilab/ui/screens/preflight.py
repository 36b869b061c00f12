"""Preflight: the checks before a run, each told as it is made."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import ProgressBar, Static

from tuilab.experiment import Experiment
from tuilab.lab import Lab
from tuilab.lab.sentences.preflight import check_lines, outcome
from tuilab.text import clean
from tuilab.training.preflight import CHECKS, PreflightCheck
from tuilab.ui.panels.keyline import RoomKeys
from tuilab.ui.screens.dialog import Dialog
from tuilab.ui.work.jobs import Jobs, Tell, alone

STYLES = {False: "$text-error", None: "$text-warning", True: ""}
"""By whether a check holds, in the order in which they are shown."""


class PreflightScreen(Dialog[bool]):
    """The checks of an experiment; ends with whether it is to be trained."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "train", "Run", tooltip="Train the experiment"),
        Binding("escape,q", "dismiss", "Back"),
    ]

    def __init__(self, lab: Lab, experiment: Experiment) -> None:
        super().__init__()
        self._lab, self._experiment = lab, experiment
        self._jobs = Jobs(self, lab.store.home)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield Static(Content(f"Preflight: {clean(self._experiment.name, 60)}"), classes="title", markup=False)
            yield ProgressBar(total=len(CHECKS), show_eta=False, show_percentage=False)
            yield Static(outcome((), over=False), id="sentence", markup=False)
            with VerticalScroll():
                yield Static(id="checks", markup=False)
        yield RoomKeys()

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()
        self._jobs.follow("preflight", alone(self._look), self._take, self.refuse)

    def on_unmount(self) -> None:
        self._jobs.end()

    def action_train(self) -> None:
        """Trains the experiment."""
        self.dismiss(True)

    def _look(self, tell: Tell[tuple[tuple[PreflightCheck, ...], bool]]) -> None:
        found: tuple[PreflightCheck, ...] = ()
        for check in self._lab.preflight(self._experiment):
            found += (check,)
            tell((found, False))
            if tell.over.is_set():
                return
        tell((found, True))

    def _take(self, told: tuple[tuple[PreflightCheck, ...], bool]) -> None:
        found, over = told
        self.query_one(ProgressBar).update(progress=len(CHECKS) if over else len(found))
        self.query_one("#sentence", Static).update(Content(outcome(found, over)))
        # What is wrong is seen without scrolling.
        shown = sorted(found, key=lambda one: list(STYLES).index(one.holds)) if over else found
        lines = [Content.styled(line, STYLES[one.holds]) for one in shown for line in check_lines(one)]
        self.query_one("#checks", Static).update(Content("\n").join(lines))
