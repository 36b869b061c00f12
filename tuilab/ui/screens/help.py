"""Help: what the lab is, and the keys of every room, made from their bindings."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Static

from tuilab.ui.screens.dialog import Dialog

Room = tuple[str, Sequence[BindingType]]
"""A title and the bindings that hold there."""

INTRODUCTION = (
    "Change a knob on the left, press r, watch the cost and the errors fall, read the verdict, press the number of an "
    "action to try it. tab goes from field to field; escape leaves them, so that letters are keys again."
)


class HelpScreen(Dialog[None]):
    """Lists the keys of `rooms`."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,question_mark,f1,q", "dismiss", "Back")]

    def __init__(self, rooms: Iterable[Room]) -> None:
        super().__init__()
        self._rooms = tuple(rooms)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield Static("Help", classes="title", markup=False)
            with VerticalScroll():
                yield Static(INTRODUCTION, classes="introduction", markup=False)
                for title, bindings in self._rooms:
                    yield Static(title, classes="title", markup=False)
                    yield Static(self._table(bindings), markup=False)
        yield Footer(compact=True, show_command_palette=False)

    def _table(self, bindings: Sequence[BindingType]) -> Content:
        keys: dict[str, list[str]] = {}
        for binding in Binding.make_bindings(bindings):
            meaning = binding.tooltip or binding.description
            keys.setdefault(meaning, []).append(self.app.get_key_display(binding))
        rows = {meaning: " ".join(dict.fromkeys(displays)) for meaning, displays in keys.items() if meaning}
        width = max((len(keys) for keys in rows.values()), default=0)
        return Content("\n").join(
            Content.assemble("  ", (keys.ljust(width), "bold"), f"  {meaning}") for meaning, keys in rows.items()
        )
