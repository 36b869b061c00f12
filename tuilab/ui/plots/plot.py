"""A widget that keeps a figure on the screen and writes only the cells that changed."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from math import inf
from time import monotonic
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.theme import Theme
from textual.timer import Timer
from textual.widget import Widget

from tuilab.ui.plots.canvas import ROLES
from tuilab.ui.plots.figure import Figure
from tuilab.ui.plots.picture import Picture, picture

ANSWERS = 30.0
"""Drawings a second, for a person who zooms or moves the cursor."""
_GAP = 12  # cells; going to a place costs a dozen bytes or two
_REST = 9  # a drawing is followed by this many times its own length of rest: at most a tenth of a core


class Plot(Widget):
    """Shows the newest figure, drawn at most `fps` times a second and only where someone can see it.

    While hidden, under another screen or in a terminal without the focus it draws nothing; then the newest figure
    is drawn at once. `clock` gives seconds.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"plot--{role}" for role in ROLES}
    DEFAULT_CSS = """
    Plot {
        width: 1fr;
        height: 1fr;
        & > .plot--axis { color: $text-muted; }
        & > .plot--title { color: $text; text-style: bold; }
        & > .plot--note { color: $text-muted; }
        & > .plot--mark { color: $text-muted; }
        & > .plot--threshold { color: $text-muted; }
        & > .plot--cursor { color: $text-accent; }
        & > .plot--fault { color: $text-error; text-style: bold; }
        & > .plot--primary { color: $text-primary; }
        & > .plot--warning { color: $text-warning; }
        & > .plot--success { color: $text-success; }
        & > .plot--error { color: $text-error; }
        & > .plot--secondary { color: $text-secondary; }
        & > .plot--foreground { color: $text; }
        & > .plot--muted { color: $text-muted; }
    }
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
        self._strips: list[Strip] = []
        self._picture: Picture | None = None
        self._palette: dict[str, Style] = {}
        self._stale = False  # the figure is newer than the strips
        self._next = self._drawn = -inf  # no drawing before the one, the last one at the other
        self._timer: Timer | None = None

    @property
    def columns(self) -> int:
        """The columns that the curves have."""
        return self._picture.place.columns if self._picture else self.size.width

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

    def render_line(self, y: int) -> Strip:
        """Row `y` on the background of now, which may change between two drawings."""
        strip = self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width)
        return strip.apply_style(Style(bgcolor=self.background_colors[1].rich_color))

    def on_mount(self) -> None:
        self.watch(self.app, "app_focus", self._wake, init=False)
        self.watch(self.screen, "stack_updates", self._wake, init=False)
        self.app.theme_changed_signal.subscribe(self, self._dress)

    def on_resize(self) -> None:
        """Also comes when the plot is shown again, in a tab or in a container."""
        self._draw()
        self.refresh()

    def _dress(self, _theme: Theme) -> None:
        self._palette.clear()
        self._draw()
        self.refresh()

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
        before = self._strips
        self._draw()
        if regions := list(changes(before, self._strips)):
            self.refresh(*regions)

    def _is_seen(self) -> bool:
        if not (self.is_mounted and self.app.app_focus and self.is_on_screen):
            return False
        return self.screen.is_active or (self.screen.is_current and self.app.screen.is_modal)

    def _draw(self) -> None:
        if not self._palette:
            self._palette = {role: self._style(role) for role in ROLES}
        start = self._clock()
        self._picture = picture(self.figure, *self.size, self._palette) if self.size.area else None
        self._strips = self._picture.strips if self._picture else []
        end = self._drawn = self._clock()
        self._next = end + max(1 / self._fps, _REST * (end - start))
        self._stale = False

    def _style(self, role: str) -> Style:
        style = self.get_component_rich_style(f"plot--{role}")
        return Style(color=style.color, bold=style.bold)


def changes(old: list[Strip], new: list[Strip]) -> Iterator[Region]:
    """Where `new` differs from `old`: all of it, if their sizes do, or else stretches of cells within a row.

    What is the same between two of them is written again where that costs no more than going to the second one.
    """
    if [strip.cell_length for strip in old] != [strip.cell_length for strip in new]:
        yield Region(0, 0, max((strip.cell_length for strip in new), default=0), len(new))
        return
    for y, (before, after) in enumerate(zip(old, new, strict=True)):
        if before == after:
            continue
        if any(cell_len(character) != 1 for character in {*before.text, *after.text}):  # a wide one would be cut
            yield Region(0, y, after.cell_length, 1)
            continue
        pairs = zip(_cells(before), _cells(after), strict=True)
        changed = [x for x, (cell, other) in enumerate(pairs) if cell != other]
        gaps = [place for place in range(1, len(changed)) if changed[place] - changed[place - 1] > _GAP]
        for start, stop in pairwise([0, *gaps, len(changed)] if changed else []):
            yield Region(changed[start], y, changed[stop - 1] + 1 - changed[start], 1)


def _cells(strip: Strip) -> list[tuple[str, Style | None]]:
    return [(character, segment.style) for segment in strip for character in segment.text]
