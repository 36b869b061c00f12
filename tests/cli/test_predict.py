"""The command predict: a line out for a row in."""

import io
import json

import pytest

from tests.trainers import end_of
from tuilab.cli import app
from tuilab.errors import BadInput
from tuilab.lab import Lab


def test_rows_on_stdin_become_lines_on_stdout(
    lab: Lab, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    end_of(lab, lab.start(lab.edit(lab.open("circles")[1], {"optimization.iterations": "40"})))

    def predict(text: str, *options: str) -> list[str]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        app(["predict", "last", "-", *options], standalone_mode=False)
        return capsys.readouterr().out.splitlines()

    rows = "x2,x1\n0.5,0.1\n1,0\n"
    head, *lines = predict(rows)
    assert head == "prediction" and len(lines) == 2 and set(lines) <= {"0", "1"}
    assert predict(rows, "--proba")[0] == "prediction,0,1"
    told = [json.loads(line) for line in predict(rows, "--json", "--proba")]
    assert [one["prediction"] for one in told] == lines
    with pytest.raises(BadInput, match='standard input: lacks the column "x1"; has the column "y2"'):
        predict("x2,y2\n1,2\n")
