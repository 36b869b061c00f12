"""Rows that are no examples: told of, left out when that is said, and kept when that is said."""

import random
from pathlib import Path

import numpy as np
import pytest

from tuilab.data import csv_file, files, prepare
from tuilab.data.columns.report import DataReport, report
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.experiment.fields import ColumnsSection

M = 60
some = random.Random(1)
ROWS = [
    (f"c{n % 5}", round(some.gauss(0, 1), 3), round(abs(some.gauss(5, 2)) + 0.1, 2), "ab"[some.random() < 0.5])
    for n in range(M)
]
TOTAL = f"Total,,{sum(row[2] for row in ROWS):.2f},"
NAMES, UNITS = "city,x,paid,kind", ",mm,EUR,"
LINES = [",".join(map(str, row)) for row in ROWS]
TABLE = [NAMES, *LINES]


def of(path: Path, **columns: str) -> DataReport:
    return report(experiment(path, **columns))


def experiment(path: Path, **columns: str) -> Experiment:
    return edit(Experiment(), {"data.source": str(path), **{f"columns.{name}": said for name, said in columns.items()}})


def write(path: Path, lines: list[str], end: str = "\n") -> Path:
    path.write_bytes("".join(f"{line}{end}" for line in lines).encode())
    return path


def asked(found: DataReport) -> list[tuple[str, str]]:
    ways = [(trap.name, trap.way) for trap in found.traps if trap.open]
    return [(name, ", ".join([way.value, *way.more]) if way else "") for name, way in ways]


DRESSED = {
    "units": ([NAMES, UNITS, *LINES], [("names", "2")], 'holds "mm", "EUR" where numbers or dates stand below'),
    "names again": ([*TABLE[:21], *TABLE[:1], *TABLE[21:]], [("names", "22")], "holds the names of the columns again"),
    "again and again": (
        [*TABLE[:21], NAMES, *TABLE[21:41], NAMES, *TABLE[41:]],
        [("names", "22, 43")],
        "each of the rows 22, 43 holds the names",
    ),
    "totals": ([*TABLE, TOTAL], [("totals", "62")], "row 62 is the sum of the others in paid: a line of totals"),
    "a word": ([*TABLE, "Total,0.5,7.0,"], [("totals", "62")], 'is "Total": a line of totals'),
    "a word among numbers": ([*TABLE, "c1,Total:,7.0,"], [("totals", "62")], 'is "Total:": a line of totals'),
    "a footnote": ([*TABLE, "Source: Eurostat,,,"], [("notes", "62")], 'holds "Source: Eurostat" alone: a footnote'),
    "a bare footnote": ([*TABLE, "(c) us"], [("notes", "62")], 'holds "(c) us" alone: a footnote, shown without it'),
    "two footnotes": ([*TABLE, "x: guessed", "", "by hand"], [("notes", "62"), ("notes", "64")], '"by hand" alone'),
    "nothing": ([*TABLE, ",,,", ",,,"], [("notes", "62, 63")], "each of the rows 62, 63 is empty"),
    "all": (
        [NAMES, UNITS, *LINES, TOTAL, "Source: x,,,", "by hand"],
        [("names", "2"), ("totals", "63"), ("notes", "64"), ("notes", "65")],
        "a line of totals",
    ),
}


@pytest.mark.parametrize("name", DRESSED)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_that_are_no_examples_are_asked_about_and_left_out_when_that_is_said(
    tmp_path: Path, name: str, end: str
) -> None:
    lines, wanted, said = DRESSED[name]
    path = write(tmp_path / "t.csv", lines, end)
    found = of(path)
    assert asked(found) == wanted and any(said in trap.said for trap in found.traps)
    assert found.rows == M and found.classes.keys() == {"a", "b"}
    decided = experiment(path, **found.proposed)
    numbers = [int(row) for _, rows in wanted for row in rows.split(", ")]
    assert [*decided.columns.drop_rows] == numbers and {*found.proposed} == {"drop_rows"}
    again = report(decided)
    assert not again.open and [one.kind for one in again.columns] == [one.kind for one in found.columns]
    assert [trap.name for trap in again.traps if "left out, as decided" in trap.said] == ["rows"]
    dataset = prepare(decided)
    assert sum(len(part.y) for part in dataset.parts.values()) == found.rows
    assert any(f"{numbers[0]} (" in note and "left out, as decided" in note for note in dataset.notes)
    assert not any("like any other" in note for note in dataset.notes)


@pytest.mark.parametrize("name", [name for name in DRESSED if name not in ("totals", "a word", "nothing")])
def test_a_run_that_cannot_read_them_says_how_to_leave_them_out(tmp_path: Path, name: str) -> None:
    lines, wanted, _ = DRESSED[name]
    with pytest.raises(BadInput) as caught:
        prepare(experiment(write(tmp_path / "t.csv", lines)))
    first = wanted[0][1] if name != "all" else "65"  # without which nothing can be read
    assert f"columns.drop_rows = [{first}" in str(caught.value) and str(caught.value).isprintable()


