"""Lessons hold what they claim, and a claim that does not hold is said."""

import json
import math
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.commands import here
from tests.trainers import end_of
from tuilab.data import prepare
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, dumps, edit
from tuilab.lab import Lab
from tuilab.lessons import Figures, SeedOutcome, Verification, verify, verifying
from tuilab.lessons.seeds import SeedReport
from tuilab.presets import Claim, Lesson, Presets, shipped
from tuilab.search import Search

LESSONS = {preset.name: preset for preset in Presets(Path("nowhere")).list() if preset.lesson}

COMPARED = [
    (name, claim)
    for name, preset in LESSONS.items()
    for claim in (preset.lesson.claims if preset.lesson else ())
    if claim.figure in ("error.train", "error.dev", "variance", "sweep.dev", "sweep.median")
    and (claim.below or claim.above)
]


@pytest.mark.parametrize(("name", "claim"), COMPARED)
def test_errors_that_are_compared_differ_by_more_than_the_noise_of_their_part(name: str, claim: Claim) -> None:
    part = "train" if claim.figure == "error.train" else "dev"
    examples = Figures(LESSONS[name].experiment, prepare).get(f"examples.{part}")
    error = 0.5 if claim.at_most is None else claim.at_most
    assert claim.by > math.sqrt(error * (1 - error) / examples), "the standard error of a share of so many"
    assert claim.seeds >= 3, "and no luck of one seed"


KEYS = [
    (name, int(key[1]), claim.above or claim.below or {})
    for name, preset in LESSONS.items()
    for claim in (preset.lesson.claims if preset.lesson else ())
    if (key := re.match(r"key (\d)", claim.says))
]


@pytest.mark.parametrize(("name", "key", "changes"), KEYS)
def test_a_claim_of_a_key_is_of_what_the_key_does(name: str, key: int, changes: dict[str, str], lab: Lab) -> None:
    offered = end_of(lab, lab.start(LESSONS[name].experiment)).diagnosis.actions[key - 1]
    assert edit(LESSONS[name].experiment, changes) == edit(LESSONS[name].experiment, offered.edits)


def test_every_section_of_the_notes_has_a_lesson() -> None:
    assert {preset.lesson.section for preset in LESSONS.values() if preset.lesson} == set(range(1, 15))


@pytest.mark.parametrize("name", sorted(path.stem for path in shipped().glob("*.toml")))
def test_every_shipped_preset_is_a_lesson_with_two_to_five_sentences(name: str) -> None:
    preset = LESSONS[name]
    assert preset.lesson and preset.lesson.claims
    assert preset.title
    assert 2 <= len(re.findall(r"[.?!](?= |\n|$)", preset.about)) <= 5
    assert len(textwrap.wrap(preset.about, 70)) <= 6, "as many lines as the list of presets has room for"


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
    assert result.outcomes[0].value > 0


def small(**others: Any) -> tuple[Experiment, Lesson]:
    experiment = edit(LESSONS["init-he"].experiment, {"optimization.iterations": "50", "seed": "5"})
    claim = Claim(says="x", figure="cost.total", at_most=1e9, **others)
    return experiment, Lesson(section=1, claims=(claim, Claim(says="y", figure="examples.train", at_least=1)))


def test_a_claim_is_checked_on_as_many_seeds_as_it_asks_for_or_as_are_asked() -> None:
    experiment, lesson = small(seeds=3)
    found = verify(experiment, lesson)
    assert [(one.held, one.seeds) for one in found] == [(3, 3), (1, 1)]
    alone = [verify(edit(experiment, {"seed": seed}), lesson, seeds=1)[0].outcomes[0] for seed in ("5", "6", "7")]
    assert found[0].outcomes == tuple(alone), "its own seed and those that follow"
    assert len({outcome.value for outcome in alone}) == 3
    assert [one.seeds for one in verify(experiment, lesson, seeds=2)] == [2, 2]


