"""The data view: its table, its notes, its images."""

import numpy as np
import pytest

from tests.ui.conftest import until
from tuilab.lab import Lab
from tuilab.ui.app import LabApp
from tuilab.ui.views import VIEWS
from tuilab.ui.views.data import DataView
from tuilab.ui.views.images import LARGEST, height, paint
from tuilab.ui.views.pane import RunPane


def test_images_are_drawn_two_pixels_a_cell_with_their_captions() -> None:
    image = np.zeros((5, 5))
    image[0, 0] = image[4, 4] = 1
    cells = paint([image] * 9, list("abcdefghi"), 20, 8)
    assert cells.characters.shape == (8, 20)
    assert cells.lines[3].split() == ["a", "b", "c"] and cells.lines[7].split() == ["d", "e", "f"]
    first = cells.inks[cells.codes[0, 0]]
    last = cells.inks[cells.codes[2, 4]]
    assert (first.color, first.ground, last.color, last.ground) == ("255", "0", "255", "0")
    assert height(5) == 4


@pytest.mark.parametrize("side", [32, 33, 100])
def test_a_large_image_is_shrunk(side: int) -> None:
    cells = paint([np.ones((side, side))], ["x"], 80, 40)
    assert max(line.count("▀") for line in cells.lines) <= LARGEST
    assert cells.lines[height(side) - 1].strip() == "x"


@pytest.mark.parametrize("high", [15, 9, 2])
def test_an_image_that_is_higher_than_its_room_is_shrunk_and_not_left_out(high: int) -> None:
    """In the room of an example those of 32 × 32 pixels were: it was blank there, without a word."""
    cells = paint([np.ones((32, 32))] * 3, ["x"] * 3, 80, high)
    assert cells.lines[0].count("▀") >= 3 and any("x" in line for line in cells.lines)
    assert not "".join(paint([np.ones((32, 32))], ["x"], 80, 1).lines).strip()


async def test_digits_are_shown_as_images(app: LabApp, lab: Lab) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        pane = app.screen.query_one(RunPane)
        pane.current = VIEWS.index(DataView)
        await until(pilot, lambda: pane.view.insight is not None)
        assert not len(pane.view.insight.images)
        pane.experiment = lab.open("digits")[1]
        await until(pilot, lambda: len(pane.view.insight.images) > 0)
        assert pane.view.insight.captions[:12] == (*"0123456789", "0", "1")
