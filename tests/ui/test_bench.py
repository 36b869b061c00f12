"""The bench: mistakes one by one, tagged by keys, which are kept with the run."""

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Static

from tests.lab.insight.test_mistakes import half_wrong
from tests.ui.conftest import said, until
from tests.ui.loop import Gate
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.lab.insight.mistakes import MistakesInsight
from tuilab.runs import load_weights, save_weights
from tuilab.training.better import shares_on_others
from tuilab.ui.app import LabApp
from tuilab.ui.screens.bench import NO_SLICE, BenchScreen, enlarged, head

NARROW = (80, 24)


@pytest.fixture
def app(lab: Lab, experiment: Experiment, finished: str) -> LabApp:
    """On a run that says the contrary of what it learned, so that there are mistakes."""
    folder = lab.store.find(finished)
    learned = load_weights(folder.weights_file)
    learned.weights[-1][:] *= -1
    learned.biases[-1][:] *= -1
    save_weights(folder.weights_file, learned)
    return LabApp(lab, experiment, "small", finished)


def told(app: LabApp, part: str) -> str:
    return str(app.screen.query_one(part, Static).content)


def looked(app: LabApp) -> MistakesInsight:
    screen = app.screen
    assert isinstance(screen, BenchScreen) and screen.insight is not None
    return screen.insight


async def opened(pilot: Pilot[None], app: LabApp) -> MistakesInsight:
    await until(pilot, lambda: app.snapshot is not None and app.snapshot.status == "done")
    await pilot.press("M")
    await until(pilot, lambda: isinstance(app.screen, BenchScreen) and app.screen.insight is not None)
    return looked(app)


async def test_a_mistake_is_tagged_by_a_key_and_the_tag_stays_with_the_run(
    app: LabApp, lab: Lab, finished: str
) -> None:
    async with app.run_test(size=NARROW) as pilot:
        first, second = (await opened(pilot, app)).places[:2].tolist()
        assert f"example {first} is " in said(app) and "No tags yet" in told(app, "#tags")
        await pilot.press("n", *"odd", "enter")
        await until(pilot, lambda: lab.tags(finished) == {"odd": (first,)})
        await until(pilot, lambda: "1 ✓ odd" in told(app, "#tags"))
        await pilot.press("right", "1", "left", "n", *"dim", "enter")
        await until(pilot, lambda: lab.tags(finished) == {"odd": tuple(sorted((first, second))), "dim": (first,)})
        await until(pilot, lambda: "2 ✓ dim" in told(app, "#tags"))
        await pilot.press("2")
        await until(pilot, lambda: lab.tags(finished)["dim"] == ())
        await pilot.press("n", "escape", "escape")
        await until(pilot, lambda: not isinstance(app.screen, BenchScreen))


async def test_a_key_that_comes_when_others_are_saved_is_not_lost(
    app: LabApp, lab: Lab, finished: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()
    async with app.run_test(size=NARROW) as pilot:
        example, look = int((await opened(pilot, app)).places[0]), MistakesInsight.look

        def slow(*subject: Any) -> MistakesInsight:
            gate()
            return look(*subject)

        monkeypatch.setattr(MistakesInsight, "look", slow)
        await pilot.press("n", *"odd", "enter")
        await until(pilot, gate.begun.is_set)  # it is saved, and looked at
        await pilot.press("n", *"late", "enter")
        gate.let()
        await until(pilot, lambda: lab.tags(finished) == {"odd": (example,), "late": (example,)})


async def test_a_tag_with_what_it_gains_stands_in_a_line_of_a_narrow_terminal(app: LabApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot, app)
        await pilot.press("n", *"taken for another", "enter")
        await until(pilot, lambda: "✓" in told(app, "#tags"))
        room = app.screen.query_one("#tags").size.width
        assert max(map(len, told(app, "#tags").splitlines())) <= room


async def test_slices_give_way_to_labels_in_doubt_and_come_back(app: LabApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot, app)
        assert told(app, "#told") == "\n".join(NO_SLICE)
        await pilot.press("w")
        await until(pilot, lambda: "3 rounds)" in told(app, "#told"))
        await pilot.press("w")
        await until(pilot, lambda: told(app, "#told") == "\n".join(NO_SLICE))


async def test_a_damaged_file_of_tags_is_said_and_nothing_in_it_lost(app: LabApp, lab: Lab, finished: str) -> None:
    file = lab.store.find(finished).tags_file
    file.write_text("odd = 3")
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot, app)
        assert "The tags cannot be read: " in told(app, "#tags")
        await pilot.press("n", *"dim", "enter")
        await until(pilot, lambda: "✗" in said(app) and "holds no tags" in said(app))
    assert file.read_text() == "odd = 3"


async def test_without_mistakes_or_without_dev_it_says_so(lab: Lab, experiment: Experiment, finished: str) -> None:
    app = LabApp(lab, experiment, "small", finished)
    async with app.run_test(size=NARROW) as pilot:
        assert len((await opened(pilot, app)).places) == 0 and "No mistakes among the " in said(app)
        await pilot.press("right", "n", "1", "escape")
        await until(pilot, lambda: not isinstance(app.screen, BenchScreen))
        name = lab.start(edit(experiment, {"split.train": "1", "split.dev": "0", "split.test": "0"}))
        await app.push_screen(BenchScreen(lab, lab.follow(name).poll()))
        await until(pilot, lambda: "there is no dev set" in said(app))


def test_an_image_is_as_large_as_its_room() -> None:
    image = np.linspace(0, 1, 64).reshape(8, 8)
    sizes = {size: sum("▀" in line for line in enlarged(image, *size).lines) for size in [(34, 17), (34, 9), (9, 17)]}
    assert sizes == {(34, 17): 16, (34, 9): 8, (9, 17): 4}


def test_a_mistake_is_named_by_its_row_or_the_image() -> None:
    found = half_wrong(400, {})
    rows = range(9, 9 + len(found.places))
    told = head(replace(found, file="/data/pe\x1bople.csv", rows=tuple(rows)), 2)
    assert f"example {found.places[2]}, row 11 of pe\ufffdople.csv, is " in told
    named = replace(found, file="flowers/", rows=tuple(f"rose/{row}.png" for row in rows))
    assert f"example {found.places[0]}, rose/9.png, is " in head(named, 0)
    assert f"example {found.places[0]} is " in head(found, 0)


def test_who_looks_at_a_part_that_is_worn_out_is_told_what_that_means() -> None:
    for errors, worn in (((0.02, 0.15), True), ((0.1, 0.1), False)):
        found = replace(half_wrong(400, {}), gap=shares_on_others(errors, (200, 200)))
        text = head(found, 0)
        assert ("holds for them alone" in text and "its error is 2.00 %, that of the black box 15.00 %" in text) == worn
        assert text.endswith(".")
