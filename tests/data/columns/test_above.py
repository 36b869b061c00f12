"""Lines above a table, as programs and spreadsheets write them: asked about, and left out when that is said."""

from pathlib import Path

import numpy as np
import pytest

from tuilab.data import csv_file, files, prepare, unlabeled
from tuilab.data.columns.report import DataReport, report
from tuilab.data.columns.written import above
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.experiment.fields import ColumnsSection

TABLE = "x;wß;kind\n" + "".join(f"{n * 7 % 31},5;{n * 11 % 29},5;{'ab'[n * n * 3 % 7 % 2]}\n" for n in range(30))
PADDED = "Report of May;;\n;;\n"
ENCODED = {"utf-8": "utf-8", "utf-8-sig": "utf-8", "utf-16": "utf-16", "utf-16-be": "utf-16", "latin-1": "latin-1"}


def of(path: Path, **columns: str) -> DataReport:
    edits = {f"columns.{name}": text for name, text in columns.items()}
    return report(edit(Experiment(), {"data.source": str(path), **edits}))


@pytest.mark.parametrize("lines", ['# made by hand\n# in "May\n\n', "sep=;\n", PADDED, "Ulm;2024\r\n\r\n"])
@pytest.mark.parametrize("python", list(ENCODED))
def test_lines_above_a_table_are_asked_about_and_left_out_when_that_is_said(
    tmp_path: Path, lines: str, python: str
) -> None:
    path, number = tmp_path / "t.csv", len(lines.splitlines())
    mark = b"\xfe\xff" * (python == "utf-16-be")
    path.write_bytes(mark + (lines + TABLE).encode(python))
    found = of(path)
    assert [one.name for one in found.traps if one.open] == ["above"] + ["encoding"] * (python == "latin-1")
    assert found.proposed["skip"] == str(number) and (found.rows, found.label) == (30, "kind")
    with pytest.raises(BadInput, match=rf"columns\.skip = {number}$"):
        files.load(str(path), "")
    wanted = ColumnsSection(skip=number, encoding="latin-1" if python == "latin-1" else "auto")
    table = files.load(str(path), "", columns=wanted)
    assert table.X[:, 0].tolist() == [n * 7 % 31 + 0.5 for n in range(30)] and table.features == ("x", "wß")
    assert of(path, skip=str(number), encoding=wanted.encoding).open == 0
    edits = {"data.source": str(path), "columns.skip": str(number), "columns.encoding": wanted.encoding}
    assert f"{number} line" in prepare(edit(Experiment(), edits)).notes[0]


def test_rows_are_counted_from_the_first_line_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("made by hand\n\n" + TABLE.replace("ß", "").replace("\n0,5", "\nzero"))
    with pytest.raises(BadInput, match=r'row \d+, column "x"') as caught:
        files.load(str(path), "", columns=ColumnsSection(skip=2))
    row = int(caught.value.message.split()[1].strip(","))
    assert path.read_text().splitlines()[row - 1].startswith("zero")
    path.write_text("a\n" * 3)
    with pytest.raises(BadInput, match="there are 3 lines, not 7") as caught:
        files.load(str(path), "", columns=ColumnsSection(skip=7))
    assert caught.value.path == "columns.skip"


def test_large_files_of_numbers_are_read_as_fast_below_such_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, rows = tmp_path / "t.csv", "".join(f"{n * 7 % 31}.25,{n % 4},{'ab'[n % 2]}\n" for n in range(40))
    path.write_text(f"one\ntwo, of them\na,b,kind\n{rows}")
    small = files.load(str(path), "", columns=ColumnsSection(skip=2))
    monkeypatch.setattr(csv_file, "TRIED", 0)
    monkeypatch.setattr("tuilab.data.columns.reader.read_table", None)
    large = files.load(str(path), "", columns=ColumnsSection(skip=2))
    assert np.array_equal(small.X, large.X) and small.features == large.features and (small.y == large.y).all()


def test_what_is_predicted_may_have_other_lines_above(tmp_path: Path) -> None:
    path = tmp_path / "new.csv"
    for lines in ("", "one\n\n", PADDED.replace(";", ",")):
        path.write_text(f"{lines}b,a\n1,2\n")
        assert unlabeled.load(str(path), ("a", "b"))[0].tolist() == [[2, 1]]
    path.write_text("one\na,c\n1,2\n")
    with pytest.raises(BadInput, match='has the column "one"'):
        unlabeled.load(str(path), ("a", "b"))


