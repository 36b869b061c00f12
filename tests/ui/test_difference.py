"""Both sides show one experiment, or the run's says that they differ."""

from tests.ui.canned import snapshot
from tests.ui.conftest import until
from tests.ui.test_app import WIDE, room
from tuilab.experiment import edit
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
        room(app).edit({"optimization.learning_rate": "0.77"})
        await until(pilot, lambda: line.display and "0.77" in str(line.content))
        room(app).action_undo()
        await until(pilot, lambda: not line.display)
