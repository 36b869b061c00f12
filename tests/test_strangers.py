"""Logs of strangers, well formed and untrue: what is out of range costs its line, and nothing costs the rest."""

import time
from collections.abc import Callable

import numpy as np
import pytest
from msgspec.structs import replace

from tests.runs.events import finished, progress, started
from tests.strangers import SOUND, Line, layers, line, log
from tests.withstand import look_at
from tuilab.events import (
    AnyEvent,
    Continued,
    Edited,
    Machine,
    Memory,
    Parts,
    Paused,
    Resumed,
    Signal,
    Started,
    decode,
    encode,
)
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.lab.insight.curves import trend
from tuilab.runs import RunFolder, RunView, Tail, fold, glance
from tuilab.runs.view import MOST_MARKS, MOST_SIGNALS


@pytest.fixture
def run(lab: Lab) -> RunFolder:
    return lab.store.create(edit(Experiment(), {"data.source": "circles", "network.hidden": "3"}))


@pytest.mark.parametrize("batch", range(4))
def test_whatever_a_log_says_it_is_told_of(lab: Lab, run: RunFolder, batch: int) -> None:
    for seed in range(25 * batch, 25 * (batch + 1)):
        run.log_file.write_bytes(log(seed))
        look_at(lab, run, drawn=seed % 25 == 0)


@pytest.mark.parametrize(
    ("place", "path", "value"),
    [
        (0, ["layers"], []),
        (0, ["layers"], [2]),
        (0, ["layers"], [1] * 100_000),
        (0, ["labels", "train"], [3]),
        (0, ["target"], {"name": "y", "mean": 0, "scale": 0}),
        (0, ["time"], -1),
        (1, ["layers", "dead"], [5, 5]),
        (1, ["layers", "std"], [-1, 1]),
        (1, ["layers", "std"], [1]),
        (1, ["layers", "alike"], [1, 1, 1]),
        (1, ["layers"], {name: [0.5] for name in SOUND[1]["layers"]}),
        (2, ["errors", "train"], [5]),
        (2, ["errors", "train"], [-0.5]),
        (2, ["errors", "dev"], ["inf"]),
        (2, ["costs", "iteration"], ["nan"] * 10),
        (2, ["costs", "iteration"], [*range(9, -1, -1)]),
        (2, ["seconds"], -1),
        (8, ["value"], "x" * 20_000),
        (8, ["value"], "banana"),
        (8, ["value"], "-1"),
        (8, ["value"], "1e400"),
        (8, ["value"], "nan"),
        (17, ["edits"], {"optimization.learning_rate": "banana"}),
        (8, ["path"], "x" * 200),
        (17, ["edits"], {f"a.{k}": "1" for k in range(200)}),
        (-1, ["error", "train"], 5),
        (-1, ["sparsity"], 1.5),
        (-1, ["tally", "train", "examples"], [3, 3, 3]),
    ],
)
def test_what_is_out_of_its_range_costs_its_line_alone(
    lab: Lab, run: RunFolder, place: int, path: list[str], value: object
) -> None:
    """Out of that of its field, or of that of the run that the lines before tell of."""
    told = dict(SOUND[place])
    *outer, last = path
    inner: Line = told
    for name in outer:
        inner[name] = dict(inner[name])
        inner = inner[name]
    inner[last] = value
    lines = list(map(line, SOUND))
    lines[place] = line(told)
    run.log_file.write_bytes(b"".join(lines))
    view = look_at(lab, run)
    del lines[place]
    run.log_file.write_bytes(b"".join(lines))
    without = look_at(lab, run)
    assert view is not None and without is not None and (view.damaged, without.damaged) == (1, 0)
    for name in ("iteration", "seconds", "marks", "edits", "trouble"):
        assert getattr(view, name) == getattr(without, name)
    assert (view.cost.row(0).tolist(), view.error.row(0).tolist()) == (
        without.cost.row(0).tolist(),
        without.error.row(0).tolist(),
    )