def test_rows_that_merely_differ_have_nothing_above_them(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"{TABLE}1\n")
    with pytest.raises(BadInput, match=r"row 32: 1 cell, the header has 3$"):
        of(path)
    path.write_text(TABLE.replace("x;wß", "wß").replace(";a\n", ";c\n"))
    with pytest.raises(BadInput, match=r"row 2: 3 cells, the header has 2; a name for the first column is to stand"):
        of(path)
    assert above(["a,b,,\n", "1,2,3,x\n", "4,5,6,y\n"]) == 0


def test_utf_16_without_its_mark_is_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(TABLE.encode("utf-16-le"))
    with pytest.raises(BadInput, match=r'if it is UTF-16 without its mark, say columns\.encoding = "utf-16"'):
        of(path)
    assert of(path, encoding="utf-16").rows == 30


def test_what_is_neither_utf_8_nor_latin_1_is_not_said_to_be_that(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(TABLE.replace("ß", "").replace("a\n", "東京\n").encode("shift-jis") + b"1,5;2,5;\x81\x8d\n")
    with pytest.raises(
        BadInput, match=r"line \d+: is not UTF-8 text, nor latin-1 by its words \(.+\): make it UTF-8, e\.g\. by iconv"
    ):
        of(path)


def test_columns_between_spaces_and_a_tab_are_no_two(tmp_path: Path) -> None:
    """As UCI has auto-mpg.data: its numbers were a single text."""
    path = tmp_path / "auto.data"
    rows = [
        f'{n % 9}.5   {4 + n % 3 * 2}   30{n % 7}.0   1{n // 2:02}.      {n % 2}\t"ford torino {n % 5}"\n'
        for n in range(40)
    ]
    path.write_text("".join(rows))
    table = files.load(str(path), "column 5", columns=ColumnsSection(header="none"))
    assert table.features == ("column 1", "column 2", "column 3", "column 4", "column 6") and len(table.y) == 40
    assert table.X[3].tolist()[:4] == [3.5, 4, 303, 101]
    path.write_text("a\tb\tkind\n" + "".join(f"1 23{n % 9} 456 789\t{n % 9}\t{n % 2}\n" for n in range(40)))
    table = files.load(str(path), "", columns=ColumnsSection())
    assert table.features == ("a", "b") and table.X[0, 0] == 1230456789, "a number in groups"


def test_a_first_row_of_counts_is_told_how_to_leave_out(tmp_path: Path) -> None:
    """As the files have that scikit-learn brings along."""
    path = tmp_path / "t.csv"
    path.write_text("40,no,yes\n" + "".join(f"{n % 9}.5,{n % 7}.5,{n % 8}.1,{n % 5}.5,{n % 2}\n" for n in range(40)))
    with pytest.raises(
        BadInput, match=r'if the first row names no columns, say columns\.skip = 1, columns\.header = "n'
    ):
        files.load(str(path), "")
    table = files.load(str(path), "", columns=ColumnsSection(skip=1, header="none"))
    assert table.X.shape == (40, 4)


def test_a_row_of_more_cells_is_told_with_what_may_have_made_them(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b,kind\n" + "".join(f"{n},5,{n},5,{'ab'[n % 2]}\n" for n in range(40)))
    with pytest.raises(BadInput, match=r"row 2: 5 cells, the header has 3; as most rows; a cell with a delimiter or"):
        of(path)
    path.write_text("a,b,kind\n" + "".join(f'{n},"a \\"b\\" c",{"ab"[n % 2]}\n' for n in range(40)))
    with pytest.raises(BadInput, match=r"row 2: ',' expected after '\"'; a quote within a cell in quotes is written"):
        of(path)


def test_a_line_of_words_above_columns_between_tabs_divides_nothing(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("# made today\na\tb\tkind\n" + "".join(f"{n % 9}.5\t{n % 7}\t{'uv'[n % 2]}\n" for n in range(40)))
    with pytest.raises(BadInput, match=r"the table seems to begin in row 2: say columns\.skip = 1"):
        files.load(str(path), "")
