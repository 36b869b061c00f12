"""The dialog that saves the panels as a preset; the saved name is the result."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Static

from tuilab.text import clean
from tuilab.ui.panels.keyline import RoomKeys
from tuilab.ui.screens.dialog import Dialog
from tuilab.ui.work.jobs import Jobs

Save = Callable[[str, bool], None]
"""Saves under a name; the second argument allows to overwrite. Raises `BadInput`."""


class SaveScreen(Dialog[str]):
    """Asks for a name until it can be saved; a name of the user's that is `taken` must be confirmed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, suggestion: str, taken: frozenset[str], save: Save, jobs: Jobs) -> None:
        super().__init__()
        self._suggestion, self._taken, self._save, self._jobs = suggestion, taken, save, jobs
        self._confirmed = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("Save the experiment as a preset of your own", classes="title", markup=False)
            yield Input(self._suggestion, placeholder="name", id="name")
            yield Static(id="fault", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Save", id="save", variant="primary", compact=True)
                yield Button("Cancel", id="cancel", compact=True)
        yield RoomKeys()

    @on(Input.Changed)
    def _forget(self) -> None:
        self._confirmed = ""
        self._show("")

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)

    @on(Input.Submitted)
    @on(Button.Pressed, "#save")
    def _try(self) -> None:
        name = self.query_one("#name", Input).value.strip()
        if name in self._taken and name != self._confirmed:
            self._confirmed = name
            self._show(f"There is a preset {name} already. Save again to overwrite it.")
            return
        self._jobs.do(
            "save",
            partial(self._save, name, name == self._confirmed),
            lambda done: self.dismiss(name),
            lambda error: self._show(f"✗ {error.message}"),
            still=lambda: self.is_active,
        )

    def _show(self, fault: str) -> None:
        self.query_one("#name", Input).set_class(bool(fault), "-invalid")
        self.query_one("#fault", Static).update(Content(clean(fault)))
