"""A bug to be planted into the gradient; its name is the result, "" for none."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import DataTable, Static

from tuilab.nn import bugs
from tuilab.ui.panels.filled import fill
from tuilab.ui.panels.keyline import RoomKeys
from tuilab.ui.screens.dialog import Dialog

SECRET = "?"
"""Stands for one that is drawn and not named."""


class PlantScreen(Dialog[str]):
    """The bugs that fit a network of `depth` layers; None if it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,p,q", "dismiss(None)", "Back")]

    def __init__(self, depth: int) -> None:
        super().__init__()
        self._rows = {
            "": "no bug: the gradient as it is",
            SECRET: "one of those below, drawn by chance: find it",
            **{name: bug.why for name, bug in bugs(depth, 1).items()},
        }

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("Plant a bug", classes="title", markup=False)
            yield DataTable(cursor_type="row", show_header=False)
            yield Static("enter plants it", classes="foot", markup=False)
        yield RoomKeys()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        fill(table, ("bug", "what went wrong"), [(name or "none", why) for name, why in self._rows.items()])
        table.focus()

    @on(DataTable.RowSelected)
    def _choose(self, event: DataTable.RowSelected) -> None:
        self.dismiss(list(self._rows)[event.cursor_row])