def test_what_they_hold_decides_nothing_of_the_columns_and_stands_no_more_in_the_table(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", [NAMES, UNITS, *LINES, TOTAL])
    table = files.load(str(path), "", columns=ColumnsSection(drop_rows=(2, 63)))
    assert table.X[:, 1].tolist() == [row[1] for row in ROWS] and table.classes == ("a", "b")
    assert table.columns[0].levels == ("c0", "c1", "c2", "c3", "c4")


@pytest.mark.parametrize("name", ["units", "totals", "a word", "a footnote", "nothing", "again and again"])
def test_rows_that_are_examples_after_all_are_asked_about_no_more(tmp_path: Path, name: str) -> None:
    lines, wanted, _ = DRESSED[name]
    path = write(tmp_path / "t.csv", lines)
    found = of(path, keep_rows=f"[{wanted[0][1]}]")
    assert not {"names", "totals", "notes"} & {trap.name for trap in found.traps} and found.rows == len(lines) - 1


def test_a_row_of_one_cell_cannot_stay(tmp_path: Path) -> None:
    (trap,) = [one for one in of(write(tmp_path / "t.csv", DRESSED["a bare footnote"][0])).traps if one.open]
    assert trap.way and trap.way.otherwise is None
    (trap,) = [one for one in of(write(tmp_path / "t.csv", DRESSED["a footnote"][0])).traps if one.open]
    assert trap.way and trap.way.otherwise and trap.way.otherwise.key == "keep_rows"


def test_of_a_file_that_changed_what_is_left_out_is_seen(tmp_path: Path) -> None:
    """A row more above: another row has its number. A row less: none has."""
    path = write(tmp_path / "t.csv", [*TABLE, TOTAL])
    decided = experiment(path, drop_rows="[62]")
    assert "like any other" not in " ".join(prepare(decided).notes)
    write(path, [NAMES, LINES[0], *LINES, TOTAL])
    with pytest.raises(BadInput, match=r'row 63 is "Total": a line of totals, no example; .*drop_rows = \[62, 63\]'):
        prepare(decided)
    notes = prepare(edit(decided, {"columns.missing": "median"})).notes
    assert any("row 62 (" in note and "62 is like any other: was the file changed?" in note for note in notes)
    write(path, TABLE)
    with pytest.raises(BadInput, match="no example stands in row 62; the last row is 61") as caught:
        prepare(decided)
    assert caught.value.path == "columns.drop_rows"
    write(path, [NAMES, "", *LINES])
    with pytest.raises(BadInput, match="no example stands in row 2; the last row is 62"):
        prepare(experiment(path, drop_rows="[2]"))


def test_they_are_rows_of_the_source_alone(tmp_path: Path) -> None:
    path, other = write(tmp_path / "t.csv", [*TABLE, TOTAL]), write(tmp_path / "dev.csv", [*TABLE, LINES[7]])
    edits = {"data.dev_source": str(other), "split.train": "0.8", "split.dev": "0", "split.test": "0.2"}
    dataset = prepare(edit(experiment(path, drop_rows="[62]"), edits))
    assert len(dataset.dev.y) == M + 1, "row 62 of another file is another one"


def test_of_a_large_file_of_numbers_the_row_is_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "TRIED", 0)
    lines = [f"{n % 7}.5,{n % 3 + 1},{'ab'[n % 2]}" for n in range(40)]
    total = f"1.5,{sum(n % 3 + 1 for n in range(40))},a"
    path = write(tmp_path / "t.csv", ["x,n,kind", *lines[:9], "", *lines[9:], total])
    found = of(path)
    assert asked(found) == [("totals", "43")] and found.rows == 40
    assert not of(path, **found.proposed).open and "n 40" not in str(prepare(experiment(path, **found.proposed)).notes)
    with pytest.raises(BadInput, match='row 22, column "x"'):  # no line of it is empty
        prepare(experiment(write(path, ["x,n,kind", *["1.5,2,a", "2.5,3,b"] * 10, "7.5,1,a"]), marks="x = 7.5"))


def test_of_arrays_too(tmp_path: Path) -> None:
    path = tmp_path / "t.npz"
    X = np.random.default_rng(0).uniform(1, 2, size=(M, 2))
    np.savez(path, X=np.vstack([X, X.sum(axis=0)]), y=np.append(np.arange(M) % 2, 1))
    found = of(path)
    assert asked(found) == [("totals", "61")] and found.rows == M
    decided = experiment(path, **found.proposed)
    assert not report(decided).open
    dataset = prepare(decided)
    assert sum(len(part.y) for part in dataset.parts.values()) == M
    assert any("row 61 (" in note and "left out, as decided" in note for note in dataset.notes)
    with pytest.raises(BadInput, match="no example stands in row 99; the last row is 61"):
        prepare(experiment(path, drop_rows="[99]"))
    with pytest.raises(BadInput, match="leaves 1 row of 61"):
        prepare(experiment(path, drop_rows=str([*range(1, 61)])))


def test_of_a_parquet_too(tmp_path: Path) -> None:
    polars = pytest.importorskip("polars")
    rows = [*ROWS, ("Total", None, sum(row[2] for row in ROWS), None)]
    frame = polars.DataFrame(rows, schema=["city", "x", "paid", "kind"], orient="row")
    frame.write_parquet(path := tmp_path / "t.parquet")
    found = of(path)
    assert asked(found) == [("totals", "61")] and found.rows == M
    assert sum(len(part.y) for part in prepare(experiment(path, **found.proposed)).parts.values()) == M


def test_what_may_be_an_example_is_none_of_them(tmp_path: Path) -> None:
    """A number alone in a row may be a line that was cut; so may any row of two columns be; a word in full rows."""
    for cut in ("1.5", "c1,2", 'c1,"'):
        with pytest.raises(BadInput, match=r"row 62: [12] cells?, the header has 4$|a quote is not closed"):
            of(write(tmp_path / "t.csv", [*TABLE, cut]))
    assert not of(write(tmp_path / "t.csv", [*TABLE, "Total,0.5,7.0,a"])).open
    assert not of(write(tmp_path / "t.csv", ["x,kind", *(f"{row[1]},{row[3]}" for row in ROWS), "0.5,a"])).open
