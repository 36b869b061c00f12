"""A drawing made of cells: characters with ink, made without knowing colors; the widget writes what changed of it."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip
from textual.theme import Theme
from textual.widget import Widget

from tuilab.ui.plots.plot import changes
from tuilab.ui.plots.series import HUES, Array, Hue

CLASS_HUES: tuple[Hue, ...] = ("primary", "warning", "success", "error", "secondary", "foreground")
"""Colors of the classes, round and round; each has a glyph as well."""


@dataclass(frozen=True)
class Ink:
    """How a cell looks. `color` and `ground` (what is behind) are a hue of the theme or a gray "0" … "255".

    `strength` and `share` say how much of a hue there is in them; in 16 colors there is all of it, or no such ground.
    """

    color: str = "foreground"
    strength: float = 1.0
    ground: str = ""
    share: float = 0.3
    bold: bool = False
    reverse: bool = False


PLAIN = Ink()
MUTED = Ink("muted")


class Cells:
    """`characters` (h, w), each one cell wide, and for each the place of its ink among `inks`, `codes` (h, w)."""

    def __init__(self, width: int, height: int) -> None:
        self.characters = np.full((height, width), " ", dtype="<U1")
        self.codes = np.zeros((height, width), dtype=np.int64)
        self.inks = [PLAIN]
        self._known = {PLAIN: 0}

    def code(self, ink: Ink) -> int:
        """The place of `ink`, added if it is new."""
        if ink not in self._known:
            self._known[ink] = len(self.inks)
            self.inks.append(ink)
        return self._known[ink]

    def write(self, row: int, column: int, text: str, ink: Ink = PLAIN) -> None:
        """`text` of narrow characters over what is there; what falls outside is left out."""
        height, width = self.characters.shape
        start, stop = max(column, 0), min(column + len(text), width)
        if 0 <= row < height and start < stop:
            self.characters[row, start:stop] = list(text[start - column : stop - column])
            self.codes[row, start:stop] = self.code(ink)

    @property
    def lines(self) -> list[str]:
        """The text of each row."""
        return ["".join(row) for row in self.characters.tolist()]

    def strips(self, style: Callable[[Ink], Style]) -> list[Strip]:
        """The rows as strips."""
        styles = [style(ink) for ink in self.inks]
        strips = []
        for row, codes in zip(self.lines, self.codes, strict=True):
            ends = [0, *(np.flatnonzero(np.diff(codes)) + 1).tolist(), len(row)]
            strips.append(Strip([Segment(row[a:b], styles[codes[a]]) for a, b in pairwise(ends) if a < b], len(row)))
        return strips


Painter = Callable[[int, int], Cells]
"""Makes a drawing of a width and a height, both ≥ 1."""


def nothing(width: int, height: int) -> Cells:
    """An empty drawing."""
    return Cells(width, height)


class Drawing(Widget):
    """Shows what the newest painter paints; only rows that differ from those before are written."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"drawing--{role}" for role in HUES}
    DEFAULT_CSS = """
    Drawing {
        width: 1fr;
        height: 1fr;
        & > .drawing--primary { color: $text-primary; }
        & > .drawing--warning { color: $text-warning; }
        & > .drawing--success { color: $text-success; }
        & > .drawing--error { color: $text-error; }
        & > .drawing--secondary { color: $text-secondary; }
        & > .drawing--foreground { color: $foreground; }
        & > .drawing--muted { color: $text-muted; }
    }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._painter: Painter = nothing
        self._strips: list[Strip] = []
        self._styles: dict[Ink, Style] = {}

    def show(self, painter: Painter) -> None:
        """Paints, and writes what changed."""
        self._painter = painter
        before = self._strips
        self._paint()
        if self.is_mounted and (regions := list(changes(before, self._strips))):
            self.refresh(*regions)

    def render_line(self, y: int) -> Strip:
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width)

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, self._dress)

    def on_resize(self) -> None:
        self._dress()

    def _dress(self, _theme: Theme | None = None) -> None:
        self._styles.clear()
        self._paint()
        self.refresh()

    def _paint(self) -> None:
        self._strips = self._painter(*self.size).strips(self._style) if self.size.area else []

    def _style(self, ink: Ink) -> Style:
        if ink not in self._styles:
            plain = self.background_colors[1]
            front = self._color(ink.color, ink.strength)
            back = self._color(ink.ground, ink.share) if ink.ground else plain
            if back.ansi is not None and not ink.ground.isdigit():
                back = plain
            self._styles[ink] = Style(
                color=front.rich_color, bgcolor=back.rich_color, bold=ink.bold, reverse=ink.reverse
            )
        return self._styles[ink]

    def _color(self, name: str, strength: float) -> Color:
        """A gray, or so much of a hue over the background."""
        if name.isdigit():
            return Color(int(name), int(name), int(name))
        plain = self.background_colors[1]
        styles = self.get_component_styles(f"drawing--{name}")
        hue = plain.get_contrast_text(styles.color.a) if styles.auto_color else styles.color
        return hue if hue.ansi is not None else (plain + hue).blend(plain, 1 - strength)


def braille(filled: Array) -> Array:
    """The Braille character (h, w) of each cell, from its dots `filled` (4h, 2w), True where there is one."""
    rows, columns = filled.shape
    dots = filled.reshape(rows // 4, 4, columns // 2, 2).transpose(0, 2, 1, 3)
    weights = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])  # Unicode, "Braille Patterns"
    codes = 0x2800 + (dots * weights).sum(axis=(2, 3))
    characters: Array = np.vectorize(chr, otypes=["<U1"])(codes) if codes.size else codes.astype("<U1")
    return characters
