"""A trainer that takes long to begin, or never does: said as it is, at once, to whoever looks."""

import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from tests.commands import here as tuilab
from tests.forge import run
from tests.trainers import end_of, is_dead, kill, until
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.runs import RunFolder, alive, spawn

ROOT = Path(__file__).parents[1]
QUICK = edit(Experiment(), {"data.source": "circles", "optimization.iterations": "200"})
SLOW = """
import pathlib, sys, time
while "tuilab.trainer" in sys.orig_argv and not pathlib.Path({gate!r}).exists():
    time.sleep(0.01)
"""
BROKEN = """
import pathlib
pathlib.Path({tried!r}).touch()
raise ImportError("no such library: \\x1b[2Jlibblas.so")
"""
SILENT = "its trainer ended before it began"
SAID = f"{SILENT}; trainer.out says: ImportError: no such library: \ufffd[2Jlibblas.so"


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No trainer has loaded its libraries before this file is there."""
    (tmp_path / "slow").mkdir()
    (tmp_path / "slow" / "sitecustomize.py").write_text(SLOW.format(gate=str(tmp_path / "gate")))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "slow"))
    return tmp_path / "gate"


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No trainer can load one of its libraries; everybody else has."""
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "sitecustomize.py").write_text(
        f"import sys\nif 'tuilab.trainer' in sys.orig_argv: sys.path.insert(0, {str(tmp_path / 'broken' / 'lib')!r})"
    )
    (tmp_path / "broken" / "lib").mkdir()
    (tmp_path / "broken" / "lib" / "msgspec.py").write_text(BROKEN.format(tried=str(tmp_path / "tried")))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "broken"))
    monkeypatch.setattr("tests.forge.MODULES", ())


def long_ago(folder: RunFolder) -> None:
    os.utime(folder.experiment_file, (0, 0))


@pytest.mark.parametrize("prepared", [False, True])
def test_a_slow_start_is_a_start_as_long_as_the_trainer_lives(lab: Lab, gate: Path, prepared: bool) -> None:
    if prepared:
        lab.prepare()
    name = lab.start(QUICK)
    folder, follower = lab.store.find(name), lab.follow(name)
    long_ago(folder)
    assert follower.poll().status == lab.runs()[0].status == lab.control.look(name).status == "starting"
    assert alive(folder)
    gate.touch()
    assert end_of(lab, name).status == "done"


def test_a_slow_start_that_is_killed_is_dead_at_once(lab: Lab, gate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = lab.start(QUICK)
    kill(lab.store.find(name))
    dead = lab.follow(name).poll()
    assert (dead.status, dead.trouble) == ("dead", SILENT)
    monkeypatch.setattr("tuilab.lab.control.START", 0.1)
    lab.control.resume(name)  # the next one is as slow, and lives
    assert lab.control.look(name).status == "starting"
    gate.touch()
    assert end_of(lab, name).status == "done"


def test_a_trainer_that_was_prepared_and_killed_is_replaced(lab: Lab) -> None:
    lab.prepare()
    prepared = lab._starting._spare
    process = psutil.Process(prepared.pid)
    process.kill()
    until(lambda: is_dead(process))  # from then on nobody hears what it is told
    name = lab.start(QUICK)  # be it noticed before the claim, or after
    assert end_of(lab, name).status == "done"
    assert not prepared.waits


CREATED_AND_KILLED = """
import os, signal
from tests.test_start import QUICK
from tuilab.lab import Lab
from tuilab.runs import Waiting
Waiting.begin = lambda self, folder: os.kill(os.getpid(), signal.SIGKILL)
Lab().start(QUICK)
"""


def test_killed_between_making_a_run_and_telling_its_trainer_the_run_is_dead_at_once(lab: Lab) -> None:
    assert run([sys.executable, "-c", CREATED_AND_KILLED], cwd=ROOT).returncode == -signal.SIGKILL
    (folder,) = lab.store.list()
    until(lambda: lab.control.look(folder.name).status == "dead")
    assert not folder.log_file.exists()
    lab.control.resume(folder.name)
    assert end_of(lab, folder.name).status == "done"


@pytest.mark.usefixtures("broken")
class TestBroken:
    def test_a_trainer_that_cannot_begin_says_why(self, lab: Lab) -> None:
        name = lab.start(QUICK)
        follower = lab.follow(name)
        until(lambda: follower.poll().status == "dead")
        assert follower.poll().trouble == SAID
        with pytest.raises(BadInput, match=r"its trainer ended before it began; trainer\.out says: ImportError"):
            lab.control.resume(name)

    def test_the_command_line_says_it(self, lab: Lab) -> None:
        done = tuilab("run", "circles")
        assert done.returncode == 1
        assert f"  status     dead: {SAID}\n" in done.stdout and SAID in done.stderr
        detached = tuilab("run", "circles", "--detach")
        assert (detached.returncode, detached.stdout) == (1, "circles-0002\n")
        assert detached.stderr == f"circles-0002 dead: {SAID}\n"

    def test_of_several_seeds_it_is_said_once(self, lab: Lab) -> None:
        done = tuilab("run", "circles", "--seeds", "3")
        assert done.returncode == 1
        assert f"circles-0001, circles-0002, circles-0003: {SAID}\n" in done.stdout

    @pytest.mark.parametrize("early", [True, False])
    def test_one_that_was_started_ahead_says_why_once_it_is_told_its_run(
        self, lab: Lab, tmp_path: Path, early: bool
    ) -> None:
        lab.prepare()
        if early:  # it has failed before there was a run
            until((tmp_path / "tried").exists)
        follower = lab.follow(lab.start(QUICK))
        until(lambda: follower.poll().status == "dead")
        assert follower.poll().trouble == SAID


@pytest.mark.usefixtures("paced")
def test_a_run_that_has_another_trainer_gets_no_second(lab: Lab) -> None:
    name = lab.start(edit(QUICK, {"optimization.iterations": "1000000000"}))
    folder = lab.store.find(name)
    with pytest.raises(BadInput, match="is being trained by process"):
        spawn(folder)
    lab.stop(name)
    assert end_of(lab, name).status == "stopped"
    assert folder.output_file.read_text() == ""
