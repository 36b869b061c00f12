"""The list of presets; the chosen one is the result."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from tuilab.errors import BadInput
from tuilab.lab import Lab
from tuilab.presets import Preset
from tuilab.text import clean
from tuilab.ui.screens.dialog import Dialog
from tuilab.ui.work.jobs import Jobs


class PresetsScreen(Dialog[Preset | None]):
    """Shows each preset with its title, and what the highlighted one is about.

    The presets that are `known` already are there at once, so that no key comes too early; they are read anew.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,o,p,q,ctrl+o", "dismiss(None)", "Back"),
    ]

    def __init__(self, lab: Lab, known: tuple[Preset, ...]) -> None:
        super().__init__()
        self._lab, self._presets = lab, known
        self._jobs = Jobs(self, lab.store.home)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("Open a preset", classes="title", markup=False)
            yield OptionList(*_lines(self._presets), markup=False)
            yield Static(id="about", markup=False)
            yield Static("enter opens it", classes="foot", markup=False)
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        self._jobs.ask("presets", lambda: tuple(self._lab.presets()), self._take, self._say)

    def on_unmount(self) -> None:
        self._jobs.end()

    def _take(self, presets: tuple[Preset, ...]) -> None:
        """Shows what was read, if it is something new; the cursor stays where it is, if it can."""
        if presets == self._presets:
            return
        options = self.query_one(OptionList)
        here = self._presets[options.highlighted].name if options.highlighted is not None else ""
        self._presets = presets
        options.set_options(_lines(presets))
        options.highlighted = next((place for place, preset in enumerate(presets) if preset.name == here), 0)

    def _say(self, error: BadInput) -> None:
        self.query_one("#about", Static).update(Content(f"✗ {clean(str(error))}"))

    @on(OptionList.OptionHighlighted)
    def _explain(self, event: OptionList.OptionHighlighted) -> None:
        preset = self._presets[event.option_index]
        self.query_one("#about", Static).update(Content(clean(preset.about, 600)))

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._presets[event.option_index])


def _lines(presets: tuple[Preset, ...]) -> list[Option]:
    width = max((len(preset.name) for preset in presets), default=0)
    return [
        Option(
            Content.assemble(
                (clean(preset.name).ljust(width), "bold"),
                "  ",
                clean(preset.title),
                "  (yours)" if preset.own else "",
            )
        )
        for preset in presets
    ]
