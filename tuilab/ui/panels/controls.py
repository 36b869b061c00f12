"""One-line controls that take and give the text of a value."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message
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


class KnobControl(Container):
    """The control for a knob: a menu for a choice, a checkbox for a switch, an input for the rest."""

    class Changed(Message):
        """The text of the value has changed, by hand."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, knob: Knob, known: Sequence[str] = ()) -> None:
        super().__init__()
        self._knob, self._known = knob, known
        self._text = knob.format(knob.default)

    def compose(self) -> ComposeResult:
        match self._knob.kind:
            case "choice":
                yield Select.from_values(self._knob.choices, value=self._text, allow_blank=False, compact=True)
            case "switch":
                yield OnOff("off", self._text == "true", compact=True)
            case _ if self._known:
                yield Suggestions(self._text, self._known)
            case _ if self._knob.steps is not None:
                yield Turning(self._text, self._knob)
            case _:
                yield Line(self._text)

    def on_mount(self) -> None:
        self._put()
        self.watch(self.children[0], "value", self._tell, init=False)  # at once: a message would come later

    @property
    def text(self) -> str:
        """What is shown."""
        return self._text

    @text.setter
    def text(self, text: str) -> None:
        """Shows `text` without telling anybody; a menu or checkbox keeps its state where `text` is no value."""
        if text != self._text:
            self._text = text
            if self.is_mounted:
                self._put()

    def focus_control(self) -> None:
        """Gives the control the focus."""
        self.children[0].focus()

    def _put(self) -> None:
        match self.children[0]:
            case Select() as menu if self._text in self._knob.choices:
                menu.value = self._text
            case OnOff() as switch if self._text in ("true", "false"):
                switch.value = self._text == "true"
            case Input() as line:
                line.value = self._text

    def _tell(self, value: object) -> None:
        text = self._knob.format(value)
        if text != self._text:
            self._text = text
            self.post_message(self.Changed(text))
