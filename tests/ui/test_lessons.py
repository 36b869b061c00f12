"""Lessons in the app: in the order of the notes, opened with enter, checked live; a run that ends says its share."""

import math
from threading import Event

import msgspec
import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from tests.trainers import end_of
from tests.ui.canned import snapshot
from tests.ui.conftest import until
from tuilab.experiment import edit
from tuilab.lab import Lab
from tuilab.lab.sentences.claims import bound, claim_text, head, marks, told_line
from tuilab.lessons import SeedOutcome, Verification
from tuilab.presets import Claim, Lesson
from tuilab.ui import settings
from tuilab.ui.app import LabApp
from tuilab.ui.desk import syllabus
from tuilab.ui.panels.lesson import LessonPanel
from tuilab.ui.panels.lineage import Claims
from tuilab.ui.panels.status import RunStatus
from tuilab.ui.screens.lab import LabScreen
from tuilab.ui.screens.lessons import LessonsScreen
from tuilab.ui.views.pane import RunPane

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
    options = screen.query_one(OptionList)
    await until(pilot, lambda: options.option_count == len(lessons))
    options.highlighted = [name for _, name in lessons].index(lesson)
    await pilot.pause()
    return screen


async def test_a_lesson_is_checked_live_and_opened(app: LabApp, lab: Lab) -> None:
    async with app.run_test(size=NARROW) as pilot:
        screen = await go_to(pilot, QUICK)
        text = screen.query_one("#text", Static)
        assert "– " in str(text.content) and text.region.bottom <= NARROW[1]
        await pilot.press("c")
        claims = next(preset.lesson.claims for preset in lab.presets() if preset.name == QUICK)
        await until(pilot, lambda: "training" not in str(text.content) and "✓" in str(text.content))
        assert str(text.content).count("✓") == len(claims)
        await pilot.press("enter")
        await pilot.pause()
        assert room(app).opened == QUICK and room(app).draft.experiment == lab.open(QUICK)[1]
        screen = await go_to(pilot, QUICK)
        assert "✓" in str(screen.query_one("#text", Static).content)  # what was found stays found


async def test_the_titles_stand_in_one_column_however_many_claims_a_lesson_has(app: LabApp, lab: Lab) -> None:
    async with app.run_test(size=WIDE) as pilot:
        options = (await go_to(pilot, QUICK)).query_one(OptionList)
        lines = [str(option.prompt) for option in options.options]
        titles = [
            preset.title for _, preset in sorted(((p.lesson.section, p.name), p) for p in lab.presets() if p.lesson)
        ]
        assert len({line.index(title) for line, title in zip(lines, titles, strict=True)}) == 1


async def test_a_run_of_a_lesson_says_its_share_of_the_claims(lab: Lab) -> None:
    app = LabApp(lab, lab.open("init-zeros")[1], "init-zeros")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: bool(room(app).claims))
        assert room(app).claims.startswith("Lesson init-zeros, on this seed: ✓ ")
        assert "✗" not in room(app).claims
        assert str(app.screen.query_one(Claims).content) == room(app).claims


async def test_a_preset_that_is_saved_inside_a_lesson_leaves_it_open(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    app = LabApp(lab, lab.open("init-zeros")[1], "init-zeros")
    reads, presets = list[str](), lab.presets
    monkeypatch.setattr(lab, "presets", lambda: reads.append("") or presets())
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: room(app).lesson is not None)
        assert len(reads) == 1  # at the start
        room(app).board.edit({"seed": "7"})
        await pilot.press("w")
        app.screen.query_one("#name", Input).value = "mine"
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is room(app))
        assert lab.open("mine")[1].seed == 7 and room(app).opened == "init-zeros"
        assert room(app).lesson is not None and room(app).draft.experiment.seed == 7


async def test_a_changed_lesson_says_nothing(lab: Lab) -> None:
    experiment = edit(lab.open("init-zeros")[1], {"optimization.iterations": "20"})
    assert lab.told(end_of(lab, lab.start(experiment))) == ("", [])


