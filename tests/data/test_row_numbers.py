"""The row told of an example is the one that holds it: of files whose every row says in a column which one it is."""

import gzip
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tuilab.data import Dataset, Part, files, prepare
from tuilab.data.row_numbers import SourceRows
from tuilab.experiment import Experiment, edit
from tuilab.runs import Tables, tables

ROWS = 60
NUMBER = {"columns.as": '["me = number"]'}
PLAIN = {"inputs.normalize": "false", "network.precision": "float64"}


def prepared(source: Path, knobs: Mapping[str, Any] = {}) -> Dataset:
    wanted = {"data.source": str(source), **PLAIN, **knobs}
    return prepare(edit(Experiment(), {path: str(value) for path, value in wanted.items()}))


def check(dataset: Dataset, feature: str = "me", parts: tuple[str, ...] = ("train", "dev", "test")) -> set[int]:
    """All rows that are told, each of which must be what its own column says."""
    at, seen = dataset.features.index(feature), list[int]()
    for name in parts:
        part = dataset.parts[name]
        assert part.rows is not None and len(part.rows.numbers) == len(part.y) > 0
        told = [part.rows.row(place) for place in range(len(part.y))]
        assert told == dataset.raw(part.X[:, at], at).round().astype(int).tolist(), name
        seen += [row for row in told if isinstance(row, int)]
    return set(seen)


def text(rng: np.random.Generator, above: int = 0, between: str = ",", blank: tuple[int, ...] = ()) -> str:
    """Lines above, a header, rows that say which they are, with lines of nothing after some."""
    lines = [*(f"written by {line}" for line in range(above)), between.join(["x", "me", "kind"])]
    for row in range(ROWS):
        lines.append(between.join([f"{rng.normal():.4f}", str(len(lines) + 1), "ab"[row % 2]]))
        lines += [""] * (row in blank)
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("seed", range(4))
def test_rows_of_a_plain_file_are_shuffled_between_parts(tmp_path: Path, seed: int) -> None:
    source = tmp_path / "people.csv"
    source.write_text(text(np.random.default_rng(seed)))
    dataset = prepared(source, {"seed": seed, "split.train": 0.5, "split.dev": 0.25, "split.test": 0.25})
    assert check(dataset) == set(range(2, ROWS + 2))
    assert dataset.train.rows is not None and dataset.train.rows.file == str(source)
    some = prepared(source, {"seed": seed, "data.examples": 30})
    assert len(check(some)) == 30


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("quoted", [False, True])
def test_lines_without_cells_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: bool, quoted: bool
) -> None:
    """Whether lines come in pieces or one by one, whichever reader takes them."""
    monkeypatch.setattr("tuilab.data.csv_file._PIECE", 200)
    monkeypatch.setattr("tuilab.data.csv_plain.LARGE", 0 if large else 2**40)
    source = tmp_path / "people.csv"
    for ends in ("\n", "\r\n"):
        written = text(np.random.default_rng(1), blank=(3, 4, 20, 40, ROWS - 1))
        if quoted:  # a row that is to be looked at, over two lines
            written = written.replace("\n", '\n"0.5\n",2,a\n', 1)
            lines = written.split("\n")
            written = "\n".join([*lines[:3], *(down(line, 1) for line in lines[3:])])
        source.write_bytes(written.replace("\n", ends).encode())
        assert len(check(prepared(source))) == ROWS + quoted


def down(line: str, rows: int) -> str:
    """A row that says that it is so many further down."""
    cells = line.rstrip("\r").split(",")
    return line if len(cells) < 3 else ",".join([cells[0], str(int(cells[1]) + rows), cells[2]])


WAYS: dict[str, Callable[[np.random.Generator], tuple[str, dict[str, str]]]] = {
    "semicolons": lambda rng: (text(rng, between=";"), {}),
    "lines above": lambda rng: (text(rng, above=3), {"columns.skip": "3"}),
    "lines above and blank ones": lambda rng: (text(rng, 2, ";", (5, 6)), {"columns.skip": "2"}),
    "rows left out": lambda rng: (text(rng), {"columns.drop_rows": "[2, 9, 30]"}),
    "lines without cells": lambda rng: (text(rng, blank=(0, 5, 6, ROWS - 1)), {}),
}


