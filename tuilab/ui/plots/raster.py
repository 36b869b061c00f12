"""From a line to Braille cells, two dots wide and four high. Plain NumPy.

plotext can draw lines itself, in Python, dot by dot: a noisy curve then takes ten times as long.
"""

import numpy as np

from tuilab.ui.plots.series import Array

# Of the dot in row r (from the top) and column c of a cell, added to U+2800: Unicode, "Braille Patterns".
_DOT = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], dtype=np.uint8)


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


def cells(x: Array, y: Array, width: int) -> tuple[list[int], list[int], list[str]]:
    """Column, row (from below) and Braille character of the cells that hold the dots `x`, `y` (y from below).

    `width` is that of the canvas in cells; every x lies in [0, 2·width).
    """
    place = y // 4 * width + x // 2
    codes = np.zeros(int(place.max()) + 1, dtype=np.uint8)
    np.bitwise_or.at(codes, place, _DOT[3 - y % 4, x % 2])
    filled = np.flatnonzero(codes)
    characters = [chr(0x2800 + code) for code in codes[filled].tolist()]
    return (filled % width).tolist(), (filled // width).tolist(), characters
