"""One-line controls that take and give the text of a value."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import set_cell_size
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.suggester import Suggester, SuggestFromList
from textual.widgets import Checkbox, Input, Select, Static
from textual.widgets._select import NonSelectableStatic, NoSelection, SelectCurrent, SelectOverlay

from tuilab.experiment import Knob
from tuilab.ui.messages import FieldTurned

CLOSED, OPENED = "▼", "▲"
"""The arrow of a menu whose list is closed, or open."""


class Line(Input):
    """An input of one line that is left with enter. It judges nothing: the draft does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.leave", "Leave the field", show=False),
    ]

    def __init__(self, text: str, suggester: Suggester | None = None) -> None:
        super().__init__(text, suggester=suggester, validate_on=())


class Suggestions(Line):
    """A line that also steps through known values with ↑ and ↓."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", "Previous known value", show=False),
        Binding("down", "step(1)", "Next known value", show=False),
    ]

    def __init__(self, text: str, known: Sequence[str]) -> None:
        super().__init__(text, SuggestFromList(known, case_sensitive=False))
        self._known = tuple(known)

    def action_step(self, step: int) -> None:
        """Shows the known value that lies `step` from the one that is shown."""
        here = self._known.index(self.value) if self.value in self._known else min(0, -step)
        self.value = self._known[(here + step) % len(self._known)]


class Turning(Line):
    """A line whose number, of several the one at the cursor, is turned with ↑ and ↓ in the steps of its knob."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "turn(True)", "More", show=False),
        Binding("down", "turn(False)", "Less", show=False),
    ]

    def __init__(self, text: str, knob: Knob) -> None:
        super().__init__(text)
        self._knob = knob

    def action_turn(self, up: bool) -> None:
        """Shows the number one step above or below, and says so where there is one."""
        before = self.value
        self.value, end = self._knob.turned(before, up, self.cursor_position)
        self.cursor_position = end
        if self.value != before:
            self.post_message(FieldTurned(self._knob.path))


class OnOff(Checkbox):
    """A checkbox that says its state in a word."""

    BUTTON_INNER = "●"

    def watch_value(self) -> None:
        """Says the state, then tells it."""
        self.label = "on" if self.value else "off"
        super().watch_value()


class MenuLine(SelectCurrent):
    """The choice of a menu, and one arrow where Textual's has two, of which one is hidden."""

    def __init__(self, choice: str) -> None:
        super().__init__(choice)
        self.set_reactive(SelectCurrent.has_value, True)
        self.add_class("-has-value", update=False)

    def compose(self) -> ComposeResult:
        yield NonSelectableStatic(self.placeholder, id="label", markup=False)
        yield NonSelectableStatic(CLOSED, classes="arrow", markup=False)

    def show(self, choice: str, opened: bool) -> None:
        """Shows `choice`, and which way the list goes."""
        for shown, said in zip(self.query(Static), (choice, OPENED if opened else CLOSED), strict=False):
            if said != shown.content:
                shown.update(said, layout=False)


class Menu(Select[str]):
    """A menu of which one choice is always made. Its list is made when it is first opened: six would slow the start."""

    def __init__(self, choices: Sequence[str], chosen: str) -> None:
        super().__init__([(choice, choice) for choice in choices], value=chosen, allow_blank=False, compact=True)

    def compose(self) -> ComposeResult:
        yield MenuLine(str(self._value))

    def action_show_overlay(self) -> None:
        """Opens the list."""
        self.expanded = True

    async def watch_expanded(self, expanded: bool) -> None:
        """Turns the arrow; the first time, makes the list."""
        self._show()
        if expanded and not self.query(SelectOverlay):
            await self.mount(SelectOverlay().data_bind(compact=Select.compact))
            self._setup_options_renderables()
            self._watch_expanded(self.expanded)

    def _watch_value(self, value: str | NoSelection) -> None:
        self._value = value
        self._show()

    def _show(self) -> None:
        for line in self.query(MenuLine):
            line.show(str(self.value), self.expanded)

    def _setup_options_renderables(self) -> None:
        if self.query(SelectOverlay):
            super()._setup_options_renderables()


ValueControl = Menu | OnOff | Line


def control(knob: Knob, known: Sequence[str], text: str) -> ValueControl:
    """The control for a knob that shows `text`: a menu for a choice, a checkbox for a switch, an input for the rest."""
    match knob.kind:
        case "choice":
            return Menu(knob.choices, text)
        case "switch":
            return OnOff("off", text == "true", compact=True)
        case _ if known:
            return Suggestions(text, known)
        case _ if knob.steps is not None:
            return Turning(text, knob)
        case _:
            return Line(text)


def at_rest(knob: Knob, text: str, width: int) -> tuple[str, str]:
    """What the menu or the line for a knob shows of `text` in `width` cells: before the arrow, and from it on."""
    arrow = f" {CLOSED} " if knob.kind == "choice" else " "
    return " " + set_cell_size(text, max(0, width - 1 - len(arrow))), arrow