def test_rows_that_are_left_out_are_counted(tmp_path: Path) -> None:
    """By hand, for lack of a label or a cell, because they are repeated."""
    rng = np.random.default_rng(3)
    lines = text(rng).splitlines()
    source = tmp_path / "people.csv"
    lines[6], lines[11] = lines[6].rpartition(",")[0] + ",", "," + lines[11].partition(",")[2]
    source.write_text("\n".join(lines))
    assert check(prepared(source, {"columns.missing": '"drop rows"', **NUMBER})) == set(range(2, ROWS + 2)) - {7, 12}
    assert check(prepared(source, {"columns.missing": "median", **NUMBER})) == set(range(2, ROWS + 2)) - {7}
    out = {"columns.missing": '"drop rows"', "columns.drop_rows": "[2, 40]", **NUMBER}
    assert check(prepared(source, out)) == set(range(2, ROWS + 2)) - {2, 7, 12, 40}
    twice = [*lines[:30], lines[20], lines[21], *lines[30:]]
    source.write_text("\n".join([*twice[:32], *(down(line, 2) for line in twice[32:])]))
    knobs = {"columns.missing": '"drop rows"', "columns.repeats": "drop", **NUMBER}
    assert check(prepared(source, knobs)) == set(range(2, ROWS + 4)) - {7, 12, 31, 32}


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("large", [False, True])
def test_however_the_file_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, packed: bool, large: bool
) -> None:
    if large:  # numbers come before their texts
        monkeypatch.setattr("tuilab.data.csv_file.TRIED", 0)
    for seed in range(3):
        written, knobs = WAYS[name](np.random.default_rng(seed))
        source = tmp_path / ("people.csv.gz" if packed else "people.csv")
        source.write_bytes(gzip.compress(written.encode()) if packed else written.encode())
        assert len(check(prepared(source, {**knobs, **NUMBER, "seed": seed}))) >= ROWS - 3


