"""Several runs in one picture: colors that stay, seeds as a band, the table of what differs."""

import time

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from rich.text import Text
from textual.app import App, ComposeResult
from textual.widgets import DataTable, Static

from tests.runs.events import started
from tests.ui.canned import EXPERIMENT, snapshot
from tests.ui.conftest import until
from tuilab.events import Parts, Target
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab, Snapshot
from tuilab.lab.comparison import Comparison, spread
from tuilab.ui.app import LabApp
from tuilab.ui.figures.livery import liveries
from tuilab.ui.figures.several import BAND, cost_of_all, error_of_all
from tuilab.ui.panels.filled import fill
from tuilab.ui.screens.compare import CompareScreen, rows
from tuilab.ui.screens.seeds import SeedsScreen

NARROW = (80, 24)


def run(number: int, **edits: str) -> Snapshot:
    experiment = edit(EXPERIMENT, {path.replace("__", "."): text for path, text in edits.items()})
    return structs.replace(snapshot("done", experiment=experiment), name=f"canned-{number:04}")


@given(st.lists(st.integers(1, 400).map(lambda number: f"run-{number:04}"), unique=True, max_size=40))
def test_a_run_keeps_its_livery_when_others_join(names: list[str]) -> None:
    known = liveries(names)
    assert [known[name] for name in names[:7]] == list(liveries(names[:7]).values())
    assert len({one.marker for one in known.values()}) == min(26, len(names))
    assert len({one.hue for one in list(known.values())[:6]}) == min(6, len(names))
    if names:
        assert known[names[0]] == liveries([names[0]])[names[0]]


def test_every_run_has_a_curve_of_its_own() -> None:
    runs = (run(1), run(2, regularization__lambd="3"))
    for figure in (cost_of_all(runs, log=True, banded=True), error_of_all(runs, "dev", banded=True)):
        assert [series.name for series in figure.series] == ["canned-0001", "canned-0002"]
        assert len({series.color for series in figure.series}) == 2 and figure.note == ""


def test_seeds_are_drawn_as_mean_and_band_which_says_what_it_is() -> None:
    runs = (run(1), run(2, seed="5"), run(3, seed="6"), run(4, regularization__lambd="3"))
    figure = error_of_all(runs, "train", banded=True)
    assert [series.name for series in figure.series] == ["lowest", "highest", "mean of 3 seeds", "canned-0004"]
    assert figure.note == BAND and figure.title.startswith("Train")
    assert len(error_of_all(runs, "train", banded=False).series) == 4
    assert figure.title == "Train error, %"
    target = Target(name="price", task="regression", mean=0.0, scale=1.0)
    numbers = structs.replace(runs[0].view, started=structs.replace(started(), target=target, classes=()))
    of_numbers = structs.replace(runs[0], view=numbers)
    assert error_of_all((of_numbers,), "dev", banded=True).title == "Dev error, % of variance"


def test_a_seed_without_a_point_is_left_out_of_the_mean() -> None:
    fresh = structs.replace(snapshot("starting", 0, edit(EXPERIMENT, {"seed": "8"})), name="canned-0009")
    figure = error_of_all((run(1), run(2, seed="5"), fresh), "dev", banded=True)
    assert [series.name for series in figure.series][-1] == "mean of 2 seeds"


def test_the_spread_over_the_seeds_is_told() -> None:
    pair = (run(1), structs.replace(run(2, seed="5"), error=Parts(train=0.0, dev=0.2)))
    assert spread(pair) == "Dev error of 2 seeds: mean 15.00 %, 10.00 % to 20.00 %."
    assert spread(pair[:1]) == ""
    left = [structs.replace(run(3, seed=str(seed)), status=how) for seed, how in ((6, "dead"), (7, "diverged"))]
    assert spread((*pair, left[0])) == "Dev error of 2 seeds: mean 15.00 %, 10.00 % to 20.00 %; 1 other is not done."
    assert spread((*pair, *left)).endswith("; 2 others are not done.")
    assert spread((pair[0], *left)) == "" and spread((pair[0], pair[0])) == ""


def test_the_table_tells_what_differs_and_how_it_went() -> None:
    table = rows((run(1), run(2, regularization__lambd="3")))
    assert table[0] == ("λ", "0.7", "3.0")
    assert ("dev error", "10.00 %", "10.00 %") in table
    assert all(len(row) == 3 for row in table)


def test_more_seeds_are_queued_at_once_and_watched_to_their_end(lab: Lab, experiment: Experiment) -> None:
    first = lab.start(experiment)
    comparison = Comparison(lab, [first], seeds=3)
    runs = comparison.poll()
    assert len(runs) == len(lab.runs()) == 4  # how many of them still wait depends on the machine
    while not comparison.over:
        time.sleep(0.05)
        runs = comparison.poll()
    assert comparison.waiting == 0 and {one.status for one in runs} == {"done"}
    assert [one.experiment.seed for one in runs] == [experiment.seed + step for step in range(4)]
    assert [one.about.parent for one in runs] == ["", first, first, first]
    assert all(edit(one.experiment, {"seed": "1"}) == edit(experiment, {"seed": "1"}) for one in runs)


async def test_the_room_fits_and_its_keys_work(app: LabApp, lab: Lab, experiment: Experiment) -> None:
    names = [lab.start(experiment), lab.start(lab.edit(experiment, {"regularization.kind": "l2"}))]
    screen = CompareScreen(lab, tuple(names), seeds=1)
    async with app.run_test(size=NARROW) as pilot:
        await app.push_screen(screen)
        await until(pilot, lambda: len(screen.runs) == 3 and all(one.status == "done" for one in screen.runs))
        await pilot.pause()
        assert len(screen.query_one(DataTable).columns) == 4
        assert "Dev error of 2 seeds" in str(screen.query_one("#said", Static).content)
        await pilot.press("m", "l", "t")
        assert (screen.banded, screen.log_axis, screen.part) == (False, True, "train")
        for widget in ("#cost", "#error", DataTable):
            region = screen.query_one(widget).region
            assert region.width > 20 and region.height >= 4 and region.bottom <= NARROW[1]
        await pilot.press("escape")
        assert app.screen is not screen


async def test_more_seeds_are_asked_for_and_run(app: LabApp, lab: Lab, experiment: Experiment) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("m")
        await pilot.pause()
        assert len(app.screen_stack) == 1  # there is no run to repeat
        await pilot.press("r")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status == "done")
        await pilot.press("m", "0", "enter")
        assert isinstance(app.screen, SeedsScreen) and "from 1 to" in str(
            app.screen.query_one("#fault", Static).content
        )
        await pilot.press("backspace", "backspace", "2", "enter")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen) and len(app.screen.runs) == 3)
        assert {run.about.parent for run in lab.runs()[:2]} == {lab.runs()[2].name}


async def test_the_table_is_whole_in_its_first_picture() -> None:
    class Page(App[None]):
        def compose(self) -> ComposeResult:
            yield DataTable()

    async with Page().run_test() as pilot:
        table: DataTable[Text] = pilot.app.query_one(DataTable)
        for _ in range(2):
            fill(table, ("", "n"), [("the name of a row", "a long value")])
            assert "the name of a row" in table.render_line(1).text  # drawn before the table is ever idle
        await pilot.pause()
        assert "the name of a row  a long value" in table.render_line(1).text
