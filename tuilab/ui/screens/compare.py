"""Compare: several runs over one another, and a table of what differs between them."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import DataTable, Static

from tuilab.errors import BadInput
from tuilab.lab import Lab, Snapshot
from tuilab.lab.better import told
from tuilab.lab.comparison import Comparison, differing, same_but_seed, spread
from tuilab.lab.sentences.run import STATUS_SIGNS
from tuilab.text import clean
from tuilab.ui.figures.livery import liveries
from tuilab.ui.figures.several import PartName, cost_of_all, error_of_all
from tuilab.ui.panels.filled import fill
from tuilab.ui.panels.keyline import RoomKeys
from tuilab.ui.plots import Plot
from tuilab.ui.screens.dialog import Room
from tuilab.ui.work.jobs import Jobs, Tell
from tuilab.words import count, percent, plural

PACE = 0.5
"""Seconds between two looks at the runs."""


class CompareScreen(Room[None]):
    """The runs called `names`; `seeds` more children of the first are queued, each with another seed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "log", "Log", tooltip="Draw the cost on a logarithmic or a linear axis"),
        Binding("t", "part", "Train/dev", tooltip="Show the error of the train or of the dev part"),
        Binding("m", "band", "Band", tooltip="Seeds of one experiment: each run, or mean and lowest to highest"),
        Binding("escape,c,q", "dismiss", "Back", tooltip="Back; runs that were started go on"),
    ]

    runs: reactive[tuple[Snapshot, ...]] = reactive((), init=False)
    log_axis: reactive[bool | None] = reactive(None, init=False)
    part: reactive[PartName] = reactive("dev", init=False)
    banded = reactive(True, init=False)
    better = reactive("", init=False)
    """Which one is better, as far as that can be told."""

    def __init__(self, lab: Lab, names: tuple[str, ...], seeds: int = 0) -> None:
        super().__init__()
        self._lab, self._comparison = lab, Comparison(lab, names, seeds)
        self._jobs = Jobs(self, lab.store.home)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog room"):
            yield Static("Compare", classes="title", markup=False)
            with Container(id="plots"):
                yield Plot(id="cost")
                yield Plot(id="error")
            yield Static("Reading …", id="said", markup=False)
            yield DataTable(cursor_type="column", zebra_stripes=True)
        yield RoomKeys()

    def on_mount(self) -> None:
        self.query_one(DataTable).focus()
        self._jobs.follow("runs", self._poll, self._take, self._refuse)

    def on_unmount(self) -> None:
        self._jobs.end()

    def action_log(self) -> None:
        """Draws the cost over a log axis, or over a linear one again."""
        self.log_axis = not self.query_one("#cost", Plot).is_log

    def action_part(self) -> None:
        """Turns to the other part's error."""
        self.part = "train" if self.part == "dev" else "dev"

    def action_band(self) -> None:
        """Turns between the band and the single runs."""
        self.banded = not self.banded

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is a band only of several seeds."""
        if action == "band":
            return any(len(places) > 1 for places in same_but_seed([run.experiment for run in self.runs]))
        return True

    def _take(self, found: tuple[tuple[Snapshot, ...], str]) -> None:
        self.runs, self.better = found

    def _refuse(self, error: BadInput) -> None:
        self.query_one("#said", Static).update(Content(f"✗ {clean(str(error))}"))

    def watch_runs(self) -> None:
        """Draws and tells everything anew."""
        self.watch_log_axis()
        self.watch_part()
        self.watch_better()
        self._fill()
        self.refresh_bindings()

    def watch_better(self) -> None:
        """Says how many runs there are, how far their seeds lie apart, and which is better."""
        waiting = self._comparison.waiting
        more = f"; {plural(waiting, 'run')} queued" if waiting else ""
        parts = [f"{plural(len(self.runs), 'run')}{more}.", spread(self.runs), self.better]
        self.query_one("#said", Static).update(Content(" ".join(filter(None, parts))))

    def watch_log_axis(self) -> None:
        """Draws the cost."""
        self.query_one("#cost", Plot).show(cost_of_all(self.runs, log=self.log_axis, banded=self.banded))

    def watch_part(self) -> None:
        """Draws the error."""
        self.query_one("#error", Plot).show(error_of_all(self.runs, self.part, banded=self.banded))

    def watch_banded(self) -> None:
        """Draws both."""
        self.watch_log_axis()
        self.watch_part()

    def _fill(self) -> None:
        table = self.query_one(DataTable)
        column, scroll = table.cursor_column, table.scroll_offset
        known = liveries([run.name for run in self.runs])
        fill(table, ["", *(f"{known[run.name].marker} {clean(run.name)}" for run in self.runs)], rows(self.runs))
        table.move_cursor(column=column)
        table.scroll_to(*scroll, animate=False)

    def _poll(self, tell: Tell[tuple[tuple[Snapshot, ...], str]]) -> None:
        last: tuple[Snapshot, ...] = ()
        while not tell.over.is_set():
            runs = self._comparison.poll()
            if runs != last:
                tell((runs, ""))
            last = runs
            if self._comparison.over:
                tell((runs, told(self._lab, runs)))
                return
            tell.over.wait(PACE)


def rows(runs: tuple[Snapshot, ...]) -> list[tuple[str, ...]]:
    """The table: what differs, then how each run went; a first cell with the name of the row."""
    settings = [
        (row.name, *(clean(value, 40) for value in row.values)) for row in differing([r.experiment for r in runs])
    ]
    return [
        *(settings or [("", *("the same experiment" for _ in runs))]),
        ("status", *(f"{STATUS_SIGNS[run.status]} {run.status}" for run in runs)),
        ("iteration", *(count(run.view.iteration) for run in runs)),
        ("cost", *(f"{run.view.cost.total[-1]:.4g}" if len(run.view.cost) else "–" for run in runs)),
        ("train error", *(percent(run.error.train) for run in runs)),
        ("dev error", *(percent(run.error.dev) for run in runs)),
        ("label", *(run.about.label for run in runs)),
    ]