SEEN = Memory(used=1, total=2)
KINDS: dict[str, Callable[[int], AnyEvent]] = {
    "edits of ever other paths": lambda k: Edited(time=1, iteration=k, path=f"a.{k}", value="1"),
    "edits": lambda k: Edited(time=1, iteration=k, path="a", value="1"),
    "resumptions": lambda k: Resumed(time=1, iteration=k, seconds=1, costs_before=100_000, errors_before=100_000),
    "points that go back": lambda k: progress(10_000_000 - k, 0.5),
    "points and resumptions": lambda k: (
        progress(200_000 + k, 0.5)
        if k % 2
        else Resumed(time=1, iteration=k, seconds=1, costs_before=100_000 + k, errors_before=100_000 + k)
    ),
    "pauses": lambda k: (Paused if k % 2 else Continued)(time=1, iteration=k),
    "reports": lambda k: Signal(time=1, iteration=k, layers=layers(2)),
    "looks at the machine": lambda k: Machine(
        time=1, iteration=k, seconds=1, cores=1, trainer_cpu=1, cpu=1, trainer_memory=1, memory=SEEN
    ),
    "beginnings": lambda k: replace(started(), layers=(2, 3 + k % 2, 1)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_folding_takes_time_in_proportion_to_the_events(kind: str) -> None:
    """On a curve of 100,000 points, where to copy it for each event would take minutes."""
    past = fold(RunView(), [started(), progress(100_000, *[0.5] * 100_000)])
    events = [KINDS[kind](k) for k in range(20_000)]
    start = time.process_time()
    view = fold(past, events)
    assert time.process_time() - start < 2
    assert len(view.happened) <= MOST_MARKS and len(view.signals) <= MOST_SIGNALS and len(view.edits) <= 100
    assert len(past.cost) == 100_000 and past.cost.iteration[-1] == 100_000


def test_where_the_line_is_lost_that_takes_a_run_up_again_no_point_is_there_twice(run: RunFolder) -> None:
    """Nor is one when the first line is lost, and the run is taken up again behind it."""
    events = [progress(k, *np.full(10, 0.5)) for k in (10, 20, 30)]
    view = fold(RunView(), [*events, *events[1:], finished(30)])
    assert view.cost.iteration.tolist() == list(range(1, 31)) and view.error.iteration.tolist() == [10, 20, 30]


def test_a_run_of_another_network_begins_anew() -> None:
    one: Started = started()
    other = replace(one, classes=("a", "b", "c"))
    first = fold(RunView(), [one, progress(10, 0.5), Signal(time=1, iteration=3, layers=layers(2))])
    again = fold(first, [one])
    assert len(again.cost) == len(again.signals) == 1
    anew = fold(first, [other])
    assert len(anew.cost) == len(anew.error) == len(anew.signals) == 0 and anew.started == other


def test_what_came_before_the_first_line_that_is_whole_must_fit_it_too() -> None:
    wrong = progress(10, 0.5)
    wrong = replace(wrong, errors=replace(wrong.errors, train=np.array([5.0])))
    view = fold(RunView(), [wrong, Signal(time=1, iteration=3, layers=layers(7))])
    assert (len(view.error), len(view.signals)) == (0, 1)
    for seen in (fold(view, [started()]), fold(RunView(), [wrong, started()])):
        assert len(seen.error) == len(seen.signals) == 0
    assert len(fold(RunView(), [progress(10, 0.5), started()]).error) == 1


def test_what_is_written_of_a_report_is_read(run: RunFolder) -> None:
    report = Signal(time=1, iteration=0, layers=replace(layers(2), dead=np.array([np.nan, 0.5])))
    run.log_file.write_bytes(b"".join(map(line, SOUND[:1])))
    view = fold(RunView(), [decode(encode(report))])
    np.testing.assert_array_equal(view.signals[0].layers.dead, [np.nan, 0.5])


def test_a_log_that_is_none_is_refused_at_once(lab: Lab, run: RunFolder) -> None:
    """Of 200 GB, nearly all of it empty; of lines that say nothing; a line of 64 MB costs itself."""
    with run.log_file.open("wb") as file:
        file.truncate(200 * 10**9)
    start = time.process_time()
    assert look_at(lab, run) is None and "200.0 GB" in lab.runs()[0].fault
    run.log_file.write_bytes(b"x\n" * 110_000)
    assert look_at(lab, run) is None and "100,000 lines" in lab.runs()[0].fault
    with run.log_file.open("wb") as file:
        file.truncate(64 * 2**20 + 5)
        file.seek(0, 2)
        file.write(b"\n" + b"".join(map(line, SOUND)))
    tail = Tail(run.log_file)
    while not tail.at_end:
        tail.read()
    assert tail.damaged == 1
    assert glance(run, 0.0).view.finished is not None
    assert time.process_time() - start < 3


def test_a_rate_is_told_of_what_can_be_measured(lab: Lab, run: RunFolder) -> None:
    run.log_file.write_bytes(b"".join(map(line, [SOUND[0], {**SOUND[2], "seconds": 5e-324}])))
    look_at(lab, run, drawn=True)
    assert lab.follow(run.name).poll().rate is None
    assert lab.follow(run.name).poll().error == Parts(train=0.5)


def test_a_curve_at_the_end_of_all_numbers_has_no_trend() -> None:
    assert trend(np.full(40, 1.7e308)) == "not finite"
