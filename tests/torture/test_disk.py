"""A disk that is full for a while: loud, survived, and everything is there once space has returned."""

import resource
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.disks import on_a_small_disk, small_disk
from tests.trainers import BOUND, PATIENCE, end_of, points, reach, until, words
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lab import Follower, Lab, Snapshot
from tuilab.runs import RunFolder
from tuilab.runs.checkpoint import newest

LONG = edit(
    Experiment(),
    {"data.source": "circles", "optimization.iterations": "1200000", "network.hidden": "10, 5", "seed": "3"},
)


def train(folder: RunFolder, *before: str) -> "subprocess.Popen[str]":
    """A trainer whose exit code and standard error can be seen."""
    command = [*before, sys.executable, "-m", "tuilab.trainer", str(folder.path)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


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
    assert process.wait(PATIENCE) == 1
    told = words(process)
    assert "the log cannot be saved: File too large" in told
    assert told.endswith("everything is saved again\n")
    end, expected = end_of(lab, folder.name), end_of(lab, whole.name)
    assert end.status == "done"
    assert points(end.view) == points(expected.view)
    assert (end.view.troubled, end.view.trouble) == (True, "")


def test_a_disk_that_is_full_at_the_end_is_waited_for(lab: Lab) -> None:
    """F7: weights, last event and last checkpoint come when there is room."""
    folder = lab.store.create(edit(LONG, {"optimization.iterations": "8000", "data.examples": "6000"}))
    process = train(folder)
    reach(lab, folder.name, 10)
    limit(process, 1)
    time.sleep(5)
    assert process.poll() is None
    assert not folder.weights_file.exists()
    limit(process, resource.RLIM_INFINITY)
    assert process.wait(30) == 1
    words(process)
    assert end_of(lab, folder.name).status == "done"
    assert folder.weights_file.exists()
    lab.control.resume(folder.name, {"iterations": "8100"})
    longer = end_of(lab, folder.name)
    assert np.array_equal(longer.view.cost.iteration, np.arange(8101))


def test_a_signal_ends_the_wait_for_a_disk(lab: Lab) -> None:
    folder = lab.store.create(edit(LONG, {"optimization.iterations": "4000", "data.examples": "6000"}))
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
    words(process)
    assert lab.control.look(folder.name).status == "dead"


def test_a_folder_that_becomes_read_only_is_said_and_survived(lab: Lab) -> None:
    """F7: nothing can be created among the checkpoints for a while."""
    folder = lab.store.create(edit(LONG, {"optimization.iterations": "2000000"}))
    process, follower = train(folder, *BOUND), lab.follow(folder.name)
    until(folder.checkpoints_folder.exists)
    folder.checkpoints_folder.chmod(0o500)
    until(lambda: "the checkpoint cannot be saved: Permission denied" in follower.poll().view.trouble)
    before = follower.poll().view.iteration
    until(lambda: follower.poll().view.iteration > before)
    folder.checkpoints_folder.chmod(0o700)
    assert process.wait(PATIENCE) == 1
    assert words(process).endswith("everything is saved again\n")
    end = end_of(lab, folder.name)
    assert (end.status, end.view.trouble, end.view.troubled) == ("done", "", True)
    assert newest(folder) is not None


def is_full(seen: Snapshot) -> bool:
    """Whether the run says so."""
    return "full" in seen.trouble or "No space left" in seen.trouble


def is_beyond(iteration: int, follower: Follower) -> bool:
    """Whether the run is, or is over."""
    seen = follower.poll()
    return seen.view.iteration > iteration or seen.status == "done"


@on_a_small_disk
def test_a_disk_that_fills_again_and_again_costs_nothing(tmp_path: Path, lab: Lab) -> None:
    """F7 on a real file system: full to the last byte, or with room for half a line, up to the end of the run."""
    longer = edit(LONG, {"optimization.iterations": "2000000"})
    whole = lab.store.find(lab.start(longer))
    with small_disk(tmp_path / "disk", "16m") as disk:
        small = Lab(disk.path / "home")
        folder = small.store.create(longer)
        process, follower = train(folder), small.follow(folder.name)
        reach(small, folder.name, 100)
        for left in (0, 4096, 12288, 0):
            disk.fill(left)
            until(lambda: is_full(seen := follower.poll()) or seen.status == "done")  # it may end at any moment
            at = follower.poll().view.iteration
            disk.empty()
            until(partial(is_beyond, at, follower))
        assert process.wait(300) == 1
        assert words(process).endswith("everything is saved again\n")
        end, expected = end_of(small, folder.name), end_of(lab, whole.name, 300)
        assert (end.status, end.view.trouble, end.view.damaged) == ("done", "", 0)
        assert points(end.view) == points(expected.view)
        assert folder.weights_file.read_bytes() == whole.weights_file.read_bytes()


@on_a_small_disk
def test_killed_on_a_full_disk_a_run_goes_on_once_there_is_room(tmp_path: Path, lab: Lab) -> None:
    whole = lab.store.find(lab.start(LONG))
    with small_disk(tmp_path / "disk") as disk:
        small = Lab(disk.path / "home")
        folder = small.store.create(LONG)
        process = train(folder)
        until(lambda: newest(folder) is not None)
        disk.fill()
        until(lambda: small.follow(folder.name).poll().status == "no progress")
        process.kill()
        process.communicate()
        with pytest.raises(BadInput, match="No space left"):
            small.control.resume(folder.name)
        disk.empty()
        small.control.resume(folder.name)
        assert points(end_of(small, folder.name).view) == points(end_of(lab, whole.name).view)
