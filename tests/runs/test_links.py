"""No link within a store is followed, by whatever is read, written, made or removed; a store itself may be one."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.runs.events import started
from tests.trainers import until
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.runs import About, Appender, RunFolder, Store, alive, ask, claim, files, read_experiment, write_about
from tuilab.runs.checkpoint import Header, Saver, newest
from tuilab.runs.requests import ask_edit, pending, pending_edits

FOLLOWED = "is a link, which is not followed"
OURS = f".tuilab-{'0' * 32}"
STRANGERS = (OURS, ".profile", ".000001.npz.0123", "000001.npz", "000002.npz", "000003.npz", "stop", "0001")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder of somebody's that must stay as it is, with names that tuilab uses too."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for name in STRANGERS:
        (folder / name).write_text(name)
    return folder


def untouched(elsewhere: Path) -> bool:
    return {path.name: path.read_text() for path in elsewhere.iterdir()} == {name: name for name in STRANGERS}


def swap(path: Path, target: Path) -> Path:
    """A link to `target` in the place of whatever was at `path`."""
    if path.exists():
        path.rename(path.with_name("moved"))
    path.symlink_to(target)
    return path


def save(folder: RunFolder) -> None:
    Saver(folder).save(Header(layers=(2, 1)), {"theta": np.zeros(3)})


def settled(path: Path) -> None:
    with files.settling(path):
        pass


def replaced(path: Path) -> None:
    with files.replacing(path / "file") as file:
        file.write(b"new")


@pytest.mark.parametrize(
    "act",
    [
        lambda path: files.open_private(path / "file", 0),
        lambda path: files.open_regular(path / "stop"),
        lambda path: files.read_at(path / "stop", 0, 9),
        lambda path: files.look_up(path / "stop"),
        lambda path: files.remove(path / "stop"),
        lambda path: files.settle(path / "0001", path / "0002"),
        lambda path: files.make_folder(path / "folder"),
        lambda path: files.make_folder(path),
        *(files.entries, files.listed, files.tidy, settled, replaced),
    ],
)
@pytest.mark.parametrize("depth", ["the folder", "one above it"])
def test_every_way_to_a_file_stops_at_a_link(
    act: Callable[[Path], object], depth: str, elsewhere: Path, tmp_path: Path
) -> None:
    if depth == "the folder":
        link = swap(tmp_path / "link", elsewhere)
    else:
        link = swap(tmp_path / "link", tmp_path) / "elsewhere"
    with pytest.raises((OSError, BadInput), match=f"link {FOLLOWED}"):
        act(link)
    assert untouched(elsewhere)


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("checkpoints", save),
        ("checkpoints", newest),
        ("claims", claim),
        ("claims", alive),
        ("requests", lambda folder: ask(folder, "stop")),
        ("requests", lambda folder: ask_edit(folder, "optimization.learning_rate", "1")),
        *(("requests", pending), ("requests", pending_edits)),
        ("", lambda folder: write_about(folder, About(label="mine"))),
        ("", lambda folder: Appender(folder.log_file)),
        *(("", act) for act in (read_experiment, save, claim)),
    ],
)
def test_no_folder_of_a_run_is_followed(
    name: str, act: Callable[[RunFolder], object], elsewhere: Path, tmp_path: Path
) -> None:
    folder = Store(tmp_path / "home").create(Experiment())
    if name:
        (folder.path / name).mkdir()
    swap(folder.path / name, elsewhere)
    with pytest.raises((OSError, BadInput), match=f"{name or folder.name} {FOLLOWED}"):
        act(folder)
    assert untouched(elsewhere)


def test_a_folder_that_becomes_a_link_between_two_saves_is_not_followed(elsewhere: Path, tmp_path: Path) -> None:
    folder, saver = RunFolder(tmp_path), Saver(RunFolder(tmp_path))
    saver.save(Header(layers=(2, 1)), {"theta": np.zeros(3)})
    swap(folder.checkpoints_folder, elsewhere)
    with pytest.raises(OSError, match=FOLLOWED):
        saver.save(Header(layers=(2, 1)), {"theta": np.zeros(3)})
    assert untouched(elsewhere)


def test_only_files_that_tuilab_named_are_removed(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    for _ in range(3):
        save(folder)
    strange = {".profile", ".000003.npz.0123", "7.npz", "0000001.npz", "notes.txt", f"{OURS}0"}
    for name in (*strange, OURS):
        (folder.checkpoints_folder / name).write_text("")
    (folder.checkpoints_folder / "000009.npz").mkdir()
    save(folder)
    left = {path.name for path in folder.checkpoints_folder.iterdir()}
    assert left == strange | {"000003.npz", "000009.npz", "000010.npz"}
    assert newest(folder) is not None


def test_resume_does_not_touch_what_checkpoints_leads_to(lab: Lab, elsewhere: Path) -> None:
    folder = lab.store.create(Experiment())
    with Appender(folder.log_file) as log:
        log.append(started())
    swap(folder.checkpoints_folder, elsewhere)
    with pytest.raises(BadInput, match=f"checkpoints: cannot be read: checkpoints {FOLLOWED}$"):
        lab.control.resume(folder.name)
    assert untouched(elsewhere)


def test_a_run_that_is_a_link_can_be_removed_and_what_it_leads_to_stays(elsewhere: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "home")
    store.create(Experiment())
    swap(store.runs / "strange-0002", elsewhere)
    assert [run.name for run in store.list()] == ["strange-0002", "breast-cancer-0001"]
    assert store.find("last").name == "breast-cancer-0001"
    store.remove(store.find("strange"))
    assert [run.name for run in store.list()] == ["breast-cancer-0001"]
    assert untouched(elsewhere)


def test_deleting_a_run_stops_at_the_links_in_it(elsewhere: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "home")
    run = store.create(Experiment())
    for name in ("checkpoints", "claims"):
        swap(run.path / name, elsewhere)
    swap(store.runs / f".{run.name}", elsewhere / "stop")
    with pytest.raises(BadInput, match=FOLLOWED):
        store.remove(run)
    (store.runs / f".{run.name}").unlink()
    store.remove(run)
    assert store.list() == [] and untouched(elsewhere)


@pytest.mark.usefixtures("paced")
def test_a_trainer_goes_on_when_its_checkpoints_become_a_link(lab: Lab, elsewhere: Path) -> None:
    name = lab.start(edit(Experiment(), {"data.source": "circles", "optimization.iterations": "1000000000"}))
    folder, follower = lab.store.find(name), lab.follow(name)
    until(lambda: newest(folder) is not None)
    swap(folder.checkpoints_folder, elsewhere)
    until(lambda: f"the checkpoint cannot be saved: checkpoints {FOLLOWED}" in follower.poll().view.trouble)
    before = follower.poll().view.iteration
    until(lambda: follower.poll().view.iteration > before)
    folder.checkpoints_folder.unlink()
    lab.stop(name)
    until(lambda: follower.poll().status == "stopped")
    assert untouched(elsewhere)


@pytest.mark.parametrize("linked", ["home", "runs", "presets"])
def test_a_person_may_put_the_store_elsewhere_by_a_link(linked: str, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    link = tmp_path / "home" if linked == "home" else tmp_path / "home" / linked
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(disk)
    lab = Lab(tmp_path / "home")
    run = lab.store.create(Experiment())
    write_about(run, About(label="mine"))
    lab.save_preset("mine", Experiment())
    assert lab.store.find("last").name == run.name and lab.open("mine")[1] == Experiment()
    assert any(disk.iterdir())
    lab.store.remove(run)
    assert lab.store.list() == []


def test_a_store_on_a_disk_that_is_missing_is_not_made_in_its_place(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.runs.symlink_to(tmp_path / "disk" / "runs")
    with pytest.raises(BadInput, match=f"runs {FOLLOWED}"):
        store.create(Experiment())
    assert not (tmp_path / "disk").exists()
