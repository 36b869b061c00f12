"""What every screen over the main one has in common: it ends once."""

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.command import CommandPalette
from textual.screen import ModalScreen

Result = TypeVar("Result")


class Dialog(ModalScreen[Result]):
    """Ends with a result, once.

    Keys and clicks come faster than screens go: a second enter reaches a list whose screen has ended, an escape one
    that lies beneath another by now. `dismiss` would then take away whatever is on top.
    """

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Ends the dialog with `result`; nothing, where it has ended already or lies beneath another screen."""
        return super().dismiss(result) if self.is_active else AwaitComplete()


class Palette(CommandPalette):
    """Textual's list of commands, which ends once as well."""

    def dismiss(self, result: None = None) -> AwaitComplete:
        """As a dialog."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
