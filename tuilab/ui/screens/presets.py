"""The list of presets; the chosen one's name is the result."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from tuilab.presets import Preset
from tuilab.text import clean
from tuilab.ui.screens.dialog import Dialog


class PresetsScreen(Dialog[str | None]):
    """Shows each preset with its title, and what the highlighted one is about."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,o,p,q,ctrl+o", "dismiss(None)", "Back"),
    ]

    def __init__(self, presets: tuple[Preset, ...]) -> None:
        super().__init__()
        self._presets = presets

    def compose(self) -> ComposeResult:
        width = max((len(preset.name) for preset in self._presets), default=0)
        with Vertical(classes="dialog"):
            yield Static("Open a preset", classes="title", markup=False)
            yield OptionList(*(Option(_line(preset, width)) for preset in self._presets), markup=False)
            yield Static(id="about", markup=False)
            yield Static("enter opens it", classes="foot", markup=False)
        yield Footer(compact=True, show_command_palette=False)

    @on(OptionList.OptionHighlighted)
    def _explain(self, event: OptionList.OptionHighlighted) -> None:
        preset = self._presets[event.option_index]
        self.query_one("#about", Static).update(Content(clean(preset.about, 600)))

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._presets[event.option_index].name)


def _line(preset: Preset, width: int) -> Content:
    own = "  (yours)" if preset.own else ""
    return Content.assemble((clean(preset.name).ljust(width), "bold"), "  ", clean(preset.title), own)
