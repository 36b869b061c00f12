"""Following: each new snapshot once, nothing after the end."""

from threading import Event

import pytest
from msgspec import structs

from tests.ui.canned import snapshot
from tuilab.lab import Snapshot
from tuilab.ui.desk import following
from tuilab.ui.desk.following import AWAY, FIRST, SLOW, STEADY, follow, pace


class Canned:
    """Gives snapshots one after another, the first ones as `parts` of a long log; ends where they run out."""

    def __init__(self, *snapshots: Snapshot, ended: Event, parts: int = 0) -> None:
        self._snapshots, self._ended, self._parts = list(snapshots), ended, parts

    def look(self) -> tuple[Snapshot, bool]:
        if len(self._snapshots) == 1:
            self._ended.set()
        self._parts -= 1
        return self._snapshots.pop(0), self._parts < 0


class NoRest(Event):
    """An event that nobody waits for."""

    def wait(self, timeout: float | None = None) -> bool:
        return self.is_set()


def test_each_new_snapshot_is_told_once_and_a_run_that_is_over_is_followed_on() -> None:
    """It may be resumed, from another terminal too."""
    running, done = snapshot("running"), snapshot("done")
    told: list[Snapshot] = []
    ended = NoRest()
    follow(Canned(running, running, done, done, running, running, ended=ended), told.append, ended)
    assert [seen.status for seen in told] == ["running", "done", "running"]


def test_the_parts_of_a_long_log_are_told_without_rest_and_an_end_within_is_none() -> None:
    rests = []

    class Rests(Event):
        def wait(self, timeout: float | None = None) -> bool:
            rests.append(timeout)
            return True

    ended_once, extended, done = (
        structs.replace(snapshot(status), rate=n) for n, status in enumerate(("done", "running", "done"))
    )
    told: list[Snapshot] = []
    ended = Rests()
    follow(Canned(ended_once, extended, done, done, ended=ended, parts=1), told.append, ended)
    assert told == [ended_once, extended, done]
    assert rests == [STEADY, SLOW]


def test_while_nobody_looks_it_looks_seldom_and_at_once_when_somebody_does(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(following, "monotonic", lambda: clock[0])

    class Rests(Event):
        def wait(self, timeout: float | None = None) -> bool:
            clock[0] += timeout or 0.0
            return self.is_set()

    looks: list[float] = []
    ended = Rests()
    follow(
        Canned(*(structs.replace(snapshot("running"), rate=n) for n in range(3)), ended=ended),
        lambda seen: looks.append(clock[0]),
        ended,
        is_seen=lambda: clock[0] >= STEADY + AWAY + 2 * STEADY,
    )
    assert looks == [0.0, STEADY + AWAY]
    assert clock[0] == STEADY + AWAY + 2 * STEADY


def test_nothing_is_told_once_nobody_listens() -> None:
    ended, told = NoRest(), list[Snapshot]()
    follow(Canned(snapshot("running"), ended=ended), told.append, ended)
    assert told == []


def test_the_pace_is_quick_for_the_first_points_and_slow_in_silence() -> None:
    running = snapshot("running")
    assert pace(running) == STEADY
    assert pace(structs.replace(running, view=snapshot("starting", points=0).view)) == FIRST
    assert pace(snapshot("no progress")) == pace(snapshot("done")) == SLOW
