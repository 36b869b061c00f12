"""The draft with its undo, the control of a run, the watching of one, the looks at it: without a widget."""

import threading
from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec import structs

from tests.ui.canned import EXPERIMENT, snapshot
from tests.ui.loop import PATIENCE, Gate, Later, Loop
from tuilab import experiment as experiments
from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.lab import Snapshot
from tuilab.runs import About, Status
from tuilab.ui.desk.drafting import Drafting
from tuilab.ui.desk.helm import Helm, live_edits, offers
from tuilab.ui.desk.looks import REST, SHARE, Looks
from tuilab.ui.desk.watch import Watch
from tuilab.ui.work.jobs import Jobs
from tuilab.ui.work.soon import Soon

ALPHA, LAMBD = "optimization.learning_rate", "regularization.lambd"


class Editor:
    def edit(self, experiment: Experiment, edits: Mapping[str, str]) -> Experiment:
        return experiments.edit(experiment, edits)


# The draft


def test_edits_of_one_field_in_a_row_are_taken_back_together() -> None:
    drafting = Drafting(Editor(), EXPERIMENT)
    for text in ("0", "0.", "0.5"):
        drafting.edit({ALPHA: text})
    drafting.edit({LAMBD: "3"})
    assert drafting.undo().experiment.optimization.learning_rate == 0.5
    assert drafting.undo().experiment == EXPERIMENT and not drafting.can_undo
    assert drafting.undo().experiment == EXPERIMENT


def test_another_experiment_that_is_adopted_is_taken_back_and_one_that_is_loaded_is_not() -> None:
    drafting = Drafting(Editor(), EXPERIMENT)
    other = experiments.edit(EXPERIMENT, {"title": "Other"})
    drafting.edit({LAMBD: "3"})
    adopted = drafting.adopt(other, {"seed": "9"})
    assert (adopted.base, adopted.experiment.seed) == (other, 9)
    assert drafting.undo().experiment.regularization.lambd == 3
    drafting.load(other)
    assert not drafting.can_undo


def test_a_fault_that_only_the_data_tells_is_blamed_until_the_next_edit() -> None:
    drafting = Drafting(Editor(), EXPERIMENT)
    assert drafting.blame(BadInput("no such file", path="data.source")) == "data.source"
    assert str(drafting.fault()) == "data.source: no such file"
    assert drafting.blame(BadInput("the disk is full")) == ""
    assert drafting.edit({"data.source": "moons"}).faults == {} and drafting.fault() is None


# The control of a run


class Asked:
    """The part of the lab that the helm asks; a start waits at the gate."""

    def __init__(self) -> None:
        self.gate, self.asked, self.control = Gate("canned-0002"), list[tuple[str, ...]](), self

    def start(self, experiment: Experiment, parent: str) -> str:
        self.asked.append(("start", parent))
        return self.gate()

    def stop(self, name: str) -> None:
        self.asked.append(("stop", name))

    def pause(self, name: str) -> None:
        self.asked.append(("pause", name))

    def step(self, name: str) -> None:
        self.asked.append(("step", name))

    def set(self, name: str, edits: dict[str, str]) -> None:
        if LAMBD in edits:
            raise BadInput("is not running: done", path=name)
        self.asked += [("set", name, path, text) for path, text in edits.items()]


class Told:
    """A deck that remembers."""

    def __init__(self) -> None:
        self.said, self.shown = list[str](), list[str]()
        self.refused: list[tuple[str, str, Experiment | None]] = []

    def say(self, text: str, severity: str = "information") -> None:
        self.said.append(text)

    def refuse(self, error: BadInput, doing: str, of: Experiment | None = None) -> None:
        self.refused.append((str(error), doing, of))


class Bridge:
    """A helm, whom it asks, where it tells, and the time."""

    def __init__(self, home: Path) -> None:
        self.loop, self.lab, self.deck = Loop(), Asked(), Told()
        self.jobs = Jobs(self.loop, home)
        self.helm = Helm(self.lab, self.jobs, self.deck, self.deck.shown.append)

    def wait(self, *names: str) -> None:
        """Until these jobs are over."""
        self.loop.until(lambda: not any(map(self.jobs.goes_on, names)))


