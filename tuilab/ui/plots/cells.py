"""Cells: characters with ink, made without knowing colors."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip


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
    """`characters` (h, w), and for each the place of its ink among `inks`, `codes` (h, w).

    The right half of a wide character is an empty string, so that a row is as wide as it is long.
    """

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
        """`text` over what is there; what falls outside, and combining characters, are left out."""
        height, width = self.characters.shape
        if not 0 <= row < height:
            return
        line, code = self.characters[row], self.code(ink)
        for character in text:
            size = cell_len(character)
            stop = column + size
            if size and column >= 0 and stop <= width:
                if not line[column]:  # the left half of what was there is lost
                    line[column - 1] = " "
                if stop < width and not line[stop]:  # its right half is
                    line[stop] = " "
                line[column:stop] = [character] + [""] * (size - 1)
                self.codes[row, column:stop] = code
            column = stop

    @property
    def lines(self) -> list[str]:
        """The text of each row."""
        return ["".join(row) for row in self.characters.tolist()]

    def strips(self, style: Callable[[Ink], Style]) -> list[Strip]:
        """The rows as strips."""
        styles = [style(ink) for ink in self.inks]
        strips = []
        for row, codes in zip(self.characters.tolist(), self.codes, strict=True):
            ends = [0, *(np.flatnonzero(np.diff(codes)) + 1).tolist(), len(row)]
            segments = [Segment("".join(row[a:b]), styles[codes[a]]) for a, b in pairwise(ends) if a < b]
            strips.append(Strip(segments, len(row)))
        return strips
