"""Requests: a file left for the trainer."""

import pytest

from tuilab.errors import BadInput
from tuilab.runs import RunFolder, ask, done, pending


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


def test_a_request_that_cannot_be_left_is_said(tmp_path):
    folder = RunFolder(tmp_path)
    folder.requests_folder.write_text("a file in the way")
    with pytest.raises(BadInput, match="cannot be written"):
        ask(folder, "stop")
