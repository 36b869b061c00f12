"""A disk that is really full: said, survived and caught up with; and nothing half-made where it was full before."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.disks import on_a_small_disk, small_disk
from tests.forge import Process
from tests.trainers import PATIENCE, end_of, paced, points, reach, trainer, until
from tuilab.lab import Lab
from tuilab.runs import RunFolder
from tuilab.runs.checkpoint import newest

ITERATIONS = 60_000
RUN = ["run", "circles", "--set", f"optimization.iterations={ITERATIONS}"]
CHATTY = """
import sys, warnings
from tuilab.training import Training
advance = Training.advance
def chatty(self, updates):
    print("to stdout", self.iteration, flush=True)
    warnings.warn(f"to stderr {self.iteration}")
    print("to stderr", file=sys.stderr)
    return advance(self, updates)
Training.advance = chatty
from tuilab.trainer.process import main
sys.exit(main(sys.argv[1]))
"""


def tuilab(home: Path, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tuilab", *arguments]
    environment = {**os.environ, "TUILAB_HOME": str(home)}
    return Process(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def worked(folder: RunFolder) -> float:
    """Seconds of a processor that the trainer has had; a starved one has not met the full disk yet."""
    return sum(trainer(folder).cpu_times()[:2])


@on_a_small_disk
def test_a_full_disk_is_said_survived_and_caught_up_with(
    tmp_path: Path, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = lab.follow(lab.start(lab.edit(lab.open("circles")[1], {"optimization.iterations": str(ITERATIONS)})))
    full = tmp_path / "full"
    (tmp_path / "sitecustomize.py").write_text(paced(f"__import__('os').path.exists({str(full)!r})"))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))  # or it is through before a starved test has filled the disk
    with small_disk(tmp_path / "disk") as disk:
        home = disk.path / "home"
        command, small = tuilab(home, *RUN), Lab(home)
        until(lambda: bool(small.store.runs.exists() and small.store.list()))
        (folder,) = small.store.list()
        reach(small, folder.name, 100)
        disk.fill()
        filled = worked(folder)
        full.touch()
        follower = small.follow(folder.name)
        until(lambda: follower.poll().trouble == "the disk is full; the run is saved when there is room")
        assert follower.poll().status == "no progress"
        assert trainer(folder).is_running()
        until(lambda: worked(folder) > filled + 0.2)  # so much work is never without a line
        disk.empty()
        said, told = command.communicate(timeout=PATIENCE)
        assert command.returncode == 1, told
        assert "status     done" in said
        end = end_of(small, folder.name)
        assert (end.trouble, end.view.troubled, end.view.damaged) == ("", True, 0)
        until(lambda: never.poll().status == "done")
        assert points(end.view) == points(never.poll().view)
        last = newest(folder)
        assert last is not None and last.arrays["iteration"] == ITERATIONS
        assert folder.weights_file.exists()


@on_a_small_disk
def test_on_a_disk_that_is_full_nothing_begins(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        for left in (0, 4096, 8192, 40960):
            disk.fill(left)
            command = tuilab(disk.path / "home", *RUN)
            said, told = command.communicate(timeout=PATIENCE)
            assert (command.returncode, said, told.count("\n")) == (2, "", 1)
            assert "its disk is full: 0.0 MB are left, a run needs 1 MB to begin" in told
            assert not list(disk.path.glob("home/runs/*"))


def test_nothing_that_is_printed_can_fail(lab: Lab) -> None:
    folder = lab.store.create(lab.edit(lab.open("circles")[1], {"optimization.iterations": "50"}))
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-c", CHATTY, str(folder.path)], stdout=full, stderr=full)
    assert (done.returncode, end_of(lab, folder.name).status) == (0, "done")
