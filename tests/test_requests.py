"""A trainer among people: requests that it may not read or remove neither end nor shake it."""

import subprocess
import sys

import pytest

from tests.forge import Process
from tests.trainers import BOUND, PATIENCE, end_of, reach, until
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.runs import RunFolder, ask, spawn
from tuilab.runs.requests import ask_edit

ENDLESS = edit(Experiment(), {"data.source": "circles", "optimization.iterations": "1000000000"})
DENIED = "Permission denied"


def train(lab: Lab) -> "tuple[RunFolder, subprocess.Popen[str]]":
    """A trainer whom permissions bind."""
    folder = lab.store.create(ENDLESS)
    folder.requests_folder.mkdir()
    command = [*BOUND, sys.executable, "-m", "tuilab.trainer", str(folder.path)]
    process = Process(command, stderr=subprocess.PIPE, text=True)
    reach(lab, folder.name, 1)
    return folder, process


def ends(lab: Lab, folder: RunFolder, process: "subprocess.Popen[str]") -> list[str]:
    """Stops the run, which has not failed; the lines that its trainer said."""
    lab.stop(folder.name)
    assert process.wait(PATIENCE) == 0
    said = process.stderr.read().splitlines()
    process.stderr.close()
    end = lab.follow(folder.name).poll()
    assert (end.status, end.view.troubled) == ("stopped", False)
    return said


@pytest.mark.usefixtures("paced")  # it looks for requests at every stride
def test_requests_that_may_not_be_read_are_said_once_and_the_run_goes_on(lab: Lab) -> None:
    folder, process = train(lab)
    follower = lab.follow(folder.name)
    folder.requests_folder.chmod(0)
    until(lambda: f"requests: cannot be read: {DENIED}" in follower.poll().trouble)
    reach(lab, folder.name, follower.poll().view.iteration + 50)
    folder.requests_folder.chmod(0o700)
    until(lambda: follower.poll().trouble == "")
    said = ends(lab, folder, process)
    assert len(said) == 2 and DENIED in said[0] and said[1] == "requests: all is well again"


@pytest.mark.usefixtures("paced")
def test_a_request_that_may_not_be_removed_is_met_once(lab: Lab) -> None:
    folder, process = train(lab)
    follower = lab.follow(folder.name)
    ask_edit(folder, "optimization.learning_rate", "0.003")
    folder.requests_folder.chmod(0o500)
    until(lambda: "learning_rate = 0.003" in [mark.text for mark in follower.poll().view.marks])
    reach(lab, folder.name, follower.poll().view.iteration + 50)
    view = follower.poll().view
    assert [mark.text for mark in view.marks] == ["learning_rate = 0.003"]
    folder.requests_folder.chmod(0o700)
    ask_edit(folder, "optimization.learning_rate", "0.004")
    until(lambda: [mark.text for mark in follower.poll().view.marks][-1] == "learning_rate = 0.004")
    until(lambda: follower.poll().trouble == "")
    ends(lab, folder, process)


def test_a_step_that_was_asked_for_before_the_pause_is_not_made_in_it(lab: Lab) -> None:
    folder = lab.store.create(ENDLESS)
    ask(folder, "step")  # too late: the run was not paused any more, or not yet
    ask(folder, "pause")
    spawn(folder)
    follower = lab.follow(folder.name)
    until(lambda: follower.poll().status == "paused")
    paused = follower.poll().view.iteration
    lab.control.step(folder.name)
    until(lambda: follower.poll().view.iteration > paused)
    assert (paused, follower.poll().view.iteration) == (1, 2)
    lab.stop(folder.name)
    assert end_of(lab, folder.name).status == "stopped"
