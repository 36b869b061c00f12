"""A run's folder that cannot be read is one line in the list, and costs the others nothing."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands import tuilab
from tests.runs.events import finished, progress, started
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.lab.summary import LATEST
from tuilab.queue.sweep import create_sweep
from tuilab.runs import Appender, RunFolder
from tuilab.search import Search, trials


def a_run(lab: Lab) -> RunFolder:
    folder = lab.store.create(edit(Experiment(), {"data.source": "circles", "optimization.iterations": "1000"}))
    with Appender(folder.log_file) as log:
        for event in (started(), progress(900, 0.5, 0.4), finished()):
            log.append(event)
    return folder


def instead(text: str) -> Callable[[RunFolder], object]:
    return lambda run: run.experiment_file.write_text(text)


def in_place(make: Callable[[Path], object], name: str) -> Callable[[RunFolder], object]:
    """`make` in the place of a file of the run."""

    def damage(run: RunFolder) -> None:
        (run.path / name).unlink(missing_ok=True)
        make(run.path / name)

    return damage


def a_link(run: RunFolder) -> None:
    run.path.rename(run.path.parents[1] / "elsewhere")
    run.path.symlink_to(run.path.parents[1] / "elsewhere")


KINDS: dict[str, tuple[Callable[[RunFolder], object], str]] = {
    "a folder": (in_place(Path.mkdir, "experiment.toml"), "not a regular file"),
    "a FIFO": (in_place(os.mkfifo, "experiment.toml"), "not a regular file"),
    "a log that is a FIFO": (in_place(os.mkfifo, "log.jsonl"), "not a regular file"),
    "claims that are a file": (in_place(Path.touch, "claims"), "Not a directory"),
    "a huge number": (instead(f"seed = {'9' * 5000}"), "a number of thousands of digits"),
    "a huge hexadecimal number": (instead(f"seed = 0x{'f' * 5000}"), "a number of thousands of digits"),
    "a deep key": (instead(f"{'a.' * 40_000}a = 1"), "nested too deeply"),
    "a deep key in quotes": (instead(f"""{'"b c" . ' * 9_000}a = 1"""), "nested too deeply"),
    "a deep list": (instead(f"a = {'[' * 5000}"), "nested too deeply"),
    "a large file": (instead("#" * 10**6), "is larger than"),
    "damaged": (lambda run: run.experiment_file.write_bytes(b"\xff\x00\x1b[2J"), "is not UTF-8"),
    "an empty value": (instead("seed = "), "not TOML"),
    "a newer log": (lambda run: log_of_version(run, 99), "written by a newer tuilab"),
    "a link": (a_link, "is a link, which is not followed"),
}


def log_of_version(run: RunFolder, version: int) -> None:
    with Appender(run.log_file) as log:
        log.append(started(version=version))


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_folder_is_one_line(lab: Lab, kind: str) -> None:
    spoil, why = KINDS[kind]
    a_run(lab)
    (before,) = lab.runs()
    run = a_run(lab)
    spoil(run)
    bad, other = lab.runs()
    assert other == before
    assert (bad.name, bad.status) == (run.name, "not readable") and why in bad.fault
    for ask in (lambda name: lab.follow(name).poll(), lambda name: lab.control.resume(name, {"iterations": "2000"})):
        with pytest.raises(BadInput, match=f"{run.name}.*{why}"):
            ask(run.name)
    assert lab.runs() == [bad, other]


@pytest.mark.parametrize("moment", [-(10**10), 2.0**40])
def test_a_date_beyond_all_clocks_can_be_shown(lab: Lab, moment: float) -> None:
    run = a_run(lab)
    os.utime(run.experiment_file, (moment, moment))
    assert 0 <= lab.runs()[0].created <= LATEST


def test_a_run_that_is_deleted_while_the_list_is_read_is_left_out(lab: Lab) -> None:
    kept, gone = a_run(lab), a_run(lab)
    last = a_run(lab)
    names = []
    for summary in lab.browse():
        names.append(summary.name)
        if summary.name == last.name:
            lab.store.remove(gone)
    assert names == [last.name, kept.name]


def test_what_somebody_may_not_read_is_said_with_whose_it_is(lab: Lab) -> None:
    good, closed, half = a_run(lab), a_run(lab), a_run(lab)
    closed.path.chmod(0)
    half.log_file.chmod(0)
    commands = ["runs", "runs --json", "doctor", "run circles --set optimization.iterations=9 --json", "watch last"]
    on_one = ["watch", "export", "resume", "stop", "pause", "set lambd=1", "open --run"]
    for command in on_one:
        verb, *rest = command.split()
        commands += [" ".join([verb, closed.name, *rest] if verb == "set" else [verb, *rest, closed.name])]
    done, codes = tuilab(*commands)
    assert codes == ["exit 0", "exit 0", "exit 0", "exit 0", "exit 0", *["exit 2"] * len(on_one)]
    denied = "cannot be read: Permission denied (belongs to root)" if os.getuid() == 0 else "Permission denied"
    lines = {line.split()[0]: line for line in done.stdout.splitlines()[:5] if line}
    assert "not readable" in lines[closed.name] and denied in lines[closed.name]
    assert "not readable" in lines[half.name] and f"log.jsonl: {denied}" in lines[half.name]
    assert "done" in lines[good.name]
    refusals = [line for line in done.stderr.splitlines() if closed.name in line]
    assert len(refusals) == len(on_one) and all(denied in line for line in refusals)
    listed = json.loads(next(line for line in done.stdout.splitlines() if line.startswith('{"schema"')))["runs"]
    assert [run["status"] for run in listed] == ["not readable", "not readable", "done"]
    assert "1 done, 2 not readable" in done.stdout or "2 not readable, 1 done" in done.stdout


def test_a_sweep_that_may_not_be_read_costs_the_others_nothing(lab: Lab) -> None:
    search = Search(over={"regularization.lambd": "0.1, 1"}, workers="asked")
    good, closed = (create_sweep(lab.store, edit(Experiment(), {"regularization.kind": "l2"}), search) for _ in "ab")
    closed.path.chmod(0)
    done, codes = tuilab("sweeps", f"sweeps {good.name}", f"sweeps {closed.name}", f"stop {closed.name}")
    assert codes == ["exit 0", "exit 0", "exit 2", "exit 2"]
    assert f"{closed.name}  not readable" in done.stdout and f"{good.name}  waiting" in done.stdout
    assert done.stderr.count("Permission denied") == 2


def test_a_sweep_of_millions_of_trials_is_told_of_at_once(lab: Lab) -> None:
    base = edit(Experiment(), {"regularization.kind": "l2"})
    search = Search(over={"regularization.lambd": "0..1"}, trials=10**7, workers="asked")
    sweep = create_sweep(lab.store, base, search)
    for trial, _ in zip(trials(base, search.changed({}, trials=3)), "ab", strict=False):
        sweep.store.create_as(sweep.run(trial).name, trial.experiment, lambda folder: None)
    start = time.process_time()
    view = lab.sweeps.look(sweep.name)
    assert (view.planned, view.states, len(view.results)) == (10**7, {"left": 10**7}, 2)
    assert time.process_time() - start < 1


def test_a_store_that_may_only_be_read_can_be_read(lab: Lab) -> None:
    run = a_run(lab)
    before = sorted(lab.store.home.rglob("*"))
    for folder in (run.path, lab.store.runs, lab.store.home):
        folder.chmod(0o500)
    try:
        done, codes = tuilab("runs", "runs", "watch last", "export last --format json", f"export {run.name}")
    finally:
        lab.store.home.chmod(0o700)
    assert codes == ["exit 0"] * 5 and done.stdout.count(f"{run.name}  done") == 2
    assert sorted(lab.store.home.rglob("*")) == before


def test_presets_that_may_not_be_read_cost_only_themselves(lab: Lab) -> None:
    lab.save_preset("mine", Experiment())
    lab.store.presets.chmod(0)
    done, codes = tuilab("presets", "inspect circles", "inspect mine")
    assert codes == ["exit 0", "exit 0", "exit 2"]
    assert "mine" not in done.stdout and "mine: is no preset" in done.stderr


def test_shipped_presets_are_listed_whatever_the_store_is(lab: Lab) -> None:
    lab.save_preset("mine", Experiment())
    lab.store.home.chmod(0)
    try:
        done, codes = tuilab("presets")
    finally:
        lab.store.home.chmod(0o700)
    assert codes == ["exit 0"] and "breast-cancer" in done.stdout and not done.stderr
