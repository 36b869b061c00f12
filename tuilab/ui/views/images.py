"""Images as half cells, two pixels above one another in each, with a line of text under each image."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from textual.widget import Widget

from tuilab.arrays import Array
from tuilab.ui.plots.cells import Cells, Ink
from tuilab.ui.plots.drawing import Drawing
from tuilab.ui.views.looking import ScrollTable, TableView

LARGEST = 32
"""Cells along a side of an image; a larger one is shown by every second pixel, or third."""
GAP = 2
SHADES = 24


def shrunk(image: Array, most: int = LARGEST) -> Array:
    """An image (side, side) of at most so many pixels a side."""
    step = -(-len(image) // most)
    return image[::step, ::step]


def height(side: int) -> int:
    """Rows that an image of so many pixels a side and its caption take."""
    return (len(range(0, side, -(-side // LARGEST))) + 1) // 2 + 1


def paint(images: Iterable[Array], captions: Sequence[str], width: int, height: int) -> Cells:
    """As many images (side, side), 0 dark to 1 bright, as fit on the cells, row by row; ASCII captions are cut.

    Where one would be higher than the cells, fewer of its pixels are shown.
    """
    cells, most = Cells(width, height), min(LARGEST, max(2, 2 * (height - 1)))
    left = top = 0
    for image, caption in zip(images, captions, strict=True):
        small = shrunk(image, most)
        room = max(len(small), min(len(caption), 2 * len(small)))
        rows = (len(small) + 1) // 2
        if left and left + room > width:
            left, top = 0, top + rows + 1
        if top + rows >= height:
            break
        _write(cells, small, top, left)
        cells.write(top + rows, left, caption[:room])
        left += room + GAP
    return cells


def _write(cells: Cells, image: Array, top: int, left: int) -> None:
    if len(image) % 2:
        image = np.vstack([image, np.zeros((1, image.shape[1]))])
    grays = (np.rint(image * (SHADES - 1)) * 255 / (SHADES - 1)).astype(int)
    for row in range(0, len(grays), 2):
        for column, (upper, lower) in enumerate(grays[row : row + 2].T.tolist()):
            cells.write(top + row // 2, left + column, "▀", Ink(str(upper), ground=str(lower)))


class PicturesView(TableView):
    """A table over images, whose insight has `lines`, `images` (none, if there are none) and their `captions`."""

    def parts(self) -> Iterable[Widget]:
        """The table over the images."""
        yield ScrollTable()
        yield Drawing()

    def show(self, insight: Any) -> None:
        """Writes the table, and draws the images where there are some."""
        self.query_one(ScrollTable).show(insight.lines)
        drawing = self.query_one(Drawing)
        drawing.display = bool(len(insight.images))
        if drawing.display:
            drawing.styles.min_height = height(len(insight.images[0]))
            drawing.draw(lambda wide, high: paint(insight.images, insight.captions, wide, high))
