"""The command data: a file explained, as text and as JSON; a file trained on by its name."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.data.columns.messy import messy
from tuilab.cli import app, main

BIRDS = "".join(
    f"{n * 37 % 50 / 10},{'dream' if n % 3 else 'biscoe'},{'gentoo' if n % 5 > 2 else 'adelie'},"
    f"{'' if n % 9 == 1 else n % 7 + 0.5}\n"
    for n in range(90)
)


def data(*arguments: str) -> int:
    return app(["data", *arguments], standalone_mode=False)


@pytest.fixture
def birds(tmp_path: Path) -> Path:
    path = tmp_path / "birds.csv"
    path.write_text(f"bill,island,species,mass\n{BIRDS}")
    return path


Ended = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ended(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    """How a command ends, and what it writes to stdout and stderr."""

    def ended(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["tuilab", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    return ended


@pytest.mark.usefixtures("home")
def test_a_table_is_explained(birds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert data(str(birds), "--label", "species") == 0
    told = capsys.readouterr().out
    assert f"{birds}: 90 rows, 4 columns (comma between them, UTF-8)" in told
    assert "label species: 2 classes (adelie 54, gentoo 36); always saying the most frequent one" in told
    assert '! mass: 10 of 90 cells missing (empty), which a run refuses; say columns.missing = "median"' in told
    assert "1 question open (!)" in told
    assert (
        "split 60/20/20 is advised: measured on 18 dev examples, an error of 10.00 % has a standard error of 7.07 %"
        in told
    )
    lines = [line.split() for line in told.splitlines()]
    assert ["island", "category"] in [line[:2] for line in lines]


@pytest.mark.usefixtures("home")
def test_nothing_stands_between_the_columns_of_what_is_no_text(
    birds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import polars  # where it writes: each process of the tests loads all of their files

    np.savez(tmp_path / "own.npz", X=np.arange(90.0).reshape(45, 2), y=np.arange(45) % 3)
    polars.read_csv(birds).write_parquet(tmp_path / "birds.parquet")
    for source, heading in (
        (f"{tmp_path}/own.npz", "45 rows, 3 columns"),
        (f"{tmp_path}/birds.parquet", "90 rows, 4 columns"),
        ("digits", "1,797 rows, 65 columns"),
    ):
        data(source)
        assert capsys.readouterr().out.splitlines()[0].endswith(f": {heading}")
    assert data(str(tmp_path / "own.npz"), "--json") == 0
    assert json.loads(capsys.readouterr().out)["delimiter"] == ""


@pytest.mark.usefixtures("home")
def test_strict_asks_for_every_decision(birds: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert data(str(birds), "--label", "species", "--strict") == 1
    assert data(str(birds), "--label", "species", "--strict", "--set", "columns.missing=median") == 0
    assert "Nothing is left to decide." in capsys.readouterr().out
    experiment = tmp_path / "mine.toml"
    experiment.write_text('[data]\nsource = "birds.csv"\nlabel = "species"\n[columns]\nmissing = "drop rows"\n')
    assert data(str(experiment), "--strict") == 0


@pytest.mark.usefixtures("home")
def test_json_is_one_object_and_holds_no_control_character(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made, path = messy(1), tmp_path / "table.csv"
    name = made.names["always"]
    path.write_bytes(made.content.replace(name.encode(), b"\x1b[2J" + name.encode(), 1))
    assert data(str(path), "--label", made.names["label"], "--json") == 0
    out = capsys.readouterr().out
    assert out.count("\n") == 1 and out.strip().isprintable()
    found = json.loads(out)
    assert (found["rows"], found["delimiter"], found["task"]) == (310, ";", "classification")
    assert {column["name"] for column in found["columns"]} >= {made.names["city"], f"\ufffd[2J{name}"}
    assert found["split"]["shares"] == [0.6, 0.2, 0.2]
    assert data(str(path), "--label", made.names["label"]) == 0
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.usefixtures("home")
def test_what_strangers_wrote_into_cells_is_text(tmp_path: Path, ended: Ended) -> None:
    """In every sentence that quotes a cell: levels, spellings, what does not fit, texts, the label; and in errors."""
    bad, path = "\x1b]52;c;UFdORUQ=\x07\x9b31m\u202e", tmp_path / "table.csv"
    rows = [f"{bad}{'aA'[n % 2]},{n / 2 if n % 9 else bad},{bad}{'x' * n},{bad},{bad}{n % 2}" for n in range(60)]
    path.write_text("\n".join([f"{bad}city,{bad}n,note,{bad}same,kind", *rows]))
    for command in (("data",), ("data", "--json"), ("run",)):
        code, out, err = ended(command[0], str(path), *command[1:])
        assert code == (2 if command == ("run",) else 0)
        assert (out + err).replace("\n", "").isprintable() and "52;c;UFdORUQ=" in out + err


@pytest.mark.parametrize(("file", "says"), [("none.csv", "no such file"), ("a.txt", "must be one of breast-cancer")])
def test_what_is_no_table_is_one_line(home: Path, ended: Ended, file: str, says: str) -> None:
    code, out, err = ended("data", file)
    assert (code, out, err.count("\n")) == (2, "", 1) and says in err
    assert not list(home.rglob("*"))


@pytest.mark.usefixtures("home")
def test_from_a_file_to_a_trained_network_by_what_the_line_says(birds: Path, ended: Ended) -> None:
    command = ("run", str(birds), "--label", "species", "--set", "optimization.iterations=50", "--json")
    code, _, err = ended(*command)
    assert code == 2 and 'say columns.missing = "median"' in err
    code, out, err = ended(*command, "--set", 'columns.missing="median"')
    assert code == 0, err
    assert json.loads(out)["status"] == "done"


@pytest.mark.usefixtures("home")
def test_of_many_columns_the_first_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "wide.csv"
    rows = [[*(f"{n * k % 97 / 7:.3g}" if n != k else "" for k in range(200)), "ab"[n % 2]] for n in range(250)]
    path.write_text("\n".join(",".join(row) for row in [[*(f"c{k}" for k in range(200)), "kind"], *rows]))
    assert data(str(path)) == 0
    told = capsys.readouterr().out.splitlines()
    assert "and 100 more columns (--json has all)" in told and "  missing: 188 more columns (--json has all)" in told
    assert len(told) < 150 and 'missing = "median"' in told


@pytest.mark.usefixtures("home")
def test_what_cannot_be_learned_or_is_empty_is_said_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "odd.csv"
    rows = (f"{k * 7 % 31},,{f'C{k}' if k % 2 else ''},{k % 3 + 3},x" for k in range(60))
    path.write_text("\n".join(["a,b,cabin,grade,y", *rows]) + "\n")
    assert data(str(path), "--label", "y") == 0
    told = capsys.readouterr().out
    assert "b: is empty in every row" in told and "b       left out  0 different" in told
    assert "30 different  " in told  # of cabin, whose empty cells are no value
    assert "RMSE²" not in told  # there is no label to be off by
    assert "split 60/20/20 is advised for so many rows" in told
    assert data(str(path), "--label", "grade", "--set", "columns.drop=cabin,y") == 0
    told = capsys.readouterr().out
    assert "3 classes (3: 20, 4: 20, 5: 20)" in told and "[columns]" not in told
    assert data(str(path), "--label", "a", "--set", "columns.drop=cabin,y", "--set", "task=regression") == 0
    assert "an error (RMSE²) has a standard error of 40.82 % of it" in capsys.readouterr().out


@pytest.mark.usefixtures("home")
def test_a_question_that_no_setting_answers_proposes_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "one.csv"
    path.write_text("a,b,y\n" + "".join(f"{k * 7 % 31}.5,{k * 5 % 23}.25,x\n" for k in range(60)))
    assert data(str(path)) == 0
    told = capsys.readouterr().out
    assert "1 question open (!)." in told and "proposed" not in told and "[columns]" not in told


@pytest.mark.usefixtures("home")
def test_the_advice_tells_how_few_groups_dev_would_have(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "visits.csv"
    rows = "".join(f"P{n // 5},{n % 7}.{n % 10},{'ab'[n // 5 % 2]}\n" for n in range(600))
    path.write_text("patient,x,ill\n" + rows)
    assert data(str(path), "--set", "columns.group=patient") == 0
    said = "120 dev examples of about 24 groups, an error of 10.00 % has a standard error of 2.74 %, of 6.12 % where"
    assert said in capsys.readouterr().out
