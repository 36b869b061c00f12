"""Lessons in the app: in the order of the notes, opened with enter, checked live; a run that ends says its share."""

from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from tests.ui.conftest import until
from tuilab.experiment import edit
from tuilab.lab import Lab
from tuilab.lab.sentences.claims import bound, claim_text, marks, told_line
from tuilab.lessons import Verification
from tuilab.presets import Claim
from tuilab.ui.app import LabApp
from tuilab.ui.panels.lineage import Claims
from tuilab.ui.screens.lab import LabScreen
from tuilab.ui.screens.lessons import LessonsScreen

WIDE, NARROW = (120, 40), (80, 24)
QUICK = "numerical-gradient"


def room(app: LabApp) -> LabScreen:
    screen = app.screen_stack[0]
    assert isinstance(screen, LabScreen)
    return screen


async def go_to(pilot: Pilot[None], lesson: str) -> LessonsScreen:
    await pilot.press("t")
    screen = pilot.app.screen
    assert isinstance(screen, LessonsScreen)
    lessons = sorted((p.lesson.section, p.name) for p in screen._lab.presets() if p.lesson)
    screen.query_one(OptionList).highlighted = [name for _, name in lessons].index(lesson)
    await pilot.pause()
    return screen


async def test_a_lesson_is_checked_live_and_opened(app: LabApp, lab: Lab) -> None:
    async with app.run_test(size=NARROW) as pilot:
        screen = await go_to(pilot, QUICK)
        text = screen.query_one("#text", Static)
        assert "– " in str(text.content) and text.region.bottom <= NARROW[1]
        await pilot.press("c")
        claims = next(preset.lesson.claims for preset in lab.presets() if preset.name == QUICK)
        await until(pilot, lambda: str(text.content).count("✓") == len(claims))
        assert "training" not in str(text.content)
        await pilot.press("enter")
        await pilot.pause()
        assert room(app).opened == QUICK and room(app).draft.experiment == lab.open(QUICK)[1]
        screen = await go_to(pilot, QUICK)
        assert "✓" in str(screen.query_one("#text", Static).content)  # what was found stays found


async def test_a_run_of_a_lesson_says_its_share_of_the_claims(lab: Lab) -> None:
    app = LabApp(lab, lab.open("init-zeros")[1], "init-zeros")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: bool(room(app).claims))
        assert room(app).claims.startswith("Lesson init-zeros: ✓ ")
        assert "✗" not in room(app).claims
        assert str(app.screen.query_one(Claims).content) == room(app).claims


async def test_a_changed_lesson_says_nothing(lab: Lab) -> None:
    experiment = edit(lab.open("init-zeros")[1], {"optimization.iterations": "20"})
    name = lab.start(experiment)
    follower = lab.follow(name)
    while follower.poll().view.finished is None:
        pass
    assert lab.told(follower.poll()) == ("", [])


def test_what_one_run_cannot_tell_stays_open(lab: Lab) -> None:
    name = lab.start(lab.open("high-variance")[1])
    follower = lab.follow(name)
    while (end := follower.poll()).view.finished is None:
        pass
    lesson, told = lab.told(end)
    assert lesson == "high-variance"
    assert [one and one.holds for one in told] == [True, True, None, None]
    assert told_line(lesson, told).endswith("– 2 more with t")


def test_a_claim_tells_its_figure_and_its_bound() -> None:
    claim = Claim(says="it [falls]", figure="error.dev", below={"regularization.lambd": "0"}, by=0.01)
    checked = Verification(claim=claim, holds=False, value=0.2, other=0.15)
    assert claim_text(claim, checked) == (
        "✗ it [falls]  [error.dev = 0.2, at least 0.01 below 0.15, that with lambd 0]"
    )
    assert claim_text(claim, None).startswith("– it [falls]  [error.dev, at least 0.01 below that with")
    assert bound(Claim(says="s", figure="f", at_least=1, at_most=2), None) == "≥ 1 and ≤ 2"
    assert marks((checked,), 3) == "✗––"