def test_what_one_run_cannot_tell_stays_open(lab: Lab) -> None:
    lesson, told = lab.told(end_of(lab, lab.start(lab.open("high-variance")[1])))
    assert lesson == "high-variance"
    assert [one and one.holds_so_far for one in told] == [True, True, None, None]
    assert told_line(lesson, told).endswith("– 2 more: C checks them")
    assert told_line(lesson, told, "✓✓––", checking=True).endswith("– 2 more, being checked")
    assert told_line(lesson, told, "✓✓✗–").endswith(" · ✗ 1 more · – 1 more: C checks it")
    assert told_line("luck", [None, None]) == "Lesson luck: – 2 claims: C checks them"


def test_a_claim_tells_its_figure_and_its_bound() -> None:
    claim = Claim(says="it [falls]", figure="error.dev", below={"regularization.lambd": "0"}, by=0.01)
    outcome = SeedOutcome(holds=False, value=0.2, other=0.15)
    checked = Verification(claim=claim, outcomes=(outcome,))
    against = "that with λ (lambd) 0"
    assert claim_text(claim, checked) == f"✗ it [falls]  [20.00 %, at least 1 point below 15.00 %, {against}]"
    assert claim_text(claim, None) == f"– it [falls]  [at least 1 point below {against}]"
    assert bound(Claim(says="s", figure="f", at_least=1, at_most=2), None) == "1 to 2"
    swept = {"sweep.sampler": "grid", "sweep.over.regularization.lambd": "1,2/2"}
    told = bound(Claim(says="s", figure="sweep.dev", below=swept, by=0.1), None)
    assert told == "at least 10 points below that with sampler grid, λ (lambd) over 1,2/2"
    assert marks((checked,), 3) == "✗––"
    twice = Verification(claim=claim, outcomes=(outcome, replace(outcome, holds=True)))
    assert claim_text(claim, twice).endswith(f"{against}; holds on 1 of 2 seeds]")
    met = replace(claim, figure="curve.met", below={"network.hidden": ""})
    both = Verification(claim=met, outcomes=(SeedOutcome(holds=True, value=0, other=1),))
    assert claim_text(met, both) == "✓ it [falls]  [errors have met: no, with hidden layers none: yes]"
    ten = replace(checked, claim=replace(claim, seeds=10))
    assert claim_text(ten.claim, ten).endswith(f"{against}; holds on 0 of 1 seed, 10 are asked for]")
    assert claim_text(ten.claim, ten)[0] == marks((ten,), 1) == "–"  # nine may hold
    assert told_line("l1", [ten, None]) == "Lesson l1, on this seed: ✗ it [falls] · – 1 more: C checks it"


@pytest.mark.parametrize(
    ("figure", "value", "bounds", "told"),
    [
        ("error.dev", 0.03509, {"at_most": 0.07}, "[3.51 %, ≤ 7 %]"),
        ("variance", -0.00001, {"at_least": -0.01, "at_most": 0.01}, "[0.00 %, -1 % to 1 %]"),
        ("signal.last.near_linear.1", 1.0, {"at_least": 0.9}, "[100.00 %, ≥ 90 %]"),
        ("signal.first.std.149", 1.04e-45, {"at_most": 1e-44}, "[1.04e-45, ≤ 1e-44]"),
        ("examples.dev", 10000.0, {"at_least": 10000, "at_most": 10000}, "[10,000, = 10,000]"),
        ("descent.rises", math.inf, {"at_most": 0}, "[inf, ≤ 0]"),
        ("decay", 0.997, {"at_least": 0.99699, "at_most": 0.99701}, "[0.997, 0.99699 to 0.99701]"),
        ("high_bias", 1.0, {"at_least": 1}, "[high bias: yes]"),
        ("preflight.α suits the network", 0.0, {"at_most": 0}, "[check passed: no]"),
        ("preflight.faults", 1.0, {"at_most": 1}, "[1, ≤ 1]"),
        ("trust.ece", 0.12772, {"at_least": 0.08}, "[12.77 %, ≥ 8 %]"),
        ("rate.suggested", 0.6, {"at_least": 0.3, "at_most": 1}, "[0.6, 0.3 to 1]"),
    ],
)
def test_a_claim_tells_its_figure_as_the_views_do(
    figure: str, value: float, bounds: dict[str, float], told: str
) -> None:
    claim = msgspec.convert({"says": "s", "figure": figure, **bounds}, Claim)
    checked = Verification(claim=claim, outcomes=(SeedOutcome(holds=True, value=value),))
    assert claim_text(claim, checked) == f"✓ s  {told}"
    assert claim_text(claim, None) == ("– s" if "," not in told else f"– s  [{told.split(', ', 1)[1]}")


