"""Requests: a file left for the trainer."""

import pytest

from tuilab.errors import BadInput
from tuilab.runs import RunFolder, ask, done, pending
from tuilab.runs.requests import REQUESTS, ask_edit, done_edit, forget, pending_edits


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
    done_edit(folder, "dropout.keep_prob")
    done_edit(folder, "dropout.keep_prob")
    assert pending_edits(folder) == {"optimization.learning_rate": "0.2"}


def test_a_request_that_cannot_be_left_is_said(tmp_path):
    folder = RunFolder(tmp_path)
    folder.requests_folder.write_text("a file in the way")
    with pytest.raises(BadInput, match="cannot be written"):
        ask(folder, "stop")
