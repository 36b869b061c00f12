"""The list of presets; the chosen one is the result."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static

from tuilab.errors import BadInput
from tuilab.lab import Lab
from tuilab.presets import Preset
from tuilab.text import clean
from tuilab.ui.panels.keyline import RoomKeys
from tuilab.ui.panels.named_list import NamedList
from tuilab.ui.screens.dialog import Dialog
from tuilab.ui.work.jobs import Jobs


class PresetsScreen(Dialog[Preset]):
    """Shows each preset with its title, and what the highlighted one is about; what is typed narrows them.

    The presets that are `known` already are there at once, so that no key comes too early; they are read anew.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", tooltip="Take back what was typed, then go back"),
        Binding("ctrl+o", "dismiss(None)", "Back", show=False),
        Binding("up", "list('cursor_up')", show=False),
        Binding("down", "list('cursor_down')", show=False),
        Binding("pageup", "list('page_up')", show=False),
        Binding("pagedown", "list('page_down')", show=False),
        Binding("home", "list('first')", show=False, priority=True),
        Binding("end", "list('last')", show=False, priority=True),
    ]

    def __init__(self, lab: Lab, known: tuple[Preset, ...]) -> None:
        super().__init__()
        self._lab, self._presets = lab, known
        self._shown = known
        """Those that have what was typed."""
        self._jobs = Jobs(self, lab.store.home)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield Static("Open a preset", classes="title", markup=False)
            yield Input(placeholder="type to search: words of name, title or text", compact=True)
            yield NamedList(_lines(self._presets))
            yield Static(id="about", markup=False)
            yield Static("enter opens it", classes="foot", markup=False)
        yield RoomKeys()

    def on_mount(self) -> None:
        self.query_one(OptionList).can_focus = False
        self._jobs.ask("presets", lambda: tuple(self._lab.presets()), self._take, self._say)

    def on_unmount(self) -> None:
        self._jobs.end()

    def action_back(self) -> None:
        """Takes back what was typed; or goes back."""
        field = self.query_one(Input)
        if field.value:
            field.value = ""
        else:
            self.dismiss(None)

    def action_list(self, what: str) -> None:
        """Moves the cursor of the list, whose keys these are although the field has the focus."""
        options = self.query_one(OptionList)
        if options.scrollable_content_region:  # without room for a line there is no page
            getattr(options, f"action_{what}")()

    def _take(self, presets: tuple[Preset, ...]) -> None:
        """Shows what was read, if it is something new."""
        if presets != self._presets:
            self._presets = presets
            self._show(self.query_one(Input).value, typed=False)

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        self._show(event.value, typed=True)

    def _show(self, text: str, *, typed: bool) -> None:
        """Shows the presets with every word of `text`; the cursor is on the best if that was `typed`, else stays."""
        options = self.query_one(NamedList)
        self._shown = found(self._presets, text)
        names = [preset.name for preset in self._shown]
        stays = options.here in names and not (typed and text.strip())
        options.show(_lines(self._shown), "" if stays or not names else names[best(names, text)])
        if not names:
            self.query_one("#about", Static).update("No such preset.")

    def _say(self, error: BadInput) -> None:
        self.query_one("#about", Static).update(Content(f"✗ {clean(str(error))}"))

    @on(OptionList.OptionHighlighted)
    def _explain(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_index < len(self._shown):  # of a list that is no longer there
            preset = self._shown[event.option_index]
            self.query_one("#about", Static).update(Content(clean(preset.about, 600)))

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._shown[event.option_index])

    @on(Input.Submitted)
    def _choose_highlighted(self) -> None:
        if (place := self.query_one(OptionList).highlighted) is not None:
            self.dismiss(self._shown[place])


def best(names: Sequence[str], text: str) -> int:
    """The place of the name that is `text`, or begins with it, or has it in it; else the first."""
    said = text.strip().casefold()

    def far(place: int) -> tuple[bool, bool, bool]:
        name = names[place].casefold()
        return name != said, not name.startswith(said), said not in name

    return min(range(len(names)), key=far)


def found(presets: Sequence[Preset], text: str) -> tuple[Preset, ...]:
    """Those that have every word of `text` in their name, title or text, whatever its case."""
    words = text.casefold().split()
    texts = ("\n".join((preset.name, preset.title, preset.about)).casefold() for preset in presets)
    return tuple(preset for preset, said in zip(presets, texts, strict=True) if all(word in said for word in words))


def _lines(presets: tuple[Preset, ...]) -> dict[str, Content]:
    width = max((len(preset.name) for preset in presets), default=0)
    return {preset.name: _line(preset, width) for preset in presets}


def _line(preset: Preset, width: int) -> Content:
    name = (clean(preset.name).ljust(width), "bold")
    return Content.assemble(name, "  ", clean(preset.title), "  (yours)" if preset.own else "")
