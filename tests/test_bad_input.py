"""Bad input is refused before training: one line with file, path, value and what is allowed; nothing is written."""

import math
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.commands import here
from tuilab.cli import main
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, Knob, edit, get, knobs
from tuilab.lab import Lab

ROWS = [(k, k % 3, "ab"[k % 2]) for k in range(40)]


def table(rows: list[tuple[Any, ...]]) -> str:
    return "\n".join(["x,y,label", *(",".join(map(str, row)) for row in rows)]) + "\n"


FILES: dict[str, str] = {
    "good.csv": table(ROWS),
    "nan-label.csv": table([*ROWS, (1, 2, "nan")]),
    "no-label.csv": table([*ROWS, (1, 2, "")]),
    "one-class.csv": table([(x, y, "a") for x, y, _ in ROWS]),
    "nan-feature.csv": table([*ROWS[:4], ("nan", 2, "a"), *ROWS]),
    "infinite.csv": table([*ROWS, (1, "1e999", "a")]),
    "word.csv": table([*ROWS, (1, "many", "a")]),
    "ragged.csv": table([*ROWS, (1, 2)]),
    "three.csv": table(ROWS[:3]),
    "header.csv": table([]),
    "empty.csv": "",
    "text.txt": "x",
}
ARRAYS: dict[str, dict[str, Any]] = {
    "nan-label.npz": {"X": np.ones((4, 2)), "y": np.array([0.0, 1.0, math.nan, 1.0])},
    "one-class.npz": {"X": np.ones((4, 2)), "y": np.zeros(4)},
    "nan-feature.npz": {"X": np.array([[0, 1], [1, math.nan], [2, 0], [3, 1]]), "y": np.array([0, 1, 0, 1])},
    "lengths.npz": {"X": np.ones((4, 2)), "y": np.array([0, 1, 0])},
    "no-y.npz": {"X": np.ones((4, 2))},
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory, with every file above."""
    place = tmp_path / "data"
    place.mkdir()
    for name, text in FILES.items():
        (place / name).write_text(text)
    for name, arrays in ARRAYS.items():
        np.savez(place / name, **arrays)
    (place / "folder.csv").mkdir()
    monkeypatch.chdir(place)
    return place


def refused(lab: Lab, edits: dict[str, str]) -> BadInput:
    """What the lab says; the store stays as empty as it was."""
    with pytest.raises(BadInput) as caught:
        lab.start(lab.edit(Experiment(), edits))
    assert not list(lab.store.home.rglob("*"))
    assert "\n" not in str(caught.value)
    return caught.value


def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, edits: dict[str, str]) -> str:
    """The one line of `tuilab run` on stderr, with exit code 2 and nothing on stdout."""
    sets = [f"--set={path}={value}" for path, value in edits.items()]
    monkeypatch.setattr(sys, "argv", ["tuilab", "run", "plain.toml", *sets])
    Path("plain.toml").write_text("")
    with pytest.raises(SystemExit) as left:
        main()
    written = capsys.readouterr()
    assert (left.value.code, written.out, written.err.count("\n")) == (2, "", 1), written.err
    return written.err


def outside(knob: Knob) -> Iterator[tuple[str, str]]:
    """(a value beyond a bound, the bound as it is told), for each bound of the knob's numbers."""
    whole = "a whole number" in knob.allowed
    for bound, sign, digits in re.findall(r"(([≥>≤<]) ([\d.e+-]+(?:,\d{3})*))", knob.allowed):
        edge: Any = (int if whole else float)(digits.replace(",", ""))
        step = 1 if whole else None
        beyond = {
            "≥": edge - step if step else math.nextafter(edge, -math.inf),
            "≤": edge + step if step else math.nextafter(edge, math.inf),
            ">": edge,
            "<": edge,
        }[sign]
        yield str(beyond), bound
    yield "nan", knob.allowed
    yield "inf", knob.allowed
    yield ("1.5" if whole else "0.1.2"), knob.allowed


NUMBERS = [
    (path, value, told) for path, knob in knobs().items() if "number" in knob.allowed for value, told in outside(knob)
]


def test_the_table_of_bounds_has_every_number() -> None:
    assert {"optimization.learning_rate", "seed", "dropout.keep_prob", "network.hidden", "split.dev"} <= {
        path for path, *_ in NUMBERS
    }
    assert len(NUMBERS) > 100


@pytest.mark.parametrize(("path", "value", "told"), NUMBERS)
def test_a_number_out_of_bounds(lab: Lab, path: str, value: str, told: str) -> None:
    error = refused(lab, {path: value})
    assert error.path.split("[")[0] == path
    assert told.rpartition("each ")[2] in error.message
    assert value in error.message or repr(float(value)) in error.message


@pytest.mark.parametrize("path", [path for path, knob in knobs().items() if knob.choices or knob.kind == "switch"])
@pytest.mark.parametrize("value", ["nothing", "1", ""])
def test_a_word_that_is_no_choice(lab: Lab, path: str, value: str) -> None:
    error = refused(lab, {path: value})
    assert error.path == path
    assert knobs()[path].allowed in error.message


@pytest.mark.parametrize(
    ("edits", "path", "says"),
    [
        ({"nothing.xyz": "1"}, "nothing.xyz", "unknown key; known are title, about, task, seed, data.source, "),
        ({"lambda": "1"}, "lambda", "unknown key; closest are regularization.lambd"),
        ({"dropout.keep": "1"}, "dropout.keep", "unknown key; closest are dropout.keep_prob"),
        (
            {"optimization.lr": "1"},
            "optimization.lr",
            "unknown key; known are optimization.optimizer, optimization.learning_rate, optimization.iterations, ",
        ),
        ({"split.train": "0.5"}, "split", "train + dev + test must be 1, got 0.9"),
        ({"dropout.keep_prob": "1, 0.5, 0.5"}, "dropout.keep_prob", "needs 2 values, input layer first"),
        ({"dropout.keep_prob": "1, 0"}, "dropout.keep_prob[1]", "> 0, ≤ 1"),
        ({"network.activation": "relu, tanh"}, "network.activation", "needs 1 names, one a hidden layer; got 2"),
        ({"network.activation": "relu, tan"}, "network.activation[1]", "one of leaky_relu, linear, relu"),
        ({"network.hidden": "4, 0, 2"}, "network.hidden[1]", "≥ 1, ≤ 100,000, not 0"),
        ({"network.hidden": "100000, 100000, 100000"}, "network.hidden", "GiB"),
        ({"optimization.batch_size": "342"}, "optimization.batch_size", "at most 341, the training part, not 342"),
        (
            {"early_stopping.monitor": "dev_cost", "split.train": "0.8", "split.dev": "0"},
            "early_stopping.monitor",
            'must be "off" without a dev part',
        ),
        (
            {"data.source": "blobs", "data.examples": "20", "split.train": "0.79", "split.dev": "0.01"},
            "split.dev",
            "a share of 0.01 of 20 examples is none; at least 0.05 is wanted, or 0 for no such part",
        ),
        (
            {"data.source": "blobs", "data.examples": "20", "split.train": "0.01", "split.dev": "0.79"},
            "split.train",
            "a share of 0.01 of 20 examples is none; at least 0.05 is wanted",
        ),
        ({"data.examples": "570"}, "data.examples", "the source has 569 examples, not 570"),
        ({"data.source": "digits", "data.examples": "9"}, "data.examples", "cannot hold one of each of the 10"),
        ({"data.source": "good.csv", "data.label": "z"}, "data.label", 'named "z"; known are x, y, label'),
        ({"data.source": "nowhere"}, "data.source", "must be one of breast-cancer, digits"),
        ({"data.source": "text.txt"}, "data.source", "or the path of a .csv, .data, .tsv, .npz"),
        ({"data.source": ""}, "data.source", "must not be empty"),
        ({"data.source": "missing.csv"}, "data.source", "no such file"),
        ({"data.source": "folder.csv"}, "data.source", "is a directory, not a file"),
        ({"data.source": "empty.csv"}, "data.source", "is empty"),
        ({"data.source": "header.csv"}, "data.source", "has a header but no rows"),
        ({"data.source": "three.csv"}, "data.source", "needs at least 4 examples, has 3"),
        ({"data.source": "one-class.csv"}, "data.source", "needs at least 2 different labels; every label is 'a'"),
        ({"data.source": "one-class.npz"}, "data.source", "needs at least 2 different labels; every label is '0'"),
        ({"data.source": "nan-label.csv"}, "data.source", "row 42, column \"label\": is no label: 'nan'"),
        ({"data.source": "nan-label.npz"}, "data.source", "y[2] is no label: nan"),
        ({"data.source": "no-label.csv"}, "data.source", 'row 42, column "label": is empty'),
        ({"data.source": "nan-feature.csv"}, "data.source", 'row 6, column "x": not a finite number'),
        ({"data.source": "nan-feature.npz"}, "data.source", "X[1, 1]"),
        ({"data.source": "infinite.csv"}, "data.source", 'row 42, column "y": not a finite number'),
        ({"data.source": "word.csv"}, "data.source", 'row 42, column "y"'),
        ({"data.source": "ragged.csv"}, "data.source", "row 42: 2 cells, the header has 3"),
        ({"data.source": "lengths.npz"}, "data.source", "a label for each row of X, not (3,)"),
        ({"data.source": "no-y.npz"}, "data.source", "has no array y; it holds X"),
        (
            {"data.dev_source": "good.csv"},
            "split.dev",
            "must be 0 where data.dev_source names a file, not 0.2",
        ),
    ],
    ids=lambda value: next(iter(value.values())) if isinstance(value, dict) else "",
)
def test_what_cannot_be_trained(
    lab: Lab,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    edits: dict[str, str],
    path: str,
    says: str,
) -> None:
    """Through the lab, and the same fault in the words of the command line."""
    error = refused(lab, edits)
    assert error.path == path
    assert says in error.message
    named = edits.get("data.source", "")
    assert error.file == (named if Path(named).suffix in (".csv", ".npz") and path.startswith("data.") else "")
    line = said(capsys, monkeypatch, edits)
    assert line.startswith("tuilab: ") and line.rstrip().endswith(error.message)
    assert f"{path}: " in line and error.file in line
    assert not list(lab.store.home.rglob("*"))


@pytest.mark.parametrize(
    ("toml", "path", "says"),
    [
        ("[network]\nhidden = [4, 0]", "network.hidden[1]", "≥ 1"),
        ("[network]\nhiden = [4]", "network.hiden", "known here are hidden"),
        ('[network]\nhidden = [4]\nactivation = ["relu", "tanh"]', "network.activation", "needs 1 names"),
        ("[dropout]\nkeep_prob = [1.0, 0.5, 0.5, 0.5]", "dropout.keep_prob", "needs 2 values"),
        ("[optimization]\nlearning_rate = nan", "optimization.learning_rate", "> 0"),
        ("[optimization\n", "", "not TOML"),
    ],
)
def test_a_file_is_named_with_the_path_of_its_fault(
    home: Path, tmp_path: Path, toml: str, path: str, says: str
) -> None:
    """In a process of its own, as a script meets it."""
    file = tmp_path / "mine.toml"
    file.write_text(toml)
    done = here("run", str(file))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"tuilab: {file}: {path}")
    assert says in done.stderr
    assert not list(home.rglob("*"))


def test_a_fault_that_only_the_data_show_names_the_preset_s_data_file(home: Path, folder: Path) -> None:
    (folder / "mine.toml").write_text('[data]\nsource = "one-class.csv"\n')
    done = here("run", "mine.toml")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "one-class.csv: data.source: needs at least 2 different labels" in done.stderr
    assert not list(home.rglob("*"))


def test_the_edges_themselves_are_legal() -> None:
    """The bounds are where the words say, and may be typed as they stand there: ≥ and ≤ include them."""
    for path, knob in knobs().items():
        for sign, digits in re.findall(r"([≥≤]) ([\d.e+-]+(?:,\d{3})*)", knob.allowed):
            if path.startswith("split.") or (path == "network.hidden" and sign == "≤"):
                continue  # shares must add up
            assert get(edit(Experiment(), {path: digits}), path) is not None, sign
