"""The list of runs: what it says, and that it reads no log twice."""

import json
import os
import threading
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from msgspec import structs

from tests.commands import here
from tests.runs.events import finished, progress, started
from tests.trainers import PATIENCE
from tuilab import runs
from tuilab.errors import BadInput
from tuilab.events import Edited, Parts
from tuilab.experiment import Experiment, dumps, edit
from tuilab.lab import Lab, index, listing
from tuilab.lab.index import VERSION, defaults, recall
from tuilab.lab.listing import Listing
from tuilab.lab.summary import best, spark
from tuilab.runs import About, Appender, RunFolder, ask, claim, write_about


def trained(lab: Lab, *more) -> RunFolder:
    folder = lab.store.create(Experiment(), About(parent="other-0001"))
    with Appender(folder.log_file) as log:
        for event in (started(), progress(900, 0.5, 0.4, 0.3), *more):
            log.append(event)
    return folder


@pytest.fixture
def reads(monkeypatch) -> list[str]:
    """The names of the runs whose logs were opened."""
    opened: list[str] = []
    reader = runs.LogFollower

    def counting(folder: RunFolder):
        opened.append(folder.name)
        return reader(folder)

    monkeypatch.setattr(listing.runs, "LogFollower", counting)
    return opened


def test_a_run_that_ended_is_read_once_by_all_processes(lab, reads):
    ended = trained(lab, finished())
    growing = trained(lab)
    first = lab.runs()
    assert [run.name for run in first] == [growing.name, ended.name]
    assert first[1].status == "done" and first[1].about.parent == "other-0001" and first[1].spark
    assert reads.count(ended.name) == 1
    assert lab.runs() == first and list(Listing(lab.store).summaries()) == first
    assert reads.count(ended.name) == 1


def test_more_runs_than_cores_are_told_of_where_one_is_begun(lab):
    mine = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(mine)})
    try:
        claim(trained(lab))
        assert lab.crowd() == ""
        claim(trained(lab))
        trained(lab, finished())
        assert lab.crowd().startswith("2 runs are being trained at once on 1 core, each slower for it; ")
        said = here("run", "circles", "--set", "optimization.iterations=5")
    finally:
        os.sched_setaffinity(0, mine)
    assert said.returncode == 0 and "runs are being trained at once on 1 core," in said.stderr


def test_a_run_that_grows_is_read_on(lab):
    folder = trained(lab)
    assert lab.runs()[0].status != "done"
    with Appender(folder.log_file) as log:
        log.append(finished())
    assert lab.runs()[0].status == "done"


def test_a_new_label_is_seen_without_the_log(lab, reads):
    name = trained(lab, finished()).name
    lab.runs()
    lab.describe(name, label="mine", note="a note")
    (run,) = lab.runs()
    assert (run.about.label, run.about.note, run.about.parent) == ("mine", "a note", "other-0001")
    assert len(reads) == 1


def test_a_dead_run_is_read_once_too_until_a_trainer_takes_it(lab, reads):
    folder = trained(lab)
    os.utime(folder.experiment_file, (0, 0))
    assert [run.status for run in lab.runs()] == ["dead"]
    assert [run.status for run in Listing(lab.store).summaries()] == ["dead"] and len(reads) == 1
    claim(folder)
    assert lab.runs()[0].status == next(Listing(lab.store).summaries()).status == "no progress"


def test_a_run_that_never_began_is_listed_anew_when_something_is_asked_of_it(lab):
    folder = lab.store.create(Experiment())
    assert lab.runs()[0].status == "dead"
    ask(folder, "stop")
    assert lab.runs()[0].status == next(Listing(lab.store).summaries()).status == "stopped"


def resumed(folder: RunFolder) -> None:
    with Appender(folder.log_file) as log:
        for event in (started(), progress(1900, 0.2, 0.1), finished(2000)):
            log.append(event)


