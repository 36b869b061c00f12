"""A disk that is full for a while: loud, survived, and everything is there once space has returned."""

import resource
import subprocess
import sys
import time

import numpy as np
import psutil

from tests.trainers import end_of, points, reach, until
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.runs import RunFolder
from tuilab.runs.checkpoint import newest

LONG = edit(
    Experiment(),
    {"data.source": "circles", "optimization.iterations": "60000", "network.hidden": "10, 5", "seed": "3"},
)


def train(folder: RunFolder) -> "subprocess.Popen[str]":
    """A trainer whose exit code and standard error can be seen."""
    return subprocess.Popen(
        [sys.executable, "-m", "tuilab.trainer", str(folder.path)], stderr=subprocess.PIPE, text=True
    )


def limit(process: "subprocess.Popen[str]", size: int) -> None:
    """From now on no file of the process can grow beyond `size` bytes."""
    psutil.Process(process.pid).rlimit(psutil.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_a_full_disk_costs_nothing_once_there_is_room(lab: Lab) -> None:
    """F7: the log and the checkpoints cannot grow for three seconds in the middle of the run."""
    folder, whole = lab.store.create(LONG), lab.store.find(lab.start(LONG))
    process = train(folder)
    reach(lab, folder.name, 1000)
    limit(process, 1)
    time.sleep(3)
    readable = lab.follow(folder.name).poll().view
    assert readable.iteration >= 1000
    limit(process, resource.RLIM_INFINITY)
    assert process.wait(60) == 1
    told = process.stderr.read()
    process.stderr.close()
    assert "the log cannot be saved: File too large" in told
    assert told.endswith("everything is saved again\n")
    end, expected = end_of(lab, folder.name), end_of(lab, whole.name)
    assert end.status == "done"
    assert points(end.view) == points(expected.view)
    assert (end.view.troubled, end.view.trouble) == (True, "")


def test_a_disk_that_is_full_at_the_end_is_waited_for(lab: Lab) -> None:
    """F7: weights, last event and last checkpoint come when there is room."""
    folder = lab.store.create(edit(LONG, {"optimization.iterations": "8000"}))
    process = train(folder)
    reach(lab, folder.name, 10)
    limit(process, 1)
    time.sleep(5)
    assert process.poll() is None
    assert not folder.weights_file.exists()
    limit(process, resource.RLIM_INFINITY)
    assert process.wait(30) == 1
    process.stderr.close()
    assert end_of(lab, folder.name).status == "done"
    assert folder.weights_file.exists()
    lab.control.resume(folder.name, {"iterations": "8100"})
    longer = end_of(lab, folder.name)
    assert np.array_equal(longer.view.cost.iteration, np.arange(8101))


def test_a_signal_ends_the_wait_for_a_disk(lab: Lab) -> None:
    folder = lab.store.create(edit(LONG, {"optimization.iterations": "4000"}))
    process = train(folder)
    reach(lab, folder.name, 10)
    limit(process, 1)
    time.sleep(4)
    assert process.poll() is None
    waits = 0
    while process.poll() is None and waits < 5:  # for the weights, the log and the checkpoint
        process.terminate()
        time.sleep(1.5)
        waits += 1
    assert process.wait(1) == 1
    process.stderr.close()
    assert lab.control.look(folder.name).status == "dead"


def test_a_checkpoint_that_cannot_be_saved_is_said_in_the_log(lab: Lab) -> None:
    """F7: a folder that cannot be written (here a file in its place, since root may write anywhere)."""
    folder = lab.store.create(LONG)
    process, follower = train(folder), lab.follow(folder.name)
    until(folder.checkpoints_folder.exists)
    aside = folder.checkpoints_folder.rename(folder.path / "aside")
    folder.checkpoints_folder.write_text("in the way")
    until(lambda: "the checkpoint cannot be saved: Not a directory" in follower.poll().view.trouble)
    folder.checkpoints_folder.unlink()
    aside.rename(folder.checkpoints_folder)
    assert process.wait(60) == 1
    process.stderr.close()
    end = end_of(lab, folder.name)
    assert (end.status, end.view.trouble, end.view.troubled) == ("done", "", True)
    assert newest(folder) is not None
