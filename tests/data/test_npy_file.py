"""Arrays by themselves: labels in the file beside them or in the last column, as the name says."""

from pathlib import Path

import numpy as np
import pytest

from tuilab.data import files, memory, unlabeled
from tuilab.data.npy_file import files as parts
from tuilab.data.table import is_right
from tuilab.errors import BadInput

X, Y = np.arange(12.0).reshape(6, 2), np.array([1, 0, 1, 0, 2, 2])


def refusal(path: Path) -> BadInput:
    with pytest.raises(BadInput) as caught:
        files.load(str(path), "")
    assert len(str(caught.value).splitlines()) == 1
    return caught.value


@pytest.mark.parametrize(
    ("source", "beside"),
    [
        ("X.npy", "y.npy"),
        ("d/X_train.npy", "d/y_train.npy"),
        ("x-test.npy", "y-test.npy"),
        ("X/train_images.npy", "X/train_labels.npy"),
        ("max.npy", None),
        ("XOR.npy", None),
    ],
)
def test_a_name_tells_where_the_labels_are(source: str, beside: str | None) -> None:
    assert parts(source) == ((source,) if beside is None else (source, beside))


def test_labels_are_the_last_column_of_an_array_that_is_not_called_x(tmp_path: Path) -> None:
    path = tmp_path / "table.npy"
    for order in ("C", "F"):
        np.save(path, np.array(np.column_stack([X, Y]), order=order))
        table = files.load(str(path), "")
        assert is_right(table) and np.array_equal(table.X, X) and np.array_equal(table.y, Y)
        assert table.classes == ("0", "1", "2")
    assert unlabeled.load(str(path), ("x1", "x2", "x3"))[0].shape == (6, 3)


@pytest.mark.parametrize(
    ("array", "labels", "said"),
    [
        (X, Y[:5], "y must have the shape (6,)"),
        (X, None, "no such file"),
        (X, np.array([object()] * 6), "Python objects, which are never loaded"),
        (X[0], Y, "X must have the shape (examples, features)"),
        (X.astype(complex), Y, "the array holds complex128; numbers are wanted"),
        (X.astype(str), Y, "the array holds <U32; numbers are wanted"),
    ],
)
def test_what_is_amiss_is_named(tmp_path: Path, array: np.ndarray, labels: np.ndarray | None, said: str) -> None:
    np.save(tmp_path / "X.npy", array)
    if labels is not None:
        np.save(tmp_path / "y.npy", labels)
    assert said in refusal(tmp_path / "X.npy").message


def test_what_declares_more_than_it_holds_is_not_allocated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "table.npy"
    np.save(path, np.zeros((4, 2)))
    path.write_bytes(path.read_bytes().replace(b"(4, 2)", b"(9999999, 2)"[:6]).replace(b"(99999", b"(9**99"))
    assert "is not a readable .npy file" in refusal(path).message
    np.save(path, np.zeros((1000, 20)))
    path.write_bytes(path.read_bytes()[:-8])
    assert "declares 160000 bytes, shape (1000, 20), but does not hold them" in refusal(path).message
    np.save(path, np.zeros((100_000, 2)))  # larger than memory it may be, but its labels are kept there
    monkeypatch.setattr(memory, "total", lambda: 2**20)
    assert "the labels of 100,000 rows would need about" in refusal(path).message
