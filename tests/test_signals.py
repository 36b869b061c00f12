"""SIGUSR1, SLURM's warning that a job will end soon, asks for a checkpoint and ends nothing."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.forge import Process
from tests.trainers import PACED, PATIENCE, end_of, reach, trainer, until
from tuilab.lab import Lab
from tuilab.runs import RunFolder
from tuilab.runs.checkpoint import newest

NEVER_BY_ITSELF = """
import sys
if "tuilab.trainer" in sys.orig_argv:
    import tuilab.runs.checkpoint
    tuilab.runs.checkpoint.SHORTEST = 1e9
"""
RUN = ["run", "circles", "--set", "optimization.iterations=1000000000"]


@pytest.fixture(autouse=True)
def unsaved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No trainer saves a checkpoint before its end unless it is asked to."""
    (tmp_path / "sitecustomize.py").write_text(NEVER_BY_ITSELF + PACED)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


def saved_at(folder: RunFolder) -> int:
    found = newest(folder)
    return int(found.arrays["iteration"]) if found else -1


def test_a_trainer_that_is_warned_saves_a_checkpoint_and_goes_on(lab: Lab) -> None:
    name = lab.start(lab.edit(lab.open("circles")[1], {"optimization.iterations": "1000000000"}))
    folder = lab.store.find(name)
    for _ in range(2):
        before = saved_at(folder)
        reach(lab, name, before + 20)
        assert saved_at(folder) == before
        trainer(folder).send_signal(signal.SIGUSR1)
        until(lambda before=before: saved_at(folder) > before)
        reach(lab, name, saved_at(folder) + 1)
    lab.stop(name)
    assert end_of(lab, name).status == "stopped"


@pytest.mark.parametrize("at", ["start", "progress"])
def test_the_command_that_is_warned_passes_it_on(lab: Lab, at: str) -> None:
    command = [sys.executable, "-m", "tuilab", *RUN]
    with Process(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        until(lambda: bool(lab.store.runs.exists() and lab.store.list()))
        folder = lab.store.find("last")
        if at == "progress":
            reach(lab, folder.name, 1)

        def warned() -> bool:
            os.kill(process.pid, signal.SIGUSR1)
            return saved_at(folder) > 0

        until(warned)
        reach(lab, folder.name, saved_at(folder) + 1)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "status     stopped" in said
