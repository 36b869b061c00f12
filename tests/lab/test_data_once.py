"""Whatever the lab is asked of an experiment, its files are read once."""

from pathlib import Path
from typing import BinaryIO

import pytest

from tuilab.data import files
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files of data that this process has opened."""
    names, really_open = list[str](), files.opened

    def counted(source: str) -> BinaryIO:
        names.append(source)
        return really_open(source)

    monkeypatch.setattr(files, "opened", counted)
    return names


def test_plan_start_views_and_checks_read_a_file_once(lab: Lab, tmp_path: Path, opened: list[str]) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b,kind\n" + "".join(f"{row},{row % 7},{'xy'[row % 2]}\n" for row in range(40)))
    experiment = edit(Experiment(), {"data.source": str(path), "optimization.iterations": "20"})
    lab.plan(experiment)
    for rate in ("0.2", "0.3", "0.4"):
        experiment = edit(experiment, {"optimization.learning_rate": rate})
        lab.plan(experiment)
    lab.inspect(experiment)
    lab.check_descent(experiment)
    lab.gradient_check(experiment, after=3)
    lab.epsilon_sweep(experiment)
    run = lab.start(experiment)
    lab.moment(experiment, run)
    lab.moment(edit(experiment, {"network.hidden": "3"}))
    assert opened == [str(path)]
