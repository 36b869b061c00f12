"""The command mistakes: which examples are wrong, what is said of them, and whose labels look wrong."""

import json

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
