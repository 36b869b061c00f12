"""Following a run: evidence taken in the right order."""

from pathlib import Path

import pytest

from tests.runs.events import finished, progress, started
from tuilab.experiment import Experiment
from tuilab.runs import Appender, LogFollower, RunFolder, Store, alive, ask, claim, follow, glance, log, status_of


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return Store(tmp_path).create(Experiment())


def test_a_run_is_followed_from_its_creation_to_its_end(folder):
    made, clock = folder.experiment_file.stat().st_mtime, [0.0]
    follower = LogFollower(folder, lambda: clock[0])
    assert follower.look(made + 1).status == "dead"  # nobody was ever told to train it
    claim(folder)
    assert follower.look(made + 11).status == "starting"
    with Appender(folder.log_file) as appender:
        appender.append(started(time=made))
        appender.append(progress(5, 1.0, 2.0, time=made + 1))
        first = follower.look(made + 2)
        assert (first.status, list(first.view.cost.data), first.whole) == ("running", [1.0, 2.0], True)
        assert follower.look(made + 2).view is first.view
        clock[0] += 28
        assert follower.look(made + 30).status == "no progress"
        ask(folder, "stop")
        assert follower.look(made + 2).status == "stopping"
        appender.append(finished(6, "stopped"))
    assert follower.look(made + 99).status == "stopped"
    assert glance(folder, made + 99).status == status_of(folder, made + 99) == "stopped"
    assert LogFollower(folder).look(made + 99).view.iteration == 6


def test_silence_is_told_though_the_clock_was_set_back(folder):
    clock = [0.0]
    claim(folder)
    with Appender(folder.log_file) as appender:
        appender.append(started(time=3600.0))
        follower = LogFollower(folder, lambda: clock[0])
        assert follower.look(0.0).status == "running"
        clock[0] = 6.0
        assert follower.look(6.0).status == "no progress"
        appender.append(progress(5, 1.0, time=7.0))
        assert follower.look(7.0).status == "running"


def test_a_trainer_that_ends_while_it_is_looked_at_has_not_died(folder, monkeypatch):
    follower = LogFollower(folder)

    def gone(folder: RunFolder) -> bool:
        with Appender(folder.log_file) as appender:
            appender.append(finished())
        return False

    monkeypatch.setattr(follow, "alive", gone)
    assert follower.look(0.0).status == "done"


LOOKS = [
    lambda folder: LogFollower(folder).look(0.0).status,
    lambda folder: glance(folder, 0.0).status,
    lambda folder: status_of(folder, 0.0),
]


@pytest.mark.parametrize("look", LOOKS)
def test_a_trainer_that_takes_a_run_while_it_is_looked_at_has_not_died(folder, monkeypatch, look):
    for status, event in (("starting", None), ("running", started())):

        def taken(folder: RunFolder, event=event) -> bool:
            monkeypatch.setattr(follow, "alive", alive)
            claim(folder)
            if event is not None:
                with Appender(folder.log_file) as appender:
                    appender.append(event)
            return False

        monkeypatch.setattr(follow, "alive", taken)
        assert look(folder) == status


def test_damage_is_told(folder):
    folder.log_file.write_bytes(b"?\n?\n")
    follower = LogFollower(folder)
    assert follower.look(0.0).view.damaged == 2
    with folder.log_file.open("ab") as file:
        file.write(b"?\n")
    assert follower.look(0.0).view.damaged == 3


def test_the_status_of_a_long_log_is_that_of_its_end_from_the_first_look_on(folder, monkeypatch):
    monkeypatch.setattr(log, "CHUNK", 2000)
    monkeypatch.setattr(follow, "PIECES", 8)
    with Appender(folder.log_file) as appender:
        appender.append(started())
        for k in range(1, 100):
            appender.append(progress(k, float(k)))
        appender.append(finished())
    follower = LogFollower(folder)
    looks = [follower.look(0.0)]
    while not looks[-1].whole:
        looks.append(follower.look(0.0))
    assert {look.status for look in looks} == {"done"}
    assert len(looks[0].view.cost) < len(looks[-1].view.cost) == 99


def test_how_a_run_stands_is_told_by_a_few_of_its_lines(lab, monkeypatch):
    folder, read, whole = lab.store.create(Experiment()), list[int](), log.read_at
    with Appender(folder.log_file) as appender:
        for event in (started(), *(progress(made, 1.0) for made in range(400)), finished(400)):
            appender.append(event)
    monkeypatch.setattr(log, "read_at", lambda path, start, size: read.append(size) or whole(path, start, size))
    look = lab.control.look(folder.name)
    assert (look.status, look.view.iteration, look.view.started) == ("done", 400, started())
    assert sum(read) <= 2 * follow.NEWEST < folder.log_file.stat().st_size
