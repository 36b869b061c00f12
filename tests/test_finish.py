"""A trainer killed when all has been trained, before its last line: the run is finished, by resume or by a look."""

import os
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from tests.commands import here
from tests.forge import run
from tests.trainers import end_of, points, until
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.runs import RunFolder, alive
from tuilab.runs.archive import read_arrays, write_arrays
from tuilab.runs.checkpoint import Saver
from tuilab.runs.requests import ask_edit
from tuilab.trainer.process import main

KILLED = """
import os, signal, sys
from tuilab.trainer.process import main
from tuilab.trainer.keeper import Keeper
def killed(keeper, *_):
    if keeper._saving is not None:
        keeper._saving.result()
    os.kill(os.getpid(), signal.SIGKILL)
setattr(Keeper, sys.argv[2], killed)
main(sys.argv[1])
"""
PLANNED = edit(Experiment(), {"data.source": "circles", "data.examples": "90", "optimization.iterations": "400"})
STOPPED_EARLY = edit(PLANNED, {"early_stopping.monitor": "dev_error", "early_stopping.patience": "50"})


def killed_at(lab: Lab, place: str, experiment: Experiment) -> RunFolder:
    """A run whose trainer was killed when it came to the keeper's method `place`, its last checkpoint written."""
    folder = lab.store.create(experiment)
    done = run([sys.executable, "-c", KILLED, str(folder.path), place])
    assert (done.returncode, lab.control.look(folder.name).status) == (-9, "dead")
    return folder


def check(lab: Lab, folder: RunFolder, whole: RunFolder) -> None:
    """The run ends as the one does that nobody killed."""
    end, expected = end_of(lab, folder.name), end_of(lab, whole.name)
    assert end.status == "done"
    assert points(end.view) == points(expected.view)
    assert folder.weights_file.read_bytes() == whole.weights_file.read_bytes()


@pytest.mark.parametrize("experiment", [PLANNED, STOPPED_EARLY], ids=["planned", "stopped early"])
@pytest.mark.parametrize("place", ["finish", "write_last"])
def test_resume_finishes_it(lab: Lab, place: str, experiment: Experiment) -> None:
    whole = lab.store.find(lab.start(experiment))
    folder = killed_at(lab, place, experiment)
    said = lab.control.resume(folder.name)
    assert "had been trained to its end, iteration " in said and "its weights and its last line are written" in said
    check(lab, folder, whole)


def test_a_look_finishes_it_and_a_list_does_not(lab: Lab) -> None:
    whole, folder = lab.store.find(lab.start(STOPPED_EARLY)), killed_at(lab, "finish", STOPPED_EARLY)
    end_of(lab, whole.name)
    assert {run.name: run.status for run in lab.runs()} == {whole.name: "done", folder.name: "dead"}
    assert len(list(folder.claims_folder.iterdir())) == 1
    watched = here("watch", folder.name)
    assert (watched.returncode, "status     done" in watched.stdout) == (0, True)
    check(lab, folder, whole)


