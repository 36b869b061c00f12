"""What every screen over the main one has in common: it ends once, and says why something was not done."""

from typing import Any, ClassVar

from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.content import Content
from textual.events import Click
from textual.screen import ModalScreen
from textual.widgets import Static
from textual.worker import Worker, WorkType

from tuilab.errors import BadInput
from tuilab.text import clean
from tuilab.ui.screens.sized import Result, Sized


class Dialog(ModalScreen[Result], Sized[Result]):
    """Ends with a result, once.

    Keys and clicks come faster than screens go: a second enter reaches a list whose screen has ended, an escape one
    that lies beneath another by now. `dismiss` would then take away whatever is on top.

    The keys of the app end at a screen over the main one; help is for whoever is there, too.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark,f1", "app.help", "Help", show=False)]

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Ends the dialog with `result`; nothing, where it has ended already or lies beneath another screen."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def refuse(self, error: BadInput) -> None:
        """Says why something was not done, on a screen that has a sentence."""
        self.query_one("#sentence", Static).update(Content(f"✗ {clean(str(error))}"))


class Room(Dialog[Result]):
    """A dialog as large as the screen: what lies beneath is not drawn, as nothing of it is seen."""

    DEFAULT_CSS = """
    Room { background: $background; }
    """


class Palette(CommandPalette):
    """Textual's list of commands, which ends once as well; a search that is begun too late harms nothing.

    Nor does a click where the terminal, which has become smaller since, shows nothing any more.
    """

    def on_click(self, event: Click) -> None:
        """Leaves a click alone that lies beside the screen: of no widget there it would be asked which one it is."""
        if not self.region.contains(*event.screen_offset):
            event.prevent_default()

    def run_worker(self, work: WorkType[Any], *arguments: Any, **options: Any) -> Worker[Any]:
        """As in any widget, but a fault in it does not end the app."""
        return super().run_worker(work, *arguments, **{**options, "exit_on_error": False})

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Ends the list once: nothing, where it has ended already or lies beneath another screen."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
