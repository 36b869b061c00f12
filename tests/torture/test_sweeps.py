"""Sweeps that are killed again and again train each trial once; one of 1,000 trials is looked at without waiting."""

import random
import time
from contextlib import suppress
from functools import partial

import psutil
import pytest

from tests.queue.test_queue import begun, workers
from tests.sweeps import LAMBD, told
from tests.terminal import FRESH, Terminal
from tests.torture.test_starts import EXPERIMENT, tuilab
from tests.trainers import trainer, until
from tests.ui.conftest import until as shown
from tuilab.experiment import edit
from tuilab.lab import Lab
from tuilab.lab.best_curves import BestCurves
from tuilab.lab.pictures import of_sweep
from tuilab.queue.sweep import crashes
from tuilab.search import Search
from tuilab.ui.app import LabApp
from tuilab.ui.figures.pictures import pages
from tuilab.ui.panels.long_table import LongTable
from tuilab.ui.plots import Figure
from tuilab.ui.plots.grid import NumberGrid, grid_cells
from tuilab.ui.plots.parallel import ParallelLines, parallel_cells
from tuilab.ui.plots.picture import picture
from tuilab.ui.screens.trials import TrialsScreen

KILLS, TRIALS = 10, 12


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_killed_each_trial_is_trained_once(lab: Lab, seed: int) -> None:
    chance = random.Random(seed)
    search = Search(over={"optimization.learning_rate": "log:0.01..1"}, trials=TRIALS)
    name = lab.sweeps.start(edit(EXPERIMENT, {"early_stopping.monitor": "off"}), search)
    sweep = lab.sweeps.find(name)
    ended: dict[str, bytes] = {}
    killed = {"command": 0, "worker": 0, "trainer": 0}
    while sum(killed.values()) < KILLS and lab.sweeps.look(name).status != "done":
        command = tuilab("sweep", name)
        time.sleep(chance.uniform(0.1, 1.0))
        what = chance.choice(list(killed))
        if what == "worker":
            for process in workers(lab):
                process.kill()
                killed[what] += 1
        elif what == "trainer":
            # A second death would be a crash, by which a trial is given up.
            going = [one for one in sweep.store.list() if lab.control.look(one.name).status == "running"]
            for folder in [one for one in going if not crashes(one)][:1]:
                with suppress(psutil.NoSuchProcess, ValueError):
                    trainer(folder).kill()
                    killed[what] += 1
        killed["command"] += what == "command"
        command.kill()
        command.communicate()
        for one in lab.sweeps.look(name).results:
            if one.status == "done":
                log = lab.store.find(one.name).log_file.read_bytes()
                assert ended.setdefault(one.name, log) == log
    end = tuilab("sweep", name)
    assert end.wait(300) == 0
    view = lab.sweeps.look(name)
    assert view.states == {"done": TRIALS} and len({one.name for one in view.results}) == TRIALS
    assert all(lab.store.find(one).log_file.read_bytes() == log for one, log in ended.items())
    assert sum(begun(folder) for folder in sweep.store.list()) <= TRIALS + killed["trainer"]
    until(lambda: not workers(lab))
    print(killed)


@pytest.mark.usefixtures("paced")
def test_the_app_is_killed_in_the_middle_of_a_sweep_that_it_began(lab: Lab) -> None:
    chance, many = random.Random(0), 32
    told = {"optimization.iterations": "1000", "early_stopping.monitor": "off"}
    search = f'[sweep]\ntrials = {many}\n[sweep.over]\n"optimization.learning_rate" = "log:0.01..1"\n'
    file = lab.save_preset("swept", edit(EXPERIMENT, told))
    file.write_text(file.read_text() + search)
    ended, middle = dict[str, bytes](), 0
    for kill in range(KILLS + 1):
        before = len(ended)
        with Terminal("open", "swept", program=FRESH) as app:
            app.wait("r Run")
            if lab.sweeps.names():
                app.press("b")
                app.wait("sweep over learning_rate")
                app.press("\r")
            else:
                app.press("S")
                app.wait("vary also")
                app.press("\x12")
            app.wait(f"{many} trials: ")
            if kill < KILLS:
                app.until(partial(more_are_over, lab, before))
                app.read_for(chance.uniform(0, 0.5))
                middle = len(over(lab))
            else:
                app.wait(f"{many} trials: all done", 600)
        ended |= (now := over(lab))
        assert {name: now[name] for name in ended} == ended
    (name,) = lab.sweeps.names()
    folders = lab.sweeps.find(name).store.list()
    print(f"{KILLS} kills of the app: {middle} trials were over at the last one")
    assert 0 < middle < many
    assert [(begun(folder), crashes(folder)) for folder in folders] == [(1, 0)] * many
    until(lambda: not workers(lab))


def more_are_over(lab: Lab, before: int) -> bool:
    return len(over(lab)) > before


def over(lab: Lab) -> dict[str, bytes]:
    """The logs of the trials of all sweeps that are done."""
    done = [one.name for name in lab.sweeps.names() for one in lab.sweeps.look(name).results if one.status == "done"]
    return {name: lab.store.find(name).log_file.read_bytes() for name in done}


async def test_a_sweep_of_1000_trials_opens_within_a_second_and_its_pictures_are_drawn_within_a_tenth(
    lab: Lab,
) -> None:
    """Of the processor; what was known of the trials is on the disk, the app sees them for the first time."""
    over = {LAMBD: "log:1e-3..10", "optimization.learning_rate": "log:1e-2..1", "network.hidden": "[4],[8],[16]"}
    chance = random.Random(0)
    name = told(lab, Search(over=dict(over), trials=1000), lambda trial: chance.uniform(0.05, 0.3))
    lab.sweeps.look(name)
    fresh = Lab(lab.store.home)
    app = LabApp(fresh, EXPERIMENT, "")
    async with app.run_test(size=(120, 40)) as pilot:
        start = time.process_time()
        screen = TrialsScreen(fresh, name)
        await app.push_screen(screen)
        await shown(pilot, lambda: screen.query_one(LongTable).row_count == 1000)
        opened = time.process_time() - start
    seen = of_sweep(fresh.sweeps.look(name), BestCurves(fresh.store))
    spent = []
    for _ in range(3):
        start = time.process_time()
        for page in pages(seen):
            match page.shown:
                case NumberGrid():
                    grid_cells(page.shown, 120, 40)
                case ParallelLines():
                    parallel_cells(page.shown, 120, 40)
                case Figure():
                    picture(page.shown, 120, 40)
        spent.append(time.process_time() - start)
    print(f"opened in {opened:.2f} s, drawn in {min(spent):.3f} s")
    assert opened <= 1.0 and min(spent) <= 0.1
