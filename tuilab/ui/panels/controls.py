"""One-line controls that take and give the text of a value."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.suggester import Suggester, SuggestFromList
from textual.widgets import Checkbox, Input, Select

from tuilab.experiment import Knob
from tuilab.ui.messages import FieldTurned


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
    """A line whose number is turned with ↑ and ↓ in the steps of its knob."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "turn(True)", "More", show=False),
        Binding("down", "turn(False)", "Less", show=False),
    ]

    def __init__(self, text: str, knob: Knob) -> None:
        super().__init__(text)
        self._knob = knob

    def action_turn(self, up: bool) -> None:
        """Shows the number one step above or below, and says so where there is one."""
        before, self.value = self.value, self._knob.turned(self.value, up)
        self.cursor_position = len(self.value)
        if self.value != before:
            self.post_message(FieldTurned(self._knob.path))


class OnOff(Checkbox):
    """A checkbox that says its state in a word."""

    BUTTON_INNER = "●"

    def watch_value(self) -> None:
        """Says the state, then tells it."""
        self.label = "on" if self.value else "off"
        super().watch_value()


def control(knob: Knob, known: Sequence[str], text: str) -> Select[str] | OnOff | Line:
    """The control for a knob that shows `text`: a menu for a choice, a checkbox for a switch, an input for the rest."""
    match knob.kind:
        case "choice":
            return Select.from_values(knob.choices, value=text, allow_blank=False, compact=True)
        case "switch":
            return OnOff("off", text == "true", compact=True)
        case _ if known:
            return Suggestions(text, known)
        case _ if knob.steps is not None:
            return Turning(text, knob)
        case _:
            return Line(text)
