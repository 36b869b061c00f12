"""What every screen has in common: it is styled once before it is shown, and laid out once for each size."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TypeVar

from textual.events import Resize, ScreenResume
from textual.geometry import Size
from textual.messages import Layout
from textual.screen import Screen
from textual.widget import Widget

Result = TypeVar("Result")


class Sized(Screen[Result]):
    """Has the classes of its size from the start, and heeds what it is told of its size where that is new.

    Textual adds the classes when all is mounted, which styles every widget again, as does the first look at the screen;
    and it tells a new screen its size three times, which lays everything out as often.
    """

    _told: Size | None = None
    _laid_out = 0.0
    """When all was laid out last."""

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

    def _refresh_layout(self, size: Size | None = None, scroll: bool = False) -> None:
        """Lays out; a widget that is told its new size does not ask for all of it once more."""
        if not scroll or self._layout_widgets:  # not only what is seen
            self._laid_out, self._layout_required = monotonic(), False
        with _sizes_told():
            super()._refresh_layout(size, scroll)
        for widget in self._compositor.widgets:
            if widget._layout_required:  # it has yet to say so: what was found of it now is not to be taken for it then
                widget._layout_updates += 1

    def on_layout(self, message: Layout) -> None:
        """Does not do again what was asked for before it was done."""
        if message.time < self._laid_out:
            message.stop()
            message.prevent_default()


@contextmanager
def _sizes_told() -> Iterator[None]:
    """Has no size that a layout comes to ask for the next layout, as Textual's widgets do, each for itself.

    A scroll bar that comes or goes still asks for it, and so does who knows only by the size how high it will be.
    """
    told = Widget.virtual_size
    told._layout = False
    try:
        yield
    finally:
        told._layout = True
