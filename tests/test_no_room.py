"""A system that has no room for another process or thread: that is said in a line, and no run is lost by it."""

import errno
import os
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from tests import forge
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.runs import RunFolder
from tuilab.runs.standing import standing
from tuilab.trainer.process import main
from tuilab.ui.app import run

QUICK = edit(Experiment(), {"data.source": "circles", "optimization.iterations": "200"})
NO_PROCESS = f"""
import os, subprocess
def refuse(*given, **named): raise OSError({errno.EAGAIN}, os.strerror({errno.EAGAIN}))
subprocess.Popen.__init__ = refuse
"""
NO_THREAD = """
import threading
def refuse(thread): raise RuntimeError("can't start new thread")
threading.Thread.start = refuse
"""
WORDS = f"can be started: {os.strerror(errno.EAGAIN)}"


@pytest.fixture
def planted(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each process that is started does first what the parameter says."""
    (tmp_path / "planted").mkdir()
    (tmp_path / "planted" / "sitecustomize.py").write_text(request.param)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "planted"))


def tuilab(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "tuilab", *arguments]
    return forge.run(command)


def trained(*given: str) -> "subprocess.CompletedProcess[str]":
    return tuilab("run", "circles", "--set", "optimization.iterations=200", *given)


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("planted", [NO_PROCESS], indirect=True)
@pytest.mark.parametrize(("given", "who"), [([], "trainer"), (["--seeds", "2"], "worker")])
def test_without_room_for_a_process_nothing_is_begun(lab: Lab, given: list[str], who: str) -> None:
    done = trained(*given)
    assert (done.returncode, done.stderr) == (2, f"tuilab: no {who} {WORDS}\n")
    assert not lab.store.list()


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("planted", [NO_THREAD], indirect=True)
@pytest.mark.parametrize("given", [[], ["--seeds", "2"]])
def test_without_room_for_a_thread_runs_are_trained(lab: Lab, given: list[str]) -> None:
    done = trained(*given)
    assert done.returncode == 0, done.stderr
    assert {run.status for run in lab.runs()} == {"done"}


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("planted", [NO_THREAD], indirect=True)
def test_what_cannot_be_done_without_a_thread_is_said_in_a_line(lab: Lab) -> None:
    done = tuilab("lr-range", "circles")
    assert (done.returncode, done.stderr) == (1, "tuilab: the system has no room for another thread\n")


@pytest.mark.parametrize("room", range(3))
def test_the_lab_is_not_opened_without_room_for_the_threads_of_the_terminal(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    begin, begun = Thread.start, []

    def start(thread: Thread) -> None:
        if len(begun) == room:
            raise RuntimeError("can't start new thread")
        begun.append(thread)
        begin(thread)

    monkeypatch.setattr(Thread, "start", start)
    with pytest.raises(RuntimeError, match="can't start new thread"):
        run(lab, QUICK)
    assert not any(thread.is_alive() for thread in begun)


def test_the_last_checkpoint_is_written_behind_the_rest_where_there_is_no_room_for_a_thread(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(thread: object) -> None:
        raise RuntimeError("can't start new thread")

    folder: RunFolder = lab.store.create(QUICK)
    monkeypatch.setattr("threading.Thread.start", refuse)
    assert main(str(folder.path)) == 0
    assert standing(folder).complete
