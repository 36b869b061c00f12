"""A field: the label and the value of one knob, on one line."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import set_cell_size
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.css.styles import RenderStyles
from textual.events import MouseDown
from textual.reactive import var
from textual.style import Style
from textual.widgets import Input, Select

from tuilab.experiment import Knob
from tuilab.text import clean
from tuilab.ui.messages import FieldEdited
from tuilab.ui.panels.controls import OnOff, ValueControl, at_rest, control


class Field(Horizontal, can_focus=True):
    """One knob. Says `FieldEdited` when a person changes it; shows ✗ where it is wrong, • where it was changed.

    At rest it draws its label and its value itself. The control is made when it is first wanted, be it for the focus,
    which the field takes in its stead, or for the mouse: the controls of all fields took half of the time of a start.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"field--value"}

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
        self._control: ValueControl | None = None

    def compose(self) -> ComposeResult:
        if self.knob.kind == "switch":  # as cheap as the field
            yield self._make()

    @property
    def control(self) -> ValueControl:
        """What changes the value; it is brought to the screen if nobody wanted it before."""
        if self._control is None:
            self.mount(self._make())
            self.refresh()
        assert self._control is not None
        return self._control

    def _make(self) -> ValueControl:
        made = self._control = control(self.knob, self._known, self._text)
        self.watch(made, "value", self._tell, init=False)  # at once: a message would come later
        return made

    def allow_focus(self) -> bool:
        """At rest it stands where its control will, and until that is laid out: a click behind the mouse finds it."""
        return self._control is None or not self._control.region

    def on_enter(self) -> None:
        """The mouse has come: a click is for the control."""
        _ = self.control

    def on_mouse_down(self, event: MouseDown) -> None:
        """A click beside the control is for it as well; one on it comes by here, too."""
        if event.widget is self:
            self.focus_control()

    def render(self) -> Content:
        """The label, and at rest the value. Bold is the label alone: what a style makes bold is so in the control."""
        mark = "✗" if self.fault else "•" if self.edited else " "
        styles = self.get_component_styles("field--value")
        left = styles.margin.left
        label = set_cell_size(f"{mark} {self.knob.title}", left)
        value, arrow = "", ""
        if self._control is None:
            value, arrow = at_rest(self.knob, clean(self._text), self.size.width - left)
        return Content.assemble(
            (label, "bold" if self.fault or self.has_focus_within else ""),
            (value, self._ink(styles)),
            (arrow, self._ink(styles, 0.5)),
        )

    def _ink(self, styles: RenderStyles, share: float = 1.0) -> Style:
        """The colors that a control with these styles has here, so much of its own in front."""
        below = self.background_colors[1]
        ground = below + styles.background.multiply_alpha(styles.opacity)  # Textual takes it twice, so here too
        front = ground + styles.color.multiply_alpha(share)
        return Style(below.blend(ground, styles.opacity), below.blend(front, styles.opacity))

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
        self.control.focus()

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

    def _put(self) -> None:
        match self._control:
            case Select() as menu if self._text in self.knob.choices:
                menu.value = self._text
            case OnOff() as switch if self._text in ("true", "false"):
                switch.value = self._text == "true"
            case Input() as line:
                line.value = self._text
            case None:
                self.refresh()

    def _tell(self, value: object) -> None:
        text = value if isinstance(value, str) else self.knob.format(value)  # what is typed is no value yet
        if text != self._text:
            self._text = text
            self.post_message(FieldEdited(self.knob.path, text))
