"""The trainer's log: paced, and nothing is lost when the disk refuses."""

import errno
from pathlib import Path

import pytest

from tests.runs.events import finished, lines, progress, started
from tuilab.events import AnyEvent, Paused, Progress, Trouble
from tuilab.runs import RunView, Tail, fold
from tuilab.runs.journal import BEAT, Journal


class Disk:
    """Takes the place of a log's `append`; refuses while `full`."""

    def __init__(self, journal: Journal) -> None:
        self.full, self.append = False, journal._log.append
        journal._log.append = self

    def __call__(self, event: AnyEvent) -> None:
        if self.full:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.append(event)


@pytest.fixture
def now() -> list[float]:
    return [0.0]


@pytest.fixture
def journal(tmp_path: Path, now: list[float]) -> Journal:
    return Journal(tmp_path / "log.jsonl", clock=lambda: now[0])


def read(tmp_path: Path) -> list[AnyEvent]:
    return Tail(tmp_path / "log.jsonl").read()


def quiet(iteration: int) -> Progress:
    return Progress(time=0.0, iteration=iteration, seconds=1.0)


def test_signs_of_life_are_paced_and_points_are_not(journal, now, tmp_path):
    for iteration in range(1, 101):
        now[0] += BEAT / 10
        journal.write(quiet(iteration))
    assert 10 <= len(read(tmp_path)) <= 11
    journal.write(progress(200, 1.0))
    journal.write(progress(201, 1.0))
    journal.write(quiet(202), beat=True)
    assert [event.iteration for event in read(tmp_path)[-3:]] == [200, 201, 202]


def test_what_a_full_disk_refused_is_written_in_order_when_there_is_room(journal, now, tmp_path, capsys):
    disk = Disk(journal)
    journal.write(started())
    disk.full = True
    kept = [progress(1, 1.0), progress(2, 1.0), Paused(time=0.0, iteration=2), finished(3)]
    for event in (kept[0], quiet(1), kept[1], kept[2], kept[2], kept[3]):
        now[0] += BEAT
        journal.write(event)
    assert (journal.whole, journal.troubled, len(read(tmp_path))) == (False, True, 1)
    assert capsys.readouterr().err == "the log cannot be saved: No space left on device\n"
    disk.full = False
    assert journal.catch_up()
    written = read(tmp_path)
    assert lines(written[:-1]) == lines([started(), *kept])
    assert isinstance(written[-1], Trouble) and written[-1].message == ""
    assert fold(RunView(), written).troubled  # nobody could be told while it was
    assert (journal.whole, journal.troubled) == (True, True)
    assert capsys.readouterr().err == "everything is saved again\n"


def test_trouble_is_said_once_and_when_it_is_over(journal, now, tmp_path, capsys):
    error = OSError(errno.EROFS, "Read-only file system")
    for _ in range(3):
        journal.not_saved("the checkpoint", error)
    journal.saved("weights.npz")
    journal.saved("the checkpoint")
    journal.saved("the checkpoint")
    messages = ["the checkpoint cannot be saved: Read-only file system", ""]
    assert [event.message for event in read(tmp_path) if isinstance(event, Trouble)] == messages
    assert capsys.readouterr().err == f"{messages[0]}\neverything is saved again\n"


def test_what_costs_nothing_is_said_once_and_is_no_trouble_with_saving(journal, tmp_path, capsys):
    journal.write(started())
    for message in ("cannot be read", "cannot be read", "", ""):
        journal.notice("requests", message)
    said = read(tmp_path)[1:]
    assert [(event.message, event.harmless) for event in said] == [("cannot be read", True), ("", True)]
    assert not journal.troubled and not fold(RunView(), read(tmp_path)).troubled
    assert capsys.readouterr().err == "cannot be read\nrequests: all is well again\n"


def test_a_notice_stays_beside_a_trouble_and_hides_none(journal, tmp_path):
    journal.notice("requests", "cannot be read")
    journal.not_saved("weights.npz", OSError(errno.ENOSPC, "No space left on device"))
    journal.notice("requests", "")
    journal.saved("weights.npz")
    said = [(event.message, event.harmless) for event in read(tmp_path)]
    full = "weights.npz cannot be saved: No space left on device"
    assert said == [("cannot be read", True), (f"{full}; cannot be read", False), (full, False), ("", False)]
    view = fold(RunView(), read(tmp_path))
    assert (view.trouble, view.troubled) == ("", True)
