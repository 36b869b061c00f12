"""From a real table to inputs: what is asked is asked in one line, and what that line says to say is enough."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tuilab.data import Dataset, csv_file, prepare
from tuilab.data.columns import sheet
from tuilab.data.columns.column import NumberColumn
from tuilab.data.columns.report import report
from tuilab.data.columns.sheet import MAXIMUM_COLUMNS
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit

KINDS = ["adelie", "gentoo"]
ROWS = [
    {
        "name": f"bird {n * n * 'x'}",
        "island": ["dream", "biscoe", "dream ", "?"][n % 4],
        "mass": "NA" if n % 10 == 3 else f"{3000 + 7 * n},5",
        "seen": f"{n % 28 + 1}/{n % 12 + 1}/2007",
        "ring": str(100 + n // 2),
        "always": "1",
        "kind": KINDS[n % 2],
    }
    for n in range(60)
]


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write(rows: list[dict[str, str]] = ROWS, name: str = "birds.csv", delimiter: str = ";") -> Path:
        path = tmp_path / name
        lines = [list(rows[0]), *(list(row.values()) for row in rows)]
        path.write_text("".join(delimiter.join(line) + "\n" for line in lines))
        return path

    return write


def made(path: Path, **columns: str) -> Dataset:
    edits = {f"columns.{name.rstrip('_')}": text for name, text in columns.items()}
    return prepare(edit(Experiment(), {"data.source": str(path), **edits}))


def refusal(path: Path, **columns: str) -> BadInput:
    with pytest.raises(BadInput) as caught:
        made(path, **columns)
    assert str(caught.value).isprintable() and str(caught.value).startswith(str(path))
    return caught.value


def settings(error: BadInput) -> dict[str, str]:
    """What the line says to say."""
    said = error.message.rpartition("; say ")[2]
    return dict(re.findall(r"columns\.(\w+) = (\[[^]]*\]|\"[^\"]*\")", said))


def test_one_line_asks_for_all_and_says_what_is_enough(write: Any) -> None:
    error = refusal(write())
    assert error.path == "data.source"
    assert 'column "name" has 60 different texts in 60 cells' in error.message
    assert "row 5, column \"island\": has no value: '?'; 21 cells missing (island 15, mass 6)" in error.message
    found = settings(error)
    assert found == {"drop": '["name"]', "missing": '"median"'}
    dataset = made(write(), **found)
    assert dataset.features == (
        *("island = biscoe", "island = dream", "island is missing", "mass", "mass is missing"),
        *("seen", "seen (year, sine)", "seen (year, cosine)", "ring"),
    )
    assert [dataset.examples.train, dataset.examples.dev, dataset.examples.test] == [36, 12, 12]
    notes = " | ".join(dataset.notes)
    for told in ("a semicolon between", "decimal comma: mass", "day/month/year: seen", "every row: always"):
        assert told in notes
    for told in ("one-hot: island (2)", "the median of train: island, mass"):
        assert told in notes


def test_inputs_are_what_the_cells_say(write: Any) -> None:
    dataset = made(write(), drop="name, seen, always", missing="median")
    assert dataset.encoders is not None and dataset.encoders.features == dataset.features
    parts = [dataset.train, dataset.dev, dataset.test]
    X = dataset.raw(np.concatenate([part.X for part in parts]))
    y = np.concatenate([part.y for part in parts])
    table = {tuple(row) for row in np.c_[X, y].round(3).tolist()}
    median = round(float(X[X[:, 4] == 1, 3][0]), 3)
    for n, row in enumerate(ROWS):
        island = row["island"].strip()
        mass = (median, 1.0) if row["mass"] == "NA" else (float(row["mass"].replace(",", ".")), 0.0)
        islands = [float(island == one) for one in ("biscoe", "dream", "?")]
        assert (*islands, *mass, float(row["ring"]), float(n % 2)) in table


def test_rows_with_missing_cells_are_left_out_when_asked(write: Any) -> None:
    dataset = made(write(), drop="name", missing="drop rows")
    assert sum(part or 0 for part in (dataset.examples.train, dataset.examples.dev, dataset.examples.test)) == 42
    assert "18 rows with missing cells left out of 60" in dataset.notes
    every = [{**row, "mass": "" if n > 1 else "1"} for n, row in enumerate(ROWS)]
    assert refusal(write(every), drop="name, island", missing="drop rows").message.startswith("leaves 2 rows of 60")


def test_either_decision_on_missing_cells_leaves_out_rows_without_a_label(write: Any) -> None:
    rows = [{**row, "kind": "" if n % 20 == 1 else row["kind"]} for n, row in enumerate(ROWS)]
    said = (
        'is empty: every example needs a label (data.label names the column of the labels); columns.missing = "median"'
    )
    plain = [{name: row[name] for name in ("ring", "kind")} for row in rows]
    assert said in refusal(write(plain, delimiter=",")).message
    found = report(edit(Experiment(), {"data.source": str(write(rows)), "columns.drop": "name"}))
    assert found.proposed["missing"] == '"median"'
    dataset = made(write(rows), drop="name", missing="median")
    assert sum(len(part.y) for part in dataset.parts.values()) == 57
    assert "3 rows without a label left out of 60" in dataset.notes


def test_what_is_learned_is_learned_of_the_training_part_alone(write: Any) -> None:
    """Whatever stands in dev and test, the training part and the encoders stay as they are."""
    path = write()
    dataset = made(path, drop="name", missing="median")
    train = dataset.raw(dataset.train.X)[:, dataset.features.index("mass")].round(3).tolist()
    changed = [dict(row) for row in ROWS]
    for row in changed:
        if row["mass"] != "NA" and float(row["mass"].replace(",", ".")) not in train:
            row["mass"], row["island"] = "999999", "atlantis"
    again = made(write(changed), drop="name", missing="median")
    assert "atlantis" not in "".join(again.features) and any("train has not: all zeros" in note for note in again.notes)
    assert (again.train.X == dataset.train.X).all()
    assert (again.mean == dataset.mean).all() and (again.scale == dataset.scale).all()


def test_groups_stay_together_and_time_goes_on(write: Any) -> None:
    path = write([{"copy": row["ring"], **row} for row in ROWS])
    dataset = made(path, drop="name", missing="median", group="ring")
    assert "ring" not in dataset.features and dataset.aside == ("ring", "always")
    at = dataset.features.index("copy")
    rings = [set(dataset.raw(part.X)[:, at].round().tolist()) for part in dataset.parts.values()]
    assert len(rings[0] | rings[1] | rings[2]) == sum(map(len, rings)) == 30
    dataset = made(path, drop="name", missing="median", time="ring")
    first, dev, test = (dataset.raw(part.X)[:, dataset.features.index("copy")] for part in dataset.parts.values())
    assert first.max() < dev.min() and dev.max() < test.min()


def test_a_file_of_its_own_for_dev_is_read_by_the_same_readings(write: Any, tmp_path: Path) -> None:
    other = [{**row, "island": "biscoe", "mass": "1.234,5"} for row in ROWS[:8]]
    other[0]["island"] = "atlantis"
    edits = {
        "data.source": str(write()),
        "data.dev_source": str(write(other, "dev.csv")),
        "columns.drop": "name",
        "columns.missing": "median",
        "split.train": "0.8",
        "split.dev": "0",
    }
    dataset = prepare(edit(Experiment(), edits))
    dev = dataset.raw(dataset.dev.X).round(3)
    assert dev[:, dataset.features.index("mass")].tolist() == [1234.5] * 8
    assert dev[:, dataset.features.index("island = biscoe")].tolist() == [0, *[1] * 7]
    assert "dev: 1 example of a level of island that train has not: all zeros" in dataset.notes
    write([{**row, "mass": "ten"} for row in other], "dev.csv")
    with pytest.raises(BadInput, match="row 2, column \"mass\": not a number: 'ten'"):
        prepare(edit(Experiment(), edits))


@pytest.mark.parametrize(
    ("columns", "path", "says"),
    [
        ({"drop": "nme"}, "columns.drop", 'no column is named "nme"; known are name, island'),
        ({"drop": "kind"}, "columns.drop", '"kind" is the label'),
        ({"as_": "mass"}, "columns.as", "must be name = kind, the kind one of number, point"),
        ({"as_": "mass = wide"}, "columns.as", "must be name = kind, the kind one of number, point"),
        ({"as_": "x = date"}, "columns.as", 'no column is named "x"'),
        ({"group": "x"}, "columns.group", 'no column is named "x"'),
        ({"time": "island", "drop": "name", "missing": "median"}, "columns.time", "holds neither dates nor numbers"),
        ({"time": "mass", "drop": "name", "missing": "median"}, "columns.time", 'column "mass": is empty'),
        (
            {"time": "mass", "drop": "name"},
            "columns.time",
            'no median tells its part: say columns.missing = "drop rows"',
        ),
        ({"encoding": "utf-16"}, "data.source", "UTF-16"),
    ],
)
def test_a_decision_that_is_none_is_refused_by_its_path(
    write: Any, columns: dict[str, str], path: str, says: str
) -> None:
    error = refusal(write(), **columns)
    assert error.path == path and says in error.message


def test_digits_in_threes_are_asked_about_in_a_plain_file_too(write: Any) -> None:
    rows = [{"income": f"{n + 10}.{n * 37 % 1000:03}", "n": str(n % 7), "kind": KINDS[n % 2]} for n in range(60)]
    path = write(rows, delimiter=",")
    error = refusal(path)
    assert '"10.000" may be 10 (point) or 10000 (comma)' in error.message
    assert error.message.endswith('say columns.as = ["income = point"] (or comma)')
    point, comma = (made(path, as_=f"income = {way}") for way in ("point", "comma"))
    assert np.allclose(comma.raw(comma.train.X)[:, 0], 1000 * point.raw(point.train.X)[:, 0])
    rows[-1]["income"] = "12.5"
    assert made(write(rows, delimiter=",")).encoders is None


def test_latin_1_is_asked_about_and_read_when_said(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes(b"x,kind\n" + "".join(f"{n % 7},{'aé'[n % 2]}\n" for n in range(40)).encode("latin-1"))
    assert (
        refusal(path).message == 'line 3: is not UTF-8 text; if it is latin-1 ("é"), say columns.encoding = "latin-1"'
    )
    dataset = made(path, encoding="latin-1")
    assert dataset.classes == ("a", "é") and "read as LATIN-1 text" in dataset.notes


def test_group_and_time_are_two_ways_to_split() -> None:
    with pytest.raises(BadInput, match=r"columns.time: must be empty where columns.group names a column"):
        edit(Experiment(), {"columns.group": "a", "columns.time": "b"})


def test_a_label_of_numbers_is_read_like_any_column(write: Any) -> None:
    rows = [{"n": str(n % 7), "price": f"{n % 30},{n * 7 % 100:02}"} for n in range(90)]
    dataset = made(write(rows))
    assert not dataset.classes and dataset.target is not None
    whole = np.concatenate([part.y for part in dataset.parts.values()]) * dataset.target.scale + dataset.target.mean
    assert np.allclose(np.sort(whole), sorted(float(row["price"].replace(",", ".")) for row in rows))
    grouped = made(write([{"n": str(n % 7), "price": f"{1000 + n * 7:,}.50"} for n in range(90)])).target
    assert grouped is not None and 1000 < grouped.mean < 1700
    torn = [{"n": str(n % 7), "price": f"{n % 30 + 1}.{n * 7 % 100:02}5"} for n in range(90)]
    for delimiter in ",;":
        path = write(torn, delimiter=delimiter)
        assert '"1.005" may be 1.005 (point) or 1005 (comma)' in refusal(path).message
        mean = {way: made(path, as_=f"price = {way}").target for way in ("point", "comma")}
        assert mean["point"] and mean["comma"] and np.isclose(mean["comma"].mean, 1000 * mean["point"].mean)


def test_a_quote_that_swallows_rows_makes_no_category(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = [f"{n % 7},{'ab'[n % 2]},{'xy'[n % 3 % 2]}\n" for n in range(40)]
    path.write_text("".join(["n,city,kind\n", *rows[:20], '5,"a,x\n6,b",y\n', *rows[20:]]))
    assert 'row 22, column "city": a value of more than one line (an unclosed quote?)' in refusal(path).message


def test_more_columns_than_are_judged_one_by_one_are_numbers_or_refused_before_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns, path = MAXIMUM_COLUMNS + 2, tmp_path / "wide.csv"
    names, rows = ",".join([*(f"g{at}" for at in range(columns - 1)), "kind"]), ["1," * (columns - 1)] * 6
    path.write_text("\n".join([names, *(row + "ab"[at % 2] for at, row in enumerate(rows))]))
    assert made(path).train.X.shape[1] == columns - 1
    monkeypatch.setattr(sheet, "_columns", lambda *given: pytest.fail("was read"))
    with pytest.raises(BadInput, match="has 10,002 columns; more than 10,000 are read as numbers between commas alone"):
        report(edit(Experiment(), {"data.source": str(path)}))
    path.write_text("\n".join([names, *(row + "ab"[at % 2] for at, row in enumerate(["x" + rows[0][1:], *rows]))]))
    said = "has 10,002 columns (row 2, column \"g0\": not a number: 'x'); more than 10,000"
    assert refusal(path).message.startswith(said)


def test_units_short_years_and_names_of_months_are_read_and_told(tmp_path: Path) -> None:
    """As a label too; new rows are read as they were."""
    path = tmp_path / "t.csv"
    rows = [f"${n}.50,{13 + n % 15}/03/{15 + n % 9},{1 + n % 28} Mar 2020,{n * 37 % 60 / 2} %" for n in range(60)]
    path.write_text("\n".join(["fee,paid,born,share", *rows]))
    experiment = edit(Experiment(), {"data.source": str(path)})
    dataset = prepare(experiment)
    assert {
        "read without its $: fee",
        "years of two digits from 69 on read as of 19.., others as of 20..: paid",
        "read as dates with the names of months: born",
    } <= set(dataset.notes)
    target, encoders = dataset.target, dataset.encoders
    assert target is not None and encoders is not None and target.name == "share"
    X = encoders.read({"fee": ["$1.50"], "paid": ["14/03/24"], "born": ["2 Mar 2020"]})
    assert X[0, 0] == 1.5 and (X[0, 1] - X[0, 2]) == 4 * 365 + 1 + 12
    with pytest.raises(BadInput, match=r"no number: '1\.50'"):
        encoders.read({"fee": ["1.50"], "paid": ["14/03/24"], "born": ["2 Mar 2020"]})


def test_runs_of_spaces_divide_columns_where_nothing_else_does(tmp_path: Path) -> None:
    """As in files of UCI, with names in quotes; a text of words between commas has none."""
    path, rows = tmp_path / "t.data", [(n * 7 % 31 + 0.5, n * 11 % 29, "ab"[n * n * 3 % 7 % 2]) for n in range(40)]
    lines = [f'  {x:<6} {n:>5} "the {kind} one"  \n' for x, n, kind in rows]
    path.write_text("".join(lines))
    found = report(edit(Experiment(), {"data.source": str(path)}))
    assert (
        found.delimiter == " "
        and found.proposed == {"header": '"none"'}
        and set(found.classes) == {"the a one", "the b one"}
    )
    dataset = made(path, header="none")
    assert "read with a run of spaces between columns" in dataset.notes
    X = np.concatenate([dataset.raw(part.X) for part in dataset.parts.values()])
    assert sorted(map(tuple, X.round(3).tolist())) == sorted((x, float(n)) for x, n, _ in rows)
    path.write_text("width length kind\n" + "".join(lines))
    assert made(path).features == ("width", "length")
    path.write_text("".join(["note of it\n", *(f"{n} times{' or more' * (n % 5)}\n" for n in range(40))]))
    assert "one column only" in refusal(path).message


def test_a_decision_about_columns_of_numbers_asks_for_the_texts_of_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, rng, asked = tmp_path / "numbers.csv", np.random.default_rng(0), list[str]()
    X = rng.standard_normal((500, 4))
    header = "a,b,c,d,kind"
    np.savetxt(path, np.column_stack([X, X[:, 0] > 0]), delimiter=",", header=header, comments="", fmt="%.6f")
    texts = NumberColumn.texts.fget
    assert texts is not None
    monkeypatch.setattr(csv_file, "TRIED", 0)
    monkeypatch.setattr(NumberColumn, "texts", property(lambda self: asked.append(self.name) or texts(self)))
    assert made(path, drop="d").features == ("a", "b", "c")
    assert set(asked) <= {"kind"}  # a million of them take a second and more a column
