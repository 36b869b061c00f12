"""The store: names that never collide and never lead out."""

import os
import re
import resource
import shutil
import threading
from pathlib import Path

import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trainers import PATIENCE
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit, load
from tuilab.runs import RunFolder, Store, look_up
from tuilab.runs import store as stores


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "home")


def of(source: str) -> Experiment:
    return edit(Experiment(), {"data.source": source})


def names(store: Store) -> list[str]:
    return [run.name for run in store.list()]


def test_home_is_the_users_data_folder_unless_the_environment_says_otherwise(monkeypatch, tmp_path):
    monkeypatch.delenv("TUILAB_HOME", raising=False)
    assert Store().home == platformdirs.user_data_path("tuilab")
    monkeypatch.setenv("TUILAB_HOME", str(tmp_path))
    assert (Store().runs, Store().presets) == (tmp_path / "runs", tmp_path / "presets")
    assert Store(Path("/else")).home == Path("/else")


def test_a_run_is_created_whole(store):
    experiment = edit(Experiment(), {"title": "Two circles, He", "data.source": "circles"})
    run = store.create(experiment)
    assert run.name == "circles-0001"
    assert load(run.experiment_file) == experiment
    assert [path.name for path in store.runs.iterdir()] == ["circles-0001"]
    assert [path.name for path in run.path.iterdir()] == ["experiment.toml"]


def test_many_runs_are_created_in_their_order_with_few_files_open_and_three_waits_for_the_disk_each(store, monkeypatch):
    waits, sync = [], os.fsync
    monkeypatch.setattr("os.fsync", lambda descriptor: waits.append(sync(descriptor)))
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (150, limits[1]))
    try:
        made = store.create_all([edit(of("xor"), {"seed": str(seed)}) for seed in range(160)])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert [run.name for run in made] == [f"xor-{number:04}" for number in range(1, 161)]
    assert [load(run.experiment_file).seed for run in made] == list(range(160))
    assert len(waits) == 2 * 160 + 1  # its experiment and its folder; once the list of all


def test_of_many_runs_none_is_there_if_one_cannot_be_written(store):
    store.create(of("xor"))

    def put(run: RunFolder) -> None:
        if load(run.experiment_file).seed == 3:
            raise BadInput("is full")

    with pytest.raises(BadInput, match="is full"):
        store.create_all([edit(of("xor"), {"seed": str(seed)}) for seed in range(8)], put=put)
    assert [path.name for path in store.runs.iterdir()] == ["xor-0001"]


@pytest.mark.parametrize(
    ("source", "slug"),
    [
        ("breast-cancer", "breast-cancer"),
        ("/data/Iris Flöwers v1.2.csv", "iris-flowers-v1-2"),
        ("../../etc/passwd", "passwd"),
        ("数据.npz", "run"),
        ("\x1b]52;c;x\x07.csv", "52-c-x"),
        ("a" * 300 + ".csv", "a" * 24),
    ],
)
def test_names_are_short_and_typeable(store, source, slug):
    assert store.create(of(source)).name == f"{slug}-0001"


def test_numbers_run_through_the_whole_store_and_order_it(store):
    for source in ("xor", "circles", "moons"):
        store.create(of(source))
    assert names(store) == ["moons-0003", "circles-0002", "xor-0001"]
    (store.runs / "stray.txt").write_text("")
    (store.runs / "empty-0900").mkdir()
    (store.runs / ".hidden-0901").mkdir()
    shutil.copytree(store.runs / "xor-0001", store.runs / "xor-12345")
    assert names(store) == ["xor-12345", "moons-0003", "circles-0002", "xor-0001"]
    assert store.create(of("xor")).name == "xor-12346"