def test_nine_of_ten_seeds_are_enough() -> None:
    claim, outcome = Claim(says="x", figure="decay"), SeedOutcome(holds=True, value=1.0)
    no = SeedOutcome(holds=False, value=math.inf)
    assert Verification(claim=claim, outcomes=(outcome,) * 9 + (no,)).holds
    assert not Verification(claim=claim, outcomes=(outcome,) * 8 + (no,) * 2).holds
    assert not Verification(claim=claim, outcomes=(no,)).holds


@pytest.mark.parametrize(
    ("seeds", "asked", "said", "holds"),
    [
        (10, 0, "✓" * 7 + "✗", None),  # the two to come may hold
        (10, 0, "✓" * 8, None),
        (10, 0, "✓" * 9, True),  # one may fail
        (10, 0, "✗" + "✓" * 9, True),
        (10, 0, "✗✗", False),  # whatever comes
        (10, 0, "✗", None),
        (10, 1, "✓", True),
        (10, 2, "✓", None),
        (1, 10, "✓", None),
        (1, 0, "✗", False),
        (3, 0, "✗", False),
    ],
)
def test_a_claim_is_decided_once_no_seed_to_come_can_change_it(
    seeds: int, asked: int, said: str, holds: bool | None
) -> None:
    outcomes = tuple(SeedOutcome(holds=sign == "✓", value=0) for sign in said)
    claim = Claim(says="x", figure="decay", seeds=seeds)
    assert Verification(claim=claim, outcomes=outcomes, asked=asked).holds is holds


def test_the_command_says_whether_claims_hold_and_by_its_exit_code(home: Path) -> None:
    (home / "presets").mkdir(parents=True)
    made = dumps(edit(Experiment(), {"data.examples": "50", "optimization.iterations": "1"}))
    claim = "[[lesson.claims]]\nsays = 'x'\nfigure = 'iterations'\n"
    for name, bounds in {"right": ["at_least = 1"], "wrong": ["at_least = 1", "at_least = 2"]}.items():
        claims = "".join(f"{claim}{bound}\n" for bound in bounds)
        (home / "presets" / f"{name}.toml").write_text(f"{made}[lesson]\nsection = 1\n{claims}")
    right, wrong = (here("presets", "check", name, "--json") for name in ("right", "wrong"))
    assert (right.returncode, wrong.returncode, wrong.stderr) == (0, 1, "")
    told = json.loads(wrong.stdout)
    assert (json.loads(right.stdout)["holds"], told["holds"]) == (True, False)
    assert [one["holds"] for one in told["lessons"]["wrong"]] == [True, False]
    assert told["lessons"]["wrong"][0]["claim"]["says"] == "x" and told["lessons"]["wrong"][0]["outcomes"]
    said = here("presets", "check", "wrong")
    assert (said.returncode, said.stderr) == (1, "1 claim does not hold\n") and "✗ x" in said.stdout


def test_what_is_known_so_far_is_told_again_and_again_and_no_process_is_left() -> None:
    experiment, lesson = small(seeds=4)
    known = verifying(experiment, lesson)
    first = next(known)[0]
    assert first is not None and first.seeds == 1
    known.close()
    assert [one[0] and one[0].seeds for one in verifying(experiment, lesson)] == [1, 2, 3, 4]


def test_a_claim_that_waits_for_its_seed_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    yes = SeedOutcome(holds=True, value=1.0)
    late = [SeedReport(number=1, outcomes=(yes,)), SeedReport(number=0, outcomes=(yes, yes))]
    monkeypatch.setattr("tuilab.lessons.seeds._reports", lambda *_: late)  # the second seed was quicker
    experiment, lesson = small(seeds=2)
    found = [[one and one.seeds for one in known] for known in verifying(experiment, lesson)]
    assert found == [[1, None], [2, 1]]
    assert [one.seeds for one in verify(experiment, lesson)] == [2, 1]


