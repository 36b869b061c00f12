"""The draft and the fields it stands in, what is started of it, and what acts as it is turned: without a widget."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec import structs

from tests.ui.canned import EXPERIMENT, snapshot
from tests.ui.loop import Later, Loop
from tuilab import experiment as experiments
from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.lab import Plan, Snapshot
from tuilab.training import Action
from tuilab.ui.desk.board import Board
from tuilab.ui.desk.draft import Draft, text_of
from tuilab.ui.desk.launch import Launch
from tuilab.ui.desk.live import Live
from tuilab.ui.panels.experiment import plan_text
from tuilab.ui.work.jobs import Jobs
from tuilab.ui.work.soon import Soon

ALPHA, LAMBD, SOURCE = "optimization.learning_rate", "regularization.lambd", "data.source"


class Easel:
    """The fields, in which a test types, and where a person looks."""

    def __init__(self) -> None:
        self.typed, self.tidied = dict[str, str](), list[str]()
        self.drafts, self.plans, self.faults, self.said = (
            list[Draft](),
            list[Plan | BadInput | None](),
            list[str](),
            list[str](),
        )

    def tidy(self, path: str) -> None:
        self.tidied.append(path)

    def show_draft(self, draft: Draft) -> None:
        self.drafts.append(draft)
        self.typed = {path: text for path, text in self.typed.items() if text != text_of(draft, path)}

    def show_plan(self, plan: Plan | BadInput | None) -> None:
        self.plans.append(plan)

    def show_fault(self, path: str) -> None:
        self.faults.append(path)

    def say(self, text: str, severity: str = "information") -> None:
        self.said.append(text)


class Planner:
    """The part of the lab that a board asks; there is no data but the shipped."""

    def __init__(self) -> None:
        self.planned: list[Experiment] = []

    def edit(self, experiment: Experiment, edits: Mapping[str, str]) -> Experiment:
        return experiments.edit(experiment, edits)

    def plan(self, experiment: Experiment) -> str:
        self.planned.append(experiment)
        if experiment.data.source == "gone":
            raise BadInput("no such file", path=SOURCE)
        if experiment.data.source == "huge":
            raise MemoryError("unable to allocate 8 GB")
        return "a plan"


class Desk:
    """A board, its fields, and the time."""

    def __init__(self, home: Path) -> None:
        self.loop, self.easel, self.later, self.lab = Loop(), Easel(), Later(), Planner()
        self.jobs = Jobs(self.loop, home)
        self.board = Board(self.lab, EXPERIMENT, self.jobs, self.easel, self.easel, self.later)
        self.board.load(EXPERIMENT)

    def plan(self) -> None:
        """The moment after the last edit has passed, and what is asked then has been answered."""
        self.later.pass_()
        self.loop.until(lambda: not self.jobs.goes_on("plan"))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_what_is_asked_for_takes_the_place_of_what_was() -> None:
    later, done = Later(), list[str]()
    soon = Soon(later)
    soon.do(1.0, lambda: done.append("first"))
    soon.do(1.0, lambda: done.append("second"))
    later.pass_()
    soon.do(1.0, lambda: done.append("third"))
    soon.drop()
    later.pass_()
    assert done == ["second"]


@pytest.mark.parametrize("what", ["edit", "undo", "adopt", "leave", "faultless", "refuse"])
def test_what_stands_in_the_fields_is_in_the_draft_before_anything_else(desk: Desk, what: str) -> None:
    desk.board.edit({LAMBD: "2"})
    desk.easel.typed = {ALPHA: "0.5"}
    {
        "edit": lambda: desk.board.edit({"seed": "7"}),
        "undo": desk.board.undo,
        "adopt": lambda: (desk.board.adopt(EXPERIMENT, {"seed": "7"}), desk.board.undo()),
        "leave": lambda: desk.board.leave(ALPHA),
        "faultless": lambda: desk.board.faultless("not started"),
        "refuse": lambda: desk.board.refuse(BadInput("no"), ""),
    }[what]()
    assert ALPHA in desk.easel.drafts[2].texts and desk.easel.typed == {}
    assert desk.board.draft.experiment.regularization.lambd == 2
    assert desk.board.draft.experiment.optimization.learning_rate == (0.1 if what == "undo" else 0.5)


def test_the_data_is_looked_at_once_after_the_last_edit_and_not_where_there_is_a_fault(desk: Desk) -> None:
    for text in ("0.", "0.5", "0.25"):
        desk.board.edit({ALPHA: text})
    desk.plan()
    assert [one.optimization.learning_rate for one in desk.lab.planned] == [0.25]
    assert desk.easel.plans[-2:] == [None, "a plan"]
    desk.board.edit({"seed": "7"})
    assert len(desk.later.due) == 1
    desk.board.edit({ALPHA: "-1"})
    assert desk.later.due == [] and desk.easel.plans[-1] is None
    desk.board.undo()
    desk.board.edit({SOURCE: "gone"})
    desk.plan()
    assert desk.board.draft.faults == {SOURCE: "no such file"} and desk.easel.faults == [] and desk.later.due == []


def test_why_there_is_no_plan_is_said_where_it_would_stand(desk: Desk) -> None:
    desk.board.edit({SOURCE: "huge"})
    desk.plan()
    said = desk.easel.plans[-1]
    assert isinstance(said, BadInput) and desk.board.fault is None
    assert plan_text(said).startswith("✗ what this would train is not known: MemoryError: unable to allocate 8 GB")


def test_a_plan_that_comes_late_is_not_shown_beside_what_stands_there_now(desk: Desk) -> None:
    desk.later.pass_()
    assert desk.jobs.goes_on("plan")
    desk.board.edit({ALPHA: "-1"})  # a fault: no other plan takes the place of the one that comes
    desk.loop.until(lambda: not desk.jobs.goes_on("plan"))
    assert desk.easel.plans[-1] is None


def test_a_fault_is_shown_on_its_field_only_while_its_experiment_stands_there(desk: Desk) -> None:
    fault = BadInput("no such file", path=SOURCE)
    desk.board.refuse(fault, "not started", EXPERIMENT)
    assert desk.easel.faults == [SOURCE] and desk.easel.said == []
    assert desk.board.faultless("not saved") is None and desk.easel.faults == [SOURCE, SOURCE]
    desk.board.edit({"seed": "8"})
    desk.board.refuse(fault, "not started", EXPERIMENT)
    assert desk.easel.said == [f"not started: {fault}"] and desk.board.fault is None


class Started:
    """A helm and a watch that remember what was started."""

    def __init__(self) -> None:
        self.started, self.is_waiting = list[tuple[Experiment, str]](), False
        self.turned, self.busy = list[str](), False

    def start(self, experiment: Experiment, parent: str) -> None:
        self.started.append((experiment, parent))

    def turn(self, shown: Snapshot, wanted: Experiment, path: str) -> bool:
        if not self.busy:
            self.turned.append(path)
        return not self.busy


def test_a_run_is_the_child_of_the_one_that_is_shown_where_it_is_the_same_but_for_an_edit(desk: Desk) -> None:
    started = Started()
    launch, shown = Launch(desk.lab, desk.jobs, desk.board, started, started), snapshot("done")
    launch.run(None)
    launch.run(shown)  # again, without a change: nobody's child
    desk.board.edit({ALPHA: "0.5"})
    launch.run(shown)
    launch.run(structs.replace(shown, experiment=experiments.edit(EXPERIMENT, {"title": "Another"})))
    assert [parent for _, parent in started.started] == ["", "", shown.name, ""]
    desk.board.edit({ALPHA: "-1"})
    launch.run(shown)
    assert len(started.started) == 4 and desk.easel.faults == [ALPHA]


def test_a_child_is_made_of_the_run_that_is_shown_and_stands_in_the_fields(desk: Desk) -> None:
    started = Started()
    launch, shown = Launch(desk.lab, desk.jobs, desk.board, started, started), snapshot("running")
    desk.board.edit({LAMBD: "3"})
    launch.reseed(shown)
    seed = experiments.edit(EXPERIMENT, {"seed": str(EXPERIMENT.seed + 1)})
    assert started.started == [(seed, shown.name)] and desk.board.draft.experiment == seed
    desk.board.undo()
    assert desk.board.draft.experiment.regularization.lambd == 3
    launch.act(shown, Action(label="The same", why="", edits={"seed": str(EXPERIMENT.seed)}))
    assert len(started.started) == 1 and desk.easel.said == [f"{shown.name} trains this very experiment already"]
    started.is_waiting = True  # the one before has not been seen yet
    launch.reseed(shown)
    assert len(started.started) == 1


def test_what_is_turned_acts_only_once_that_was_asked_for_and_is_asked_for_again_while_the_run_is_busy() -> None:
    helm, later, shown = Started(), Later(), snapshot("running")
    draft = Draft(base=EXPERIMENT, texts={}, experiment=EXPERIMENT, faults={})
    live = Live(helm, Soon(later), lambda: shown, lambda: draft)
    live.turn(ALPHA)
    assert later.due == [] and "at once" in live.switch()
    live.turn(LAMBD)
    live.turn(ALPHA)
    helm.busy = True
    later.pass_()
    assert helm.turned == []
    helm.busy = False
    later.pass_()
    later.pass_()
    assert helm.turned == [ALPHA] and "once they are applied" in live.switch()
