"""Asks for how many more seeds an experiment shall be run; the number is the result."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.validation import Integer
from textual.widgets import Button, Input, Static

from tuilab.text import clean
from tuilab.ui.screens.dialog import Dialog

MAXIMUM_SEEDS = 100


class SeedsScreen(Dialog[int]):
    """How much of a result is luck? Another seed is another split, other first weights, batches and masks."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, run: str) -> None:
        super().__init__()
        self._run = run

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog small"):
            yield Static("More seeds", classes="title", markup=False)
            yield Static(
                Content(
                    f"{clean(self._run)} again with other seeds (split, first weights, batches, masks), one run each, "
                    "beside it as mean and band. How many more?"
                ),
                markup=False,
            )
            yield Input("4", type="integer", validators=[Integer(1, MAXIMUM_SEEDS)], compact=True)
            yield Static(id="fault", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Run them", id="run", variant="primary", compact=True)
                yield Button("Cancel (esc)", id="cancel", compact=True)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)

    @on(Input.Submitted)
    @on(Button.Pressed, "#run")
    def _answer(self) -> None:
        field = self.query_one(Input)
        if field.is_valid and field.value:
            self.dismiss(int(field.value))
        else:
            self.query_one("#fault", Static).update(f"✗ must be a whole number from 1 to {MAXIMUM_SEEDS}")