CHANGES = {
    "log": (resumed, lambda run: run.iteration == 2000),
    "experiment": (
        lambda folder: folder.experiment_file.write_text(dumps(edit(Experiment(), {"title": "Another"}))),
        lambda run: run.title == "Another",
    ),
    "about": (
        lambda folder: write_about(folder, About(label="mine")),
        lambda run: run.about == About(label="mine"),
    ),
    "not readable": (lambda folder: folder.experiment_file.write_text("seed ="), lambda run: run.fault),
    "restored": (lambda folder: folder.log_file.unlink(), lambda run: run.iteration == 0),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_ended_run_that_changed_is_listed_anew(lab, change):
    folder, (do, seen) = trained(lab, finished()), CHANGES[change]
    ((before,), other) = lab.runs(), Listing(lab.store)
    assert list(other.summaries()) == [before] and not seen(before)
    do(folder)
    (after,) = lab.runs()
    assert seen(after)
    assert list(other.summaries()) == list(Listing(lab.store).summaries()) == [after]


def test_what_was_found_of_runs_that_are_gone_is_dropped(lab):
    ended, growing = trained(lab, finished()), trained(lab)
    claim(growing)
    lab.runs()
    listing = lab._listing
    assert (set(listing._known), set(listing._readers)) == ({ended.name}, {growing.name})
    for folder in (ended, growing):
        lab.store.remove(folder)
    assert lab.runs() == []
    assert (listing._known, listing._readers) == ({}, {})
    assert entries(lab) == {}


def test_the_reader_of_a_run_that_has_ended_is_dropped(lab):
    folder = trained(lab)
    lab.runs()
    with Appender(folder.log_file) as log:
        log.append(finished())
    lab.runs()
    assert lab._listing._readers == {}


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[]", b'{"version":4,"crc":0,"defaults":0,"runs":{"a":3}}', b'{"version":4,"runs":[]}'),
        *(b'{"version":99,"crc":0,"runs":{}}', b'{"version":1e999,"runs":{}}', b"\xff" * 1000, b"[" * 100_000),
    ],
)
def test_a_damaged_index_is_only_slow(lab, content):
    trained(lab, finished())
    before = lab.runs()
    index = lab.store.home / "listing.json"
    kept = index.read_bytes()
    index.write_bytes(content)
    assert list(Listing(lab.store).summaries()) == before
    assert index.read_bytes() == kept


PLANTED = {
    "name": ["other-0002", "\x1b]52;c;x\x07", 3],
    "title": ["\x1b[2J", "\u202e", "x" * 401, "two\nlines", None],
    "status": ["running", "not readable", "\x1b[2J", ""],
    "created": [1e308, -1, "now", 2**70],
    "iteration": [-1, 2**63, 1.5, "1"],
    "iterations": [-1, 10**400],
    "train_error": [5e9, "0"],
    "dev_error": [5e9, -0.1, 1e308],
    "test_error": [-1, True],
    "seconds": [-1, 1e300, None],
    "experiment": [
        *(
            None,
            [],
            3,
            {"planted": 1},
            {"title": "\x1b[2J"},
            {"about": "planted"},
            {"seed": -1},
            {"data": {"noise": 99}},
        ),
        *({"split": {"train": 0.9}}, {"regularization": {"lambd": "\x1b[2J"}}, {"network": {"hidden": ["a"]}}),
    ],
    "best_dev_error": [5e9, []],
    "about": [{"label": "\x9b31m"}, {"note": "x" * 2001}, {"parent": "\x1b"}, {"label": "x" * 61}, "", None],
    "fault": ["\x1b[2J", "planted"],
    "spark": [[0.5] * 13, ["a"], 3],
}


def entries(lab: Lab) -> dict[str, dict[str, object]]:
    return json.loads((lab.store.home / "listing.json").read_bytes())["runs"]


def plant(lab: Lab, runs: dict[str, object]) -> None:
    """An index that says so, as somebody would write it who knows how."""
    text = json.dumps(runs)
    kept = f'{{"version":{VERSION},"crc":{zlib.crc32(text.encode())},"defaults":{defaults()},"runs":{text}}}'
    (lab.store.home / "listing.json").write_text(kept)


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, few in PLANTED.items() for value in few])
def test_a_value_that_was_planted_in_the_index_reaches_nothing(lab, reads, field, value):
    good, name = trained(lab, finished()).name, trained(lab, finished()).name
    before, kept = lab.runs(), entries(lab)
    kept[name]["summary"][field] = value
    plant(lab, kept)
    reads.clear()
    assert list(Listing(lab.store).summaries()) == before
    assert reads == [name] and good in entries(lab)
    assert entries(lab)[name]["summary"][field] != value


def test_a_flipped_byte_is_told_wherever_it_is(lab):
    name = trained(lab, finished()).name
    lab.runs()
    index = lab.store.home / "listing.json"
    good, found = index.read_bytes(), recall(index, {name})
    assert found.keys() == {name}
    for place in range(len(good)):
        index.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        assert recall(index, {name}) in ({}, found)


