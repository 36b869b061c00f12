"""From 160 columns on a second view stands beside the first: chosen by key, both live."""

import pytest

from tests.ui.conftest import until
from tuilab.ui.app import LabApp
from tuilab.ui.views import VIEWS
from tuilab.ui.views.boundary import BoundaryView
from tuilab.ui.views.curves import CurvesView
from tuilab.ui.views.pane import RunPane
from tuilab.ui.views.slot import EMPTY, Slot


async def test_both_views_see_the_run_and_keys_choose_the_second(app: LabApp) -> None:
    async with app.run_test(size=(160, 45)) as pilot:
        pane, second = app.screen.query_one(RunPane), app.screen.query_one("#beside", Slot)
        await until(pilot, lambda: second.display and isinstance(second.view, BoundaryView))
        await pilot.press("r")
        await until(pilot, lambda: pane.snapshot is not None and pane.snapshot.status == "done")
        done = pane.snapshot.view.iteration if pane.snapshot else 0
        await until(pilot, lambda: second.view.insight is not None and second.view.insight.iteration == done)
        assert pane.view.snapshot is not None and pane.view.snapshot.view.iteration == done
        await pilot.press("right_curly_bracket")
        assert second.current == 2
        await pilot.press(*["right_curly_bracket"] * (len(VIEWS) - 2))
        assert second.current == EMPTY and not second.display
        await pilot.press("left_curly_bracket")
        assert second.current == len(VIEWS) - 1
        await pilot.press("left_square_bracket")  # to the one that stands beside: the curves take its place
        await until(pilot, lambda: isinstance(second.view, CurvesView))
        assert second.view.snapshot is not None


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_narrow_screen_has_one_view_and_no_key_for_two(app: LabApp, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        second = app.screen.query_one("#beside", Slot)
        await pilot.press("right_curly_bracket")
        assert second.current == EMPTY and not second.display and not second.query("View")
        await pilot.resize_terminal(170, 45)
        await until(pilot, lambda: second.display and second.current == 1)
        await pilot.resize_terminal(*size)
        await until(pilot, lambda: not second.display)
