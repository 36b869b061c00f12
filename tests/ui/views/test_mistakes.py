"""The mistakes view: the matrix, the list, the images, the parts."""

from tests.ui.conftest import until
from tuilab.ui.app import LabApp
from tuilab.ui.views import VIEWS
from tuilab.ui.views.mistakes import MistakesView
from tuilab.ui.views.pane import RunPane


async def test_a_key_turns_to_the_next_part(app: LabApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        pane = app.screen.query_one(RunPane)
        pane.current = VIEWS.index(MistakesView)
        await until(pilot, lambda: pane.view.insight is not None)
        for part in ("train", "test", "dev"):
            pane.view.focus()
            await pilot.press("d")
            await until(pilot, lambda part=part: pane.view.insight.part == part)
        pane.view.action_turn()
        pane.view.action_turn()  # before there was a look at what the first one asks for
        await until(pilot, lambda: pane.view.insight.part == "test")
