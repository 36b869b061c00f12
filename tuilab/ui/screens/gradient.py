"""The gradient check: the relative difference as a needle over the thresholds, and the blame of each parameter."""

from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import DataTable, Footer, Static

from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.lab import Lab
from tuilab.nn import GradientReport
from tuilab.text import clean
from tuilab.ui.messages import Checked, Refused
from tuilab.ui.panels.needle import Needle
from tuilab.ui.words import VERDICT_GLYPHS, count

_SENTENCES = {
    "correct": "Back-propagation and the numerical gradient agree.",
    "look again": "Close, but not close enough: look at the parameters one by one.",
    "wrong": "Back-propagation is wrong: begin with the parameter that is worst.",
}


class GradientScreen(ModalScreen[None]):
    """Checks the gradients of an experiment at its initialization, in a thread."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,g,q,ctrl+g", "dismiss", "Back")]

    def __init__(self, lab: Lab, experiment: Experiment) -> None:
        super().__init__()
        self._lab, self._experiment = lab, experiment

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield Static("Gradient check", classes="title", markup=False)
            yield Static("Checking every parameter at initialization …", id="sentence", markup=False)
            yield Needle()
            yield DataTable(id="parameters", cursor_type="row", zebra_stripes=True)
            yield Static(
                "‖dθ_approx − dθ‖₂ / (‖dθ_approx‖₂ + ‖dθ‖₂), two-sided differences; penalty included, dropout off",
                classes="foot",
                markup=False,
            )
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one(DataTable).add_columns("parameter", "size", "relative difference", "")
        self._check()

    @on(Checked)
    def show(self, event: Checked) -> None:
        """Shows a report."""
        report = event.report
        style = {"correct": "$text-success", "look again": "$text-warning", "wrong": "$text-error"}[report.verdict]
        head = f"{VERDICT_GLYPHS[report.verdict]} {report.verdict}: {report.relative_difference:.3g}"
        sentence = Content.assemble(
            (head, f"bold {style}"), f"  with ε = {report.epsilon:g}. {_SENTENCES[report.verdict]}"
        )
        self.query_one("#sentence", Static).update(sentence)
        self.query_one(Needle).difference = report.relative_difference
        self._fill(report)

    def _fill(self, report: GradientReport) -> None:
        table = self.query_one(DataTable)
        worst = report.worst
        for parameter in report.parameters:
            table.add_row(
                Text(parameter.name),
                Text(count(parameter.size), justify="right"),
                Text(f"{parameter.relative_difference:.3g}"),
                Text("← worst" if parameter is worst else ""),
            )
        table.move_cursor(row=report.parameters.index(worst))
        table.focus()

    @on(Refused)
    def _take_refusal(self, event: Refused) -> None:
        self.query_one("#sentence", Static).update(Content(f"✗ {clean(str(event.error))}"))

    @work(thread=True)
    def _check(self) -> None:
        try:
            self.post_message(Checked(self._lab.gradient_check(self._experiment)))
        except BadInput as error:
            self.post_message(Refused(error, "not checked"))
