"""What every screen has in common: it is styled once before it is shown, and laid out once for each size."""

from typing import TypeVar

from textual.events import Resize, ScreenResume
from textual.geometry import Size
from textual.screen import Screen

Result = TypeVar("Result")


class Sized(Screen[Result]):
    """Has the classes of its size from the start, and heeds what it is told of its size where that is new.

    Textual adds the classes when all is mounted, which styles every widget again, as does the first look at the screen;
    and it tells a new screen its size three times, which lays everything out as often.
    """

    _told: Size | None = None

    def on_compose(self) -> None:
        """Takes the classes of the terminal's size while there is nothing else to style."""
        self._told = self.app.size
        limits = (self.app.HORIZONTAL_BREAKPOINTS or [], self.app.VERTICAL_BREAKPOINTS or [])
        for breakpoints, length in zip(limits, self._told, strict=True):
            self.add_class(max(each for each in breakpoints if each[0] <= length)[1])

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Leaves the styles as they are when the screen is shown first."""
        event.refresh_styles &= bool(self.stack_updates)

    def on_resize(self, event: Resize) -> None:
        """Leaves the layout as it is where the size is the same."""
        if event.size == self._told:
            event.prevent_default()
        self._told = event.size
