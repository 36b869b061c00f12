"""Asks what becomes of a run that is still going when the lab is closed."""

from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from tuilab.text import clean
from tuilab.ui.screens.dialog import Dialog

Choice = Literal["leave", "stop", "cancel"]


class LeaveScreen(Dialog[Choice]):
    """The choice is the result."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "dismiss('leave')", "Leave it running"),
        Binding("s", "dismiss('stop')", "Stop it"),
        Binding("escape,c", "dismiss('cancel')", "Cancel"),
    ]

    def __init__(self, run: str) -> None:
        super().__init__()
        self._run = run

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog small"):
            yield Static("Close the lab", classes="title", markup=False)
            yield Static(Content(f"{clean(self._run)} is still going."), markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Leave it running (l)", id="leave", variant="primary", compact=True)
                yield Button("Stop it (s)", id="stop", compact=True)
                yield Button("Cancel (esc)", id="cancel", compact=True)

    @on(Button.Pressed, "#leave")
    def _leave(self) -> None:
        self.dismiss("leave")

    @on(Button.Pressed, "#stop")
    def _stop(self) -> None:
        self.dismiss("stop")

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss("cancel")
