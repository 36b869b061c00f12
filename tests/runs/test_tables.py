"""Tables on disk: they save reading, are right or read again, and cost only time when they cannot be kept."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

from tests.disks import on_a_small_disk, small_disk
from tests.forge import Process, run
from tests.trainers import PATIENCE
from tuilab.data import files
from tuilab.data.table import Table
from tuilab.experiment.fields import ColumnsSection
from tuilab.runs import Tables, tables
from tuilab.runs.archive import read_arrays, write_arrays

ROWS = 1200


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write(tmp_path / "table.csv")


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tables:
    """A place for tables of files of any size."""
    monkeypatch.setattr(tables, "LEAST", 0)
    return Tables(tmp_path / "home" / "tables")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files of data that this process has opened."""
    names, really_open = list[str](), files.opened

    def counted(source: str) -> BinaryIO:
        names.append(Path(source).name)
        return really_open(source)

    monkeypatch.setattr(files, "opened", counted)
    return names


def write(path: Path, shift: int = 0, rows: int = ROWS) -> Path:
    lines = [f"{row + shift},{row % 7},{row / 3},{'xyz'[row % 3]}" for row in range(1000, 1000 + rows)]
    path.write_text("\n".join(["a,b,c,kind", *lines]) + "\n")
    return path


def same(one: Table, other: Table) -> bool:
    return (
        np.array_equal(one.X, other.X, equal_nan=True)
        and np.array_equal(one.y, other.y)
        and (one.features, one.classes, one.origin) == (other.features, other.classes, other.origin)
        and (one.label, one.columns, one.notes) == (other.label, other.columns, other.notes)
    )