def test_the_head_of_a_lesson_says_how_its_claims_stand() -> None:
    claim = Claim(says="s", figure="decay", at_least=1, seeds=10)
    lesson, yes = Lesson(section=6, claims=(claim,)), SeedOutcome(holds=True, value=1)
    assert head(lesson, ()) == "6. Dropout · 1 claim, to be checked on 10 seeds"
    some = (Verification(claim=claim, outcomes=(yes,) * 4),)
    assert head(lesson, some, checking=True) == "6. Dropout · training on 10 seeds, 4 done …"
    all_ = (Verification(claim=claim, outcomes=(yes,) * 10),)
    assert head(lesson, all_) == "6. Dropout · 1 of 1 claim holds on 10 seeds"
    assert head(lesson, some) == "6. Dropout · 1 of 1 claim holds so far, on 4 of 10 seeds"
    assert head(Lesson(section=6, claims=(replace(claim, seeds=1),)), ()) == "6. Dropout · 1 claim, to be checked"


def panel(app: LabApp) -> str:
    """What the lesson beside the run says, where it is seen."""
    shown = room(app).query_one(LessonPanel)
    return str(shown.query_one(Static).content) if shown.region.area else ""


async def test_a_text_that_wraps_by_a_scrollbar_alone_keeps_none_of_the_lesson_before(lab: Lab) -> None:
    app = LabApp(lab, lab.open("coarse-to-fine")[1], "coarse-to-fine")
    async with app.run_test(size=(120, 30)) as pilot:
        await until(pilot, lambda: room(app).query_one(LessonPanel).show_vertical_scrollbar)
        await pilot.press("N")
        await until(pilot, lambda: panel(app).startswith("Lesson 3 of 34: Handwritten digits"))
        await pilot.pause()
        assert not room(app).query_one(LessonPanel).show_vertical_scrollbar


def view(app: LabApp) -> str:
    """The title of the view that is shown."""
    return room(app).query_one(RunPane).view.TITLE


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_lesson_stays_beside_the_run_and_the_next_one_is_a_key_away(lab: Lab, size: tuple[int, int]) -> None:
    app = LabApp(lab, lab.open("init-zeros")[1], "init-zeros")
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: room(app).lesson is not None)
        await until(pilot, lambda: "–" in panel(app) and "C checks" in panel(app))
        if size == NARROW:
            await pilot.press("v", "v", "v")  # by way of the experiment and the run
        await pilot.press("C")
        await until(pilot, lambda: panel(app).count("✓") == 3)
        await until(pilot, lambda: settings.kept(lab.store.home)["lessons"] == {"init-zeros": "✓✓✓"})
        await pilot.press("N")
        await until(pilot, lambda: panel(app).startswith("Lesson 31 of 34: Numerical gradients"))
        assert room(app).opened == QUICK


async def test_a_narrow_start_shows_the_text_of_a_lesson_first_unless_somebody_was_faster(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, experiment = lab.open("circles")
    app = LabApp(lab, experiment, name)
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: room(app).place == "lesson")
        assert panel(app).startswith("Lesson 19 of 34")
    go_on, presets = Event(), lab.presets
    monkeypatch.setattr(lab, "presets", lambda: go_on.wait() and presets())
    app = LabApp(lab, experiment, name)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("tab")
        go_on.set()
        await until(pilot, lambda: room(app).lesson is not None)
        assert room(app).place == "experiment" and isinstance(app.focused, Input)


