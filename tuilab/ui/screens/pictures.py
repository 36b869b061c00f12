"""The pictures of a sweep or of runs: error against each knob, two knobs, how many trials; new ones as they come."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Footer, Static

from tuilab.errors import BadInput
from tuilab.lab import Lab
from tuilab.lab.pictures import SweepPictures
from tuilab.lab.sentences.pictures import best_text, counted, edges_text, enough_text, importance_text
from tuilab.text import clean
from tuilab.ui.figures.pictures import all_figures
from tuilab.ui.plots import Figure, Plot
from tuilab.ui.plots.drawing import Drawing
from tuilab.ui.plots.grid import NumberGrid, grid_cells
from tuilab.ui.screens.dialog import Dialog
from tuilab.ui.work.jobs import Jobs

REFRESH = 2.0
"""Seconds between two looks."""


class PicturesScreen(Dialog[None]):
    """Shows what `look` finds, which is called off the UI thread, again and again. It may raise `BadInput`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right_square_bracket,right", "turn(1)", "Next", tooltip="The next picture"),
        Binding("left_square_bracket,left", "turn(-1)", "Before", tooltip="The picture before"),
        Binding("escape,q,v", "dismiss", "Back"),
    ]

    page = reactive(0, init=False)
    """The number of the picture that is shown."""

    def __init__(self, lab: Lab, name: str, look: Callable[[], SweepPictures]) -> None:
        super().__init__()
        self._what, self._look_at = name, look
        self._jobs = Jobs(self, lab.store.home)
        self._seen: SweepPictures | None = None
        self._figures: tuple[Figure | NumberGrid, ...] = ()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog room"):
            yield Static(Content(f"Pictures of {clean(self._what)}"), classes="title", markup=False)
            yield Plot()
            yield Drawing(id="grid")
            yield Static("Looking …", id="sentence", markup=False)
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one("#grid").display = False
        self._look()
        self.set_interval(REFRESH, self._look)

    def on_unmount(self) -> None:
        self._jobs.end()

    def action_turn(self, by: int) -> None:
        """Shows the next picture, or the one before."""
        if self._figures:
            self.page = (self.page + by) % len(self._figures)

    def watch_page(self) -> None:
        """Shows it."""
        self._show()

    def _look(self) -> None:
        if not self._jobs.goes_on("pictures"):
            self._jobs.ask("pictures", self._look_at, self._take, self._refuse)

    def _take(self, seen: SweepPictures) -> None:
        before, self._seen = self._seen, seen
        if before is not None and (before.candidates, before.trials) == (seen.candidates, seen.trials):
            return
        self._figures = all_figures(seen)
        self.page = min(self.page, len(self._figures) - 1)
        said = [best_text(seen), *edges_text(seen), *importance_text(seen), enough_text(seen)]
        self.query_one("#sentence", Static).update(Content("\n".join(said)))
        self._show()

    def _show(self) -> None:
        if self._seen is None:
            return
        shown = self._figures[self.page]
        plot, grid = self.query_one(Plot), self.query_one("#grid", Drawing)
        plot.display, grid.display = isinstance(shown, Figure), isinstance(shown, NumberGrid)
        if isinstance(shown, NumberGrid):
            grid.draw(lambda width, height: grid_cells(shown, width, height))
        else:
            plot.show(shown, asked=True)
        place = f"picture {self.page + 1} of {len(self._figures)}"
        title = f"{clean(self._what)}: {counted(self._seen)} · {place}"
        self.query_one(".title", Static).update(Content(title))

    def _refuse(self, error: BadInput) -> None:
        self.query_one("#sentence", Static).update(Content(f"✗ {clean(str(error))}"))
