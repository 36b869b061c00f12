"""Examples without labels: the columns are found by name, and what is amiss is named."""

import io
from pathlib import Path

import numpy as np
import pytest

from tuilab.data import unlabeled
from tuilab.data.columns.column import TextColumn
from tuilab.data.columns.encoders import fit
from tuilab.data.columns.kinds import judge
from tuilab.data.columns.reading import Reading
from tuilab.errors import BadInput

NAMED = ("age", "size")


def load(
    tmp_path: Path, text: str, features: tuple[str, ...] = NAMED, aside: tuple[str, ...] = ("kind",)
) -> list[object]:
    path = tmp_path / "new.csv"
    path.write_text(text)
    found: list[object] = unlabeled.load(str(path), features, ("kind",))[0].tolist()
    return found


@pytest.mark.parametrize(
    ("text", "features"),
    [
        ("age,size\n1,2\n3,4\n", NAMED),
        ("size,age\n2,1\n4,3\n", NAMED),
        (" size , kind,age\n2,x,1\n\n4,,3\n", NAMED),
        ('"size","age"\r\n"2","1"\r\n4,3', NAMED),
        ("a,b\n1,2\n3,4\n", ("x1", "x2")),
        ("x1,x2\n1,2\n3,4\n", NAMED),
        ("x2,x1\n2,1\n4,3\n", ("x1", "x2")),
        ("0,1\n1,2\n3,4\n", ("x1", "x2")),
    ],
)
def test_columns_are_found_by_name_or_where_there_are_none_by_place(
    tmp_path: Path, text: str, features: tuple[str, ...]
) -> None:
    assert load(tmp_path, text, features) == [[1, 2], [3, 4]]


def test_one_column_and_no_rows_are_legal(tmp_path: Path) -> None:
    assert load(tmp_path, "size\n5\n", ("size",)) == [[5]]
    assert load(tmp_path, "age,size\n") == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("age\n1\n", 'lacks the column "size"'),
        ("age,size,color\n1,2,3\n", 'has the column "color", which the network was not trained on'),
        ("b,c\n1,2\n", 'lacks the columns "age", "size"; has the columns "b", "c", which the network was not'),
        ("age,age,size\n1,1,2\n", 'two columns are named "age"'),
        ("age,size\n1,2\n3\n", "row 3: 1 cell, the header has 2"),
        ("age,size\n1,old\n", "row 2, column \"size\": not a number: 'old'"),
        (
            "size,age\n1,\n",
            'row 2, column "age": is empty; a number is wanted; a run with columns.missing = "median" fills it in',
        ),
        ("size,age\n1,NA\n", "row 2, column \"age\": not a number: 'NA'; a run with columns.missing"),
        ("age,size\n1,1e999\n", 'row 2, column "size": not a finite number'),
        (
            "1,1,2\n3,4,5\n",
            "row 1: holds numbers, and none of the names of the columns; those are wanted above it: age, size",
        ),
        ("x2,b\n1,2\n", 'lacks the columns "age", "size"'),
        ("", "is empty"),
        ("\n", "has no header row"),
    ],
)
def test_what_is_amiss_is_named(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(BadInput) as refused:
        load(tmp_path, text)
    assert refused.value.message.startswith(fault) and refused.value.file == str(tmp_path / "new.csv")


@pytest.mark.parametrize(
    ("text", "features", "aside", "fault"),
    [
        (
            "1,2\n",
            (1, 2, 3),
            (4,),
            "rows of 2 cells; the network was trained on rows of 4 without names, and wants the first 3 at least",
        ),
        ("1,2,3,4,5\n", (1, 2, 3), (4,), "rows of 5 cells; the network was trained on rows of 4 without names"),
        (
            "1,2\n",
            (2, 3),
            (1,),
            "rows of 2 cells; the network was trained on rows of 3 without names, and wants all of them, in that ",
        ),
        ("1,2,3\n", (1, 3), (2, 4), ""),
        ("1,2,3,4\n", (1, 3), (2, 4), ""),
    ],
)
def test_rows_without_names_are_taken_by_place_and_as_many_cells_are_wanted(
    tmp_path: Path, text: str, features: tuple[int, ...], aside: tuple[int, ...], fault: str
) -> None:
    path, (wanted, others) = tmp_path / "new.csv", ([f"column {at}" for at in each] for each in (features, aside))
    path.write_text(text)
    if not fault:
        assert unlabeled.load(str(path), wanted, others)[0].tolist() == [[float(at) for at in features]]
        return
    with pytest.raises(BadInput) as refused:
        unlabeled.load(str(path), wanted, others)
    assert refused.value.message.startswith(fault)


def test_rows_of_values_are_no_names_of_an_array_s_columns(tmp_path: Path) -> None:
    assert load(tmp_path, "1.5,2\n3,4\n", ("x1", "x2")) == [[1.5, 2], [3, 4]]
    with pytest.raises(BadInput, match="rows of 3 cells; the network was trained on 2 features"):
        load(tmp_path, "1.5,2,3\n4,5,6\n", ("x1", "x2"))


def test_names_of_places_that_only_half_fit_are_not_taken_by_place(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r'lacks the column "x1"; has the column "b"'):
        load(tmp_path, "x2,b\n1,2\n", ("x1", "x2"))


def test_arrays_are_taken_by_place(tmp_path: Path) -> None:
    path = tmp_path / "new.npz"
    np.savez(path, X=np.array([[1, 2], [3, 4]]), other=np.zeros(3))
    assert unlabeled.load(str(path), NAMED)[0].tolist() == [[1, 2], [3, 4]]
    with pytest.raises(BadInput, match="X has 2 features; the network was trained on 3"):
        unlabeled.load(str(path), ("a", "b", "c"))
    np.savez(path, y=np.zeros(3))
    with pytest.raises(BadInput, match="has no array X; it holds y"):
        unlabeled.load(str(path), NAMED)


def test_a_damaged_byte_of_a_utf_8_file_is_named_and_its_other_letters_are_no_others(tmp_path: Path) -> None:
    """All of it was read as latin-1, in which no Köln is one."""
    cities = TextColumn("city", ("Köln", "Ulm"), np.array([0, 1]))
    encoders = fit(
        [one.reading for one in judge([cities], {"city": "category"}) if one.reading], np.array([[0.0], [1]])
    )
    path = tmp_path / "new.csv"
    for codec, rows in (("utf-8", "Köln\nUlm\n"), ("cp1252", "Köln\nUlm\nÉ’\nKöln\n")):
        path.write_bytes(f"city\n{rows}".encode(codec))
        X, _ = unlabeled.load(str(path), encoders.features, (), encoders)
        assert X[:2].tolist() == [[1, 0], [0, 1]]
    path.write_bytes("city\nKöln\nUlm\n".encode() + b"U\xfcm\n")
    with pytest.raises(BadInput, match="line 4: is not UTF-8 text"):
        unlabeled.load(str(path), encoders.features, (), encoders)


def test_a_pipe_is_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbfsize,age\n2,1\n")))
    assert unlabeled.load("-", NAMED)[0].tolist() == [[1, 2]]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"size\n2\n")))
    with pytest.raises(BadInput, match="lacks") as refused:
        unlabeled.load("-", NAMED)
    assert refused.value.file == "standard input"


