"""How the curves are looked at: axis, smoothing, zoom and cursor. A frozen value; what a key does gives the next."""

from dataclasses import dataclass, replace
from typing import Self

from tuilab.ui.plots import Figure, Series
from tuilab.ui.plots.figure import Range
from tuilab.ui.plots.smoothing import smooth
from tuilab.ui.plots.window import panned, reaching, zoomed

SMOOTHING = (0.0, 0.6, 0.9, 0.99)
"""The weights that a key goes through; 0 is none."""
STEP = 0.01
"""Of the window: how far a key moves the cursor. The axis moves by ten of these."""


@dataclass(frozen=True)
class Scene:
    """`window`: the stretch of x that is seen, within `whole`; None: all of it. `cursor`: where the curves are read."""

    whole: Range = (0.0, 1.0)
    log: bool | None = None
    """Of the cost's axis; None: as suits the points."""
    whole_height: bool = False
    """Whether every point is seen, also where a few of them leave the others little room."""
    alone: bool = False
    """Whether the other runs beneath are hidden."""
    smoothing: float = 0.0
    window: Range | None = None
    cursor: float | None = None
    pointer: float | None = None
    """Where the mouse reads the curves while there is no cursor."""

    @property
    def seen(self) -> Range:
        """The stretch of x that is seen."""
        return self.window or self.whole

    def of(self, whole: Range) -> Self:
        """The same of a run of another length: of a longer one the window, and what was read, as before."""
        if whole == self.whole:
            return self
        if whole[1] > self.whole[1]:
            return replace(self, whole=whole)
        return replace(self, whole=whole, window=None, cursor=None, pointer=None)

    def zoomed(self, factor: float, at: float | None = None) -> Self:
        """The window `factor` times as long, around `at`: the cursor if not said, or else the middle."""
        middle = (self.seen[0] + self.seen[1]) / 2
        at = at if at is not None else self.cursor if self.cursor is not None else middle
        return self._seeing(zoomed(self.seen, factor, at, self.whole))

    def panned(self, share: float) -> Self:
        """The window moved by `share` of its length."""
        return self._seeing(panned(self.seen, share, self.whole))

    def reset(self) -> Self:
        """The scene with all of the run in the window."""
        return replace(self, window=None)

    def turned(self, log: bool) -> Self:
        """The scene with a log axis for the cost, or a linear one."""
        return replace(self, log=log)

    def heightened(self) -> Self:
        """With every point, or again with those that matter."""
        return replace(self, whole_height=not self.whole_height)

    def accompanied(self) -> Self:
        """With the other runs, or without them."""
        return replace(self, alone=not self.alone)

    def smoother(self) -> Self:
        """With the next smoothing; after the last comes none."""
        return replace(self, smoothing=SMOOTHING[(SMOOTHING.index(self.smoothing) + 1) % len(SMOOTHING)])

    def with_cursor(self, newest: float) -> Self:
        """The cursor on, under the pointer or else in the middle of what is seen of a curve to `newest`; or off."""
        if self.cursor is not None:
            return replace(self, cursor=None)
        middle = (self.seen[0] + min(self.seen[1], max(newest, self.seen[0]))) / 2
        return replace(self, cursor=round(middle if self.pointer is None else self.pointer))

    def moved(self, steps: float) -> Self:
        """The cursor moved, if there is one; or else the window. A step of the cursor is one iteration at least."""
        if self.cursor is None:
            return self.panned(10 * STEP * steps)
        step = max(1.0, STEP * (self.seen[1] - self.seen[0]))
        cursor = min(max(round(self.cursor + steps * step), self.whole[0]), self.whole[1])
        return replace(self._seeing(reaching(self.seen, cursor, self.whole)), cursor=cursor)

    def pointed(self, x: float | None) -> Self:
        """With the pointer there, or nowhere."""
        return replace(self, pointer=None if x is None else round(x))

    def of_figure(self, figure: Figure) -> Figure:
        """`figure` so looked at."""
        series = figure.series
        if self.smoothing:
            # other runs, dim as they are, have no raw line: it could not be told from the one of this run
            raw = [replace(part, color="muted", behind=True) for part in series if part.color != "muted"]
            series = (*raw, *(part if part.behind else _smooth(part, self.smoothing) for part in series))
        cursor = self.cursor if self.cursor is not None else self.pointer
        notes = (
            figure.note,
            f"smoothed {self.smoothing:g}, raw behind" if self.smoothing else "",
            f"{self.seen[0]:.0f} to {self.seen[1]:.0f} of {self.whole[1]:.0f}" if self.window else "",
        )
        note = " · ".join(note for note in notes if note)
        robust = figure.robust and not self.whole_height
        return replace(figure, series=series, x_range=self.seen, cursor=cursor, note=note, robust=robust)

    def _seeing(self, window: Range) -> Self:
        return replace(self, window=None if window == self.whole else window)


def _smooth(series: Series, weight: float) -> Series:
    return replace(series, y=smooth(series.y, weight))
