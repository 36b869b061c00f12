"""The verdict's panel."""

from msgspec.structs import replace
from textual.app import App

from tests.ui.canned import snapshot
from tests.ui.conftest import until
from tuilab.events import Parts, Target
from tuilab.training.base_error import BaseError
from tuilab.training.gaps import Gap
from tuilab.ui.app import LabApp
from tuilab.ui.panels.verdict import ActionLine, ActionList, VerdictPanel, figures


async def test_actions_known_before_their_list_stand_in_it_then_and_are_of_the_run_that_is_shown() -> None:
    run = snapshot("done")
    async with App[None]().run_test() as pilot:
        shown = ActionList()
        shown.snapshot = run
        await pilot.app.mount(shown)
        await until(pilot, lambda: len(shown.query(ActionLine)) == len(run.diagnosis.actions) > 0)
        shown.snapshot = replace(run, name="another-0001")
        await until(pilot, lambda: {line.run for line in shown.query(ActionLine)} == {"another-0001"})


async def test_actions_that_come_as_the_app_ends_are_nothing() -> None:
    async with App[None]().run_test() as pilot:
        shown = ActionList()
        await pilot.app.mount(shown)
        pilot.app.exit()
        shown.snapshot = snapshot("done")
        assert not shown.query(ActionLine)


async def test_where_there_is_room_no_reason_is_cut(app: LabApp) -> None:
    run = snapshot("done")
    why = "a reason that is longer than a line of the verdict, in words that are all to be read"
    long = replace(run.diagnosis, actions=tuple(replace(one, why=why) for one in run.diagnosis.actions))
    async with app.run_test(size=(200, 60)) as pilot:
        panel = app.screen.query_one(VerdictPanel)
        panel.snapshot = replace(run, diagnosis=long)
        await until(pilot, lambda: len(panel.query(ActionLine)) == len(long.actions) > 2)
        await until(pilot, lambda: panel.query_one(ActionList).region.height > len(long.actions))
        for line in panel.query(ActionLine):
            shown = "".join(segment.text for row in range(line.size.height) for segment in line.render_line(row))
            assert panel.region.contains_region(line.region) and shown.split()[-2:] == ["be", "read"]


async def test_on_a_small_screen_the_actions_are_seen_however_many_figures_stand_above(app: LabApp) -> None:
    """Of a regression they fill the panel."""
    run = snapshot("done")
    target = Target(name="price", mean=0.0, scale=3.2, deviation=Parts(train=3.2, dev=3.2))
    told = replace(run.view, started=replace(run.view.started, target=target))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("v")
        panel = app.screen.query_one(VerdictPanel)
        panel.snapshot = replace(run, view=told)
        await until(pilot, lambda: len(panel.query(ActionLine)) == len(run.diagnosis.actions) > 2)
        assert panel.max_scroll_y > 0, "more than fits"
        shown = figures(panel.snapshot).split("\n")
        assert [line.split(" ")[0] for line in shown] == ["train", "RMSE", "avoidable"], "what fits, in its units"
        for line in [*panel.query(ActionLine)][:3]:
            assert panel.region.contains_region(line.region) and line.region.height == 1


async def test_the_largest_gap_and_the_base_error_stand_in_the_title_however_long_the_sentence_is(app: LabApp) -> None:
    run = snapshot("done")
    gaps = (
        Gap(name="avoidable bias", between=("train", "base"), value=0.0472, interval=(0.03, 0.074)),
        Gap(name="variance", between=("dev", "train"), value=0.1194, interval=(0.057, 0.198)),
    )
    told = replace(run.diagnosis, sentence="Long. " * 200, gaps=gaps, base_error=BaseError(value=0.01, origin="given"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("v")
        panel = app.screen.query_one(VerdictPanel)
        panel.snapshot = replace(run, diagnosis=told)
        await until(pilot, lambda: panel.max_scroll_y > 0)
        title = "Verdict · largest gap: variance 11.94 % (5.7 to 19.8) · base 1.00 %"
        await until(pilot, lambda: title in "".join(strip.text for strip in app.screen._compositor.render_strips()))
        panel.snapshot = replace(run, diagnosis=replace(told, gaps=()))
        assert panel.border_title == "Verdict"