@pytest.fixture
def bridge(tmp_path: Path) -> Bridge:
    return Bridge(tmp_path)


def test_one_run_per_start(bridge: Bridge) -> None:
    for _ in range(15):  # pressed again before there was an answer
        bridge.helm.start(EXPERIMENT, "canned-0001")
    bridge.lab.gate.let()
    bridge.wait("start")
    assert bridge.lab.asked == [("start", "canned-0001")] and bridge.deck.shown == ["canned-0002"]
    bridge.helm.start(EXPERIMENT)
    bridge.wait("start")
    assert len(bridge.lab.asked) == len(bridge.deck.shown) == 2


def test_requests_are_made_off_the_thread_and_what_hinders_them_is_told(bridge: Bridge) -> None:
    bridge.helm.ask("pause", "canned-0001")
    bridge.helm.apply(snapshot("running"), experiments.edit(EXPERIMENT, {ALPHA: "0.5"}))
    bridge.wait("pause", "apply")
    assert sorted(bridge.lab.asked) == [("pause", "canned-0001"), ("set", "canned-0001", ALPHA, "0.5")]
    assert bridge.deck.said == ["canned-0001: learning rate α 0.5, from its next iteration on"]
    wanted = experiments.edit(EXPERIMENT, {LAMBD: "2"})
    bridge.helm.apply(snapshot("running"), wanted)
    bridge.wait("apply")
    assert bridge.deck.refused == [("canned-0001: is not running: done", "not applied", wanted)]


@pytest.mark.parametrize(
    ("status", "edits", "path", "asked"),
    [
        ("running", {ALPHA: "0.5"}, ALPHA, "0.5"),
        ("paused", {ALPHA: "0.5", LAMBD: "2"}, ALPHA, "0.5"),
        ("running", {}, ALPHA, "0.1"),  # back at what it was, and it may have been asked for another
        ("running", {ALPHA: "0.5", "network.hidden": "3"}, ALPHA, ""),
        ("running", {"data.noise": "0.2"}, "data.noise", ""),
        ("done", {ALPHA: "0.5"}, ALPHA, ""),
    ],
)
def test_only_the_run_of_the_panels_is_turned(
    status: Status, edits: dict[str, str], path: str, asked: str, bridge: Bridge
) -> None:
    assert bridge.helm.turn(snapshot(status), experiments.edit(EXPERIMENT, edits), path)
    bridge.wait("apply")
    assert bridge.lab.asked == [("set", "canned-0001", ALPHA, asked)] * bool(asked)
    differ = ["learning rate α is not asked of canned-0001: the panels differ in hidden layers"]
    assert bool(asked) or bridge.deck.said == differ * ("network.hidden" in edits)


def test_what_has_no_effect_is_not_asked_of_a_run(bridge: Bridge) -> None:
    plain = experiments.edit(EXPERIMENT, {"regularization.kind": "none"})
    run = structs.replace(snapshot("running"), experiment=plain)
    wanted = experiments.edit(plain, {LAMBD: "2"})
    assert bridge.helm.turn(run, wanted, LAMBD)
    why = '"λ (lambd)" has no effect while "penalty" is none: it is not asked of canned-0001'
    assert bridge.deck.said == [why] and bridge.lab.asked == []
    assert not offers("apply", run, wanted)


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        ("starting", {"stop", "pause", "apply"}),
        ("running", {"stop", "pause", "apply"}),
        ("no progress", {"stop", "pause", "apply"}),
        ("paused", {"stop", "resume", "step", "apply"}),
        ("stopping", {"stop", "apply"}),
        ("done", set()),
        ("stopped", {"resume"}),
        ("failed", {"resume"}),
        ("dead", {"resume"}),
        ("diverged", set()),
    ],
)
def test_what_can_be_asked_of_a_run(status: Status, offered: set[str]) -> None:
    wanted = experiments.edit(EXPERIMENT, {ALPHA: "0.5"})
    asked = ("stop", "pause", "resume", "step", "apply")
    assert {what for what in asked if offers(what, snapshot(status), wanted)} == offered
    assert not any(offers(what, None, wanted) for what in (*asked, "seeds", "export", "reseed"))
    assert not offers("apply", snapshot(status), EXPERIMENT)


