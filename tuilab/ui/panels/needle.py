"""The relative difference of a gradient check as a needle on a log scale, the thresholds as bands."""

import math

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tuilab.nn.gradient_check import CORRECT, DOUBTFUL, WRONG

LOWEST, HIGHEST = 1e-13, 1.0
"""The ends of the scale; what lies beyond stands at the end."""


class Needle(Static):
    """The scale, and the needle once there is a difference."""

    difference: reactive[float | None] = reactive(None)

    def render(self) -> Content:
        return Content("\n").join(needle_lines(self.difference, self.content_size.width))


def place(difference: float, width: int) -> int:
    """The column of `difference` on a scale of `width` cells."""
    low, high = math.log10(LOWEST), math.log10(HIGHEST)
    value = math.log10(min(HIGHEST, max(LOWEST, difference)))
    return round((value - low) / (high - low) * (width - 1))


def needle_lines(difference: float | None, width: int) -> list[Content]:
    """Four lines of `width` cells: the words of the bands, the bands, the thresholds, the needle."""
    if width < 40:
        return [Content("" if difference is None else f"▲ {difference:.3g}")]
    first, middle, last = (place(threshold, width) for threshold in (CORRECT, DOUBTFUL, WRONG))
    bands = [
        (first, "$text-success", "✓ correct"),
        (last - first, "$text-warning", "? look again"),
        (width - last, "$text-error", "✗ wrong"),
    ]
    words = Content.assemble(*((word.center(length)[:length], color) for length, color, word in bands))
    strips = Content.assemble(*(("━" * (length - 1) + "┃", color) for length, color, _ in bands[:2]))
    strips = Content.assemble(strips, ("━" * (width - last), "$text-error"))
    labels = [" "] * width
    for column, text in ((first - 1, "1e-7"), (middle - 1, "1e-5"), (last - 1, "1e-3")):
        start = column - len(text) // 2
        labels[start : start + len(text)] = text
    lines = [words, strips, Content.styled("".join(labels), "$text-muted")]
    if difference is None:
        return [*lines, Content("")]
    column, text = place(difference, width), f"{difference:.3g}"
    needle = f"▲ {text}" if column + len(text) + 2 <= width else f"{text} ▲"
    start = column if needle.startswith("▲") else column - len(needle) + 1
    return [*lines, Content.styled(" " * start + needle, "bold")]
