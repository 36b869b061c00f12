"""The dialog that gives a run a label and a note; whether it was saved is the result."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Static

from tuilab.runs import About
from tuilab.runs.about import MAXIMUM_LABEL, MAXIMUM_NOTE
from tuilab.text import clean
from tuilab.ui.panels.keyline import RoomKeys
from tuilab.ui.screens.dialog import Dialog
from tuilab.ui.work.jobs import Jobs

Describe = Callable[[str, str], None]
"""Saves a label and a note. Raises `BadInput`."""


class NoteScreen(Dialog[bool]):
    """Shows what is said of the run called `name` until it can be saved."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(False)", "Cancel", tooltip="Leave it as it was"),
        Binding("ctrl+s", "save", "Save", tooltip="Save label and note"),
    ]

    def __init__(self, name: str, about: About, describe: Describe, jobs: Jobs) -> None:
        super().__init__()
        self._run, self._about, self._describe, self._jobs = name, about, describe, jobs

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Content(f"What is {clean(self._run)}?"), classes="title", markup=False)
            yield Input(self._about.label, placeholder="label", id="label", max_length=MAXIMUM_LABEL)
            yield Input(self._about.note, placeholder="note", id="note", max_length=MAXIMUM_NOTE)
            yield Static(id="fault", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Save", id="save", variant="primary", compact=True)
                yield Button("Cancel", id="cancel", compact=True)
        yield RoomKeys()

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(False)

    @on(Input.Submitted)
    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Saves what stands in the fields."""
        label, note = (self.query_one(field, Input).value.strip() for field in ("#label", "#note"))
        self._jobs.do(
            "describe",
            partial(self._describe, label, note),
            lambda done: self.dismiss(True),
            lambda error: self.query_one("#fault", Static).update(Content(f"✗ {clean(str(error))}")),
            still=lambda: self.is_active,
        )
