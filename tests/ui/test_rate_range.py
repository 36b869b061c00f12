"""The room of the range test."""

from textual.widgets import Static

from tests.ui.conftest import until
from tuilab.lab import Lab
from tuilab.ui.app import LabApp
from tuilab.ui.plots import Plot
from tuilab.ui.screens.lab import LabScreen
from tuilab.ui.screens.rate_range import RateRangeScreen


async def test_what_is_suggested_goes_into_the_panels_by_one_key(lab: Lab) -> None:
    app = LabApp(lab, lab.open("gradient-check")[1], "gradient-check")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("F")
        await until(pilot, lambda: isinstance(app.screen, RateRangeScreen))
        room = app.screen
        sentence = room.query_one("#sentence", Static)
        await until(pilot, lambda: "Suggested: α = " in str(sentence.content))
        suggested = str(sentence.content).removeprefix("Suggested: α = ").partition(",")[0]
        figure = room.query_one(Plot).figure
        assert [series.name for series in figure.series] == ["lowest", "highest", "total"]
        assert [mark.label for mark in figure.marks] == ["stable", "suggested"]
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, LabScreen))
        assert isinstance(app.screen, LabScreen) and app.screen.draft is not None
        assert f"{app.screen.draft.experiment.optimization.learning_rate:g}" == suggested


async def test_where_nothing_is_suggested_the_key_does_nothing(lab: Lab) -> None:
    app = LabApp(lab, lab.open("exploding")[1], "exploding")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("F")
        await until(pilot, lambda: isinstance(app.screen, RateRangeScreen))
        sentence = app.screen.query_one("#sentence", Static)
        await until(pilot, lambda: "No α is suggested" in str(sentence.content))
        await pilot.press("w")
        assert isinstance(app.screen, RateRangeScreen)
