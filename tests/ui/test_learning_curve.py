"""The room of the learning curve."""

from textual.widgets import Static

from tests.ui.conftest import until
from tuilab.lab import Lab
from tuilab.training.learning_curve import CurvePoint, forecast
from tuilab.ui.app import LabApp
from tuilab.ui.plots import Plot
from tuilab.ui.screens.learning_curve import LearningCurveScreen, curve_figure


async def test_points_come_one_after_another_and_then_what_is_foretold(lab: Lab) -> None:
    app = LabApp(lab, lab.open("gradient-check")[1], "gradient-check")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("L")
        await until(pilot, lambda: isinstance(app.screen, LearningCurveScreen))
        sentence = app.screen.query_one("#sentence", Static)
        ends = ("twice the examples", "not help", "proves nothing")
        await until(pilot, lambda: any(end in str(sentence.content) for end in ends))
        names = [series.name for series in app.screen.query_one(Plot).figure.series]
        assert names == ["lowest dev", "highest", "train", "dev"]


def test_what_is_foretold_is_drawn_where_it_proves_anything() -> None:
    sizes = [25, 50, 100, 200, 400]
    falling = [CurvePoint(examples=m, train=(0.0,) * 5, dev=(0.02 + m**-0.5,) * 5) for m in sizes]
    wild = [CurvePoint(examples=m, train=(0.0,) * 5, dev=(0.4, 0.1, 0.3, 0.02, 0.2)) for m in sizes]
    for points, foretold in ((falling, True), (wild, False)):
        names = [series.name for series in curve_figure(tuple(points), forecast(points)).series]
        assert (names[-1] == "foretold") == foretold


def test_errors_of_numbers_are_said_to_be_shares_of_their_variance() -> None:
    for task, title in (("classification", "Error, %"), ("regression", "Error, % of variance")):
        points = (CurvePoint(examples=9, train=(0.1,), dev=(1.4,), task=task),)
        assert curve_figure(points, None).title == title


async def test_without_a_dev_set_it_says_so(lab: Lab) -> None:
    alone = lab.edit(lab.open("gradient-check")[1], {"split.train": "1", "split.dev": "0", "split.test": "0"})
    app = LabApp(lab, alone, "")
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(LearningCurveScreen(lab, alone))
        await until(pilot, lambda: "needs a dev set" in str(app.screen.query_one("#sentence", Static).content))