def test_arrays_count_from_one(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    X, y = np.stack([rng.normal(size=ROWS), np.arange(1, ROWS + 1)], axis=1), np.arange(ROWS) % 2
    np.savez(tmp_path / "a.npz", X=X, y=y)
    np.save(tmp_path / "X.npy", X)
    np.save(tmp_path / "y.npy", y)
    for name in ("a.npz", "X.npy"):
        assert check(prepared(tmp_path / name), "x2") == set(range(1, ROWS + 1))
        kept = prepared(tmp_path / name, {"columns.drop_rows": "[1, 30]"})
        assert check(kept, "x2") == set(range(1, ROWS + 1)) - {1, 30}
    X[40] = X[39]
    np.savez(tmp_path / "b.npz", X=X, y=y - (np.arange(ROWS) == 40) * (y[40] - y[39]))
    kept = prepared(tmp_path / "b.npz", {"columns.repeats": "drop"})
    assert check(kept, "x2") == set(range(1, ROWS + 1)) - {41}


def test_of_parquet(tmp_path: Path) -> None:
    polars = pytest.importorskip("polars")
    rng = np.random.default_rng(0)
    frame = {"x": rng.normal(size=ROWS), "me": np.arange(1, ROWS + 1), "kind": ["a", "b"] * (ROWS // 2)}
    polars.DataFrame(frame).write_parquet(tmp_path / "people.parquet")
    assert check(prepared(tmp_path / "people.parquet")) == set(range(1, ROWS + 1))
    kept = prepared(tmp_path / "people.parquet", {"columns.drop_rows": "[3, 4]"})
    assert check(kept) == set(range(1, ROWS + 1)) - {3, 4}


def test_files_of_dev_and_test_have_rows_of_their_own(tmp_path: Path) -> None:
    for at, name in enumerate(("a.csv", "b.csv", "c.csv")):
        (tmp_path / name).write_text(text(np.random.default_rng(at), blank=(at,)))
    own = {"data.dev_source": tmp_path / "b.csv", "data.test_source": tmp_path / "c.csv"}
    dataset = prepared(tmp_path / "a.csv", {**own, "split.train": 1, "split.dev": 0, "split.test": 0})
    check(dataset)
    assert [Path(part.rows.file).name for part in dataset.parts.values() if part.rows] == ["a.csv", "b.csv", "c.csv"]


def test_a_copy_is_of_the_row_of_its_original(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text(np.random.default_rng(0)))
    dataset = prepared(tmp_path / "a.csv", {"augmentation.copies": 2, "split.train_dev": 0.1, "split.train": 0.5})
    check(dataset, parts=("train", "train_dev", "dev", "test"))


def test_groups_and_wrong_labels_keep_their_rows(tmp_path: Path) -> None:
    lines = text(np.random.default_rng(0)).splitlines()
    named = ["who," + lines[0], *(f"p{at // 3},{line}" for at, line in enumerate(lines[1:]))]
    (tmp_path / "a.csv").write_text("\n".join(named))
    dataset = prepared(tmp_path / "a.csv", {"columns.group": "who", "split.wrong_labels": 0.2, **NUMBER})
    check(dataset)


def test_an_image_is_named_by_its_file(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    for at in range(24):
        folder = tmp_path / "flowers" / "ab"[at % 2]
        folder.mkdir(parents=True, exist_ok=True)
        image.new("L", (8, 8), at * 10).save(folder / f"{at * 10}.png")
    dataset = prepared(tmp_path / "flowers", {"columns.side": 8})
    for part in dataset.parts.values():
        assert part.rows is not None
        told = [part.rows.row(place) for place in range(len(part.y))]
        assert told == [
            f"{dataset.classes[k]}/{round(float(x[0]))}.png" for x, k in zip(dataset.raw(part.X), part.y, strict=True)
        ]


def test_what_is_of_no_file_has_no_rows() -> None:
    for source in ("moons", "digits"):
        assert all(part.rows is None for part in prepare(edit(Experiment(), {"data.source": source})).parts.values())


def test_a_table_kept_on_disk_knows_its_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "LEAST", 0)
    source = tmp_path / "a.csv"
    source.write_text(text(np.random.default_rng(0), blank=(1, 7)))
    kept, wanted = Tables(tmp_path / "tables"), edit(Experiment(), {"data.source": str(source), **PLAIN})
    first = prepare(wanted, kept.load)
    monkeypatch.setattr(files, "load", None)
    assert check(prepare(wanted, kept.load)) == check(first)


def test_a_part_knows_the_rows_of_some_of_its_examples_by_their_places_or_as_booleans() -> None:
    for numbers in (range(2, 8), np.array([2, 3, 5, 7, 8, 9], np.int32)):
        part = Part(np.zeros((6, 1)), np.arange(6), rows=SourceRows("people.csv", numbers))
        chosen = np.array([False, True, False, False, True, True])
        for index in (chosen, np.flatnonzero(chosen)):
            some = part.at(index)
            assert (
                some.rows is not None and [some.rows.row(at) for at in range(3)] == np.asarray(numbers)[chosen].tolist()
            )


def test_an_array_larger_than_memory_knows_its_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuilab.data.npy_file.fits", lambda *_: False)
    X = np.stack([np.random.default_rng(0).normal(size=ROWS), np.arange(1, ROWS + 1)], axis=1)
    np.save(tmp_path / "X.npy", X)
    np.save(tmp_path / "y.npy", np.arange(ROWS) % 2)
    dataset = prepared(tmp_path / "X.npy")
    assert isinstance(dataset.train.X, np.memmap) and check(dataset, "x2") == set(range(1, ROWS + 1))
