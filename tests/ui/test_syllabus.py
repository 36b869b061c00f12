"""The lesson that is open, and what was found of the claims of all; and what keys want of the run that is shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from tests.ui.canned import EXPERIMENT, snapshot
from tests.ui.loop import Later, Loop
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lab import Snapshot
from tuilab.lessons import Verification
from tuilab.lessons.claims import SeedOutcome
from tuilab.presets import Claim, Lesson, Preset
from tuilab.training import Action
from tuilab.ui.desk.bridge import Bridge
from tuilab.ui.desk.syllabus import Open, Syllabus
from tuilab.ui.work.jobs import Jobs

CLAIMS = (Claim(says="it learns", figure="error.dev"), Claim(says="on all seeds", figure="error.dev", seeds=2))


def preset(name: str, section: int | None, claims: tuple[Claim, ...] = CLAIMS) -> Preset:
    lesson = None if section is None else Lesson(section=section, claims=claims)
    return Preset(name=name, experiment=EXPERIMENT, own=False, lesson=lesson)


def found(claim: Claim, *holds: bool) -> Verification:
    return Verification(claim=claim, outcomes=tuple(SeedOutcome(holds=one, value=0.0) for one in holds))


class Lessons:
    """The part of the lab that a syllabus asks."""

    def __init__(self, home: Path) -> None:
        self.home, self.store, self.checked = home, self, list[str]()
        self.known = [preset("second", 5), preset("mine", None), preset("first", 2)]
        self.fault = ""

    def presets(self) -> list[Preset]:
        return self.known

    def verifying(self, name: str) -> Iterator[list[Verification | None]]:
        self.checked.append(name)
        if self.fault:
            raise BadInput(self.fault)
        yield [found(CLAIMS[0], True), None]
        yield [found(CLAIMS[0], True), found(CLAIMS[1], True, False)]

    def told(self, run: Snapshot) -> tuple[str, list[Verification | None]]:
        return "first", [found(CLAIMS[0], False), found(CLAIMS[1], True)]


class Room:
    """A syllabus, whom it asks, and what it has shown."""

    def __init__(self, home: Path) -> None:
        self.loop, self.lab = Loop(), Lessons(home)
        self.jobs = Jobs(self.loop, home)
        self.shown, self.refused = list[Open | None](), list[str]()
        self.syllabus = Syllabus(self.lab, self.jobs, self.shown.append, lambda error: self.refused.append(str(error)))

    def open(self, name: str) -> Open | None:
        self.syllabus.open(name)
        self.wait()
        return self.shown[-1]

    def wait(self) -> None:
        self.loop.until(
            lambda: not any(map(self.jobs.goes_on, ("lessons", "claims of a lesson", "claims", "progress")))
        )

    @property
    def now(self) -> Open:
        shown = self.shown[-1]
        assert shown is not None
        return shown


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def test_lessons_follow_in_the_order_of_the_notes_and_the_last_is_followed_by_the_first(room: Room) -> None:
    assert room.open("mine") is None and room.syllabus.next is None
    for name, place, following in (("first", 1, "second"), ("second", 2, "first")):
        opened = room.open(name)
        assert opened is not None and (opened.place, opened.of, opened.marks) == (place, 2, "––")
        assert room.syllabus.next is not None and room.syllabus.next.name == following


def test_claims_are_checked_once_and_what_was_found_is_kept_for_the_next_start(room: Room, tmp_path: Path) -> None:
    room.open("first")
    for _ in range(3):
        room.syllabus.check()
    assert room.now.checking == "first"
    room.wait()
    assert room.lab.checked == ["first"] and (room.now.marks, room.now.checking) == ("✓✗", "")
    later = Room(tmp_path)
    assert later.open("first") is not None and later.now.marks == "✓✗" and later.now.found == ()
    later.lab.known = [preset("first", 2, CLAIMS[:1])]
    later.open("first")
    assert later.now.marks == "–"  # marks of other claims than the lesson has now


def test_what_one_run_says_takes_nothing_back_that_was_found_on_more_seeds(room: Room) -> None:
    room.open("first")
    room.syllabus.check()
    room.wait()
    lines = list[str]()
    room.syllabus.hear(snapshot("done"), lines.append)
    room.wait()
    assert lines == ["Lesson first, on this seed: ✗ it learns · ✓ on all seeds"] and room.now.marks == "✗✗"


def test_a_check_that_is_refused_is_over_and_says_why(room: Room) -> None:
    room.open("first")
    room.lab.fault = "not enough memory"
    room.syllabus.check()
    room.wait()
    assert room.refused == ["not enough memory"] and room.now.checking == ""


# The bridge


class Steered:
    """The part of a lab, and of a board, that a bridge needs: it remembers what was asked."""

    def __init__(self) -> None:
        self.asked, self.control, self.draft = list[object](), self, None

    def follow(self, name: str) -> None:
        raise BadInput("is gone")

    def start(self, experiment: Experiment, parent: str) -> str:
        self.asked.append(("start", parent))
        return "new"

    def stop(self, name: str) -> None:
        self.asked.append(("stop", name))

    pause = step = stop

    def adopt(self, experiment: Experiment, edits: dict[str, str]) -> None:
        self.asked.append(edits)

    def faultless(self, doing: str) -> Experiment:
        return edit(EXPERIMENT, {"seed": "9"})

    def say(self, text: str, severity: str = "") -> None:
        self.asked.append(text)

    def refuse(self, error: BadInput, doing: str, of: Experiment | None = None) -> None:
        self.asked.append(str(error))


def test_an_action_is_tried_of_the_run_that_it_was_recommended_for_alone(tmp_path: Path) -> None:
    loop, lab, shown, entered = Loop(), Steered(), list[Snapshot](), list[str]()
    jobs = Jobs(loop, tmp_path)
    bridge = Bridge(
        lab,
        jobs,
        lab,
        Later(),
        once=lambda do: do(),
        shown=lambda: shown[-1] if shown else None,
        show=lambda seen, parents: None,
        started=lambda name: None,
        is_seen=lambda: True,
        enter=entered.append,
    )
    action = Action(label="more", why="", edits={"seed": "9"})
    bridge.choose(1)
    bridge.ask("stop")
    bridge.act("canned-0001", action)
    assert lab.asked == [] and bridge.active == ""  # no run is shown
    shown.append(structs.replace(snapshot("running"), name="another"))
    bridge.act("canned-0001", action)
    assert lab.asked == [] and bridge.active == "another"
    for nothing in (Action(label="Look at the data", why="", edits={}), action):
        bridge.act("another", nothing)
    bridge.act("another", Action(label="Look", why="", edits={}, room="preflight"))
    assert entered == ["preflight"]
    bridge.ask("stop")
    loop.until(lambda: not any(map(jobs.goes_on, ("start", "stop"))))
    assert lab.asked[0] == {"seed": "9"} and sorted(map(str, lab.asked[1:])) == [
        "('start', 'another')",
        "('stop', 'another')",
    ]
