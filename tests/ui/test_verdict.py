"""The verdict's panel."""

from textual.app import App

from tests.ui.canned import snapshot
from tests.ui.conftest import until
from tuilab.ui.panels.verdict import ActionLine, ActionList


async def test_actions_that_are_known_before_their_list_is_there_stand_in_it_then() -> None:
    run = snapshot("done")
    async with App[None]().run_test() as pilot:
        shown = ActionList()
        shown.snapshot = run
        await pilot.app.mount(shown)
        await until(pilot, lambda: len(shown.query(ActionLine)) == len(run.diagnosis.actions) > 0)


async def test_actions_that_come_as_the_app_ends_are_nothing() -> None:
    async with App[None]().run_test() as pilot:
        shown = ActionList()
        await pilot.app.mount(shown)
        pilot.app.exit()
        shown.snapshot = snapshot("done")
        assert not shown.query(ActionLine)
