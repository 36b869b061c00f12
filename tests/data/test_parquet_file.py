"""Parquet: numbers as they stand, text decided on as in a .csv file; what damages it ends a process of its own."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tests.forge import Process
from tests.withheld import withhold
from tuilab.data import files, memory, parquet_child, parquet_file, unlabeled
from tuilab.data.columns.encoders import fit
from tuilab.data.columns.reading import Reading
from tuilab.data.columns.report import report
from tuilab.data.parquet_child import NOT_INSTALLED, REFUSED
from tuilab.data.table import is_right
from tuilab.errors import BadInput
from tuilab.experiment import convert
from tuilab.experiment.fields import PLAIN, ColumnsSection


@pytest.fixture
def forged(monkeypatch: pytest.MonkeyPatch) -> None:
    """All but polars, which has threads once it is loaded, is there when the process begins; once it begins anew."""
    monkeypatch.setattr(parquet_file, "subprocess", SimpleNamespace(**vars(subprocess) | {"Popen": Process}))


NUMBERS = {"a": [1.5, 30.123, 1e-300, 2.0, 3.0, 4.0], "b": [1, 2, 3, 4, 5, 60], "kind": ["x", "y"] * 3}


def write(folder: Path, **columns: object) -> Path:
    import polars  # where it writes: each process of the tests loads all of their files

    path = folder / "table.parquet"
    polars.DataFrame(columns, strict=False).write_parquet(path)
    return path


def refusal(path: Path, label: str = "", columns: ColumnsSection = PLAIN) -> str:
    with pytest.raises(BadInput) as caught:
        files.load(str(path), label, columns=columns)
    assert str(caught.value).isprintable() and caught.value.file == str(path)
    return caught.value.message


@pytest.mark.usefixtures("forged")
def test_numbers_are_taken_as_they_stand_and_nothing_is_asked(tmp_path: Path) -> None:
    path = write(tmp_path, **NUMBERS)
    table = files.load(str(path), "")
    assert is_right(table) and np.array_equal(table.X, np.column_stack([NUMBERS["a"], NUMBERS["b"]]))
    assert (table.features, table.classes, table.label, table.columns) == (("a", "b"), ("x", "y"), "kind", ())
    assert files.load(str(path), "b").features == ("a", "kind")
    X, _ = unlabeled.load(str(path), ("b", "a"), ("kind",))
    assert np.array_equal(X, table.X[:, ::-1])


@pytest.mark.usefixtures("forged")
def test_its_numbers_are_numbers_to_whom_a_decimal_comma_was_read(tmp_path: Path) -> None:
    """As texts 10.512 was 10512, and 3.5 nothing."""
    path = write(tmp_path, price=[10.512, 3.5, None, 1.0, 2.0, 3.0], text=["1,5"] * 6, kind=["x", "y"] * 3)
    readings = [Reading(name=name, kind="number", form="comma") for name in ("price", "text")]
    like = files.load(str(path), "kind", columns=ColumnsSection(missing="median"), like=readings)
    assert like.X[:2].tolist() == [[10.512, 1.5], [3.5, 1.5]]
    encoders = fit(readings, np.ones((9, 2)))
    X, _ = unlabeled.load(str(path), encoders.features, ("kind",), encoders)
    assert X[:3].tolist() == [[10.512, 1.5], [3.5, 1.5], [1, 1.5]]


@pytest.mark.usefixtures("forged")
def test_other_columns_are_decided_on_as_of_a_csv_file(tmp_path: Path) -> None:
    columns = {
        "number": [0.123, None, float("nan"), 1.234] * 3,
        "color": ["red", "blue", " red", "blue"] * 3,
        "day": [date(2024, 1, day) for day in range(1, 13)],
        "well": [True, False, True, True] * 3,
        "kind": [1, 0] * 6,
    }
    path = write(tmp_path, **columns)
    assert "missing" in refusal(path)
    table = files.load(str(path), "", columns=ColumnsSection(missing="median"))
    assert is_right(table) and [one.kind for one in table.columns] == ["number", "category", "date", "category"]
    assert table.columns[1].levels == ("blue", "red") and np.isnan(table.X[:, 0]).sum() == 6
    found = report(convert({"data": {"source": str(path)}}))
    assert [one.kind for one in found.columns] == ["number", "category", "date", "boolean"]
    assert found.columns[0].missing == 6 and found.classes == {"0": 6, "1": 6}


@pytest.mark.usefixtures("forged")
def test_a_type_tells_nothing_of_what_marks_missing_values(tmp_path: Path) -> None:
    path = write(tmp_path, n=[-999, -999, *range(3, 13)], x=[k / 7 for k in range(12)], kind=["x", "y"] * 6)
    source, marks = {"source": str(path)}, ["n = -999"]
    (said,) = (one for one in report(convert({"data": source})).traps if one.name == "marks")
    assert said.way is not None and said.way.value == marks[0]
    columns = {"marks": marks, "missing": "median"}
    assert "marks" not in {one.name for one in report(convert({"data": source, "columns": columns})).traps}
    assert np.isnan(files.load(str(path), "", columns=convert({"columns": columns}).columns).X[:, 0]).sum() == 2


def test_a_label_that_is_missing_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, **{**NUMBERS, "kind": ["x", "y", None, "y", "x", "x"]})
    assert 'column "kind"' in refusal(path)


@pytest.mark.usefixtures("forged")
def test_what_is_no_table_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import polars

    assert refusal(write(tmp_path, a=[[1], [2]], kind=["x", "y"])) == (
        'column "a": holds List(Int64); numbers, text and dates are wanted'
    )
    path = write(tmp_path, a=polars.repeat(1.0, 20_000_000, eager=True), kind=polars.repeat(1, 20_000_000, eager=True))
    before = sum(os.times()[:4])
    assert refusal(path).startswith("20,000,000 rows of 2 columns would need about 610 MiB of memory; 64 MiB may be")
    assert sum(os.times()[:4]) - before < 5  # seconds of a processor, here and in the process that unpacks: 0.4
    path = write(tmp_path, **NUMBERS)
    monkeypatch.setattr(memory, "total", lambda: 100)
    assert "6 rows of 3 columns would need" in refusal(path)
    monkeypatch.setattr(parquet_file, "MAXIMUM_FEATURES", 1)
    assert refusal(path) == "has 3 columns; at most 2 are read"


def test_what_lacks_an_end_is_told_without_a_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, **NUMBERS)
    monkeypatch.setattr(parquet_file, "_outcome", lambda *given: pytest.fail("was started"))
    whole = path.read_bytes()
    for content in (whole[:-1], whole[1:], b"PAR", b"a,kind\n1,x\n"):
        path.write_bytes(content)
        assert refusal(path) == "is no .parquet file that can be read: it does not begin and end with PAR1"
    for content in (b"PAR1", whole[:-8] + bytes([255] * 4) + b"PAR1", b"PAR1" + whole[-8:]):
        path.write_bytes(content)
        assert refusal(path) == "is no .parquet file that can be read: its footer would be longer than the file"


@pytest.mark.parametrize("code", [NOT_INSTALLED, -6])
def test_polars_may_not_be_there_or_may_break_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    path = write(tmp_path, **NUMBERS)
    monkeypatch.setattr(parquet_file, "_outcome", lambda *given: code)
    said = "needs polars: pip install 'tuilab[data]'" if code > 0 else "is no .parquet file that can be read"
    assert said in refusal(path)


@pytest.mark.parametrize("error", [ImportError, OSError])
def test_polars_that_cannot_be_loaded_is_told_from_one_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: type[Exception]
) -> None:
    withhold(monkeypatch, "polars", error("libc.so.7: no such file\nmore of it"))
    assert parquet_child.main(1, 1) == REFUSED
    said = "a .parquet file needs polars, which is installed and cannot be loaded: libc.so.7: no such file\n"
    assert capsys.readouterr().out == said
    withhold(monkeypatch, "polars", ModuleNotFoundError("No module named 'polars'", name="polars"))
    assert parquet_child.main(1, 1) == NOT_INSTALLED
    monkeypatch.setitem(sys.modules, "polars", SimpleNamespace(__version__=""))
    assert parquet_child.main(1, 1) == REFUSED
    assert "cannot be loaded: its compiled part is missing" in capsys.readouterr().out


@pytest.mark.usefixtures("forged")
def test_damaged_files_give_a_right_table_or_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(files, "TICK", 0)
    path, random = write(tmp_path, **NUMBERS), np.random.default_rng(1)
    whole = path.read_bytes()
    places = [(12, 1), *zip(random.integers(4, len(whole), 5).tolist(), [1, 127, 255, 8, 2], strict=True)]
    for at, flipped in places:  # at the first one polars 2.1 asks for 2⁶¹ bytes, and aborts
        content = bytearray(whole)
        content[at] ^= flipped
        path.write_bytes(content)
        try:
            assert is_right(files.load(str(path), ""))
        except BadInput as error:
            assert str(error).isprintable() and len(str(error).splitlines()) == 1
    assert capfd.readouterr() == ("", "")
