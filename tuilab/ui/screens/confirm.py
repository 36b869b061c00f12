"""Asks before something is done that cannot be undone."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from tuilab.text import clean
from tuilab.ui.screens.dialog import Dialog


class ConfirmScreen(Dialog[bool]):
    """The answer is the result; `doing` is what the button says."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "Yes", tooltip="Do it"),
        Binding("escape,n,q", "dismiss(False)", "No", tooltip="Leave it as it is"),
    ]

    def __init__(self, title: str, question: str, doing: str) -> None:
        super().__init__()
        self._title, self._question, self._doing = title, question, doing

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog small"):
            yield Static(Content(clean(self._title)), classes="title", markup=False)
            yield Static(Content(clean(self._question)), markup=False)
            with Horizontal(classes="buttons"):
                yield Button(f"{self._doing} (y)", id="yes", variant="error", compact=True)
                yield Button("Cancel (esc)", id="no", compact=True)

    def on_mount(self) -> None:
        self.query_one("#no", Button).focus()

    @on(Button.Pressed)
    def _answer(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")
