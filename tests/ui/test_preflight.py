"""The room of the checks before a run."""

from textual.widgets import Static

from tests.ui.conftest import names, until
from tuilab.lab import Lab
from tuilab.ui.app import LabApp
from tuilab.ui.screens.preflight import PreflightScreen


async def test_what_is_wrong_is_told_and_r_trains_all_the_same(lab: Lab) -> None:
    app = LabApp(lab, lab.edit(lab.open("gradient-check")[1], {"initialization.gain": "100"}), "gradient-check")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("P")
        await until(pilot, lambda: isinstance(app.screen, PreflightScreen))
        await until(pilot, lambda: "not hold" in str(app.screen.query_one("#sentence", Static).content))
        told = str(app.screen.query_one("#checks", Static).content)
        assert "✗ the cost begins near ln K: the data cost is " in told and "→ smaller first weights" in told
        await pilot.press("r")
        await until(pilot, lambda: bool(names(lab)))


async def test_data_that_cannot_be_read_are_refused_there(lab: Lab) -> None:
    sound = lab.open("circles")[1]
    app = LabApp(lab, sound, "circles")
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(PreflightScreen(lab, lab.edit(sound, {"data.source": "nowhere.csv"})))
        await until(pilot, lambda: "no such file" in str(app.screen.query_one("#sentence", Static).content))
