"""Private whatever the umask; replaced whole or not at all."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.runs.events import started
from tests.trainers import until
from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.runs import (
    About,
    Appender,
    RunFolder,
    Store,
    alive,
    ask,
    claim,
    make_folder,
    release,
    replacing,
    spawn,
    write_about,
    write_tags,
    writing,
)
from tuilab.runs.archive import write_arrays
from tuilab.runs.checkpoint import Header, Saver
from tuilab.runs.files import settle, settling
from tuilab.runs.requests import ask_edit


@pytest.fixture(params=[0o000, 0o022, 0o277, 0o777])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_folders_are_0700_and_files_0600_whatever_the_umask(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.executable", "/bin/echo")
    store = Store(tmp_path / "deep" / "home")
    run = store.create(Experiment())
    with Appender(run.log_file) as appender:
        appender.append(started())
    with replacing(run.weights_file) as file:
        file.write(b"weights")
    ask(run, "stop")
    spawn(run)
    everything = list((tmp_path / "deep").rglob("*"))
    assert {path.name for path in everything} >= {
        *("experiment.toml", "log.jsonl", "weights.npz", "trainer.json", "stop", "trainer.out"),
    }
    for path in [tmp_path / "deep", *everything]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_folder_that_is_there_keeps_its_mode(tmp_path):
    tmp_path.chmod(0o755)
    make_folder(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_a_failed_replacement_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "weights.npz"
    path.write_bytes(b"old")
    with pytest.raises(RuntimeError, match="half-way"), replacing(path) as file:
        file.write(b"new, but not")
        raise RuntimeError("half-way")
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"old", [path])
    with replacing(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"new", [path])


def test_of_two_folders_one_gets_the_name(tmp_path):
    target = tmp_path / "name"
    with settling(tmp_path) as one, settling(tmp_path) as other:
        (one / "file").write_text("one")
        (other / "file").write_text("other")
        assert settle(one, target)
        assert not settle(other, target)
    assert [path.name for path in tmp_path.iterdir()] == ["name"]
    assert (target / "file").read_text() == "one"


def test_what_cannot_be_written_is_one_line_that_names_it(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput) as refusal, writing(tmp_path / "x"):
        make_folder(tmp_path / "file" / "x")
    assert str(refusal.value) == f"{tmp_path / 'x'}: cannot be written: Not a directory"


def test_make_folder_refuses_a_file_in_its_place(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError):
        make_folder(tmp_path / "file")


@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize("others", [0o0, 0o2070, 0o055])
def test_what_others_may_ask_and_say_of_a_run_is_as_open_as_the_run(tmp_path: Path, others: int):
    run = Store(tmp_path).create(Experiment())
    run.path.chmod(0o700 | others)
    for request in ("stop", "pause"):
        ask(run, request)
        ask_edit(run, "optimization.learning_rate", "0.1")
    write_about(run, About(label="ours"))
    write_tags(run, {})
    found = {path: stat.S_IMODE(path.stat().st_mode) for path in (run.requests_folder, *run.requests_folder.iterdir())}
    assert len(found) == 4 and found.pop(run.requests_folder) == 0o700 | others
    assert {*found.values()} == {0o600 | others & 0o066}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (run.about_file, run.tags_file)} == {*found.values()}
    assert stat.S_IMODE(run.experiment_file.stat().st_mode) == 0o600


@pytest.mark.parametrize("others", [0o0, 0o2070, 0o055])
def test_what_a_trainer_writes_is_as_open_as_the_run(tmp_path: Path, monkeypatch, others: int):
    monkeypatch.setattr("sys.executable", "/bin/echo")
    run = Store(tmp_path).create(Experiment())
    run.path.chmod(0o700 | others)
    train(run)
    train(run)  # resumed, what was there is opened again
    written = {path for path in run.path.rglob("*") if path != run.experiment_file}
    assert {path.relative_to(run.path).as_posix() for path in written} >= {
        *("log.jsonl", "trainer.out", "checkpoints/000002.npz", "claims/0001/released", "claims/0003/trainer.json"),
    }
    modes = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in written}
    assert modes == {(True, 0o700 | others), (False, 0o600 | others & 0o066)}


@pytest.mark.parametrize(("home", "run"), [(0o2770, 0o2770), (0o2775, 0o2775), (0o2755, 0o700), (0o777, 0o700)])
def test_a_new_run_is_private_but_in_a_store_that_was_given_to_a_group(tmp_path: Path, home: int, run: int):
    tmp_path.chmod(home)
    for made in (Store(tmp_path).create(Experiment()), Store(tmp_path).create(Experiment())):
        assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "runs", made.path)} == {run}
        assert stat.S_IMODE(made.experiment_file.stat().st_mode) == run & 0o666


def test_a_store_that_was_not_there_is_private_in_a_folder_that_was_given_to_a_group(tmp_path: Path):
    tmp_path.chmod(0o2770)
    run = Store(tmp_path / "mine").create(Experiment())
    assert {stat.S_IMODE(path.stat().st_mode) for path in (run.path, *run.path.parents[:2])} == {0o700}


def test_another_persons_log_is_written_whatever_its_mode(tmp_path: Path, monkeypatch):
    (tmp_path / "log.jsonl").touch(0o660)
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    monkeypatch.setattr(os, "fchmod", None)  # not permitted
    with Appender(tmp_path / "log.jsonl") as appender:
        appender.append(started())


def train(run: RunFolder) -> None:
    """As a trainer does, the parts that it leaves."""
    claim(run)
    release(run)
    spawn(run)  # which is soon over
    until(lambda: not alive(run))
    with Appender(run.log_file) as appender:
        appender.append(started())
    Saver(run).save(Header(layers=(1, 1)), {"W1": np.zeros(1)})
    write_arrays(run.weights_file, {"W1": np.zeros(1)})
