"""A panel: the fields of one concept under a title that opens and closes them."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.widgets import Static

from tuilab.text import clean
from tuilab.ui.panels.field import Field

PROSE = 60
"""Characters of a value, from which on it is no setting."""


class PanelTitle(Static, can_focus=True):
    """A panel's title; enter or a click toggles the panel."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "toggle_panel", "Open or close the panel", show=False)
    ]

    class Toggled(Message):
        """Somebody wants the panel open, or closed."""

    def action_toggle_panel(self) -> None:
        """Asks for the panel to be opened, or closed."""
        self.post_message(self.Toggled())

    def on_click(self) -> None:
        """Asks for the panel to be opened, or closed."""
        self.post_message(self.Toggled())


class Panel(Vertical):
    """The fields of one section of the experiment; closed, its title tells their values.

    The fields come to the screen with the panel if it is open, or when it is first opened: hundreds of widgets would
    slow the start.
    """

    open = var(False)
    fault = var("")
    """What is wrong with the fields together; empty if nothing is."""

    def __init__(self, section: str, fields: Iterable[Field]) -> None:
        super().__init__()
        self.section = section
        self.fields = tuple(fields)

    def compose(self) -> ComposeResult:
        yield PanelTitle(classes="title", markup=False)
        if self.open:
            yield from self.fields

    def on_mount(self) -> None:
        self.summarize()

    def watch_open(self) -> None:
        """Shows the fields, or only their values."""
        self.set_class(not self.open, "-closed", update=self.is_mounted)
        if self.open and self.is_mounted and not self.fields[0].is_attached:
            self.mount(*self.fields)
        self.summarize()

    def watch_fault(self) -> None:
        """Marks the title."""
        self.set_class(bool(self.fault), "-faulty")
        self.summarize()

    def summarize(self) -> None:
        """Brings the title in line with the fields."""
        if not self.is_mounted:
            return
        name = (self.section or "experiment").replace("_", " ").capitalize()
        edited = " •" if not self.open and any(field.edited for field in self.fields) else ""
        if self.fault:
            text = Content.assemble((f"✗ {name}", "bold"), f": {clean(self.fault)}")
        else:
            values = "" if self.open else ", ".join(self._values())
            text = Content.assemble(
                (f"{'▾' if self.open else '▸'} {name}", "bold"), edited, ("  " + clean(values), "dim")
            )
        title = self.query_one(PanelTitle)
        if text != title.content:
            title.update(text, layout=bool(self.fault) or not self.open)  # which may take several lines

    def _values(self) -> Iterator[str]:
        """What a closed panel tells: a knob that does nothing now and prose would take the room of what matters."""
        told = (field for field in self.fields if field.text and not field.idle and len(field.text) <= PROSE)
        return (f"{field.knob.title} {field.text}" for field in told)

    @on(PanelTitle.Toggled)
    def _toggle(self, event: PanelTitle.Toggled) -> None:
        event.stop()
        self.open = not self.open
        self._scroll()

    def _scroll(self) -> None:
        """Has the fields of one that a person has opened in sight: at the foot of the screen they are beneath it."""
        if not (self.open and self.is_attached):
            return
        if self.region.height > len(self.fields):
            # At once: the scroll to the title that got the keys, which may come later, would end a slow one half way.
            self.scroll_visible(animate=False, immediate=True)
        else:  # they are not laid out yet
            self.call_after_refresh(self._scroll)
