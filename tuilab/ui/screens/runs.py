"""The runs: browse them, come back to one, stop one. The chosen run's name is the result."""

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
from tuilab.lab import Lab, RunSummary
from tuilab.text import clean
from tuilab.ui.messages import Listed
from tuilab.ui.words import STATUS_GLYPHS, count, percent, when

REFRESH = 2.0
"""Seconds between two looks at the store."""


class RunsScreen(ModalScreen[str | None]):
    """A table of the runs, newest first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "attach", "Show", tooltip="Show the run and follow it"),
        Binding("s", "stop", "Stop", tooltip="Stop the run; what it learned is kept"),
        Binding("escape,b,q", "dismiss(None)", "Back"),
    ]

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self._lab = lab
        self._runs: tuple[RunSummary, ...] = ()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield Static("Runs", classes="title", markup=False)
            yield DataTable(cursor_type="row", zebra_stripes=True)
            yield Static("Looking …", id="empty", markup=False)
            yield Static(id="about", classes="foot", markup=False)
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one(DataTable).add_columns("run", "status", "iteration", "dev error", "when")
        self._look()
        self.set_interval(REFRESH, self._look)

    def action_stop(self) -> None:
        """Stops the highlighted run."""
        if (name := self._highlighted()) is None:
            return
        try:
            self._lab.stop(name)
            self._look()
        except BadInput as error:
            self.notify(clean(str(error)), severity="warning", markup=False)

    @on(DataTable.RowSelected)
    def action_attach(self) -> None:
        """Ends with the highlighted run."""
        if (name := self._highlighted()) is not None:
            self.dismiss(name)

    @on(DataTable.RowHighlighted)
    def _explain(self, event: DataTable.RowHighlighted) -> None:
        if event.cursor_row < len(self._runs):
            title = clean(self._runs[event.cursor_row].title)
            self.query_one("#about", Static).update(Content(f"{title}\nenter shows the run and follows it"))

    @on(Listed)
    def _show(self, event: Listed) -> None:
        empty = self.query_one("#empty", Static)
        empty.update("" if event.runs else "No runs yet: press escape, then r.")
        empty.display = not event.runs
        if event.runs == self._runs:
            return
        table = self.query_one(DataTable)
        row = table.cursor_row
        self._runs = event.runs
        table.clear()
        for run in event.runs:
            table.add_row(*cells(run))
        table.move_cursor(row=row)

    def _highlighted(self) -> str | None:
        row = self.query_one(DataTable).cursor_row
        return self._runs[row].name if row < len(self._runs) else None

    @work(thread=True, exclusive=True)
    def _look(self) -> None:
        self.post_message(Listed(tuple(self._lab.runs())))


def cells(run: RunSummary) -> list[Text]:
    """A run's row."""
    iteration = f"{count(run.iteration)} / {count(run.iterations)}"
    texts = (
        run.name,
        f"{STATUS_GLYPHS[run.status]} {run.status}",
        iteration,
        percent(run.dev_error),
        when(run.created),
    )
    return [Text(text) for text in texts]
