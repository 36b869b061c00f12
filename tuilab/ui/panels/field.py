"""A field: the label and the control of one knob, on one line."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import var
from textual.widgets import Input, Select

from tuilab.experiment import Knob
from tuilab.ui.messages import FieldEdited
from tuilab.ui.panels.controls import OnOff, control


class Field(Horizontal):
    """One knob. Says `FieldEdited` when a person changes it; shows ✗ where it is wrong, • where it was changed.

    It draws its label itself, left of the control: a widget for each label would slow the start.
    """

    fault = var("")
    """What is wrong with the value; empty if nothing is."""
    edited = var(False)
    """Whether the value differs from what was loaded."""

    idle = var("")
    """Why the knob can do nothing now; empty if it can."""

    def __init__(self, knob: Knob, known: Sequence[str] = ()) -> None:
        super().__init__()
        self.knob, self._known = knob, known
        self._text = knob.format(knob.default)

    def compose(self) -> ComposeResult:
        yield control(self.knob, self._known, self._text)

    def render(self) -> Content:
        """The label. It is bold by itself: what a style makes bold is bold in the control too."""
        mark = "✗" if self.fault else "•" if self.edited else " "
        return Content.styled(f"{mark} {self.knob.title}", "bold" if self.fault or self.has_focus_within else "")

    @property
    def text(self) -> str:
        """The text of the value, as it is shown."""
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

    def watch_fault(self, fault: str) -> None:
        """Marks the field, in words for the mouse too."""
        self.set_class(bool(fault), "-faulty")
        self.tooltip = Content(fault or self.knob.help)
        self.refresh()

    def watch_edited(self) -> None:
        """Marks the field."""
        self.set_class(self.edited, "-edited")
        self.refresh()

    def watch_idle(self) -> None:
        """Dims the field."""
        self.set_class(bool(self.idle), "-idle", update=self.is_attached)

    def on_mount(self) -> None:
        self._put()
        self.watch(self.children[0], "value", self._tell, init=False)  # at once: a message would come later

    def _put(self) -> None:
        match self.children[0]:
            case Select() as menu if self._text in self.knob.choices:
                menu.value = self._text
            case OnOff() as switch if self._text in ("true", "false"):
                switch.value = self._text == "true"
            case Input() as line:
                line.value = self._text

    def _tell(self, value: object) -> None:
        text = self.knob.format(value)
        if text != self._text:
            self._text = text
            self.post_message(FieldEdited(self.knob.path, text))
