"""From lines and dots to Braille cells, two dots wide and four high. Plain NumPy.

plotext can draw lines itself, in Python, dot by dot: a noisy curve then takes ten times as long.
"""

import numpy as np

from tuilab.arrays import Array

BLANK = 0x2800
"""The first of the 256 characters: the one without a dot."""
DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
"""Of the dot in row r (from above) and column c of a cell, added to `BLANK`: Unicode, "Braille Patterns"."""


def braille(filled: Array) -> Array:
    """The character (h, w) of each cell, from its dots `filled` (4h, 2w), True where there is one."""
    rows, columns = filled.shape
    dots = filled.reshape(rows // 4, 4, columns // 2, 2).transpose(0, 2, 1, 3)
    codes = BLANK + (dots * DOTS).sum(axis=(2, 3))
    characters: Array = codes.astype(np.uint32).view("<U1")  # as NumPy keeps characters: a code point of 32 bits each
    return characters


def trace(x: Array, y: Array) -> tuple[Array, Array]:
    """Every dot on the lines that join the dots `x`, `y` (integers, shape (n,), n ≥ 1) one after another."""
    dx, dy = np.diff(x), np.diff(y)
    steps = np.maximum(np.abs(dx), np.abs(dy))
    line = np.repeat(np.arange(len(steps)), steps)
    step = np.arange(len(line)) - np.repeat(np.cumsum(steps) - steps, steps)
    share = step / steps[line]
    return (
        np.append(x[line] + np.rint(share * dx[line]).astype(np.int64), x[-1]),
        np.append(y[line] + np.rint(share * dy[line]).astype(np.int64), y[-1]),
    )


def dotted(x: Array, y: Array, width: int, height: int) -> Array:
    """The characters (height, width) of the cells that hold the dots `x`, `y`, from below as y is; "" without a dot.

    Every x lies in [0, 2·width), every y in [0, 4·height).
    """
    filled = np.zeros((4 * height, 2 * width), dtype=bool)
    filled[4 * height - 1 - y, x] = True
    characters = braille(filled)[::-1]
    return np.where(characters == chr(BLANK), "", characters)