def test_a_fault_on_another_seed_is_bad_input() -> None:
    experiment, lesson = small(seeds=2, below={"optimization.batch_size": "100000"})
    with pytest.raises(BadInput, match="at most") as caught:
        verify(experiment, lesson)
    assert caught.value.path == "optimization.batch_size"


def test_a_figure_that_is_not_finite_comes_back_from_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.forge.MODULES", ())
    experiment = edit(LESSONS["init-he"].experiment, {"data.source": "digits", "optimization.iterations": "1"})
    claim = Claim(says="a pixel that is always dark", figure="bowl.before.condition", at_least=1e9, seeds=2)
    [found] = verify(experiment, Lesson(section=1, claims=(claim,)))
    assert [outcome.value for outcome in found.outcomes] == [math.inf, math.inf]


def test_a_claim_may_be_of_a_sweep_and_of_another_one() -> None:
    experiment = edit(LESSONS["init-he"].experiment, {"optimization.iterations": "20"})
    rate = "optimization.learning_rate"
    search = Search(over={rate: "0.01,0.1,0.3"}, sampler="grid")
    wider = {f"sweep.over.{rate}": "0.01,0.1,0.3,1,3", "optimization.iterations": "30"}
    claims = [
        Claim(says="x", figure=f"sweep.values.{rate}", at_least=3, at_most=3),
        Claim(says="x", figure=f"sweep.values.{rate}", below=wider, by=2),
        Claim(says="x", figure=f"sweep.best.{rate}", at_least=0.01, at_most=0.3),
        Claim(says="x", figure="sweep.dev", at_most=1),
        Claim(says="x", figure="sweep.edges", above={f"sweep.over.{rate}": "0.01,0.1"}, by=1),
    ]
    lesson = Lesson(section=1, claims=tuple(claims))
    found = verify(experiment, lesson, seeds=2, search=search)
    assert [one.held for one in found[:4]] == [2] * 4 and found[4].outcomes[0].other == 0
    with pytest.raises(BadInput, match="there is no sweep"):
        verify(experiment, lesson, seeds=1)
    for figure in ("sweep.nothing", "sweep.best.x"):
        with pytest.raises(BadInput, match="no figure"):
            verify(experiment, Lesson(section=1, claims=(Claim(says="x", figure=figure),)), seeds=1, search=search)


UNKNOWN = ["nothing", "error.all", "cost", "signal.first.mean.99", "signal.middle.mean.1", "labels.found", "trust.size"]
UNKNOWN += ["preflight.all", "better", "better.best", "curve.least", "rate.refused"]


@pytest.mark.parametrize("figure", UNKNOWN)
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


def test_a_claim_without_a_bound_is_refused_when_it_is_read(lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    claim = "[[lesson.claims]]\nsays = 'x'\nfigure = 'better.shown'\n"
    path.write_text(f"[lesson]\nsection = 1\n{claim}at_least = 1\n{claim}by = 1\nagainst = {{ seed = '2' }}\n")
    with pytest.raises(BadInput, match="needs at_least, at_most, below or above") as caught:
        lab.open(str(path))
    assert caught.value.path == "lesson.claims[1]"


@pytest.mark.parametrize("view", ["'graph'", "''", "3", "['signal']"])
def test_a_lesson_with_an_unknown_view_is_refused_in_one_line(lab: Lab, tmp_path: Path, view: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(f"[lesson]\nsection = 1\nview = {view}\n")
    with pytest.raises(BadInput, match="must be one of curves, boundary, signal, units, weights, inputs, data, mist"):
        lab.open(str(path))
    path.write_text("[lesson]\nsection = 1\nview = 'units'\n")
    lab.open(str(path))


def test_a_preset_without_claims_is_no_lesson(lab: Lab) -> None:
    lab.save_preset("mine", LESSONS["init-he"].experiment)
    with pytest.raises(BadInput, match="no claims"):
        lab.verify("mine")
