"""NO_COLOR: what is drawn has no hue, in the themes too that leave their colors to the terminal."""

from functools import lru_cache

from rich.color import Color as RichColor
from rich.color import ColorType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_DEFAULT = RichColor.default()


class Colorless(LineFilter):
    """Grays in place of colors; those that are the terminal's own become its default.

    Textual takes them for black, be it the text or the ground: black on black was all that was seen.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments without colors."""
        return [Segment(text, None if style is None else _gray(style), None) for text, style, _ in segments]


@lru_cache(1024)
def _gray(style: Style) -> Style:
    return style + Style(color=_without_hue(style.color), bgcolor=_without_hue(style.bgcolor))


def _without_hue(color: RichColor | None) -> RichColor | None:
    if color is None or color.type is not ColorType.TRUECOLOR:
        return color and _DEFAULT
    return Color.from_rich_color(color).monochrome.rich_color
