"""Both sides show one experiment, or the run's says that they differ."""

from pathlib import Path

import pytest

from tests.ui.canned import snapshot
from tests.ui.conftest import until
from tests.ui.test_app import WIDE, room
from tuilab.experiment import edit
from tuilab.lab import Lab
from tuilab.ui.app import LabApp
from tuilab.ui.panels.lineage import DifferenceLine, difference


def test_what_differs_is_said() -> None:
    run = snapshot("done")
    other = edit(run.experiment, {"optimization.learning_rate": "0.77"})
    assert difference(run, run.experiment) == difference(None, other) == ""
    assert difference(run, other).startswith("≠ in the panels: ") and difference(run, other).endswith("→ 0.77")
    assert (
        difference(run, edit(other, {"title": "[Other\x1b"})) == "≠ in the panels is another experiment: [Other\ufffd"
    )


async def test_it_is_said_as_long_as_they_differ(app: LabApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        line = room(app).query_one(DifferenceLine)
        assert not line.display
        run = snapshot("done")
        room(app).snapshot = run
        await until(pilot, lambda: line.display and "another experiment" in str(line.content))
        room(app).load("canned", run.experiment)
        await until(pilot, lambda: not line.display)
        room(app).board.edit({"optimization.learning_rate": "0.77"})
        await until(pilot, lambda: line.display and "0.77" in str(line.content))
        room(app).action_undo()
        await until(pilot, lambda: not line.display)


async def test_a_file_beside_is_the_same_file_once_it_is_trained_on(
    app: LabApp, lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    apart = (f"{k * 7 % 11},{k % 5},{(k * 7 % 11 > 5) ^ (k % 5 > 2):d}" for k in range(200))  # which takes some time
    Path("mine.csv").write_text("\n".join(["a,b,y", *apart]))
    mine = edit(lab.open("mine.csv")[1], {"optimization.iterations": "20"})
    assert mine.data.source == "mine.csv"
    async with app.run_test(size=WIDE) as pilot:
        room(app).load("mine", mine)
        await pilot.press("r")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status == "done")
        assert difference(app.snapshot, room(app).draft.experiment) == ""
        await pilot.press("1")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.about.parent != "")
        assert difference(app.snapshot, room(app).draft.experiment) == ""
