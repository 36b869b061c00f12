"""Sweeps: whoever is killed, each trial is trained to its end once, and none is missing."""

import json
import os
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from msgspec import structs

from tests.commands import here, tuilab
from tests.queue.test_queue import LONG, QUICK, begun, workers
from tests.runs.events import column, finished, progress, started
from tests.trainers import kill, reach, until
from tuilab.errors import BadInput
from tuilab.events import Errors
from tuilab.experiment import edit
from tuilab.lab import Lab
from tuilab.lab.sentences.sweep import sweep_text, sweeps_text
from tuilab.lab.sweep_view import SweepView
from tuilab.queue import Worker
from tuilab.queue.pruner import Pruner
from tuilab.queue.sweep import crashes, is_open, sweeps
from tuilab.runs import Appender, RunFolder, Store, ask, claim, declare_ended, pending, release
from tuilab.search import Search, trials

SEARCH = Search(over={"optimization.learning_rate": "log:0.01..1", "network.hidden": "[2],[3]"}, trials=6)


@pytest.fixture
def unworked(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A lab that starts no worker, so that a test can be one."""
    monkeypatch.setattr("tuilab.queue.starting._started", lambda store: None)
    return lab


def folders(lab: Lab, name: str) -> list[RunFolder]:
    return lab.sweeps.find(name).store.list()


def end(lab: Lab, name: str) -> SweepView:
    """The sweep once all of its trials are over."""
    until(lambda: lab.sweeps.look(name).status == "done")
    return lab.sweeps.look(name)


def work(worker: Worker, lab: Lab, name: str) -> SweepView:
    """The sweep once the worker has nothing left to do."""
    until(lambda: not worker.look())
    return lab.sweeps.look(name)


@pytest.mark.usefixtures("paced")
def test_killed_in_the_middle_each_trial_counts_once(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    name = lab.sweeps.start(QUICK, SEARCH)
    until(lambda: any(run.status == "done" for run in lab.sweeps.look(name).results))
    for process in workers(lab):
        with suppress(psutil.NoSuchProcess):  # it is through
            process.kill()
    for folder in folders(lab, name):
        with suppress(ValueError, psutil.NoSuchProcess):  # none that has taken it, or it is through
            kill(folder)
    monkeypatch.delenv("PYTHONPATH")  # the others need not be slow
    over = {folder.name: folder.log_file.read_bytes() for folder in folders(lab, name) if not is_open(folder)}
    view = end(lab, name)
    assert view.planned == len(view.results) == 6 and view.states == {"done": 6}
    assert len(over) >= 1 and all((lab.store.find(one).log_file).read_bytes() == log for one, log in over.items())
    base, search = lab.sweeps.find(name).read()
    assert {f"{name}.{trial.identity}" for trial in trials(base, search)} == {one.name for one in view.results}

    lab.sweeps.go_on(name, search.changed({}, trials=7, seeds=2))
    more = end(lab, name)
    assert len(more.results) == 14 and more.states == {"done": 14} and more.results != view.results
    assert all((lab.store.find(one).log_file).read_bytes() == log for one, log in over.items())
    assert {(one.name, one.dev) for one in view.results} < {(one.name, one.dev) for one in more.results}
    until(lambda: not workers(lab))
    assert (lab.store.home / "queue.out").read_text() == ""


@pytest.mark.usefixtures("paced")
def test_stopped_it_rests_and_goes_on_where_it_was(unworked: Lab) -> None:
    lab, worker = unworked, Worker(unworked.store, 2)
    name = lab.sweeps.start(LONG, SEARCH)
    assert worker.look() and lab.sweeps.look(name).status == "running"
    held = [folder for folder in folders(lab, name) if folder.claims_folder.exists()]
    for folder in held:
        reach(lab, folder.name, 1)
    lab.sweeps.stop(name)
    view = work(worker, lab, name)
    assert view.status == "stopped" and view.states == {"stopped": 2, "left": 4} and not worker.has_work()
    lab.sweeps.go_on(name)
    assert worker.look()
    until(lambda: [begun(folder) for folder in held] == [2, 2])
    assert lab.sweeps.look(name).states == {"running": 2, "left": 4}
    kill(held[0])
    until(lambda: worker.look() and begun(held[0]) == 3)
    assert [begun(folder) for folder in held] == [3, 2]
    assert crashes(held[0]) == 1 and lab.sweeps.look(name).status == "running"
    kill(held[0])
    until(lambda: worker.look() and lab.sweeps.look(name).failed == [held[0].name])


def test_several_workers_share_a_sweep_and_begin_no_trial_twice(unworked: Lab) -> None:
    lab = unworked
    name = lab.sweeps.start(QUICK, SEARCH.changed({}, workers="asked"))
    assert not Worker(lab.store, 2).look()  # nobody has asked it to
    pair = [Worker(Store(lab.store.home), 1, sweep) for sweep in sweeps(lab.store) * 2]
    until(lambda: [worker.look() for worker in pair] == [False, False])
    view = lab.sweeps.look(name)
    assert view.states == {"done": 6} and [begun(folder) for folder in folders(lab, name)] == [1] * 6
    serial = lab.sweeps.start(QUICK, SEARCH, "serial")
    other = work(Worker(lab.store, 1), lab, serial)
    assert [(one.point, one.dev) for one in view.ranked] == [(one.point, one.dev) for one in other.ranked]


def test_what_diverges_is_a_result_and_what_crashes_is_given_up_and_named(unworked: Lab, tmp_path: Path) -> None:
    lab = unworked
    data = tmp_path / "data.csv"
    data.write_text("x,y,label\n" + "".join(f"{k},{k % 3},{'ab'[k % 2]}\n" for k in range(40)))
    base = edit(QUICK, {"optimization.iterations": "50"})
    over = {"data.source": f'circles, "{data}"', "optimization.learning_rate": "0.1,1e6"}
    name = lab.sweeps.start(base, Search(over=over, sampler="grid"))
    data.write_text("x\n")
    view = work(Worker(lab.store, 1), lab, name)
    assert view.states == {"done": 1, "diverged": 1, "failed": 2} and view.status == "done"
    assert [(crashes(one), begun(one)) for one in map(lab.store.find, view.failed)] == [(2, 0)] * 2
    done, ends = tuilab(f"sweeps {name}", f"sweep {name}", f"sweeps {name} --json")
    assert ends == ["exit 0", "exit 1", "exit 0"]
    assert f"2 trials failed and were given up: {view.failed[0]}, {view.failed[1]}." in done.stdout
    assert "1 trial diverged, which is a result." in done.stdout


@pytest.mark.parametrize("ready", [False, True])
def test_a_trial_that_another_host_holds_is_not_waited_for(unworked: Lab, ready: bool) -> None:
    lab, worker = unworked, Worker(unworked.store, 1)
    name = lab.sweeps.start(QUICK, SEARCH.changed({}, trials=1))
    (trial,) = trials(*lab.sweeps.find(name).read())
    folder = lab.sweeps.find(name).run(trial)
    if ready:  # to be begun here, when the other host was quicker
        assert worker.has_work()
    else:
        lab.sweeps.find(name).store.create_as(folder.name, trial.experiment, lambda made: None)
    claim(folder)
    holder = folder.claims_folder / "0001" / "trainer.json"
    holder.write_text(json.dumps(json.loads(holder.read_text()) | {"host": "node-7", "boot": "another"}))
    assert not worker.look() and not folder.log_file.exists()
    assert lab.sweeps.look(name).states == {"starting": 1}


def held_by_host(folder: RunFolder, host: str, silent: float) -> None:
    """The run is claimed by a process of another host, which has been silent for so many seconds."""
    claim(folder)
    holder = max(folder.claims_folder.glob("*/trainer.json"))
    holder.write_text(json.dumps(json.loads(holder.read_text()) | {"host": host, "boot": host}))
    os.utime(holder, (time.time() - silent,) * 2)


def test_whoever_goes_on_with_a_sweep_that_waits_to_be_worked_on_is_told(
    unworked: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tuilab.cli.sweep.follow_sweep", lambda *_, **__: 0)
    for whose, said in (("asked", "Nobody trains what is left: tuilab sweep work "), ("queue", "")):
        name = unworked.sweeps.start(QUICK, structs.replace(SEARCH, workers=whose))
        told = here("sweep", name)
        assert told.returncode == 0 and told.stderr.startswith(said) and len(told.stderr.splitlines()) == bool(said)


def test_what_a_host_held_that_is_gone_is_said_and_taken_on_a_persons_word_alone(unworked: Lab) -> None:
    lab = unworked
    name = lab.sweeps.start(QUICK, SEARCH.changed({}, trials=3))
    sweep = lab.sweeps.find(name)
    dead, other, mine = (sweep.run(trial) for trial in trials(*sweep.read()))
    assert Worker(lab.store, 1).has_work()
    for folder, trial in zip((dead, other, mine), trials(*sweep.read()), strict=True):
        if not folder.path.exists():
            sweep.store.create_as(folder.name, trial.experiment, lambda made: ask(made, "start"))
    held_by_host(dead, "node-7", 7200)
    held_by_host(other, "node\x1b8", 5)
    work(Worker(lab.store, 1), lab, name)
    said = sweep_text(lab.sweeps.look(name))
    assert "1 trial of" in said and "is held by node-7, last sign of life 2 h 00 min ago. If it is gone: " in said
    assert f"tuilab sweep {name} --take node-7" in sweeps_text(lab.sweeps.summaries()) and "\x1b" not in said
    assert lab.sweeps.look(name).states == {"done": 1, "starting": 2}
    for host, why in (("node-9", "holds no trial of"), ("node\ufffd8", "gave a sign of life"), ("", "holds no trial")):
        with pytest.raises(BadInput, match=why):
            lab.sweeps.take(name, host)
    with pytest.raises(BadInput, match="is running: stop it first"):
        lab.delete(name)
    (done,) = lab.sweeps.take(name, "node-7")
    assert done == dead.name and crashes(dead) == 1 and not lab.sweeps.look(name).held
    view = work(Worker(lab.store, 1), lab, name)
    assert view.states == {"done": 2, "starting": 1} and begun(dead) == 1 and not other.log_file.exists()


def test_nobodys_word_is_taken_against_a_trainer_that_lives_here(unworked: Lab) -> None:
    folder = unworked.store.create(QUICK)
    claim(folder)
    with pytest.raises(BadInput, match="is being trained by process"):
        declare_ended(folder)


def test_a_damaged_sweep_is_deleted_by_command_unless_a_trial_of_it_goes_on(unworked: Lab) -> None:
    lab = unworked
    name = lab.sweeps.start(QUICK, SEARCH.changed({}, trials=1), "damaged")
    sweep = lab.sweeps.find(name)
    (trial,) = trials(*sweep.read())
    sweep.store.create_as(sweep.run(trial).name, trial.experiment, lambda made: None)
    claim(sweep.run(trial))
    (sweep.path / "sweep.toml").write_text("[sweep")
    refused = here("delete", name, "--yes")
    assert refused.returncode == 2 and "is running: stop it first" in refused.stderr
    assert here("stop", name).returncode == 0 and "stop" in pending(sweep.run(trial))
    release(sweep.run(trial))
    assert here("delete", name, "--yes").returncode == 0 and lab.sweeps.names() == []


def test_bad_input_starts_nothing(lab: Lab) -> None:
    over = "--over optimization.learning_rate"
    refused = {
        "sweep circles": "say what to vary",
        "sweep circles --over x=1": "x: unknown key",
        f"sweep circles {over}": "must be path=values or path=range",
        f"sweep circles {over}=log:1e-3..1e9": "must be a number > 0",
        f"sweep circles {over}=log:1e-3..1 --sampler grid": "a grid needs values",
        f"sweep circles {over}=0.1..1/400 --over seed=1..3": "seed: cannot be varied",
        "sweep circles --over optimization.iterations=1..200000 --sampler grid": "would be 200,000 trials: say --yes",
        f"sweep circles {over}=0.1,1 --name ../x": "a name is 1 to 64 letters",
        f"sweep circles {over}=0.1,1 --set split.dev=0 --set split.train=0.4 --set split.test=0.6": "by the dev error",
        "sweep circles --over network.hidden=[2],[3]": "dropout.keep_prob: needs 2 values",
        "sweep high-variance --over data.noise=0.1,0.2 --over optimization.decay_rate=0.1,0.2": "has no effect while",
        "sweep work nothing": "no such sweep",
        "sweep nothing --take node-7": "--take: nothing: no such sweep",
        "sweeps nothing": "no such sweep",
    }
    done, ends = tuilab(*refused)
    assert ends == ["exit 2"] * len(refused)
    for line, said in zip(done.stderr.splitlines(), refused.values(), strict=True):
        assert said in line
    assert not lab.store.sweeps.exists() and not lab.store.runs.exists()


def test_a_sweep_that_is_a_link_or_damaged_costs_nothing_else(unworked: Lab, tmp_path: Path) -> None:
    lab = unworked
    whole = lab.sweeps.start(QUICK, SEARCH)
    damaged = lab.sweeps.start(QUICK, SEARCH, "damaged")
    (lab.sweeps.find(damaged).path / "sweep.toml").write_text("[sweep]\nover = 3\n")
    lab.sweeps.find(whole).path.rename(tmp_path / whole)
    (lab.store.sweeps / whole).symlink_to(tmp_path / whole)
    fine = lab.sweeps.start(QUICK, SEARCH)
    assert [(one.name, one.status) for one in lab.sweeps.summaries()] == [(fine, "waiting"), (damaged, "not readable")]
    assert lab.sweeps.find("last").name == fine
    with pytest.raises(BadInput, match=r"sweep.toml: sweep.over: must be a table"):
        lab.sweeps.look(damaged)
    assert Worker(lab.store, 1).has_work() and not (tmp_path / whole / "runs").exists()


def test_a_sweep_is_trained_though_no_run_of_its_own_can_be(unworked: Lab) -> None:
    unworked.store.home.mkdir(parents=True)
    unworked.store.runs.write_text("a file where the folder of the runs is to be")
    name = unworked.sweeps.start(QUICK, SEARCH)
    assert Worker(unworked.store, 1).has_work()
    with pytest.raises(BadInput, match="Not a directory"):
        unworked.runs()
    assert unworked.sweeps.look(name).status == "waiting"


def test_a_hopeless_trial_is_asked_to_stop_and_told_why(unworked: Lab) -> None:
    lab = unworked
    search = Search(over={"network.hidden": "[2],[3],[4],[5],[6],[7]"}, sampler="grid", prune="median")
    sweep = lab.sweeps.find(lab.sweeps.start(QUICK, search))
    *others, last = (sweep.run(trial) for trial in trials(*sweep.read()))
    for folder in (*others, last):
        sweep.store.create_as(folder.name, QUICK, lambda made: None)
        measured = Errors(iteration=column(500), train=column(0), dev=column(0.4 if folder == last else 0.1))
        with Appender(folder.log_file) as log:
            log.append(started(time.time()))
            log.append(structs.replace(progress(500, 0.1, time=time.time()), errors=measured))
            if folder != last:
                log.append(finished())
    claim(last)
    Pruner(sweep).look([last])
    said = (last.requests_folder / "stop").read_text()
    assert said == "pruned: by iteration 500 its lowest dev error was 40.00 %, the median of 5 others 10.00 %"


@pytest.mark.usefixtures("paced")
def test_a_pruned_trial_is_a_result_that_says_why(unworked: Lab) -> None:
    lab, worker = unworked, Worker(unworked.store, 1)
    name = lab.sweeps.start(LONG, SEARCH.changed({}, trials=1, prune="median"))
    assert worker.look()
    (folder,) = folders(lab, name)
    reach(lab, folder.name, 1)
    ask(folder, "stop", why="pruned: worse")
    view = work(worker, lab, name)
    end = lab.follow(folder.name).poll().view.finished
    assert end is not None and (end.status, end.reason) == ("stopped", "pruned: worse")
    assert view.states == {"pruned": 1} and view.status == "done" and "1 trial stopped early" in sweep_text(view)
    lab.sweeps.go_on(name)
    assert not Worker(lab.store, 1).has_work()
    assert tuilab(f"delete {name} --yes")[1] == ["exit 0"] and lab.sweeps.names() == []


def test_files_of_data_are_those_of_the_folder_in_which_they_were_named(
    unworked: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab, files = unworked, ["a.csv", "b,c.csv"]
    for file in files:
        (tmp_path / file).write_text("x,y,label\n" + "".join(f"{k},{k % 3},{'ab'[k % 2]}\n" for k in range(40)))
    monkeypatch.chdir(tmp_path)
    search = Search(over={"data.source": ["moons", *files]}, sampler="grid")
    sweep = lab.sweeps.find(lab.sweeps.start(edit(QUICK, {"data.examples": "40"}), search))
    there = ["moons", *(str(tmp_path / file) for file in files)]
    monkeypatch.chdir("/")
    assert [trial.experiment.data.source for trial in trials(*sweep.read())] == there
    monkeypatch.chdir(tmp_path)
    lab.sweeps.go_on(sweep.name, sweep.read()[1].changed({"data.source": "./a.csv"}))
    monkeypatch.chdir("/")
    assert [trial.experiment.data.source for trial in trials(*sweep.read())] == there[1:2]


def test_where_no_worker_can_be_started_nothing_is_asked_for(lab: Lab) -> None:
    (lab.store.home / "queue.lock").mkdir(parents=True)
    with pytest.raises(BadInput, match=r"queue\.lock: cannot be written"):
        lab.sweeps.start(QUICK, SEARCH)
    assert lab.sweeps.names() == []


def test_nobody_extends_what_is_somebody_elses(unworked: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    name = unworked.sweeps.start(QUICK, SEARCH)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)  # whose files the other one could not read
    with pytest.raises(BadInput, match=f"^{name}: belongs to .*, who alone can go on with it"):
        unworked.sweeps.go_on(name, SEARCH.changed({}, trials=9, workers="asked"))
    assert unworked.sweeps.find(name).read()[1].trials == SEARCH.trials


def test_nobody_works_on_what_is_somebody_elses(unworked: Lab) -> None:
    lab = unworked
    whole, other = (lab.sweeps.start(QUICK, SEARCH.changed({}, trials=2)) for _ in range(2))
    lab.sweeps.find(whole).require_writable()
    runs = lab.sweeps.find(whole).store.runs
    runs.chmod(0o500)
    sweep = lab.sweeps.find(other)
    for trial in trials(*sweep.read()):
        sweep.store.create_as(sweep.run(trial).name, trial.experiment, lambda made: ask(made, "start"))
        sweep.run(trial).path.chmod(0o500)
    done, ends = tuilab(f"sweep work {whole}", f"sweep work {other}")
    assert ends == ["exit 2", "exit 0"], done.stderr
    assert f"{runs}: cannot be written: Permission denied (belongs to " in done.stderr
    assert done.stderr.splitlines()[-1] == f"{other}: nothing left to begin here"
