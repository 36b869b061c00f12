"""A run that is taken up from a checkpoint goes on bit for bit as if nothing had happened."""

import itertools
import os
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from tests.runs.test_journal import Disk
from tests.trainers import end_of, kill, points, reach, until
from tuilab.errors import BadInput
from tuilab.events import AnyEvent, Finished, Progress
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.runs import ACTIVE, RunFolder, RunView, ask, ends, fold
from tuilab.runs.archive import read_arrays, write_arrays
from tuilab.runs.checkpoint import newest
from tuilab.runs.journal import Journal
from tuilab.runs.requests import pending_edits
from tuilab.runs.weights import latest_weights
from tuilab.trainer import keeper as keeping
from tuilab.trainer.keeper import Keeper
from tuilab.training import Run, Training, build, curve

SMALL = {
    "data.source": "circles",
    "data.examples": "90",
    "network.hidden": "5, 4",
    "optimization.iterations": "400",
    "optimization.learning_rate": "0.05",
}
KINDS: dict[str, dict[str, str]] = {
    "full batch": {},
    "batches and dropout": {"optimization.batch_size": "16", "dropout.keep_prob": "0.8"},
    "momentum, decay": {
        "optimization.optimizer": "momentum",
        "optimization.decay": "inverse",
        "optimization.decay_rate": "0.1",
        "optimization.batch_size": "7",
    },
    "rmsprop, float32": {
        "optimization.optimizer": "rmsprop",
        "network.precision": "float32",
        "dropout.keep_prob": "0.7",
        "optimization.learning_rate": "0.001",
    },
    "adam, early stopping": {
        "optimization.optimizer": "adam",
        "optimization.batch_size": "32",
        "early_stopping.monitor": "dev_cost",
        "early_stopping.patience": "60",
        "regularization.kind": "l2",
        "regularization.lambd": "0.5",
    },
    "l1, proximal": {"regularization.kind": "l1", "regularization.lambd": "0.5", "regularization.l1_step": "proximal"},
    "divergence": {"optimization.learning_rate": "60", "network.activation": "linear"},
}


def train(run: Run, until: int | None = None) -> list[AnyEvent]:
    """The events to the end, or to the first progress at iteration `until` or later."""
    events: list[AnyEvent] = []
    for event in run.events():
        events.append(event)
        if until is not None and isinstance(event, Progress) and event.iteration >= until:
            break
    return events


