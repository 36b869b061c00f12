"""Data once: what two ask for is prepared once, what changes is prepared anew, and what is kept is bounded."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tuilab.data import Prepared, files, memory, prepare, prepared
from tuilab.data.prepared import Newest
from tuilab.data.table import Table
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, convert, edit

ROWS = 40


def write(path: Path, shift: int = 0) -> Path:
    path.write_text("a,b,kind\n" + "".join(f"{100 + row + shift},{row % 7},{'xy'[row % 2]}\n" for row in range(ROWS)))
    return path


class Reader:
    """Reads files and counts how often."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def __call__(self, source: str, label: str, path: str, *more: Any) -> Table:
        self.read.append(Path(source).name)
        return files.load(source, label, path, *more)


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def experiment(tmp_path: Path) -> Experiment:
    return convert({"data": {"source": str(write(tmp_path / "table.csv"))}})


def test_what_the_data_do_not_depend_on_costs_nothing(reader: Reader, experiment: Experiment) -> None:
    data = Prepared(reader)
    first = data.dataset(experiment)
    for path, text in (("optimization.learning_rate", "0.5"), ("network.hidden", "3"), ("title", "another")):
        assert data.dataset(edit(experiment, {path: text})) is first
    assert reader.read == ["table.csv"]
    wanted = prepare(experiment)
    assert np.array_equal(first.train.X, wanted.train.X) and np.array_equal(first.train.y, wanted.train.y)


@pytest.mark.parametrize(
    "change",
    [
        {"seed": "2"},
        {"data.examples": "20"},
        {"split.train": "0.5", "split.dev": "0.3"},
        {"inputs.normalize": "false"},
        {"augmentation.copies": "1", "augmentation.noise": "0.1"},
        {"network.precision": "float32"},
        {"columns.as": "a = number, b = category"},
        {"columns.as": "a = number", "columns.group": "b"},
    ],
    ids=str,
)
def test_what_they_depend_on_prepares_them_anew(experiment: Experiment, change: dict[str, str]) -> None:
    data, other = Prepared(), edit(experiment, change)
    first, second = data.dataset(experiment), data.dataset(other)
    wanted = prepare(other)
    assert second is not first
    for name, part in second.parts.items():
        assert np.array_equal(part.X, wanted.parts[name].X) and part.X.dtype == wanted.parts[name].X.dtype
        assert np.array_equal(part.y, wanted.parts[name].y)


def test_a_file_that_changed_is_read_again(reader: Reader, experiment: Experiment, tmp_path: Path) -> None:
    data, path = Prepared(reader), tmp_path / "table.csv"
    first = data.dataset(experiment)
    before = path.stat()
    write(path, shift=1)  # of the same size
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    second = data.dataset(experiment)
    assert second is not first
    assert second.raw(second.train.X[:, 0], 0).mean() == pytest.approx(first.raw(first.train.X[:, 0], 0).mean() + 1)
    write(tmp_path / "new.csv").replace(path)
    assert data.dataset(experiment) is not second
    assert len(reader.read) == 3


def test_two_changes_one_right_after_the_other_are_two(experiment: Experiment, tmp_path: Path) -> None:
    data = Prepared()
    seen = []
    for shift in range(5):
        write(tmp_path / "table.csv", shift)
        dataset = data.dataset(experiment)
        seen.append(round(dataset.raw(np.concatenate([part.X for part in dataset.parts.values()]))[:, 0].min()))
    assert seen == list(range(100, 105))


def test_a_file_that_is_replaced_while_it_is_read_is_not_remembered(experiment: Experiment, tmp_path: Path) -> None:
    def read(source: str, label: str, path: str, *more: Any) -> Table:
        table = files.load(source, label, path, *more)
        if not seen:
            write(tmp_path / "new.csv", shift=9).replace(tmp_path / "table.csv")
        seen.append(table)
        return table

    seen: list[Table] = []
    data = Prepared(read)
    first, second = data.dataset(experiment), data.dataset(experiment)
    assert second is not first
    assert data.dataset(experiment) is second


def test_what_many_ask_for_at_a_time_is_prepared_once(reader: Reader, experiment: Experiment) -> None:
    asked = threading.Barrier(8)
    data = Prepared(reader)

    def ask(_: int) -> object:
        asked.wait()
        return data.dataset(experiment)

    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(ask, range(8)))
    assert len(found) == 1
    assert reader.read == ["table.csv"]


def test_a_refusal_is_not_remembered(experiment: Experiment, tmp_path: Path) -> None:
    data, path = Prepared(), tmp_path / "table.csv"
    path.unlink()
    with pytest.raises(BadInput, match="no such file"):
        data.dataset(experiment)
    write(path)
    assert data.dataset(experiment).examples.train == 24


def test_nobody_can_change_what_others_see(experiment: Experiment) -> None:
    dataset = Prepared().dataset(experiment)
    for array in (dataset.train.X, dataset.dev.y, dataset.mean, dataset.scale):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_the_oldest_is_forgotten_when_there_are_too_many(reader: Reader, experiment: Experiment) -> None:
    data = Prepared(reader)
    several = [edit(experiment, {"seed": str(seed)}) for seed in range(prepared.KEPT + 1)]
    for one in several[:-1]:
        data.dataset(one)
    data.dataset(several[0])  # is the newest again
    data.dataset(several[-1])
    data.dataset(several[0])
    assert len(reader.read) == len(several)
    data.dataset(several[1])
    assert len(reader.read) == len(several) + 1


def test_large_ones_make_room_for_the_newest(
    reader: Reader, experiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, other = Prepared(reader), edit(experiment, {"seed": "2"})
    size = data.dataset(experiment).nbytes
    monkeypatch.setattr(memory, "total", lambda: 1.5 * size / prepared.SHARE)
    newest = data.dataset(other)
    assert data.dataset(other) is newest
    data.dataset(experiment)
    assert len(reader.read) == 3


def test_one_run_after_the_other_has_the_same_data_until_it_wants_others(
    reader: Reader, experiment: Experiment, tmp_path: Path
) -> None:
    data = Newest()
    first = data.dataset(experiment, reader)
    assert data.dataset(edit(experiment, {"regularization.lambd": "0.5"}), reader) is first
    assert not first.train.X.flags.writeable
    other = data.dataset(edit(experiment, {"seed": "2"}), reader)
    assert other is not first and reader.read == ["table.csv"] * 2
    write(tmp_path / "table.csv", shift=1000)
    assert data.dataset(edit(experiment, {"seed": "2"}), reader) is not other
    with pytest.raises(BadInput):
        data.dataset(edit(experiment, {"data.source": "gone.csv"}), reader)
    assert np.array_equal(data.dataset(experiment, reader).train.y, prepare(experiment).train.y)
