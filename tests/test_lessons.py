"""Lessons hold what they claim, and a claim that does not hold is said."""

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from tuilab.errors import BadInput
from tuilab.lab import Lab
from tuilab.lessons import verify
from tuilab.presets import Claim, Lesson, Presets, shipped

LESSONS = {preset.name: preset for preset in Presets(Path("nowhere")).list() if preset.lesson}
QUICK = sorted(name for name, preset in LESSONS.items() if preset.lesson and not preset.lesson.slow)


@pytest.mark.parametrize("name", QUICK)
def test_the_claims_of_a_quick_lesson_hold(name: str) -> None:
    preset = LESSONS[name]
    assert preset.lesson is not None
    assert [
        (one.claim.says, one.value, one.other) for one in verify(preset.experiment, preset.lesson) if not one.holds
    ] == []


def test_every_section_of_the_notes_has_a_lesson() -> None:
    assert {preset.lesson.section for preset in LESSONS.values() if preset.lesson} == set(range(1, 15))


@pytest.mark.parametrize("name", sorted(path.stem for path in shipped().glob("*.toml")))
def test_every_shipped_preset_is_a_lesson_with_two_to_five_sentences(name: str) -> None:
    preset = LESSONS[name]
    assert preset.lesson and preset.lesson.claims
    assert preset.title
    assert 2 <= len(re.findall(r"[.?!](?= |\n|$)", preset.about)) <= 5


@pytest.mark.parametrize(
    "claim",
    [
        Claim(says="", figure="cost.total", at_most=1e-9),
        Claim(says="", figure="cost.total", at_least=1e9),
        Claim(says="", figure="cost.total", below={"optimization.iterations": "1"}, by=100),
        Claim(says="", figure="cost.total", above={"optimization.iterations": "1"}),
    ],
)
def test_a_claim_that_does_not_hold_is_said(claim: Claim) -> None:
    experiment = LESSONS["init-he"].experiment
    short = replace(experiment, optimization=replace(experiment.optimization, iterations=50))
    [result] = verify(short, Lesson(section=1, claims=(claim,)))
    assert not result.holds
    assert result.value > 0


@pytest.mark.parametrize("figure", ["nothing", "error.all", "cost", "signal.first.mean.99", "signal.middle.mean.1"])
def test_an_unknown_figure_is_bad_input(figure: str) -> None:
    lesson = Lesson(section=1, claims=(Claim(says="x", figure=figure, at_most=1),))
    with pytest.raises(BadInput, match=r"no figure|not there"):
        verify(LESSONS["numerical-gradient"].experiment, lesson)


def test_a_lesson_with_an_unknown_key_is_refused_by_path(lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text("[lesson]\nsection = 1\n[[lesson.claims]]\nsays = 'x'\nfigur = 'y'\n")
    with pytest.raises(BadInput, match="figur") as caught:
        lab.open(str(path))
    assert caught.value.path.startswith("lesson.claims")


def test_a_preset_without_claims_is_no_lesson(lab: Lab) -> None:
    lab.save_preset("mine", LESSONS["init-he"].experiment)
    with pytest.raises(BadInput, match="no claims"):
        lab.verify("mine")
