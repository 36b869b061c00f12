"""A field: the label and the control of one knob, on one line."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from tuilab.experiment import Knob
from tuilab.ui.messages import FieldEdited
from tuilab.ui.panels.controls import KnobControl


class Field(Horizontal):
    """One knob. Says `FieldEdited` when a person changes it; shows ✗ where it is wrong, • where it was changed."""

    fault = var("")
    """What is wrong with the value; empty if nothing is."""
    edited = var(False)
    """Whether the value differs from what was loaded."""

    idle = var("")
    """Why the knob can do nothing now; empty if it can."""

    def __init__(self, knob: Knob, known: Sequence[str] = ()) -> None:
        super().__init__()
        self.knob = knob
        self._control = KnobControl(knob, known)

    def compose(self) -> ComposeResult:
        yield Static(classes="label", markup=False)
        yield self._control

    @property
    def text(self) -> str:
        """The text of the value, as it is shown."""
        return self._control.text

    @text.setter
    def text(self, text: str) -> None:
        self._control.text = text

    def focus_control(self) -> None:
        """Gives the control the focus."""
        self._control.focus_control()

    def watch_fault(self, fault: str) -> None:
        """Marks the field, in words for the mouse too."""
        self.set_class(bool(fault), "-faulty")
        self.tooltip = Content(fault or self.knob.help)
        self._label()

    def watch_edited(self) -> None:
        """Marks the field."""
        self.set_class(self.edited, "-edited")
        self._label()

    def watch_idle(self) -> None:
        """Dims the field."""
        self.set_class(bool(self.idle), "-idle", update=self.is_attached)

    def on_mount(self) -> None:
        self._label()

    def _label(self) -> None:
        mark = "✗" if self.fault else "•" if self.edited else " "
        for label in self.query(".label").results(Static):
            label.update(Content(f"{mark} {self.knob.title}"))

    @on(KnobControl.Changed)
    def _say(self, event: KnobControl.Changed) -> None:
        event.stop()
        self.post_message(FieldEdited(self.knob.path, event.text))
