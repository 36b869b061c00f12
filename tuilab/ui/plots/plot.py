"""A widget that keeps a figure on the screen, and draws it no more often than can be read."""

from collections.abc import Callable
from math import inf
from time import monotonic

from textual.timer import Timer

from tuilab.ui.plots.drawing import Drawing
from tuilab.ui.plots.figure import Figure
from tuilab.ui.plots.picture import Picture, picture

ANSWERS = 30.0
"""Drawings a second, for a person who zooms or moves the cursor."""
_REST = 9  # a drawing is followed by this many times its own length of rest: at most a tenth of a core


class Plot(Drawing):
    """Shows the newest figure, drawn at most `fps` times a second and only where someone can see it.

    While hidden, under another screen or in a terminal without the focus it draws nothing; then the newest figure
    is drawn at once. `clock` gives seconds.
    """

    def __init__(
        self,
        *,
        fps: float = 4.0,
        clock: Callable[[], float] = monotonic,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.figure = Figure()
        self._fps, self._clock = fps, clock
        self._picture: Picture | None = None
        self._stale = False  # the figure is newer than the strips
        self._next = self._drawn = -inf  # no drawing before the one, the last one at the other
        self._timer: Timer | None = None

    @property
    def columns(self) -> int:
        """The columns that the curves have."""
        return self._picture.place.columns if self._picture else self.size.width

    @property
    def is_log(self) -> bool:
        """Whether the y axis is logarithmic."""
        return self._picture is not None and self._picture.place.y.log

    def x_at(self, column: int) -> float:
        """What lies under a column of the plot."""
        return self._picture.x_at(column) if self._picture else 0.0

    def show(self, figure: Figure, *, asked: bool = False) -> None:
        """Let `figure` be drawn, at once or when the pace allows; the one that is shown already costs nothing.

        Where a person has `asked` for it, the pace allows `ANSWERS` a second.
        """
        if figure is self.figure:
            return
        if not any(len(series.x) for series in self.figure.series):
            self._next = -inf  # the first points are never kept waiting
        elif asked:
            self._next = min(self._next, self._drawn + 1 / ANSWERS)
        self.figure = figure
        self._stale = True
        self._wake()

    def on_mount(self) -> None:
        self.watch(self.app, "app_focus", self._wake, init=False)
        self.watch(self.screen, "stack_updates", self._wake, init=False)

    def _wake(self) -> None:
        """Draw what is new where it is seen; at the next call, if it is not."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if not (self._stale and self._is_seen()):
            return
        wait = self._next - self._clock()
        if wait > 0:
            self._timer = self.set_timer(wait, self._wake)
            return
        self._repaint()

    def _is_seen(self) -> bool:
        if not (self.is_mounted and self.app.app_focus and self.is_on_screen):
            return False
        return self.screen.is_active or (self.screen.is_current and self.app.screen.is_modal)

    def _paint(self) -> None:
        start = self._clock()
        self._picture = picture(self.figure, *self.size, lettered=self.app.no_color) if self.size.area else None
        self._strips = self._picture.cells.strips(self._style) if self._picture else []
        end = self._drawn = self._clock()
        self._next = end + max(1 / self._fps, _REST * (end - start))
        self._stale = False
