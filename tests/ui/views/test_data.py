"""The data view: its table, its notes, its images."""

import numpy as np
import pytest
from rich.cells import cell_len

from tests.ui.conftest import until
from tuilab.experiment import edit
from tuilab.lab import Lab
from tuilab.training import build
from tuilab.ui.app import LabApp
from tuilab.ui.panels.run import RunPane
from tuilab.ui.views import VIEWS
from tuilab.ui.views.data import BAR, DataView, bar, insight, table
from tuilab.ui.views.images import LARGEST, height, paint


def test_bars_are_as_long_as_their_share() -> None:
    assert [bar(share) for share in (0, 0.5, 1)] == [" " * BAR, "█" * (BAR // 2) + " " * (BAR // 2), "█" * BAR]
    assert bar(1 / (8 * BAR)).strip() == "▏"


def test_the_table_has_a_line_for_all_and_one_a_class() -> None:
    lines = table(np.array([[6, 2, 0], [2, 2, 0]]), ("no", "日本"))
    words = [line.replace("█", "").split() for line in lines]
    assert words[0] == ["class", "train", "%", "dev", "%", "test", "%"]
    assert [words[1][i] for i in (0, 1, 2, 3, 4)] == ["all", "8", "66.7", "4", "33.3"]
    assert words[2][:5] == ["no", "6", "75.0", "2", "50.0"]
    assert words[3][0] == "日本"
    assert {cell_len(line[: line.index("%")]) for line in lines[:1]} == {cell_len(lines[3][: lines[3].index("█") - 2])}


def test_the_split_the_advice_and_every_note_are_said(lab: Lab) -> None:
    experiment = edit(
        lab.open("circles")[1],
        {"split.train": "0.7", "split.dev": "0.3", "split.test": "0", "augmentation.copies": "2"},
    )
    found = insight(build(experiment))
    assert found.said.startswith("300 examples, 2 features, 2 classes. With 2 changed copies of each, train has 630.")
    assert "The split is 70/30/0 %; advised for so many: 60/20/20 %." in found.said
    assert "\n! no test set: the dev figures are not unbiased" in found.said
    assert found.images == ()


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


async def test_digits_are_shown_as_images(app: LabApp, lab: Lab) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        pane = app.screen.query_one(RunPane)
        pane.current = VIEWS.index(DataView)
        await until(pilot, lambda: pane.view.insight is not None)
        assert pane.view.insight.images == ()
        pane.experiment = lab.open("digits")[1]
        await until(pilot, lambda: bool(pane.view.insight.images))
        assert pane.view.insight.captions[:12] == (*"0123456789", "0", "1")
