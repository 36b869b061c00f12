"""Marks of missing values that mark nothing are said, by the report and by a run; those that mark something are not."""

from pathlib import Path

import pytest

from tuilab.data import prepare
from tuilab.data.columns.report import report
from tuilab.experiment import Experiment, edit

ROWS = [
    f"{k};{k % 7},5;0{1 + k % 9}.02.2020;{'k.A.' if k % 9 == 0 else 'gas'};{'-9' if k == 7 else k % 2}"
    for k in range(40)
]


@pytest.mark.parametrize(
    ("marks", "idle"),
    [
        (["k.a.", "area = 3,5", "area = 3,50", "sold = 4/2/2020", "label = -9", "id = 5"], []),
        (["area = 3.5"], ['area: no cell holds "3.5"']),
        (["area = 3", "5"], ['area: no cell holds "3"']),
        (["heat = kA", "-999"], ['heat: no cell holds "kA"', 'no cell holds "-999"']),
    ],
)
def test_a_mark_that_stands_nowhere_is_said(tmp_path: Path, marks: list[str], idle: list[str]) -> None:
    """ "3,5" by --set without quotes is two items: that the first marks nothing shows it."""
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["id;area;sold;heat;label", *ROWS]))
    given = "[" + ", ".join(f'"{mark}"' for mark in marks) + "]"
    edits = {"data.source": str(path), "columns.marks": given, "columns.missing": "median", "columns.drop": "id"}
    experiment = edit(Experiment(), edits)
    said = [f"{each}, which columns.marks has as a mark of a missing value" for each in idle]
    traps = [trap for trap in report(experiment).traps if trap.name == "idle mark"]
    assert [f"{f'{trap.column}: ' if trap.column else ''}{trap.said}" for trap in traps] == said
    assert not any(trap.open for trap in traps)
    assert [note for note in prepare(experiment).notes if "columns.marks" in note] == said
