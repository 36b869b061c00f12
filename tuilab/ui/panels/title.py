"""The top line: what is open, and on a narrow screen the places to go to."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from tuilab.text import clean
from tuilab.ui.messages import PlaceChosen

PLACES = {"lesson": "Lesson", "experiment": "Experiment", "watch": "Watch"}


class PlaceTab(Static):
    """The name of a place; a click asks for it."""

    def __init__(self, place: str) -> None:
        super().__init__(PLACES[place], classes=f"tab {place}", markup=False)
        self._place = place

    def on_click(self) -> None:
        """Asks for the place."""
        self.post_message(PlaceChosen(self._place))


class TitleLine(Horizontal):
    """The program, the preset, how many fields were changed, and the tabs."""

    opened = var("")
    changes = var(0)

    def compose(self) -> ComposeResult:
        yield Static(classes="name", markup=False)
        for place in PLACES:
            yield PlaceTab(place)

    def watch_opened(self) -> None:
        """Shows what is open."""
        self._update()

    def watch_changes(self) -> None:
        """Shows how much of it was changed."""
        self._update()

    def on_mount(self) -> None:
        self._update()

    def _update(self) -> None:
        changes = f" · {self.changes} changed •" if self.changes else ""
        for name in self.query(".name").results(Static):
            name.update(Content.assemble((" tuilab ", "bold reverse"), " ", clean(self.opened, 80), changes))