def test_many_at_once_get_a_name_each(store):
    barrier = threading.Barrier(8)
    made = []

    def create() -> None:
        barrier.wait(PATIENCE)
        made.extend(store.create(of("xor")) for _ in range(5))

    threads = [threading.Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(run.name for run in made) == [f"xor-{number:04}" for number in range(1, 41)]


def test_a_run_is_found_by_name_by_the_beginning_of_it_and_as_the_last(store):
    for source in ("circles", "moons", "moons"):
        store.create(of(source))
    assert store.find("circles-0001").name == "circles-0001"
    assert store.find("c").name == "circles-0001"
    assert store.find("last").name == "moons-0003"
    with pytest.raises(BadInput, match=r"^moons: fits several runs: moons-0003, moons-0002$"):
        store.find("moons")
    with pytest.raises(BadInput, match=r"^mons-0002: no such run; closest are moons-0002, "):
        store.find("mons-0002")


def test_no_folder_is_opened_of_runs_that_are_not_told(store, monkeypatch):
    store.create(of("xor"))
    for number in range(2, 200):
        (store.runs / f"moons-{number:04}").mkdir()
        (store.runs / f"moons-{number:04}" / "experiment.toml").touch()
    opened = []
    monkeypatch.setattr(stores, "look_up", lambda path: opened.append(path) or look_up(path))
    for name, told in (("circels-0002", "closest are "), ("m", "fits several runs: .* and more$")):
        with pytest.raises(BadInput, match=told):
            store.find(name)
        assert len(opened) <= 6
        opened.clear()
    monkeypatch.setattr(stores, "_COMPARED", 3)
    with pytest.raises(BadInput, match=r"closest are moons-0017, moons-019., moons-019.$"):
        store.find("moonz-0017")
    for folder in store.runs.glob("moons-*/experiment.toml"):
        folder.unlink()
    with pytest.raises(BadInput, match=r"closest are xor-0001$"):  # however many others are compared first
        store.find("moons")


def test_an_empty_store_says_so(store):
    assert store.list() == []
    for name in ("last", "moons"):
        with pytest.raises(BadInput, match="there are none yet"):
            store.find(name)


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", ".hidden", "../outside-0001", "/etc/passwd", "a/b", "~", "~root"),
        *("a\0b", "a\nb", "\x1b[2J", "x" * 300),
    ],
)
def test_names_that_could_lead_elsewhere_are_refused(store, tmp_path, name):
    store.create(of("xor"))
    shutil.copytree(store.runs / "xor-0001", store.home / "outside-0001")
    with pytest.raises(BadInput, match="is not the name of a run") as refusal:
        store.find(name)
    assert not re.search(r"[\x00-\x1f]", str(refusal.value))
    assert len(str(refusal.value)) < 250


def test_of_a_number_that_is_taken_at_its_limit_the_next_is_found(store):
    (store.runs / f"x-{'9' * 18}").mkdir(parents=True)
    made = [store.create(of("xor")).name for _ in range(3)]
    assert len(set(made)) == 3 and set(made) <= set(names(store))


@given(name=st.text(max_size=250))
def test_whatever_is_asked_for_the_answer_is_a_run_of_the_store_or_a_refusal(tmp_path_factory, name):
    store = Store(tmp_path_factory.getbasetemp() / "property")
    if not store.list():
        store.create(of("xor"))
    try:
        assert store.find(name).path.parent == store.runs
    except BadInput as error:
        assert "\n" not in str(error)


def test_a_store_that_cannot_be_written_is_one_line_that_names_it(tmp_path, monkeypatch):
    home = tmp_path / "file"
    home.write_text("")
    with pytest.raises(BadInput) as refusal:
        Store(home).create(Experiment())
    assert str(refusal.value) == f"{home / 'runs'}: cannot be written: Not a directory"
    with pytest.raises(BadInput, match="cannot be read"):
        Store(home).list()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    store = Store(tmp_path / "home")
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(BadInput) as refusal:
        store.create(Experiment())
    assert str(refusal.value) == f"{store.runs}: cannot be written: No space left on device"
    assert list(store.runs.iterdir()) == []


@pytest.mark.parametrize("act", ["create", "remove"])
def test_what_a_killed_deletion_or_creation_left_goes_with_the_next(store, act):
    run = store.create(of("xor"))
    old, young, not_ours = (store.runs / name for name in (f".tuilab-{'0' * 32}", f".tuilab-{'1' * 32}", ".mine"))
    for folder in (old, young, not_ours):
        shutil.copytree(run.path, folder / run.name)
    for folder in (old, not_ours):
        os.utime(folder, (0, 0))
    store.create(of("xor")) if act == "create" else store.remove(run)
    assert not old.exists() and young.exists() and not_ours.exists()


def test_a_run_in_which_somebody_still_writes_is_deleted_all_the_same(store, monkeypatch):
    run, late, rmdir = store.create(of("xor")), ["late"], os.rmdir
    descriptor = os.open(run.path, os.O_RDONLY)  # as a trainer that is about to save

    def with_something_new(name: str, *, dir_fd: int) -> None:
        if late:
            os.close(os.open(late.pop(), os.O_CREAT | os.O_WRONLY, dir_fd=descriptor))
        rmdir(name, dir_fd=dir_fd)

    monkeypatch.setattr(os, "rmdir", with_something_new)
    store.remove(run)
    os.close(descriptor)
    assert not late and store.list() == [] and not list(store.runs.glob(".tuilab-*"))