def test_an_experiment_comes_back_from_the_index_as_it_is(lab, reads):
    edits = {"columns.as": "a = category", "network.hidden": "3, 2", "inputs.normalize": "false", "data.examples": "40"}
    folder = lab.store.create(edit(Experiment(), edits | {"title": "T", "about": "A"}))
    with Appender(folder.log_file) as log:
        for event in (
            started(),
            Edited(time=1.0, iteration=3, path="optimization.learning_rate", value="0.5"),
            finished(),
        ):
            log.append(event)
    (run,), kept = lab.runs(), entries(lab)[folder.name]["summary"]["experiment"]
    assert run.experiment == edit(Experiment(), edits | {"optimization.learning_rate": "0.5"})
    assert kept["columns"] == {"as": ["a = category"]} and kept.keys() == {p.partition(".")[0] for p in edits} | {
        "optimization"
    }
    assert list(Listing(lab.store).summaries()) == [run] and reads == [folder.name]


@pytest.mark.parametrize(
    ("name", "now"), [("_DEFAULTS", edit(Experiment(), {"seed": "7"})), ("VERSION", index.VERSION + 1)]
)
def test_where_a_default_or_the_format_has_changed_the_experiments_are_read_again(lab, reads, monkeypatch, name, now):
    trained(lab, finished())
    before = lab.runs()
    monkeypatch.setattr(index, name, now)
    assert list(Listing(lab.store).summaries()) == before and len(reads) == 2


def test_what_is_too_much_for_the_index_costs_the_others_nothing(lab, reads):
    small = trained(lab, finished()).name
    folder = lab.store.create(edit(Experiment(), {"columns.drop": ", ".join(f"column {n}" for n in range(3000))}))
    with Appender(folder.log_file) as log:
        log.append(finished())
    before = lab.runs()
    reads.clear()
    assert list(Listing(lab.store).summaries()) == before and reads == [folder.name] and set(entries(lab)) == {small}


def test_an_entry_of_no_run_is_dropped(lab):
    name = trained(lab, finished()).name
    before, kept = lab.runs(), entries(lab)
    plant(lab, {**kept, "\x1b[2J": kept[name], "../other": kept[name]})
    assert list(Listing(lab.store).summaries()) == before


def test_what_two_keep_at_once_is_whole(lab):
    names = [trained(lab, finished()).name for _ in range(8)]
    index = lab.store.home / "listing.json"
    barrier, found = threading.Barrier(4), []

    def look() -> None:
        for _ in range(5):
            barrier.wait(PATIENCE)
            index.unlink(missing_ok=True)
            found.append([run.name for run in Listing(lab.store).summaries()])

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert found == [names[::-1]] * 20
    assert set(entries(lab)) == set(names)
    assert {path.name for path in lab.store.home.iterdir()} == {"runs", "listing.json"}


def test_what_a_killed_process_began_to_keep_is_removed_later(lab):
    old, young = (lab.store.home / f".tuilab-{digit * 32}" for digit in "01")
    trained(lab, finished())
    old.write_text("half")
    young.write_text("half")
    os.utime(old, (0, 0))
    lab.runs()
    assert not old.exists() and young.exists()


def test_only_a_run_that_has_ended_is_deleted(lab):
    ended = trained(lab, finished())
    new = lab.store.create(Experiment(), put=claim)
    lab.delete(ended.name)
    with pytest.raises(BadInput, match="stop it first"):
        lab.delete(new.name)
    assert [run.name for run in lab.runs()] == [new.name]


@given(arrays(np.float64, st.integers(0, 60), elements=st.floats(allow_infinity=True, allow_nan=True)))
def test_a_spark_has_few_finite_values_within_the_curve(values):
    few = spark(values, 5)
    assert len(few) == min(5, len(values))
    assert all(one is None or values.min() <= one <= values.max() or np.isnan(values).any() for one in few)
    assert all(one is None or np.isfinite(one) for one in few)
    measured = values[np.isfinite(values)]
    assert best(values) == (measured.min() if len(measured) else None)


def test_where_only_measured_runs_are_asked_for_those_that_wait_are_not_read(lab, reads):
    """Each run of many that ends asks how many were measured on its dev set."""
    begun, waiting = trained(lab), lab.store.create(Experiment())
    ask(waiting, "start")
    assert [one.name for one in Listing(lab.store).summaries(begun=True)] == [begun.name] == reads
    assert len(list(Listing(lab.store).summaries())) == 2
    reads.clear()
    tested = structs.replace(finished(), error=Parts(train=0.01, dev=0.03, test=0.05))
    assert lab.follow(trained(lab, tested).name, shown=False).poll().status == "done"
    assert reads and waiting.name not in reads