async def test_what_was_found_is_there_the_next_time_and_goes_with_the_lesson(lab: Lab) -> None:
    settings.keep(lab.store.home, "lessons", {"init-zeros": "✓✓✓"})
    app = LabApp(lab, lab.open("init-zeros")[1], "init-zeros")
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: panel(app).count("✓") == 3)
        await pilot.press("tab")  # past the lesson, which stands above the fields
        await until(pilot, lambda: isinstance(app.focused, Input))
        room(app).load("another", lab.open("circles")[1])
        await until(pilot, lambda: not panel(app))
        await until(pilot, lambda: room(app).lesson is None)


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_lesson_opens_the_view_that_its_text_speaks_of(lab: Lab, size: tuple[int, int]) -> None:
    app = LabApp(lab, lab.open("normalization")[1], "normalization")
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: view(app) == "Inputs")
        await pilot.press("N", "N")  # past one that speaks of Curves
        assert (view(app), room(app).place) == ("Signal", "lesson")
        assert panel(app).startswith("Lesson 26 of 34: Exploding")
        await pilot.press("right_square_bracket", "C")  # somebody's own choice stays, whatever is found
        await until(pilot, lambda: bool((lesson := room(app).lesson) and not lesson.checking))
        await pilot.press("r")
        await until(pilot, lambda: bool(room(app).claims))
        assert view(app) == "Units"
        await go_to(pilot, "exploding")
        await pilot.press("enter")
        await pilot.pause()
        assert (view(app), room(app).place) == ("Signal", "lesson")


async def test_who_was_faster_than_a_lesson_keeps_the_view_and_so_does_who_opens_none(lab: Lab) -> None:
    app = LabApp(lab, lab.open("normalization")[1], "normalization")
    async with app.run_test(size=WIDE) as pilot:
        app.screen.query_one(RunPane).show("mistakes")
        await until(pilot, lambda: room(app).lesson is not None)
        assert view(app) == "Mistakes"
        lab.save_preset("mine", lab.open("circles")[1])
        room(app).open_preset(next(preset for preset in lab.presets() if preset.own))
        await pilot.pause()
        assert (view(app), room(app).lesson) == ("Mistakes", None)


async def test_what_a_run_tells_of_its_lesson_stands_there(lab: Lab) -> None:
    app = LabApp(lab, lab.open("init-zeros")[1], "init-zeros")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: "holds on 1 of 1 seed, 10 are asked for" in panel(app))
        assert "✓" not in panel(app) and "–" in panel(app)  # one seed decides nothing


async def test_two_apps_keep_what_each_has_found(lab: Lab) -> None:
    one, other = (LabApp(lab, lab.open("init-zeros")[1], "init-zeros") for _ in range(2))
    yes = Verification(claim=Claim(says="s", figure="decay"), outcomes=(SeedOutcome(holds=True, value=1),))
    async with one.run_test(size=WIDE) as first:
        await until(first, lambda: room(one).lesson is not None)
        settings.keep(lab.store.home, "theme", "dark")
        async with other.run_test(size=WIDE) as second:
            await until(second, lambda: room(other).lesson is not None)
            room(other)._syllabus.note("init-zeros", [yes])
            await until(second, lambda: "lessons" in settings.kept(lab.store.home))
        room(one)._syllabus.note(QUICK, [yes])
        await until(first, lambda: len(settings.kept(lab.store.home)["lessons"]) == 2)
    assert settings.kept(lab.store.home) == {"theme": "dark", "lessons": {"init-zeros": "✓––", QUICK: "✓"}}


