"""The command mistakes: which examples are wrong, what is said of them, and whose labels look wrong."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.trainers import end_of
from tuilab.cli import app
from tuilab.errors import BadInput
from tuilab.lab import Lab


def test_a_run_is_asked_for_its_mistakes(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    edits = {"optimization.iterations": "40", "data.examples": "100"}
    run = end_of(lab, lab.start(lab.edit(lab.open("circles")[1], edits))).name

    def told(*arguments: str) -> str:
        app([*arguments, "last"], standalone_mode=False)
        return capsys.readouterr().out

    wrong = json.loads(told("mistakes", "--json"))["places"]
    lab.tag(run, "near the ring", wrong[0])
    lab.tag(run, "gone", wrong[0])
    lab.tag(run, "gone", wrong[0])
    text = told("mistakes")
    assert text.startswith("Iteration 40, dev: ") and "worst slices" in text
    assert "fixing near the ring" in text and lab.tags(run) == {"near the ring": (wrong[0],), "gone": ()}
    assert told("mistakes", "--part", "train").startswith("Iteration 40, train: ")
    doubts = json.loads(told("mistakes", "--labels", "--json"))
    assert doubts["examples"] == 75 and {"part", "example", "label", "said"} < set(doubts["doubts"][0])
    assert told("mistakes", "--labels").startswith("Of 75 labels of train and dev ")
    lab.store.find(run).tags_file.write_text('"\\u001b[2J" = [1]')
    assert "The tags cannot be read: " in (text := told("mistakes")) and "\x1b" not in text
    with pytest.raises(BadInput, match="holds no tags"):
        lab.tag(run, "new", 1)
    with pytest.raises(BadInput, match="--part: the run has no train_dev part"):
        told("mistakes", "--part", "train_dev")
    with pytest.raises(BadInput, match="--part: must be one of dev, train, train_dev, test"):
        told("mistakes", "--part", "none")


def test_of_a_file_each_mistake_is_told_by_its_row(
    lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rows of test are those of the file that test is of; the second number of each says which it is."""
    for at, name in enumerate(("people.csv", "others.csv")):
        rng, lines = np.random.default_rng(at), ["x,me,kind"]
        for row in range(120):
            x = rng.normal()
            lines += [f"{x:.4f},{len(lines) + 1},{'yes' if x + rng.normal() > 0 else 'no'}", *[""] * (row % 50 == 3)]
        (tmp_path / name).write_text("\n".join(lines))
    edits = {
        "data.source": str(tmp_path / "people.csv"),
        "data.test_source": str(tmp_path / "others.csv"),
        "data.examples": "all",
        "split.train": "0.6",
        "split.dev": "0.4",
        "split.test": "0",
        "optimization.iterations": "20",
    }
    run = end_of(lab, lab.start(lab.edit(lab.open("circles")[1], edits)))
    dataset = lab.problem(run.experiment).dataset

    def told(*arguments: str) -> str:
        app([*arguments, "last"], standalone_mode=False)
        return capsys.readouterr().out

    for part, file in (("dev", "people.csv"), ("test", "others.csv")):
        seen = json.loads(told("mistakes", "--part", part, "--json"))
        X = dataset.raw(dataset.parts[part].X[seen["places"]])
        assert seen["rows"] == X[:, 1].round().astype(int).tolist() and seen["rows"]
        assert Path(seen["file"]).name == file
        text = told("mistakes", "--part", part).splitlines()
        assert f"row: of {file}, as tuilab data counts" in text
        head = next(at for at, line in enumerate(text) if line.startswith("row  truth "))
        assert [int(line.split()[0]) for line in text[head + 1 :][: len(seen["rows"])]] == seen["rows"]
    doubts = json.loads(told("mistakes", "--labels", "--json"))["doubts"]
    for one in doubts:
        x = dataset.parts[one["part"]].X[one["example"]]
        assert one["row"] == round(dataset.raw(x[None])[0, 1]) and one["file"].endswith("people.csv")
    assert doubts and "row: of people.csv, as tuilab data counts" in told("mistakes", "--labels")
