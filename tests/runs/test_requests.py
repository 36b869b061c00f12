"""Requests: a file left for the trainer."""

import errno
import os

import pytest

from tuilab.errors import BadInput
from tuilab.runs import LogFollower, RunFolder, ask, done, glance, pending, requests
from tuilab.runs.requests import REQUESTS, Asked, Inbox, ask_edit, forget, pending_edits


def test_a_request_is_pending_until_it_is_done(tmp_path):
    folder = RunFolder(tmp_path)
    assert pending(folder) == ()
    ask(folder, "stop")
    ask(folder, "stop")
    assert pending(folder) == ("stop",)
    done(folder, "stop")
    done(folder, "stop")
    assert pending(folder) == ()
    assert list(folder.requests_folder.iterdir()) == []


def test_strangers_among_the_requests_mean_nothing(tmp_path):
    folder = RunFolder(tmp_path)
    folder.requests_folder.mkdir()
    (folder.requests_folder / "rm -rf").write_text("")
    assert pending(folder) == ()


def test_the_last_of_pause_and_resume_counts(tmp_path):
    folder = RunFolder(tmp_path)
    ask(folder, "pause")
    ask(folder, "resume")
    assert pending(folder) == ("resume",)
    ask(folder, "pause")
    assert pending(folder) == ("pause",)


def test_edits_wait_for_a_trainer_and_outlive_it(tmp_path):
    folder = RunFolder(tmp_path)
    ask_edit(folder, "optimization.learning_rate", "0.1")
    ask_edit(folder, "optimization.learning_rate", "0.2")
    ask_edit(folder, "dropout.keep_prob", "1, 0.5")
    for request in REQUESTS:
        ask(folder, request)
    forget(folder)
    assert pending(folder) == ()
    assert pending_edits(folder) == {"dropout.keep_prob": "1, 0.5", "optimization.learning_rate": "0.2"}
    inbox = Inbox(folder)
    inbox.look()
    for _ in range(2):
        inbox.met_edits(["dropout.keep_prob"])
    assert pending_edits(folder) == {"optimization.learning_rate": "0.2"}


def test_a_request_that_cannot_be_left_is_said(tmp_path):
    folder = RunFolder(tmp_path)
    folder.requests_folder.write_text("a file in the way")
    with pytest.raises(BadInput, match="cannot be written"):
        ask(folder, "stop")


RATE = "optimization.learning_rate"
NOTHING = Asked((), {})


def test_a_trainer_is_asked_once(tmp_path):
    folder = RunFolder(tmp_path)
    inbox = Inbox(folder)
    assert inbox.look() == NOTHING
    ask(folder, "save")
    ask_edit(folder, RATE, "0.1")
    assert inbox.look() == Asked(("save",), {RATE: "0.1"})
    inbox.met("save", "stop")
    inbox.met_edits([RATE])
    assert (inbox.look(), inbox.fault) == (NOTHING, "")


def test_what_cannot_be_removed_is_met_once_and_said_while_it_lies_there(tmp_path):
    folder = RunFolder(tmp_path)
    inbox = Inbox(folder)
    for name in ("step", f"set {RATE}"):
        (folder.requests_folder / name).mkdir(parents=True)  # no trainer removes a folder
    ask(folder, "save")
    assert inbox.look().requests == ("step", "save")
    inbox.met("step", "save")
    for _ in range(2):
        assert inbox.look() == NOTHING
        assert inbox.fault.count("request step: cannot be removed: ") == 1
    (folder.requests_folder / "step").rmdir()
    assert inbox.look() == NOTHING and "step" not in inbox.fault
    ask(folder, "step")  # another one of the same name
    assert inbox.look().requests == ("step",)


class Refusing:
    """Stands for a function of the disk, which refuses while `refuses`, and counts how often it was asked."""

    def __init__(self, function, error):
        self._function, self._error = function, error
        self.refuses, self.asked = True, 0

    def __call__(self, *given):
        self.asked += 1
        if self.refuses:
            raise self._error
        return self._function(*given)


def test_what_could_not_be_removed_goes_once_the_disk_is_well_and_is_not_met_again(tmp_path, monkeypatch):
    folder, times = RunFolder(tmp_path), [0.0]
    inbox = Inbox(folder, clock=lambda: times[-1])
    remove = Refusing(requests.remove, OSError(errno.EIO, "Input/output error"))
    monkeypatch.setattr(requests, "remove", remove)
    ask(folder, "save")
    ask_edit(folder, RATE, "0.1")
    assert inbox.look() == Asked(("save",), {RATE: "0.1"})
    inbox.met("save")
    inbox.met_edits([RATE])
    for now in (0.0, 0.9, 1.0, 1.5, 1.9):
        times.append(now)
        assert inbox.look() == NOTHING
        assert inbox.fault.count("cannot be removed: Input/output error") == 2
    assert remove.asked == 4, "once a second, not at every look"
    remove.refuses = False
    times.append(2.0)
    assert (inbox.look(), inbox.fault) == (NOTHING, "")
    assert list(folder.requests_folder.iterdir()) == []
    ask(folder, "save")
    assert inbox.look().requests == ("save",)