def test_a_look_at_a_strangers_run_or_one_that_was_asked_for_more_writes_nothing(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = killed_at(lab, "finish", PLANNED)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert lab.follow(folder.name).poll().status == "dead"
    monkeypatch.undo()
    ask_edit(folder, "optimization.iterations", "500")
    assert Lab(lab.store.home).follow(folder.name).poll().status == "dead"
    assert len(list(folder.claims_folder.iterdir())) == 1
    assert Lab(lab.store.home).control.resume(folder.name, {"iterations": "600"}).endswith(" 400 of 600, its last "
        "checkpoint before its trainer was gone")  # fmt: skip
    assert end_of(Lab(lab.store.home), folder.name).view.iteration == 600


def damage(path: Path) -> str:
    path.write_bytes(path.read_bytes()[:-40])
    return path.name


def test_damaged_checkpoints_are_said(lab: Lab) -> None:
    name = lab.start(PLANNED)
    end_of(lab, name)
    folder = lab.store.find(name)
    lab.control.resume(name, {"iterations": "500"})
    end_of(lab, name)
    _, newer = sorted(folder.checkpoints_folder.iterdir())
    damage(newer)
    assert lab.control.resume(name, {"iterations": "600"}) == (
        f"{name}: the checkpoint {newer.name} is damaged; it goes on from iteration 400 of 600"
    )
    end = end_of(lab, name)
    assert [mark.text for mark in end.view.marks][-2] == f"resumed: the checkpoint {newer.name} is damaged"
    assert end.view.cost.iteration.tolist() == list(range(601))
    both = [damage(path) for path in sorted(folder.checkpoints_folder.iterdir(), reverse=True)]
    assert lab.control.resume(name, {"iterations": "700"}) == (
        f"{name}: the checkpoints {both[0]} and {both[1]} are damaged; it goes on from iteration 0 of 700"
    )
    assert f"resumed: the checkpoints {both[0]} and {both[1]} are damaged" in [
        mark.text for mark in end_of(lab, name).view.marks
    ]


def test_a_log_that_ends_before_the_checkpoint_is_said(lab: Lab) -> None:
    name = lab.start(PLANNED)
    end_of(lab, name)
    folder = lab.store.find(name)
    until(lambda: not alive(folder))
    folder.log_file.write_bytes(folder.log_file.read_bytes().splitlines(keepends=True)[0])
    lab.control.resume(name, {"iterations": "500"})
    said = "resumed: the log ends at iteration 0, before the checkpoint"
    assert said in [mark.text for mark in end_of(lab, name).view.marks]


def test_a_first_line_that_was_flipped_brings_no_point_twice(lab: Lab) -> None:
    name = lab.start(PLANNED)
    end_of(lab, name)
    folder = lab.store.find(name)
    log = folder.log_file.read_bytes()
    folder.log_file.write_bytes(log.replace(b'"started"', b'"sturted"', 1))
    lab.control.resume(name, {"iterations": "500"})
    end = end_of(lab, name)
    assert end.view.damaged == 1
    assert end.view.cost.iteration.tolist() == list(range(501))


def test_checkpoints_of_another_experiment_are_refused_with_the_difference(lab: Lab) -> None:
    name = lab.start(PLANNED)
    end_of(lab, name)
    folder = lab.store.find(name)
    text = folder.experiment_file.read_text()
    folder.experiment_file.write_text(text.replace("seed = 1\n", "seed = 7\n").replace('title = ""', 'title = "mine"'))
    with pytest.raises(BadInput, match=r"its checkpoints are of another experiment \(seed 1, not 7\): put"):
        lab.control.resume(name, {"iterations": "500"})
    folder.experiment_file.write_text(text.replace('title = ""', 'title = "mine"'))
    lab.control.resume(name, {"iterations": "500"})
    assert end_of(lab, name).status == "done"


def test_the_checkpoints_of_earlier_versions_say_no_experiment_and_are_taken(lab: Lab) -> None:
    name = lab.start(PLANNED)
    end_of(lab, name)
    (file,) = lab.store.find(name).checkpoints_folder.iterdir()
    arrays = read_arrays(file)
    write_arrays(file, {**arrays, "header": np.frombuffer(b'{"version":1,"layers":[2,16,1]}', np.uint8)})
    lab.control.resume(name, {"iterations": "500"})
    assert end_of(lab, name).view.iteration == 500


def test_the_end_of_a_run_waits_for_the_disk_five_times_and_the_last_checkpoint_is_written_meanwhile(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, waits, sync = lab.store.create(PLANNED), list[bool](), os.fsync

    def waiting(descriptor: int) -> None:
        sync(descriptor)
        waits.append(threading.current_thread() is threading.main_thread())

    monkeypatch.setattr(os, "fsync", waiting)
    monkeypatch.setattr(Saver, "due", lambda saver: False)  # however long it takes, none on the way
    assert main(str(folder.path)) == 0
    assert waits.count(True) == 5  # the claim, the model, the weights and their name, the log
    assert waits.count(False) == 3  # the log, the checkpoint and its name
