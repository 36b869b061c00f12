"""The pictures of a sweep or of runs: error against each knob, two knobs, how many trials; new ones as they come."""

from collections.abc import Callable
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tuilab.lab import Lab
from tuilab.lab.best_curves import BestCurves
from tuilab.lab.pictures import SweepPictures, of_sweep
from tuilab.lab.sentences.pictures import best_text, counted
from tuilab.lab.sentences.sweep import varied_text
from tuilab.search import Search
from tuilab.text import clean
from tuilab.ui.figures.pictures import Page, pages
from tuilab.ui.panels.keyline import RoomKeys
from tuilab.ui.plots import Figure, Plot
from tuilab.ui.plots.drawing import Drawing
from tuilab.ui.plots.grid import NumberGrid, grid_cells
from tuilab.ui.plots.parallel import ParallelLines, parallel_cells
from tuilab.ui.screens.dialog import Room
from tuilab.ui.work.jobs import Jobs

REFRESH = 2.0
"""Seconds between two looks."""

WIDEN = Binding("x", "widen", "Widen", tooltip="Widen what the best lies at the edge of, and go on there")


class PicturesScreen(Room[None]):
    """Shows what `look` finds, again and again; `widen` goes on where the best lies at an edge.

    Both are called off the UI thread, and may raise `BadInput`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right_square_bracket,right", "turn(1)", "Next", tooltip="The next picture"),
        Binding("left_square_bracket,left", "turn(-1)", "Before", tooltip="The picture before"),
        WIDEN,
        Binding("escape,q,v", "dismiss", "Back"),
    ]

    page = reactive(0, init=False)
    """The number of the picture that is shown."""

    def __init__(
        self, lab: Lab, name: str, look: Callable[[], SweepPictures], widen: Callable[[], Search] | None = None
    ) -> None:
        super().__init__()
        self._what, self._look_at, self._widen = name, look, widen
        self._jobs = Jobs(self, lab.store.home)
        self._seen: SweepPictures | None = None
        self._pages: tuple[Page, ...] = ()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog room"):
            yield Static(Content(f"Pictures of {clean(self._what)}"), classes="title", markup=False)
            yield Plot()
            yield Drawing(id="drawn")
            yield Static("Looking …", id="sentence", markup=False)
        yield RoomKeys()

    def on_mount(self) -> None:
        self.query_one("#drawn").display = False
        self._look()
        self.set_interval(REFRESH, self._look)

    def on_unmount(self) -> None:
        self._jobs.end()

    def action_turn(self, by: int) -> None:
        """Shows the next picture, or the one before."""
        if self._pages:
            self.page = (self.page + by) % len(self._pages)

    def action_widen(self) -> None:
        """Tries more, beyond the edge where the best lies."""
        assert self._widen is not None
        self._jobs.do("widen", self._widen, self._widened, self.refuse)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that would do nothing is not offered."""
        if action == "widen":
            return self._widen is not None and self._seen is not None and bool(self._seen.edges)
        return super().check_action(action, parameters)

    def _widened(self, search: Search) -> None:
        say_widened(self, search)
        self._look()

    def watch_page(self) -> None:
        """Shows the page that was chosen."""
        self._show()

    def _look(self) -> None:
        if not self._jobs.goes_on("pictures"):
            self._jobs.ask("pictures", self._look_at, self._take, self.refuse)

    def _take(self, seen: SweepPictures) -> None:
        before, self._seen = self._seen, seen
        if before is not None and (before.candidates, before.trials) == (seen.candidates, seen.trials):
            return
        self._pages = pages(seen)
        self.page = min(self.page, len(self._pages) - 1)
        self._show()
        self.refresh_bindings()

    def _show(self) -> None:
        if self._seen is None:
            return
        shown, said = self._pages[self.page]
        self.query_one("#sentence", Static).update(Content("\n".join([best_text(self._seen), *said])))
        plot, drawing = self.query_one(Plot), self.query_one("#drawn", Drawing)
        plot.display = isinstance(shown, Figure)
        drawing.display = not plot.display
        match shown:
            case Figure():
                plot.show(shown, asked=True)
            case NumberGrid():
                drawing.draw(lambda width, height: grid_cells(shown, width, height))
            case ParallelLines():
                drawing.draw(lambda width, height: parallel_cells(shown, width, height))
        place = f"picture {self.page + 1} of {len(self._pages)}"
        title = f"{clean(self._what)}: {counted(self._seen)} · {place}"
        self.query_one(".title", Static).update(Content(title))


def say_widened(screen: Room[Any], search: Search) -> None:
    """Tells what a sweep that was widened varies now."""
    screen.notify(clean(varied_text(search), 200), title="Widened", markup=False)


def pictures_of_sweep(lab: Lab, name: str) -> PicturesScreen:
    """The pictures of a sweep, whose best may be looked for beyond an edge."""
    curves = BestCurves(lab.store)
    return PicturesScreen(lab, name, lambda: of_sweep(lab.sweeps.look(name), curves), lambda: lab.sweeps.widen(name))
