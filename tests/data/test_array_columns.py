"""Columns of an array: what is asked of them can be decided, and a run takes what was decided."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tuilab.data import array_columns, prepare, unlabeled
from tuilab.data.array_columns import way_of
from tuilab.data.columns.report import report
from tuilab.data.columns.ways import Way
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit


def _array(path: Path, rows: int = 200) -> Path:
    """x5 is a copy of the label, x6 a name of the rows, x7 small whole numbers; ten rows are there twice."""
    random = np.random.default_rng(0)
    X = random.normal(size=(rows, 4))
    y = (X[:, 0] + random.normal(size=rows) > 0).astype(int)
    X = np.column_stack([X, 2.0 * y, np.arange(rows), random.integers(1, 6, rows)])
    X, y = np.vstack([X, X[:10]]), np.append(y, y[:10])
    if path.suffix == ".npz":
        np.savez(path, X=X, y=y)
    else:
        np.save(path, np.column_stack([X, y]))
    return path


def _of(path: Path, **columns: str) -> Experiment:
    return edit(Experiment(), {"data.source": str(path)} | {f"columns.{name}": text for name, text in columns.items()})


@pytest.mark.parametrize("name", ["a.npz", "a.npy"])
def test_what_is_asked_of_an_array_is_decided_as_is_proposed_and_a_run_takes_it(tmp_path: Path, name: str) -> None:
    path = _array(tmp_path / name)
    asked = report(_of(path))
    assert asked.open == 4
    decided = _of(path, **asked.proposed)
    assert report(decided).open == 0
    dataset = prepare(decided)
    assert dataset.features == ("x1", "x2", "x3", "x4", "x7")
    assert sum(len(part.y) for part in dataset.parts.values()) == 200
    assert "10 repeated rows left out of 210" in dataset.notes


def test_rows_that_are_alike_but_for_what_is_left_out_are_repeated(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, X=np.array([[k, k % 5, 0.5] for k in range(40)]), y=np.arange(40) % 5 % 2)
    with pytest.raises(BadInput, match='leaves 2 rows of 40; take "keep"'):
        prepare(_of(path, drop="x1, x2", repeats="drop"))
    assert len(prepare(_of(path, drop="x1, x3", repeats="drop")).train.y) == 3
    assert len(prepare(_of(path, drop="x3", repeats="keep")).train.y) == 24


@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        ({"as": "x7 = category"}, '"x7" of an array is a number, no category'),
        ({"as": "y = number"}, '"y" of an array is a category, no number'),
        ({"drop": "age"}, 'no column is named "age"'),
        ({"drop": "x1, x2, x3, x4, x5, x6, x7"}, "leaves no column to learn from"),
        ({"group": "x7"}, "an .npz file has numbers alone; of \\[columns\\] it takes drop, as, repeats, drop_rows"),
    ],
)
def test_what_cannot_be_decided_of_an_array_is_told(tmp_path: Path, columns: dict[str, str], fault: str) -> None:
    with pytest.raises(BadInput, match=fault):
        prepare(_of(_array(tmp_path / "a.npz"), **columns))


def test_an_array_larger_than_memory_is_taken_as_it_is(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(array_columns, "is_mapped", lambda X: True)
    with pytest.raises(BadInput, match="larger than memory"):
        prepare(_of(_array(tmp_path / "a.npz"), drop="x6"))


def test_a_network_that_lacks_columns_of_an_array_finds_its_own_in_the_whole_one(tmp_path: Path) -> None:
    path = _array(tmp_path / "a.npz")
    X = np.load(path)["X"]
    dropped = ("x2", "x3", "x4", "x5", "x6")
    found, notes = unlabeled.load(str(path), ("x1", "x7"), ("y", *dropped))
    assert (found == X[:, [0, 6]]).all() and not notes
    found, notes = unlabeled.load(str(path), ("x1",), dropped)
    assert (found == X[:, [0]]).all() and notes == ("the last of 7 columns is left aside, as a label there would be",)
    with pytest.raises(BadInput, match="X has 7 features; the network was trained on 2"):
        unlabeled.load(str(path), ("x1", "x7"), ("y", *dropped[1:]))
    with pytest.raises(BadInput, match="X has 7 features; the network was trained on 2"):
        unlabeled.load(str(path), ("age", "x7"))


def test_repeated_images_are_left_out_and_stay_images(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    pixels = random.integers(0, 256, (60, 5, 5), dtype=np.uint8)
    pixels[:, 0, 0], pixels[50:] = 0, pixels[:10]
    labels = (np.arange(60) % 10 % 3).astype(np.uint8)
    head = np.array([60, 5, 5], ">i4").tobytes()
    (tmp_path / "train-images-idx3-ubyte").write_bytes(b"\0\0\x08\x03" + head + pixels.tobytes())
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(b"\0\0\x08\x01" + head[:4] + labels.tobytes())
    path = tmp_path / "train-images-idx3-ubyte"
    dataset = prepare(_of(path, repeats="drop"))
    assert sum(len(part.y) for part in dataset.parts.values()) == 50 and len(dataset.features) == 25


def test_a_question_of_words_or_groups_is_answered_by_a_number_in_an_array() -> None:
    assert way_of(Way(key="group", value="x3"), "y") == Way(key="as", value="x3 = number")
    assert way_of(Way(key="as", value="x3 = category", others=("number",)), "y") == Way(key="as", value="x3 = number")
    for same in (Way(key="as", value="y = category"), Way(key="drop", value="x3"), Way(key="repeats", value="drop")):
        assert way_of(same, "y") == same
