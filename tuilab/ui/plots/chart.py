"""A plot whose x axis answers to the mouse: the wheel zooms, dragging pans, what lies under the pointer is read."""

from textual.events import Leave, MouseDown, MouseMove, MouseScrollDown, MouseScrollUp, MouseUp
from textual.message import Message

from tuilab.ui.plots.plot import Plot

STEP = 0.8
"""By how much a turn of the wheel changes the length of the axis."""


class Chart(Plot):
    """Says what a person wants of its x axis; whoever owns the figure does it."""

    class Zoomed(Message):
        """The axis should become `factor` times as long, the point `at` keeping its place."""

        def __init__(self, factor: float, at: float) -> None:
            super().__init__()
            self.factor, self.at = factor, at

    class Panned(Message):
        """The axis should move by `share` of its length."""

        def __init__(self, share: float) -> None:
            super().__init__()
            self.share = share

    class Pointed(Message):
        """The pointer is at `x`, or has left (None)."""

        def __init__(self, x: float | None) -> None:
            super().__init__()
            self.x = x

        def can_replace(self, message: Message) -> bool:
            """Whether this one may be dropped for `message`, a newer one that waits."""
            return isinstance(message, Chart.Pointed)

    _grip: int | None = None  # the column where the axis is held

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        event.stop()
        self.post_message(self.Zoomed(STEP, self.x_at(event.x)))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        event.stop()
        self.post_message(self.Zoomed(1 / STEP, self.x_at(event.x)))

    def on_mouse_down(self, event: MouseDown) -> None:
        self.capture_mouse()
        self._grip = event.x

    def on_mouse_up(self, event: MouseUp) -> None:
        self.release_mouse()
        self._grip = None

    def on_mouse_move(self, event: MouseMove) -> None:
        if self._grip is None:
            self.post_message(self.Pointed(self.x_at(event.x)))
        elif event.x != self._grip:
            self.post_message(self.Panned((self._grip - event.x) / max(1, self.columns)))
            self._grip = event.x

    def on_leave(self, event: Leave) -> None:
        self.post_message(self.Pointed(None))
