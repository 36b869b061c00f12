"""Where a program may find itself: without a standard input, in a home that is written ~, its run deleted."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.trainers import is_dead, trainer, until
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.runs import Store
from tuilab.trainer.process import NOT_SAVED
from tuilab.trainer.process import main as runs_trainer


def test_a_standard_stream_that_is_closed_leads_nowhere(home: Path) -> None:
    code = "import sys; sys.argv = ['tuilab', 'doctor', '--json']; from tuilab.cli import main; main()"
    shell = f"exec {sys.executable} -c {code!r} <&-"
    done = subprocess.run(["sh", "-c", shell], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "") and '"terminal"' in done.stdout
    assert subprocess.run(["sh", "-c", f"{shell} >&- 2>&-"]).returncode == 0


def test_a_home_may_be_written_with_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TUILAB_HOME", "~/lab")
    assert Store().home == Path(os.path.realpath(tmp_path)) / "lab"
    monkeypatch.setenv("TUILAB_HOME", "~nobody-is-called-so/lab")
    with pytest.raises(BadInput, match="TUILAB_HOME: is no folder"):
        Store()


def test_a_home_may_be_the_root() -> None:
    assert Lab(Path("/")).store.home == Path("/")


def test_a_home_may_lie_deep(tmp_path: Path) -> None:
    try:
        lab = Lab(tmp_path / ("d/" * 1500))
        assert lab.runs() == []
        run = lab.store.create(edit(Experiment(), {"data.source": "circles"}))
        assert [one.name for one in lab.runs()] == [run.name]
    finally:
        subprocess.run(["rm", "-r", tmp_path / "d"], check=True)  # Python's own way goes no deeper than its stack


@pytest.mark.usefixtures("paced")
def test_a_run_that_is_deleted_while_it_is_trained_is_over_and_stays_deleted(lab: Lab) -> None:
    plan = {"data.source": "circles", "optimization.iterations": "1000000"}
    run = lab.store.find(lab.start(edit(Experiment(), plan)))
    until(lambda: run.checkpoints_folder.exists())
    process = trainer(run)
    shutil.rmtree(run.path)
    until(lambda: is_dead(process))
    assert not run.path.exists() and lab.runs() == []


def test_where_something_lies_in_the_place_of_the_weights_the_run_ends_at_once_and_says_so(lab: Lab) -> None:
    """What no time mends is not waited for."""
    run = lab.store.create(edit(Experiment(), {"data.source": "circles", "optimization.iterations": "20"}))
    (run.weights_file / "in the way").mkdir(parents=True)
    assert runs_trainer(str(run.path)) == NOT_SAVED
    snapshot = lab.follow(run.name).poll()
    assert snapshot.status == "done" and "weights.npz cannot be saved" in snapshot.trouble
