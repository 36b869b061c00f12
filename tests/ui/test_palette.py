"""The command palette: every key that does something now, named once, also those that no footer has room for."""

from tests.ui.canned import snapshot
from tuilab.ui.app import LabApp
from tuilab.ui.screens.lab import LabScreen


async def test_what_a_key_does_now_can_be_found_by_its_words(app: LabApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        before = {command.title for command in app.get_system_commands(app.screen)}
        assert "Browse the runs, come back to one, stop one" in before
        screen = app.screen
        assert isinstance(screen, LabScreen)
        screen.snapshot = snapshot("done")
        await pilot.pause()
        commands = list(app.get_system_commands(screen))
        titles = [command.title for command in commands]
        assert "Run the experiment of the run again with more seeds" in set(titles) - before
        assert len(titles) == len(set(titles))
        take = next(command for command in commands if command.title.startswith("Take away"))
        take.callback()
        await pilot.pause()
        assert app.screen is not screen