async def test_a_run_on_one_seed_does_not_outweigh_a_check_on_ten(
    app: LabApp, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, yes, no = (
        Claim(says="s", figure="decay", seeds=10),
        SeedOutcome(holds=True, value=1),
        SeedOutcome(holds=False, value=0),
    )
    async with app.run_test(size=WIDE) as pilot:
        lessons = room(app)._syllabus
        lessons.open(QUICK)
        await until(pilot, lambda: room(app).lesson is not None)
        monkeypatch.setattr(Lab, "told", lambda self, run: (QUICK, [None]))
        lines = list[str]()
        lessons.hear(snapshot("done"), lines.append)  # what a run leaves open
        await until(pilot, lambda: lines[-1:] == [f"Lesson {QUICK}: – 1 claim: C checks it"])
        lessons.note(QUICK, [Verification(claim=claim, outcomes=(no,))])
        assert lessons.marks(QUICK) == "–" and "on 0 of 1 seed, 10 are asked for" in panel(app)  # it may yet hold
        lessons.note(QUICK, [Verification(claim=claim, outcomes=(no, no))])
        assert lessons.marks(QUICK) == "✗" and lines[-1] == f"Lesson {QUICK}: ✗ 1 claim"  # follows what is found
        lessons.note(QUICK, [Verification(claim=claim, outcomes=(no, *(yes,) * 9))])
        lessons.note(QUICK, [Verification(claim=claim, outcomes=(no,))])
        assert lessons.marks(QUICK) == "✓"
        assert "9 of 10 seeds" in panel(app)


async def test_who_waits_for_the_check_of_another_lesson_is_told_so(lab: Lab) -> None:
    app = LabApp(lab, lab.open("l1")[1], "l1")
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "C checks" in panel(app))
        await pilot.press("C")
        await until(pilot, lambda: "training" in panel(app))
        await pilot.press("N")
        assert panel(app).endswith("N opens the next lesson, C once l1 is checked")


@pytest.mark.parametrize("kept", ["lessons = 3", '[lessons]\ninit-zeros = ["\\u001b"]', '[lessons]\nl1 = "yes"'])
def test_progress_that_is_nonsense_is_none(lab: Lab, kept: str) -> None:
    lab.store.home.mkdir(parents=True)
    (lab.store.home / "settings.toml").write_text(kept)
    assert syllabus._read(lab)[1] == {}


async def test_progress_on_claims_that_a_lesson_no_longer_has_is_none(lab: Lab) -> None:
    settings.keep(lab.store.home, "lessons", {"init-zeros": "✓"})
    app = LabApp(lab, lab.open("init-zeros")[1], "init-zeros")
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "–" in panel(app))
        assert "✓" not in panel(app)


async def test_every_lesson_is_checked_by_one_key(app: LabApp, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = [preset for preset in lab.presets() if preset.name in (QUICK, "init-zeros")]
    monkeypatch.setattr(Lab, "presets", lambda self: quick)  # of all it would take minutes
    async with app.run_test(size=WIDE) as pilot:
        await go_to(pilot, QUICK)
        await pilot.press("a")
        await until(pilot, lambda: settings.kept(lab.store.home).get("lessons", {}).keys() == {QUICK, "init-zeros"})
        await until(pilot, lambda: "–" not in "".join(settings.kept(lab.store.home)["lessons"].values()))


@pytest.mark.parametrize(("preset", "why"), [("early-stopping", "for 500 iterations"), ("exploding", "at iteration 1")])
async def test_why_a_run_is_over_is_seen_in_full(lab: Lab, preset: str, why: str) -> None:
    app = LabApp(lab, lab.open(preset)[1], preset)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("r")
        status = app.screen.query_one(RunStatus)
        lines = status.query(Static)
        await until(pilot, lambda: why in str(lines.last().content) and lines.last().region.height == 2)
        seen = "\n".join(line.text for line in lines.last().render_lines(lines.last().size.region))
        assert why in " ".join(seen.split())
        app.screen.query_one(RunPane).snapshot = snapshot("running")
        await until(pilot, lambda: status.region.height == 2)


def test_a_claim_that_something_is_not_so_names_what_is_not_so() -> None:
    """`the bias is low [no]` said the opposite of what was meant."""
    claim = Claim(says="the bias is low", figure="high_bias", at_most=0)
    held = Verification(claim=claim, outcomes=(SeedOutcome(holds=True, value=0, other=None),))
    assert claim_text(claim, held) == "✓ the bias is low  [high bias: no]"
