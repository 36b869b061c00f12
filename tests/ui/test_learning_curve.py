"""The room of the learning curve."""

from textual.widgets import Static

from tests.ui.conftest import until
from tuilab.lab import Lab
from tuilab.ui.app import LabApp
from tuilab.ui.plots import Plot
from tuilab.ui.screens.learning_curve import LearningCurveScreen


async def test_points_come_one_after_another_and_then_what_is_foretold(lab: Lab) -> None:
    app = LabApp(lab, lab.open("gradient-check")[1], "gradient-check")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("L")
        await until(pilot, lambda: isinstance(app.screen, LearningCurveScreen))
        sentence = app.screen.query_one("#sentence", Static)
        await until(pilot, lambda: "Twice the examples" in str(sentence.content) or "not help" in str(sentence.content))
        names = [series.name for series in app.screen.query_one(Plot).figure.series]
        assert names == ["lowest dev", "highest", "train", "dev", "foretold"]


async def test_without_a_dev_set_it_says_so(lab: Lab) -> None:
    alone = lab.edit(lab.open("gradient-check")[1], {"split.train": "1", "split.dev": "0", "split.test": "0"})
    app = LabApp(lab, alone, "")
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(LearningCurveScreen(lab, alone))
        await until(pilot, lambda: "needs a dev set" in str(app.screen.query_one("#sentence", Static).content))
