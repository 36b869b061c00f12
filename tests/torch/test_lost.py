"""A device that is lost in the middle of a run."""

from pathlib import Path

import pytest

from tests.engines.agreement import CIRCLES
from tests.trainers import end_of, until
from tuilab.experiment import edit
from tuilab.lab import Lab
from tuilab.runs import Waiting
from tuilab.runs.weights import latest_weights

LOSES = """
import sys
if "tuilab.trainer" in sys.orig_argv:
    import os
    from tuilab.engines.torch_engine import TorchEngine
    make = TorchEngine._make
    def lost(self, updates, batches):
        if os.path.exists({path!r}):
            raise RuntimeError("CUDA error: unspecified launch failure\\nFor debugging consider")
        return make(self, updates, batches)
    TorchEngine._make = lost
"""
PLAN = edit(CIRCLES, {"compute.engine": "torch", "compute.device": "cpu", "optimization.iterations": "1000000000"})


@pytest.fixture
def lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The device of every trainer is lost while this file is there."""
    path = tmp_path / "lost"
    (tmp_path / "sitecustomize.py").write_text(LOSES.format(path=str(path)))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return path


def test_the_run_ends_as_failed_and_can_be_resumed_from_its_last_checkpoint(lab: Lab, lost: Path) -> None:
    name = lab.start(PLAN)
    folder = lab.store.find(name)
    until(lambda: latest_weights(folder) is not None)
    lost.touch()
    end = end_of(lab, name)
    assert end.status == "failed" and end.view.finished is not None
    assert end.view.finished.reason.startswith("RuntimeError: CUDA error: unspecified launch failure (the traceback")
    lost.unlink()
    at = latest_weights(folder)
    assert at is not None and at.iteration > 0
    lab.control.resume(name, {"iterations": str(at.iteration + 10)})
    follower = lab.follow(name)
    until(lambda: follower.poll().status == "done")  # until the next trainer begins, the old last line stands
    assert follower.poll().view.iteration == at.iteration + 10


def test_its_process_trains_no_other_run(lab: Lab, lost: Path) -> None:
    lost.touch()
    trainer, folder = Waiting(), lab.store.create(PLAN)
    trainer.take(folder, last=False)
    until(lambda: trainer.hear() and trainer.is_gone)
    assert end_of(lab, folder.name).status == "failed" and not trainer.waits