def test_what_comes_in_place_of_what_could_not_be_removed_is_met(tmp_path, monkeypatch):
    folder, times = RunFolder(tmp_path), [0.0]
    inbox = Inbox(folder, clock=lambda: times[-1])
    remove = Refusing(requests.remove, OSError(errno.EACCES, "Permission denied"))
    monkeypatch.setattr(requests, "remove", remove)
    ask_edit(folder, RATE, "0.1")
    inbox.look()
    inbox.met_edits([RATE])
    ask_edit(folder, RATE, "0.2")
    remove.refuses = False
    times.append(5.0)
    assert inbox.look().edits == {RATE: "0.2"}
    assert pending_edits(folder) == {RATE: "0.2"}


@pytest.mark.parametrize("unseen", ["from the look on", "when it is met", "once it was met"])
def test_what_cannot_be_seen_for_a_while_is_met_once(tmp_path, monkeypatch, unseen):
    folder = RunFolder(tmp_path)
    inbox = Inbox(folder, clock=lambda: 0.0)
    ask(folder, "save")
    blind = Refusing(requests.look_up, BadInput("cannot be read: Input/output error"))
    monkeypatch.setattr(requests, "look_up", blind)
    monkeypatch.setattr(requests, "remove", Refusing(requests.remove, OSError(errno.EIO, "Input/output error")))
    blind.refuses, met = unseen == "from the look on", 0
    for _ in range(4):
        if "save" in inbox.look().requests:
            met += 1
            blind.refuses |= unseen == "when it is met"
            inbox.met("save")
        elif met == 0:
            assert inbox.fault == "request save: cannot be read: Input/output error"
        blind.refuses = not blind.refuses and unseen == "once it was met"
    assert met == 1


@pytest.mark.parametrize("kind", ["a folder", "a FIFO", "a link", "on a disk that fails"])
def test_what_cannot_be_read_is_passed_over_and_said(tmp_path, monkeypatch, kind):
    folder = RunFolder(tmp_path)
    inbox, path = Inbox(folder), folder.requests_folder / f"set {RATE}"
    path.parent.mkdir()
    {
        "a folder": path.mkdir,
        "a FIFO": lambda: os.mkfifo(path),
        "a link": lambda: path.symlink_to("/etc/passwd"),
        "on a disk that fails": path.touch,
    }[kind]()
    failing = Refusing(os.pread, OSError(errno.EIO, "Input/output error"))
    failing.refuses = kind == "on a disk that fails"
    monkeypatch.setattr(os, "pread", failing)
    ask(folder, "save")
    assert inbox.look() == Asked(("save",), {})
    assert inbox.fault.startswith(f"request set {RATE}: cannot be read: ")


def test_requests_that_cannot_be_listed_are_none_and_cost_nobody_a_look(tmp_path):
    folder = RunFolder(tmp_path)
    inbox = Inbox(folder)
    folder.requests_folder.write_text("a file in the way")
    assert (inbox.look(), inbox.fault) == (NOTHING, "requests: cannot be read: Not a directory")
    forget(folder)
    assert glance(folder, 0.0).status == "dead"
    assert LogFollower(folder).look(0.0).whole
    folder.requests_folder.unlink()
    assert (inbox.look(), inbox.fault) == (NOTHING, "")


def test_a_long_complaint_is_cut(tmp_path):
    folder = RunFolder(tmp_path)
    inbox = Inbox(folder)
    for number in range(100):
        (folder.requests_folder / f"set {number}\x1b[2J").mkdir(parents=True)
    inbox.look()
    assert len(inbox.fault) <= 400 and "\x1b" not in inbox.fault


def test_what_is_asked_while_the_same_is_being_met_is_not_lost(tmp_path):
    folder = RunFolder(tmp_path)
    inbox = Inbox(folder)
    ask_edit(folder, RATE, "0.1")
    assert inbox.look().edits == {RATE: "0.1"}
    ask_edit(folder, RATE, "0.2")
    inbox.met_edits([RATE])
    assert inbox.look().edits == {RATE: "0.2"}
    inbox.met_edits([RATE])
    assert inbox.look() == NOTHING
