"""What every reader of a format must do. Another format adds how a test writes a file of it, and stands the same."""

import gzip
import os
import random
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from tuilab.data import csv_file, files, memory, npz_file
from tuilab.data.files import FORMATS
from tuilab.data.format import Format
from tuilab.data.table import MAXIMUM_FEATURES, is_right
from tuilab.errors import BadInput
from tuilab.text import clean


def write_csv(path, X, labels):
    header = [*(f"x{index}" for index in range(1, X.shape[1] + 1)), "y"]
    rows = [[*map(repr, row), label] for row, label in zip(X.tolist(), labels, strict=True)]
    path.write_text("".join(",".join(row) + "\n" for row in [header, *rows]))


def write_npz(path, X, labels):
    np.savez(path, X=X, y=np.array(labels))


def write_tsv(path, X, labels):
    write_csv(path, X, labels)
    path.write_text(path.read_text().replace(",", "\t"))


def write_gzipped(write):
    """Packs what `write` writes."""

    def packed(path, X, labels):
        write(path, X, labels)
        path.write_bytes(gzip.compress(path.read_bytes()))

    return packed


def write_npy(path, X, labels):
    np.save(path.with_name("y.npy"), np.array(labels))
    np.save(path, X)


WRITERS = {".csv": write_csv, ".tsv": write_tsv, ".npz": write_npz, "X.npy": write_npy}
WRITERS |= {".csv.gz": write_gzipped(write_csv), ".tsv.gz": write_gzipped(write_tsv)}
OTHERS = {"idx3-ubyte", "idx3-ubyte.gz", ".parquet", ".data", ".data.gz"}
"""Whose numbers are none but pixels, or whose columns have types: tested in files of their own; and .csv once more."""
X = np.array([[1.5, -2], [3, 1e-300], [5, 1e100], [7, 8], [9, 0], [11, 12]])
LABELS = ["cat", "dog", "cat", "dog", "bird", "bird"]


@pytest.fixture(params=WRITERS)
def suffix(request) -> str:
    return request.param


@pytest.fixture
def known(suffix) -> Format:
    return files.format_of(f"table{suffix}")


@pytest.fixture
def write(suffix, tmp_path):
    """Writes a file of the format; its path."""

    def write(X, labels) -> Path:
        path = tmp_path / (suffix if suffix == "X.npy" else f"table{suffix}")
        WRITERS[suffix](path, X, labels)
        return path

    return write


def refusal(path, label=""):
    with pytest.raises(BadInput) as caught:
        files.load(str(path), label)
    said = str(caught.value)
    places = files.format_of(str(path)).files(str(path))
    assert any(said.startswith(f"{clean(place)}: data.") for place in places) and said.isprintable()
    return caught.value.message


def test_every_format_is_under_test_and_told():
    known = {suffix + more for one in FORMATS for suffix in one.suffixes for more in ("", ".gz")[: 1 + one.gzipped]}
    assert {suffix.removeprefix("X") for suffix in WRITERS} | OTHERS == known
    for source in ("table.txt", "table.npz.gz", "table.gz"):
        with pytest.raises(
            BadInput, match=r"the path of a \.csv, \.data, \.tsv, \.npz, \.npy, \.parquet or idx3-ubyte file"
        ):
            files.load(source, "")
    assert files.format_of("a/TABLE.CSV") is files.format_of("b.csv")
    assert files.format_of("csv") is None


def test_a_table_comes_back_as_it_was_written(write):
    path = write(X, LABELS)
    table = files.load(str(path), "")
    assert np.array_equal(table.X, X) and table.X.flags.writeable
    assert (table.features, table.classes) == (("x1", "x2"), ("bird", "cat", "dog"))
    assert table.y.tolist() == [1, 2, 1, 2, 0, 0]
    assert is_right(table) and table.origin is not None and table.origin.source == str(path)


def test_numbers_as_labels_are_classes_in_their_order(write):
    assert files.load(str(write(X, ["10", "9", "10", "9", "-1", "-1"])), "").classes == ("-1", "9", "10")


@pytest.mark.parametrize(
    ("X", "labels", "said"),
    [
        (X[:3], LABELS[:3], "needs at least 4 examples, has 3"),
        (X, ["cat"] * 6, "needs at least 2 different labels"),
        (X, list("abcdef"), "or numbers, of which 'a' is none"),
        (np.where(X == 5, np.nan, X), LABELS, "not a finite number"),
        (np.where(X == 5, np.inf, X), LABELS, "not a finite number"),
        (np.where(X == 5, 1e200, X), LABELS, "at most 1e+150 in size"),
        (X, ["1", "1.0", "x"] * 2, "the labels '1' and '1.0' are the same number"),
        (X, ["a\x07", "a\x08"] * 3, "the labels 'a\\x07' and 'a\\x08' have the same name as it is shown"),
        (X, ["nan", "b"] * 3, "no label"),
        (np.zeros((4, MAXIMUM_FEATURES + 2)), ["a", "b"] * 2, "at most 10000"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_data_is_refused_in_one_line(write, X, labels, said):
    assert said in refusal(write(X, labels))


def test_an_empty_file_and_one_that_is_too_large_are_not_read(known, suffix, tmp_path):
    path = tmp_path / f"table{suffix}"
    path.touch()
    assert refusal(path) == "is empty"
    with path.open("wb") as file:
        file.truncate(known.maximum_bytes + 1)
    assert refusal(path).startswith(f"is larger than {known.maximum_bytes >> 30} GiB")


def test_what_does_not_fit_is_refused_before_it_is_allocated(write, monkeypatch):
    path = write(np.zeros((8000, 100)), ["a", "b"] * 4000)
    monkeypatch.setattr(memory, "total", lambda: 2**20)
    tracemalloc.start()
    try:
        if path.suffix == ".npy":  # is laid out on the disk, a block at a time
            files.load(str(path), "")
        else:
            assert "would need about" in refusal(path)
            assert tracemalloc.get_traced_memory()[1] < 8 * 8000 * 100 / 2
    finally:
        tracemalloc.stop()


def test_the_file_stays_as_it_is(write):
    path = write(X, LABELS)
    content = path.read_bytes()
    assert np.array_equal(files.load(str(path), "").X, files.load(str(path), "").X)
    assert path.read_bytes() == content


@pytest.mark.parametrize(("suffix", "module"), [(".csv", csv_file), (".npz", npz_file)])
def test_a_file_stays_open_for_whoever_opened_it(write, module):
    path = write(X, LABELS)
    content = path.read_bytes()
    with path.open("rb") as file:
        module.read(file, "")
        assert os.pread(file.fileno(), 4, 0) == content[:4]
        module.read(file, "")


@pytest.mark.parametrize("suffix", [".csv", ".npz", "X.npy", ".tsv.gz"])
def test_damaged_files_give_a_right_table_or_one_line(write, monkeypatch):
    """Cut off anywhere, a byte changed, a piece twice: never a traceback, never a table that is none."""
    monkeypatch.setattr(files, "TICK", 0)
    path = write(X, LABELS)
    whole = path.read_bytes()
    some = random.Random(1)
    damaged = [whole[:end] for end in range(1, len(whole), 7)]
    for _ in range(150):
        at, other = sorted(some.sample(range(len(whole)), 2))
        damaged.append(whole[:at] + bytes([some.randrange(256)]) + whole[at + 1 :])
        damaged.append(whole[:other] + whole[at:])
        damaged.append(whole[:at] + whole[other:])
    for content in damaged:
        path.write_bytes(content)
        try:
            table = files.load(str(path), "")
        except BadInput as error:
            assert str(error).isprintable()
        else:
            assert is_right(table)