def test_an_edit_that_this_version_does_not_know_hinders_nothing() -> None:
    run = snapshot("running")
    strange = structs.replace(run, view=structs.replace(run.view, edits={"optimization.warmth": "7"}))
    assert live_edits(strange, experiments.edit(EXPERIMENT, {ALPHA: "0.5"})) == {ALPHA: "0.5"}


# The watching of a run


class Store:
    """Runs that can be followed: each gives its snapshots one after another, the last one again and again."""

    def __init__(self, **runs: list[Snapshot]) -> None:
        self.runs = runs

    def __call__(self, name: str) -> "Reader":
        if name not in self.runs:
            raise BadInput("no such run", path=name)
        return Reader(self.runs[name])


class Reader:
    def __init__(self, snapshots: list[Snapshot]) -> None:
        self._snapshots = list(snapshots)

    def look(self) -> tuple[Snapshot, bool]:
        return (self._snapshots.pop(0) if len(self._snapshots) > 1 else self._snapshots[0]), True


class Watching:
    """A watch, and what it showed."""

    def __init__(self, home: Path, store: Store) -> None:
        self.loop, self.later = Loop(), Later()
        self.jobs = Jobs(self.loop, home)
        self.seen: list[tuple[Snapshot | None, tuple[Snapshot, ...]]] = []
        self.refused: list[str] = []
        self.watch = Watch(
            self.jobs,
            store,
            lambda run, parents: self.seen.append((run, parents)),
            lambda error: self.refused.append(str(error)),
            lambda: True,
            Soon(self.later),
        )

    def until_shown(self, name: str, *parents: str) -> None:
        self.loop.until(lambda: self.last == (name, parents))

    @property
    def last(self) -> tuple[str, tuple[str, ...]]:
        run, parents = self.seen[-1]
        return (run.name if run else "", tuple(parent.name for parent in parents))


def named(name: str, parent: str = "") -> Snapshot:
    return structs.replace(snapshot("running"), name=name, about=About(parent=parent))


def test_a_run_is_shown_with_its_parent_and_each_takes_its_own_place(tmp_path: Path) -> None:
    child, parent = named("child", "parent"), named("parent")
    later = structs.replace(child, rate=1.0)
    watching = Watching(tmp_path, Store(child=[child, later], parent=[parent]))
    watching.watch.attach("child")
    assert watching.watch.is_waiting and watching.seen == [(None, ())]
    watching.until_shown("child", "parent")
    watching.loop.until(lambda: watching.seen[-1] == (later, (parent,)))
    assert not watching.watch.is_waiting
    assert {run.name for run, _ in watching.seen if run} == {"child"}
    watching.jobs.end()


def test_a_parent_that_was_deleted_is_no_fault_and_a_run_that_is_gone_is(tmp_path: Path) -> None:
    watching = Watching(tmp_path, Store(child=[named("child", "gone")]))
    watching.watch.attach("child")
    watching.loop.until(lambda: watching.seen[-1][0] is not None)
    watching.loop.until(lambda: not watching.jobs.goes_on("parent"))
    assert watching.refused == []
    watching.watch.attach("gone")
    watching.loop.until(lambda: bool(watching.refused))
    assert watching.refused == ["gone: no such run"] and watching.seen[-1] == (None, ())
    watching.jobs.end()