@pytest.mark.parametrize("stretches", [10_000, 30])
@pytest.mark.parametrize("kind", KINDS)
def test_a_restored_run_yields_what_the_run_that_was_never_stopped_yields(
    kind: str, stretches: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(curve, "POINTS", stretches)
    problem = build(edit(Experiment(), SMALL | KINDS[kind]))
    whole = Run(Training(problem))
    whole.hurry()
    expected = points(fold(RunView(), train(whole)))
    for cut in sorted({1, min(37, whole.made), max(1, whole.made - 30), whole.made - 1}):
        ticks = itertools.count(0.0, 0.2)  # a progress after every iteration
        first = Run(Training(problem), clock=lambda ticks=ticks: next(ticks))
        before = train(first, until=cut)
        write_arrays(tmp_path / "state.npz", first.state())
        decided = first.resumed({})
        beyond = train(first, until=cut + 60)  # what was logged after the checkpoint
        second = Run(Training(problem))
        if not isinstance(before[-1], Finished):
            second.restore(read_arrays(tmp_path / "state.npz"))
            assert second.resumed({}).costs_before == decided.costs_before
            view = fold(RunView(), [*before, *beyond, second.resumed({}), *train(second)])
        else:
            view, second = fold(RunView(), before), first
        assert points(view) == expected
        assert second.training.parameters.theta.tobytes() == whole.training.parameters.theta.tobytes()


def test_a_checkpoint_of_another_experiment_is_refused(tmp_path: Path) -> None:
    state = Run(Training(build(edit(Experiment(), SMALL)))).state()
    for other in ({"network.hidden": "6, 4"}, {"optimization.optimizer": "adam"}, {"network.precision": "float32"}):
        with pytest.raises(ValueError, match="does not fit"):
            Run(Training(build(edit(Experiment(), SMALL | other)))).restore(state)


LONG = edit(
    Experiment(),
    {
        "data.source": "moons",
        "data.examples": "200",
        "network.hidden": "12, 6",
        "dropout.keep_prob": "0.9",
        "optimization.batch_size": "32",
        "optimization.optimizer": "adam",
        "optimization.learning_rate": "0.001",
        "optimization.iterations": "20000",
    },
)


def weights(folder: RunFolder) -> bytes:
    with np.load(folder.weights_file, allow_pickle=False) as arrays:
        return b"".join(arrays[name].tobytes() for name in arrays)


def killed_midway(lab: Lab) -> RunFolder:
    """A run of `LONG` that was killed some way behind its newest checkpoint."""
    folder = lab.store.find(lab.start(LONG))
    until(lambda: latest_weights(folder) is not None)
    behind = latest_weights(folder).iteration + 100
    until(lambda: (seen := lab.control.look(folder.name)).view.iteration >= behind or seen.status not in ACTIVE)
    with suppress(psutil.NoSuchProcess):
        kill(folder)
    if lab.control.look(folder.name).status == "dead":
        return folder
    return killed_midway(lab)  # it was over before this test, starved by others, came to it


@pytest.mark.usefixtures("paced")  # or it is over before its first checkpoint is due
def test_killed_and_resumed_a_run_ends_as_if_nothing_had_happened(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    killed = killed_midway(lab)
    monkeypatch.delenv("PYTHONPATH")
    whole = lab.store.find(lab.start(LONG))
    ask(killed, "stop")  # stale by the time the run is resumed
    assert "its last checkpoint before its trainer was gone" in lab.control.resume(killed.name)
    ends = [end_of(lab, folder.name) for folder in (whole, killed)]
    assert [end.status for end in ends] == ["done", "done"]
    assert points(ends[1].view) == points(ends[0].view)
    assert weights(killed) == weights(whole)
    assert [mark.text for mark in ends[1].view.marks] == ["resumed"]


def test_a_finished_run_can_be_made_longer_and_then_equals_a_long_one(lab: Lab) -> None:
    short = edit(LONG, {"optimization.iterations": "1000"})
    name = lab.start(short)
    end_of(lab, name)
    with pytest.raises(BadInput, match="all of its 1,000 iterations are done"):
        lab.control.resume(name)
    with pytest.raises(BadInput, match="all of its 900 iterations are done"):
        lab.control.resume(name, {"iterations": "900"})
    with pytest.raises(BadInput, match="cannot be changed in a run"):
        lab.control.resume(name, {"network.hidden": "3"})
    assert lab.control.resume(name, {"iterations": "3000"}) == f"{name} goes on from iteration 1,000 of 3,000"
    long = end_of(lab, name)
    assert (long.status, long.view.iteration, long.experiment.optimization.iterations) == ("done", 3000, 3000)
    assert long.view.cost.iteration.tolist() == list(range(3000)), (
        "of batches: the last J of all is a figure of its own"
    )
    straight = lab.start(edit(LONG, {"optimization.iterations": "3000"}))
    end = end_of(lab, straight)
    assert weights(lab.store.find(name)) == weights(lab.store.find(straight))
    assert long.view.cost.total.tolist() == end.view.cost.total.tolist()
    assert [mark.text for mark in long.view.marks] == ["resumed", "iterations = 3000"]


def test_pause_step_edit_and_go_on(lab: Lab) -> None:
    name = lab.start(edit(LONG, {"optimization.iterations": "1000000000"}))
    reach(lab, name, 1)
    folder = lab.store.find(name)
    with pytest.raises(BadInput, match="is not paused: running"):
        lab.control.step(name)
    lab.control.pause(name)
    until(lambda: lab.control.look(name).status == "paused")
    at = lab.control.look(name).view.iteration
    until(lambda: (found := latest_weights(folder)) is not None and found.iteration == at)
    for step in (1, 2):
        lab.control.step(name)
        until(lambda step=step: lab.control.look(name).view.iteration == at + step)
    with pytest.raises(BadInput, match="cannot be changed while a run goes on"):
        lab.control.set(name, {"hidden": "3"})
    with pytest.raises(BadInput, match=r"optimization\.learning_rate"):
        lab.control.set(name, {"learning_rate": "-1"})
    lab.control.set(name, {"learning_rate": "0.002"})
    until(lambda: not pending_edits(folder))
    kill(folder)
    lab.control.resume(name)
    lab.control.set(name, {"dropout.keep_prob": "1"})
    follower = lab.follow(name)
    until(lambda: len(follower.poll().view.edits) == 2)
    lab.control.stop(name)
    end = end_of(lab, name)
    assert end.status == "stopped"
    assert (end.experiment.optimization.learning_rate, end.experiment.dropout.keep_prob) == (0.002, 1.0)
    marks = [(mark.iteration - at, mark.text) for mark in end.view.marks]
    assert marks[:3] == [(0, "paused"), (2, "learning_rate = 0.002"), (2, "resumed")]
    assert marks[3][1] == "keep_prob = 1"
    iterations = end.view.cost.iteration
    assert (np.diff(iterations) > 0).all()


def test_after_divergence_only_a_change_goes_on(lab: Lab) -> None:
    wild = {"optimization.learning_rate": "60", "network.activation": "linear", "data.source": "circles"}
    name = lab.start(edit(Experiment(), wild))
    diverged = end_of(lab, name)
    assert diverged.status == "diverged"
    kept = latest_weights(lab.store.find(name))
    assert kept.kept and np.isfinite(kept.parameters.theta).all()
    with pytest.raises(BadInput, match=r"diverged after .* and would again: change something"):
        lab.control.resume(name)
    said = lab.control.resume(name, {"learning_rate": "0.01"})
    assert "no checkpoint yet and starts again" in said
    end = end_of(lab, name)
    assert end.status == "done"
    assert np.isfinite(end.view.cost.total).all()


def test_weights_that_are_not_finite_never_become_a_checkpoint(tmp_path: Path) -> None:
    folder, run = RunFolder(tmp_path), Run(Training(build(edit(Experiment(), SMALL))))
    with Journal(folder.log_file) as journal:
        keeper = Keeper(folder, journal, [])
        keeper.save(run)
        run.training.parameters.theta[3] = np.inf
        run.training.engine.iteration = 7
        keeper.save(run)
        keeper.save_end(run)
    found = latest_weights(folder)
    assert found is not None and found.iteration == 0
    assert np.isfinite(found.parameters.theta).all()


def test_no_checkpoint_is_newer_than_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its points would be missing after a kill: nothing would ever write them again."""
    folder, run = RunFolder(tmp_path), Run(Training(build(edit(Experiment(), SMALL))))
    with Journal(folder.log_file) as journal:
        keeper, disk = Keeper(folder, journal, []), Disk(journal)
        disk.full = True
        journal.write(run.resumed({}))
        assert not keeper.save(run) and newest(folder) is None
        disk.full = False
        assert journal.catch_up()
        with monkeypatch.context() as failing:
            failing.setattr(Journal, "sync", lambda _: os.fsync(10**6))
            assert not keeper.save(run) and newest(folder) is None
        assert keeper.save(run) and newest(folder) is not None


class AtOnce(Executor):
    """Does what it is given in the thread of whoever gives it."""

    def submit(self, work: Callable[..., Any], /, *given: Any, **named: Any) -> "Future[Any]":
        done: Future[Any] = Future()
        done.set_result(work(*given, **named))
        return done


def test_nor_is_the_one_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "ThreadPoolExecutor", lambda threads: AtOnce())
    folder, run = RunFolder(tmp_path), Run(Training(build(edit(Experiment(), SMALL))))
    with Journal(folder.log_file) as journal:
        keeper, disk = Keeper(folder, journal, []), Disk(journal)
        disk.full = True
        journal.write(run.resumed({}))
        keeper.save_end(run)
        assert newest(folder) is None
        disk.full = False
        assert journal.catch_up()
        keeper.save_end(run)
        assert newest(folder) is not None


def test_after_early_stopping_patience_starts_anew(lab: Lab) -> None:
    edits = {"early_stopping.monitor": "dev_error", "early_stopping.patience": "300", "data.source": "circles"}
    name = lab.start(edit(Experiment(), {**edits, "optimization.iterations": "20000"}))
    first = end_of(lab, name)
    assert first.view.finished and "early stopping" in first.view.finished.reason
    assert "early stopping had ended it, and its patience starts anew" in lab.control.resume(name)
    second = end_of(lab, name)
    assert second.view.iteration >= first.view.iteration + 300


def test_a_log_that_had_no_points_to_tell_is_not_said_to_end_before_the_checkpoint(lab: Lab) -> None:
    """Of very many iterations few have a point, and lines without one are left out for a second."""
    experiment = edit(Experiment(), {**SMALL, "optimization.iterations": "1000000000"})
    folder = lab.store.create(experiment)
    run = Run(Training(build(experiment)))
    with Journal(folder.log_file) as journal:
        keeper = Keeper(folder, journal, [])
        keeper.began_with(experiment, {})
        for event in run.events():
            journal.write(event)
            if isinstance(event, Progress) and event.costs is None and event.iteration > 100:
                break
        keeper.save(run)
    assert fold(RunView(), ends(folder.log_file)).iteration == run.training.iteration
