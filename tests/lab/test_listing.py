"""The list of runs: what it says, and that it reads no log twice."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.runs.events import finished, progress, started
from tuilab import runs
from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.lab import Lab, listing
from tuilab.lab.listing import Listing, best, spark
from tuilab.runs import About, Appender, RunFolder


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
    reader = runs.Follower

    def counting(folder: RunFolder):
        opened.append(folder.name)
        return reader(folder)

    monkeypatch.setattr(listing.runs, "Follower", counting)
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


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"version":1,"runs":{"a":3}}', b'{"version":99,"runs":{}}'])
def test_a_damaged_memory_is_only_slow(lab, content):
    trained(lab, finished())
    before = lab.runs()
    (lab.store.home / "listing.json").write_bytes(content)
    assert list(Listing(lab.store).summaries()) == before


def test_only_a_run_that_has_ended_is_deleted(lab):
    ended = trained(lab, finished())
    new = lab.store.create(Experiment())  # may be claimed at any moment
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
