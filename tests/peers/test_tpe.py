"""TPE by Optuna: its points follow from what came of those before, whoever asks, is killed or comes first."""

import random
from collections.abc import Callable
from statistics import median

import pytest
from msgspec.structs import replace

from tests.queue.test_queue import QUICK, workers
from tests.queue.test_sweep import end, folders
from tests.trainers import until
from tuilab.experiment import edit
from tuilab.lab import Lab
from tuilab.search import Point, Search, Tried, trials_in_turn

OVER = {"optimization.learning_rate": "log:0.001..10", "regularization.lambd": "0.1,1,3,10"}
BASE = edit(QUICK, {"regularization.kind": "l2"})
SEARCH = Search(over=OVER, sampler="tpe", trials=24, ahead=3)


def bowl(point: Point) -> float | None:
    """Lowest at α = 0.1 and λ = 1; where α is large nothing comes of it."""
    alpha, lambd = (float(point[path]) for path in OVER)
    return None if alpha > 5 else abs(alpha - 0.1) / alpha + abs(lambd - 1)


def swept(
    search: Search, at_once: int, chance: random.Random, of: Callable[[Point], float | None] = bowl
) -> list[Point]:
    """The points of a sweep with so many trials that go on at once and end in any order; it is killed now and then."""
    tried: list[Tried] = []
    asked = trials_in_turn(BASE, search, lambda: tried)
    while True:
        going = [number for number, one in enumerate(tried) if not one.over]
        if chance.random() < 0.1:  # whoever comes next is given those first that are not over
            asked = trials_in_turn(BASE, search, lambda: tried)
        trial = next(asked, None) if len(going) < at_once else None
        if trial is None and not going:
            break
        if trial is None:
            number = chance.choice(going)
            tried[number] = replace(tried[number], over=True, dev=of(tried[number].point))
        elif trial.identity not in [one.identity for one in tried]:
            tried.append(Tried(identity=trial.identity, point=trial.point, seed=BASE.seed, over=False))
    return [one.point for one in tried]


def test_a_parallel_sweep_that_is_killed_equals_a_serial_one() -> None:
    serial = swept(SEARCH, 1, random.Random(0))
    assert len(serial) == 24 == len({tuple(point.items()) for point in serial})
    for seed in range(1, 4):
        assert swept(SEARCH, 3, random.Random(seed)) == serial
    assert swept(SEARCH.changed({}, trials=17), 2, random.Random(9)) == serial[:17]


def test_what_it_chooses_is_better_than_what_it_begins_with() -> None:
    points = swept(SEARCH, 1, random.Random(0))
    first, then = ([bowl(point) or 100 for point in half] for half in (points[:10], points[10:]))
    assert median(then) < median(first)


def test_a_finite_space_is_tried_whole_and_no_point_twice() -> None:
    search = SEARCH.changed({"optimization.learning_rate": "0.1,0.2,0.5,1"}, trials=100)
    points = swept(search, 2, random.Random(0))
    assert len(points) == 16 == len({tuple(point.items()) for point in points})


@pytest.mark.usefixtures("home")
def test_a_killed_sweep_has_the_trials_of_one_that_was_not(lab: Lab) -> None:
    base = edit(BASE, {"optimization.iterations": "500"})
    search = SEARCH.changed({}, trials=14, ahead=2)
    names = [lab.sweeps.start(base, search, name) for name in ("killed", "whole")]
    for done in (3, 11):
        until(lambda done=done: lab.sweeps.look("killed").states.get("done", 0) >= done)
        for process in workers(lab):
            process.kill()
    views = [end(lab, name) for name in names]
    assert [view.states for view in views] == [{"done": 14}] * 2
    killed, whole = ({folder.name.partition(".")[2] for folder in folders(lab, name)} for name in names)
    assert killed == whole
    lab.sweeps.go_on("killed", search.changed({}, seeds=2))
    until(lambda: lab.sweeps.look("killed").states == {"done": 28})
