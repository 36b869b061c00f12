"""The boundary view: its drawing, and its keys."""

import numpy as np
import pytest
from msgspec import structs

from tests.ui.conftest import until
from tuilab.lab.insight.boundary import BoundaryInsight, Placed
from tuilab.ui.app import LabApp
from tuilab.ui.views import VIEWS
from tuilab.ui.views.boundary import BoundaryView, glyphs, legend, paint
from tuilab.ui.views.pane import RunPane

NONE = Placed(np.empty(0), np.empty(0), np.empty(0, np.int64), np.empty(0, bool))


def examples(*rows: tuple[float, float, int, bool]) -> Placed:
    x, y, truth, right = (np.array(column) for column in zip(*rows, strict=True))
    return Placed(x, y, truth, right)


def halves(train: Placed = NONE, dev: Placed = NONE) -> BoundaryInsight:
    """Class 0 on the left, class 1 on the right, surer the farther to the right."""
    return BoundaryInsight(
        iteration=0,
        x_name="x",
        y_name="y",
        ranks=(0, 1),
        features=2,
        classes=("0", "1"),
        x_range=(0.0, 4.0),
        y_range=(0.0, 2.0),
        areas=np.tile((np.arange(40) >= 20).astype(int), (20, 1)),
        confidence=np.tile(np.linspace(0.5, 1, 40), (20, 1)),
        train=train,
        dev=dev,
    )


@pytest.mark.parametrize(("width", "height"), [(1, 1), (8, 3), (40, 20), (150, 60)])
def test_each_area_has_its_fill(width: int, height: int) -> None:
    lines = paint(halves(), width, height).lines
    assert len(lines) == height and {len(line) for line in lines} == {width}
    if width > 1:
        plain = [line.replace("[o]", "   ").replace("[x]", "...") for line in lines]
        assert all(line[: width // 2].strip() == "" and set(line[width // 2 :]) == {"."} for line in plain)


def test_a_class_and_a_part_have_their_glyph_and_the_wrong_ones_are_reversed() -> None:
    train = examples((0.1, 0.1, 0, True), (3.9, 1.9, 1, True), (3.9, 0.1, 0, False))
    cells = paint(halves(train, examples((0.1, 1.9, 1, False))), 20, 10)
    assert [cells.lines[9][0], cells.lines[0][19], cells.lines[9][19], cells.lines[0][0]] == ["o", "x", "o", "X"]
    reverse = [cells.inks[cells.codes[place]].reverse for place in ((9, 0), (0, 19), (9, 19), (0, 0))]
    assert reverse == [False, False, True, True]


def test_as_many_classes_as_there_are_letters_have_each_its_own() -> None:
    assert len(set(glyphs([f"class {k}" for k in range(26)]))) == 26


def test_digits_stand_as_themselves() -> None:
    shown = structs.replace(halves(examples((0.1, 0.1, 0, True), (3.9, 1.9, 7, True))), classes=tuple("0123456789"))
    cells = paint(shown, 20, 10)
    assert (cells.lines[9][0], cells.lines[0][19]) == ("0", "7")
    assert "The classes stand as 0, 1, 2" in legend(shown)
    assert "oO 0  xX 1" in legend(halves())


def test_each_area_has_the_glyph_of_its_class_where_it_is_widest_and_clear_of_examples() -> None:
    shown = structs.replace(halves(), classes=tuple("0123456789"), areas=np.repeat(np.arange(10), 4)[None].repeat(9, 0))
    lines = paint(shown, 40, 9).lines
    assert lines[4].count("[") == 10 and all(lines[4][4 * k : 4 * k + 4].count(f"[{k}]") == 1 for k in range(10))
    assert "[0] area" in legend(shown) and "[o] area" in legend(halves())
    crowded = examples(*((x, 1.0, 0, True) for x in np.linspace(0.05, 1.9, 200)))
    lines = paint(halves(crowded), 40, 9).lines
    assert "[o]" not in lines[4] and sum("[o]" in line for line in lines) == 1
    everywhere = examples(*((x, y, 0, True) for x in np.linspace(0, 2, 60) for y in np.linspace(0, 2, 30)))
    assert any("[x]" in line for line in paint(halves(everywhere), 40, 9).lines)


def test_a_wrong_example_lies_on_the_right_ones() -> None:
    here = (1.0, 1.0)
    cells = paint(halves(examples((*here, 1, False)), examples((*here, 0, True))), 20, 10)
    assert "".join(cells.lines).replace("[x]", "").strip(" .o[]") == "x"


def test_a_border_within_a_cell_shows_both_colors_and_no_class_a_question_mark() -> None:
    found = halves()
    found.areas[10:] = 0
    found.areas[:10] = 1
    assert set(paint(found, 6, 3).lines[1]) == {"▀"}
    found.areas[:] = -1
    assert set("".join(paint(found, 6, 3).lines)) == {"?"}


async def test_the_draft_is_shown_at_iteration_0_and_keys_change_the_features(app: LabApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        pane = app.screen.query_one(RunPane)
        pane.current = VIEWS.index(BoundaryView)
        await until(pilot, lambda: pane.view.insight is not None)
        assert pane.view.insight.said.startswith("Iteration 0: train ")
        first = pane.view.insight
        await pilot.press("x")
        await until(pilot, lambda: pane.view.insight.x_name != first.x_name)
        assert (pane.view.insight.x_name, pane.view.insight.y_name) == (first.y_name, first.x_name)
