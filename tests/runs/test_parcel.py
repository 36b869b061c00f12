"""What a stranger sends as a run: only what is a sound run of the very experiment gets into the folder, and whole."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import structs

from tests.queue.test_queue import QUICK
from tests.strangers import log as strange_log
from tests.trainers import end_of
from tuilab.errors import BadInput
from tuilab.experiment import dumps, edit
from tuilab.lab import Lab
from tuilab.runs import RunFolder, glance
from tuilab.runs.parcel import LARGEST, Parcel, encoded, own_version, packed, unpack

Change = Callable[[Parcel], Any]


def _other(parcel: Parcel, **more: Any) -> bytes:
    return msgspec.msgpack.encode({**structs.asdict(parcel), **more})


REFUSED: dict[str, tuple[Change, str]] = {
    "a way out of the folder": (lambda one: _other(one, **{"../../escaped": b"x"}), "unknown field"),
    "an absolute name": (lambda one: _other(one, **{"/tmp/escaped": b"x"}), "unknown field"),
    "a link": (lambda one: _other(one, weights={"link": "/etc/passwd"}), "Expected `bytes`"),
    "no archive": (lambda one: b"PK\x03\x04" + b"\0" * 99, "is no run"),
    "a bomb": (lambda one: _other(one, log=[[]] * 100_000), "is no run"),
    "deep": (lambda one: b"\x91" * 100_000, "is no run"),
    "no bytes": (lambda one: "text", "is no run"),
    "cut off": (lambda one: encoded(one)[:-100], "is no run"),
    "another version": (
        lambda one: _other(one, version="0.0.1\x1b[31m"),
        f"by tuilab 0.0.1.*this is tuilab {own_version()}",
    ),
    "a later version": (lambda one: _other(one, version="99", news=b""), "by tuilab 99, and this is"),
    "no log": (lambda one: encoded(structs.replace(one, log=b"", words="killed")), "failed there: killed"),
    "a log without its end": (
        lambda one: encoded(structs.replace(one, log=one.log[: len(one.log) // 2])),
        "failed there",
    ),
    "a damaged line": (
        lambda one: encoded(structs.replace(one, log=one.log + b"{}\n")),
        "1 lines of its log are no event",
    ),
    "a stranger's log": (lambda one: encoded(structs.replace(one, log=strange_log(3))), "."),
    "no weights": (lambda one: encoded(structs.replace(one, weights=b"")), "is missing"),
    "a pickle": (lambda one: encoded(structs.replace(one, weights=b"\x80\x04N.")), "is damaged"),
    "weights in place of a checkpoint": (
        lambda one: encoded(structs.replace(one, checkpoint=one.weights)),
        "no checkpoint says",
    ),
    "no model": (lambda one: encoded(structs.replace(one, model=b"")), "are not of its network"),
}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Parcel:
    lab = Lab(tmp_path_factory.mktemp("there"))
    name = lab.start(QUICK)
    end_of(lab, name)
    return msgspec.msgpack.decode(packed(lab.store.find(name)), type=Parcel)


@pytest.fixture
def empty(tmp_path: Path) -> RunFolder:
    lab = Lab(tmp_path / "here")
    lab.store.create_as("a", QUICK, lambda made: None)
    return lab.store.find("a")


def contents(folder: RunFolder) -> dict[str, bytes]:
    around = folder.path.parents[2]
    return {str(file.relative_to(around)): file.read_bytes() for file in around.rglob("*") if file.is_file()}


def test_a_run_comes_back_as_it_was(trained: Parcel, empty: RunFolder) -> None:
    unpack(encoded(trained), empty)
    assert glance(empty, 0.0).status == "done"
    assert msgspec.msgpack.decode(packed(empty), type=Parcel) == trained


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_none_changes_nothing(trained: Parcel, empty: RunFolder, what: str) -> None:
    change, said = REFUSED[what]
    before = contents(empty)
    with pytest.raises(BadInput, match=said) as refused:
        unpack(change(trained), empty)
    assert refused.value.message.isprintable()
    assert contents(empty) == before


def test_the_run_of_another_experiment_is_refused(trained: Parcel, empty: RunFolder) -> None:
    for edits in ({"optimization.learning_rate": "0.5"}, {"network.hidden": "3"}, {"optimization.iterations": "201"}):
        empty.experiment_file.write_text(dumps(edit(QUICK, {"dropout.keep_prob": "1.0", **edits})))
        with pytest.raises(BadInput, match=r"another (run|experiment)"):
            unpack(encoded(trained), empty)
    assert not empty.log_file.exists()


def test_more_than_a_run_can_be_is_not_even_looked_at(empty: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuilab.runs.parcel.LARGEST", 100)
    with pytest.raises(BadInput, match="more than 100"):
        unpack(b"\0" * 101, empty)
    assert LARGEST == 2**30
