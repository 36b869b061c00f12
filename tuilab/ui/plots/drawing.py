"""A widget that keeps cells on the screen and writes only those that changed."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from rich.cells import cell_len
from rich.style import Style
from textual.color import Color
from textual.geometry import Region
from textual.strip import Strip
from textual.theme import Theme
from textual.widget import Widget

from tuilab.ui.plots.cells import Cells, Ink

_GAP = 12  # cells; going to a place costs a dozen bytes or two
_AS_THEY_ARE = ("foreground", "text")
"""Colors that a theme has under their own names, where it has the others under `text-` and their names."""

Painter = Callable[[int, int], Cells]
"""Makes a drawing of a width and a height, both ≥ 1."""


class Drawing(Widget):
    """Shows what the newest painter paints."""

    DEFAULT_CSS = """
    Drawing {
        width: 1fr;
        height: 1fr;
    }
    """

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._painter: Painter = Cells
        self._strips: list[Strip] = []
        self._styles: dict[Ink, Style] = {}

    def draw(self, painter: Painter) -> None:
        """Paints, and writes what changed."""
        self._painter = painter
        self._repaint()

    def render_line(self, y: int) -> Strip:
        """Row `y` on the background of now, which may change between two drawings."""
        strip = self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width)
        return strip.apply_style(Style(bgcolor=self.background_colors[1].rich_color))

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, self._dress)

    def on_unmount(self) -> None:
        """Lets go of the themes: who subscribes to them is kept."""
        self.app.theme_changed_signal.unsubscribe(self)

    def on_resize(self) -> None:
        """Also comes when the drawing is shown again, in a tab or in a container."""
        self._dress()

    def _dress(self, _theme: Theme | None = None) -> None:
        self._styles.clear()
        self._paint()
        self.refresh()

    def _repaint(self) -> None:
        before = self._strips
        self._paint()
        if self.is_mounted and (regions := list(changes(before, self._strips))):
            self.refresh(*regions)

    def _paint(self) -> None:
        self._strips = self._painter(*self.size).strips(self._style) if self.size.area else []

    def _style(self, ink: Ink) -> Style:
        if ink not in self._styles:
            front = self._color(ink.color, ink.strength)
            back = self._color(ink.ground, ink.share) if ink.ground else None
            if back is not None and back.ansi is not None and not ink.ground.isdigit():
                back = None
            self._styles[ink] = Style(
                color=front.rich_color, bgcolor=back and back.rich_color, bold=ink.bold, reverse=ink.reverse
            )
        return self._styles[ink]

    def _color(self, name: str, strength: float) -> Color:
        """A gray, or so much of a hue over the background."""
        if name.isdigit():
            return Color(int(name), int(name), int(name))
        plain = self.background_colors[1]
        said, _, share = self.app.theme_variables[name if name in _AS_THEY_ARE else f"text-{name}"].partition(" ")
        hue = plain.get_contrast_text(int(share.rstrip("%")) / 100) if said == "auto" else Color.parse(said)
        return hue if hue.ansi is not None else (plain + hue).blend(plain, 1 - strength)


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