def test_a_run_that_cannot_be_looked_at_is_looked_at_again_and_that_is_said_once(tmp_path: Path) -> None:
    store = Store()
    watching = Watching(tmp_path, store)
    watching.watch.attach("late")
    for _ in range(2):
        watching.loop.until(lambda: bool(watching.later.due) and not watching.jobs.goes_on("run"))
        watching.later.pass_()
    watching.loop.until(lambda: bool(watching.later.due))
    assert watching.refused == ["late: no such run"] and not watching.watch.is_waiting
    store.runs["late"] = [named("late")]
    watching.later.pass_()
    watching.until_shown("late")
    watching.watch.attach("gone")
    watching.loop.until(lambda: bool(watching.later.due))
    watching.watch.attach("late")
    assert watching.later.due == []  # nobody wants the other one any longer
    watching.jobs.end()


def test_of_a_run_that_was_left_nothing_is_shown_any_more(tmp_path: Path) -> None:
    first, second = named("first", "its-parent"), named("second")
    slow, looked = threading.Event(), threading.Event()

    class Slow(Reader):
        def look(self) -> tuple[Snapshot, bool]:
            looked.set()
            assert slow.wait(PATIENCE)
            return super().look()

    store = Store(second=[second])
    watching = Watching(tmp_path, store)
    store.__class__ = type(
        "Slower", (Store,), {"__call__": lambda self, name: Slow([first]) if name == "first" else Reader([second])}
    )
    watching.watch.attach("first")
    assert looked.wait(PATIENCE)
    watching.watch.attach("second")
    slow.set()  # now the look at the first is over
    watching.until_shown("second")
    watching.loop.settle()
    assert {run.name for run, _ in watching.seen if run} == {"second"}
    watching.jobs.end()


def test_a_parent_goes_with_its_child(tmp_path: Path) -> None:
    looks = threading.Semaphore(0)

    class Parent(Reader):
        def look(self) -> tuple[Snapshot, bool]:
            assert looks.acquire(timeout=PATIENCE)
            return structs.replace(named("parent"), rate=float(len(asked))), True

    class Family(Store):
        def __call__(self, name: str) -> Reader:
            asked.append(name)
            return Parent([]) if name == "parent" else super().__call__(name)

    asked: list[str] = []
    watching = Watching(tmp_path, Family(child=[named("child", "parent")], orphan=[named("orphan")]))
    watching.watch.attach("child")
    looks.release()
    watching.until_shown("child", "parent")
    watching.watch.attach("orphan")
    assert watching.watch.is_waiting and watching.last == ("", ()) and not watching.jobs.goes_on("parent")
    left = len(watching.seen)
    looks.release(2)  # now a look at the parent that had begun is over
    watching.until_shown("orphan")
    watching.loop.settle()
    assert [(run and run.name, parents) for run, parents in watching.seen[left:]] == [("orphan", ())]
    watching.jobs.end()


# When to look


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_one_look_at_a_time_each_followed_by_a_rest_in_proportion() -> None:
    clock = Clock()
    looks = Looks(clock)
    assert looks.wait(bare=False) is None  # nothing new
    looks.renew()
    assert looks.wait(bare=False) == 0
    looks.begin()
    looks.renew()
    assert looks.wait(bare=False) is None  # one goes on
    clock.now = 2.0
    looks.end()
    assert looks.wait(bare=False) == SHARE * 2.0
    assert looks.wait(bare=True) == 0  # there is no rest while nothing is to be seen
    clock.now += SHARE * 2.0
    assert looks.wait(bare=False) == 0
    looks.begin()
    looks.end()
    assert looks.wait(bare=False) is None  # all that is new has been seen
    looks.renew()
    assert looks.wait(bare=False) == REST


def test_who_waits_for_another_thing_waits_for_no_rest_and_no_other_look() -> None:
    clock = Clock()
    looks = Looks(clock)
    looks.renew()
    looks.begin()
    looks.hurry()
    assert looks.wait(bare=False) == 0
    looks.begin()
    clock.now = 1.0
    looks.end()
    looks.hurry()
    assert looks.wait(bare=False) == 0