def only(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def test_a_file_is_read_once_by_whatever_process(source: Path, kept: Tables, tmp_path: Path, opened: list[str]) -> None:
    first = kept.load(str(source), "")
    again = Tables(tmp_path / "home" / "tables").load(str(source), "")
    assert same(first, again) and same(again, files.load(str(source), ""))
    assert opened == ["table.csv"] * 2  # the second by this test itself
    assert again.origin is not None and again.origin.stamp.size == source.stat().st_size


def test_the_same_file_under_another_name_is_the_same(
    source: Path, kept: Tables, tmp_path: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.load(str(source), "")
    (tmp_path / "link.csv").symlink_to(source)
    monkeypatch.chdir(tmp_path)
    for name in ("table.csv", "./table.csv", "link.csv"):
        origin = kept.load(name, "").origin
        assert origin is not None and origin.source == name
    assert len(opened) == 1


def test_another_label_column_is_another_table(source: Path, kept: Tables, tmp_path: Path) -> None:
    source.write_text(source.read_text().translate(str.maketrans("xyz", "123")))
    for _ in range(2):
        assert kept.load(str(source), "").classes == ("1", "2", "3")
        assert kept.load(str(source), "b").classes == tuple("0123456")
    assert len(list((tmp_path / "home" / "tables").iterdir())) == 2


def test_columns_of_many_kinds_are_kept_by_what_was_decided_of_them(
    source: Path, kept: Tables, opened: list[str]
) -> None:
    lines = source.read_text().splitlines()
    source.write_text("\n".join([lines[0], ",7,?,x", *lines[2:]]).replace(",", ";"))
    wanted = [ColumnsSection(missing="median"), ColumnsSection(drop=("a", "c")), ColumnsSection(missing="drop rows")]
    first = [kept.load(str(source), "", columns=one) for one in wanted]
    assert [table.X.shape for table in first] == [(ROWS, 3), (ROWS, 1), (ROWS - 1, 3)] and len(opened) == 3
    assert np.isnan(first[0].X).any() and first[0].columns and first[0].notes
    for table, one in zip(first, wanted, strict=True):
        assert same(kept.load(str(source), "", columns=one), table)
    assert len(opened) == 3
    alike = kept.load(str(source), "", columns=wanted[0], like=first[0].columns[:2])
    assert alike.features == ("a", "b") and len(opened) == 4


def test_a_file_that_changed_is_read_again_and_takes_its_place(source: Path, kept: Tables, tmp_path: Path) -> None:
    kept.load(str(source), "")
    before = source.stat()
    write(source, shift=1)
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert kept.load(str(source), "").X[0, 0] == 1001
    write(tmp_path / "new", shift=2).replace(source)
    assert kept.load(str(source), "").X[0, 0] == 1002
    assert only(tmp_path / "home" / "tables").stat().st_size > 0


@pytest.mark.parametrize("where", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_damaged_byte_is_found_and_the_table_written_anew(
    source: Path, kept: Tables, tmp_path: Path, opened: list[str], where: float
) -> None:
    first = kept.load(str(source), "")
    file = only(tmp_path / "home" / "tables")
    whole = file.read_bytes()
    at = int(where * len(whole))
    file.write_bytes(whole[:at] + bytes([whole[at] ^ 0x40]) + whole[at + 1 :])
    assert same(kept.load(str(source), ""), first)
    assert same(kept.load(str(source), ""), first)
    assert len(opened) == 2
    file.write_bytes(whole[:at])
    assert same(kept.load(str(source), ""), first)
    assert len(opened) == 3


Arrays = dict[str, np.ndarray]
FALSE: dict[str, Callable[[Arrays], object]] = {
    "a class too many": lambda a: a["y"].__setitem__(0, 3),
    "a class below": lambda a: a["y"].__setitem__(0, -1),
    "not finite": lambda a: a["X"].__setitem__((5, 1), np.nan),
    "too few rows": lambda a: a.update(X=a["X"][:-1]),
    "other types": lambda a: a.update(X=a["X"].astype(np.int64)),
    "columns first": lambda a: a.update(X=np.asfortranarray(a["X"])),
    "no examples": lambda a: a.update(X=a["X"][:0], y=a["y"][:0]),
    "nothing said": lambda a: a.pop("said"),
    "nonsense said": lambda a: a.update(said=np.frombuffer(b"[" * 5000, np.uint8)),
    "escapes": lambda a: a.update(said=_said(a, b'"a"', b'"\\u001b[2J"')),
    "one name twice": lambda a: a.update(said=_said(a, b'"a"', b'"b"')),
    "another version": lambda a: a.update(said=_said(a, b'"version":%d' % tables.VERSION, b'"version":0')),
    "another label": lambda a: a.update(said=_said(a, b'"label":""', b'"label":"a"')),
}


def _said(arrays: Arrays, old: bytes, new: bytes) -> np.ndarray:
    said = arrays["said"].tobytes()
    assert old in said
    return np.frombuffer(said.replace(old, new), np.uint8)


@pytest.mark.parametrize("change", FALSE.values(), ids=FALSE.keys())
def test_a_false_table_is_not_believed(
    source: Path, kept: Tables, tmp_path: Path, opened: list[str], change: Callable[[Arrays], object]
) -> None:
    first = kept.load(str(source), "")
    file = only(tmp_path / "home" / "tables")
    arrays = {name: array.copy() for name, array in read_arrays(file).items()}
    change(arrays)
    write_arrays(file, arrays)
    assert same(kept.load(str(source), ""), first)
    assert len(opened) == 2


def test_folders_and_files_are_private(source: Path, kept: Tables, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        kept.load(str(source), "")
    finally:
        os.umask(before)
    folder = tmp_path / "home" / "tables"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(only(folder).stat().st_mode) == 0o600


def test_small_files_and_those_that_are_quick_to_read_are_not_kept(source: Path, tmp_path: Path) -> None:
    kept = Tables(tmp_path / "tables")
    kept.load(str(source), "")
    np.savez(tmp_path / "table.npz", X=np.zeros((100_000, 2)), y=np.arange(100_000) % 2)
    kept.load(str(tmp_path / "table.npz"), "")
    assert not (tmp_path / "tables").exists()


def test_the_oldest_makes_room(
    kept: Tables, tmp_path: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    size = 8 * 4 * ROWS
    monkeypatch.setattr(tables, "MAXIMUM_BYTES", 3.5 * size)
    sources = [str(write(tmp_path / f"{number}.csv", number)) for number in range(4)]
    folder = tmp_path / "home" / "tables"
    for age, source in enumerate(sources[:3]):
        known = set(folder.iterdir()) if folder.exists() else set()
        kept.load(source, "")
        (new,) = set(folder.iterdir()) - known
        os.utime(new, (1000 + age, 1000 + age))
    kept.load(sources[0], "")  # which makes it the newest
    kept.load(sources[3], "")
    assert len(list(folder.iterdir())) == 3
    opened.clear()
    for source in (sources[0], sources[2], sources[3]):
        kept.load(source, "")
    assert opened == []
    kept.load(sources[1], "")
    assert opened == ["1.csv"]


def test_one_too_large_is_not_kept(source: Path, kept: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAXIMUM_BYTES", 1000)
    kept.load(str(source), "")
    assert not (tmp_path / "home").exists()


def test_what_was_left_behind_is_removed_when_it_is_old(source: Path, kept: Tables, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "tables"
    folder.mkdir(parents=True)
    old, young, other = (folder / name for name in (f".tuilab-{'0' * 32}", f".tuilab-{'1' * 32}", "notes.txt"))
    for file in (old, young, other):
        file.touch()
    os.utime(old, (1000, 1000))
    kept.load(str(source), "")
    assert not old.exists() and young.exists() and other.exists()


@pytest.mark.parametrize("obstacle", ["a file", "a link", "a fifo in its place", "a folder in its place"])
def test_a_place_that_cannot_be_used_costs_only_time(source: Path, kept: Tables, tmp_path: Path, obstacle: str) -> None:
    folder = tmp_path / "home" / "tables"
    kept.load(str(source), "")
    file = only(folder)
    file.unlink()
    if "place" in obstacle:
        (os.mkfifo if "fifo" in obstacle else os.mkdir)(file)
    else:
        folder.rmdir()
        (tmp_path / "elsewhere").mkdir()
        folder.touch() if obstacle == "a file" else folder.symlink_to(tmp_path / "elsewhere")
    for _ in range(2):
        assert same(kept.load(str(source), ""), files.load(str(source), ""))
    if obstacle == "a link":
        assert not list((tmp_path / "elsewhere").iterdir())


@on_a_small_disk
def test_a_full_disk_costs_only_time(tmp_path: Path) -> None:
    source = write(tmp_path / "table.csv", rows=60_000)
    assert source.stat().st_size > tables.LEAST
    with small_disk(tmp_path / "disk") as disk:
        kept = Tables(disk.path / "tables")
        wanted = files.load(str(source), "")
        assert same(kept.load(str(source), ""), wanted)
        assert not (disk.path / "tables").exists()  # it would take more than its share
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tables, "SHARE", 10.0)
            disk.fill(left=2**19)
            assert same(kept.load(str(source), ""), wanted)
            assert list((disk.path / "tables").iterdir()) == []
            disk.empty()
            assert same(kept.load(str(source), ""), wanted)
            assert only(disk.path / "tables").stat().st_size > wanted.X.nbytes


RACE = """
import sys
from pathlib import Path
from tuilab.runs import Tables, tables
tables.LEAST = 0
kept = Tables(Path(sys.argv[1]))
for _ in range(30):
    table = kept.load(sys.argv[2], "")
    assert table.X.shape == (1200, 3) and table.X[0, 2] == 1000 / 3, table
    for file in Path(sys.argv[1]).glob("*.npz"):
        file.unlink(missing_ok=True)
"""


def test_two_processes_that_write_and_delete_get_what_the_file_holds(source: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", RACE, str(tmp_path / "tables"), str(source)]
    both = [Process(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for process in both:
        assert (process.communicate(timeout=PATIENCE)[1], process.returncode) == ("", 0)
    assert not [file for file in (tmp_path / "tables").iterdir() if file.name.startswith(".")]


WITNESS = """
import os, sys
def seen(event, arguments):
    if event == "open" and str(arguments[0]).endswith("table.csv"):
        os.write(os.open(os.environ["WITNESS"], os.O_WRONLY | os.O_CREAT | os.O_APPEND), b"opened\\n")
sys.addaudithook(seen)
"""


@pytest.mark.parametrize("linked", [False, True], ids=["at home", "runs on another disk"])
def test_a_trainer_takes_what_the_lab_has_read(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch, linked: bool
) -> None:
    if linked:
        (tmp_path / "disk" / "runs").mkdir(parents=True)
        home.mkdir()
        (home / "runs").symlink_to(tmp_path / "disk" / "runs")
    (tmp_path / "sitecustomize.py").write_text(WITNESS)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))
    monkeypatch.setenv("WITNESS", str(tmp_path / "witness"))
    source = write(tmp_path / "table.csv", rows=60_000)
    command = [sys.executable, "-m", "tuilab", "run", "breast-cancer", "--json"]
    command += [f"--set=data.source={source}", "--set=optimization.iterations=5"]
    for _ in range(2):
        assert run(command).returncode == 0
    assert (tmp_path / "witness").read_text() == "opened\n"
    assert len(list((tmp_path / "disk" if linked else home).joinpath("tables").iterdir())) == 1


def test_what_others_left_there_is_no_hint(
    source: Path, kept: Tables, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.load(str(source), "")
    somebody = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: somebody)
    kept.load(str(source), "")
    assert len(opened) == 2


def test_the_trials_of_a_sweep_share_the_tables_of_their_store(tmp_path: Path) -> None:
    mine, of_a_trial = (Tables.beside(tmp_path / runs) for runs in ("runs", "sweeps/circles-sweep-0001/runs"))
    assert mine._folder == of_a_trial._folder == tmp_path / "tables"