def test_a_long_table_of_many_kinds_is_read_in_pieces_and_told_of_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings = [
        Reading(name="city", kind="category", levels=("bern", "ulm")),
        Reading(name="size", kind="number", form="point"),
        Reading(name="hue", kind="category", levels=("blue", "red")),
    ]
    encoders = fit(readings, np.array([[0.0, 1, 0], [1, 2, 1]]))
    lines = [
        f"{city},{size},{hue}"
        for city, size, hue in zip(("ulm", "rom", "wien", "rom") * 5, "1 23" * 5, ("red", "") * 10, strict=True)
    ]
    path = tmp_path / "new.csv"
    path.write_text("\n".join(["city,size,hue", *lines]))
    whole = unlabeled.load(str(path), encoders.features, (), encoders)
    assert whole[1] == (
        '15 examples of a level of city that train has not ("rom", "wien"): all zeros',
        "5 examples without size, which none of train lacks: the median",
        "10 examples without hue, which none of train lacks: all zeros",
    )
    pieces, read = list[int](), type(encoders).read
    monkeypatch.setattr(unlabeled, "_BLOCK", 9)
    monkeypatch.setattr(type(encoders), "read", lambda self, rows, at: pieces.append(len(at)) or read(self, rows, at))
    X, notes = unlabeled.load(str(path), encoders.features, (), encoders)
    assert (X.tobytes(), notes) == (whole[0].tobytes(), whole[1])
    assert pieces == [3] * 6 + [2]
    path.write_text("\n".join(["city,size,hue", *lines, "ulm,many,red"]))
    with pytest.raises(BadInput, match=r"row 22, column \"size\": no number: 'many'"):
        unlabeled.load(str(path), encoders.features, (), encoders)
