"""The top line: what is open, and on a narrow screen the places to go to."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from tuilab.stages import Stage
from tuilab.text import clean
from tuilab.ui.messages import PlaceChosen
from tuilab.words import bar

PLACES = {"lesson": "Lesson", "experiment": "Experiment", "watch": "Watch"}


def stage_text(stage: Stage, subject: str = "") -> str:
    """What is done, with what, and how much of it by now."""
    doing = f"{stage.doing} {subject}".rstrip()
    return f"{doing} …" if stage.share is None else f"{doing} {bar(stage.share, 12)}"


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
    stage: var[Stage | None] = var(None)

    def compose(self) -> ComposeResult:
        yield Static(classes="name", markup=False)
        yield Static(classes="stage", markup=False)
        for place in PLACES:
            yield PlaceTab(place)

    def watch_opened(self) -> None:
        """Shows what is open."""
        self._update()

    def watch_changes(self) -> None:
        """Shows how much of it was changed."""
        self._update()

    def watch_stage(self) -> None:
        """Shows how far long work is, as long as it goes on."""
        for place in self.query(".stage").results(Static):
            said = f"{stage_text(self.stage)} · esc ends it " if self.stage else ""
            if said != place.content:  # an update lays everything out again
                place.update(said)

    def on_mount(self) -> None:
        self._update()

    def _update(self) -> None:
        changes = f" · {self.changes} changed •" if self.changes else ""
        for name in self.query(".name").results(Static):
            name.update(
                Content.assemble((" tuilab ", "bold reverse"), " ", clean(self.opened, 80), changes), layout=False
            )
