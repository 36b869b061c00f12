import json
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.test_cli import tuilab
from tuilab.experiment import Experiment, dumps, edit
from tuilab.training import Run, Training, build
from tuilab.training.early_stopping import EarlyStopping
from tuilab.words import plural

NAN, INF = math.nan, math.inf
OVERFITS = edit(
    Experiment(),
    {
        "data.source": "moons",
        "data.examples": "80",
        "data.noise": "0.6",
        "network.hidden": "30",
        "network.activation": "tanh",
        "optimization.learning_rate": "0.5",
        "optimization.iterations": "2000",
        "early_stopping.monitor": "dev_cost",
        "early_stopping.patience": "60",
    },
)


@pytest.mark.parametrize(
    ("patience", "improvement", "figures", "stops_at", "best_at"),
    [
        (3, 0, [5, 4, 3, 2, 1], None, 4),
        (3, 0, [5, 4, 4, 4, 4, 1], 4, 1),  # equal is not better
        (3, 0, [5, 4, 6, 6, 3, 9, 9, 9], 7, 4),  # patience begins anew with each improvement
        (1, 0, [5, 5], 1, 0),
        (2, 0.5, [5, 4.5, 4.5], 2, 0),  # 0.5 is not more than 0.5
        (2, 0.5, [5, 4.4, 4.0, 3.95, 3.0], 3, 1),  # measured from the best, 4.4, not from the last
        (3, 0.5, [5, 4.4, 4.0, 3.85, 9], 6, 3),  # so small steps do add up
        (3, 0, [NAN, NAN, NAN, NAN], 3, 0),
        (2, 0, [NAN, 7, NAN, NAN], 3, 1),  # NaN neither improves nor spoils what follows
        (3, 0, [5, NAN, 4, NAN, NAN, NAN], 5, 2),
        (2, 0, [INF, INF, INF], 2, 0),
        (2, 0, [0, 0, 0], 2, 0),
        (2, 0, [-1, -2, -2, -2], 3, 1),
    ],
)
def test_the_machine(
    patience: int, improvement: float, figures: list[float], stops_at: int | None, best_at: int
) -> None:
    machine = EarlyStopping(patience, improvement)
    stopped = None
    for iteration, figure in enumerate(figures):
        machine.better(iteration, figure)
        if machine.exhausted(iteration):
            stopped = iteration
            break
    if stopped is None and stops_at is not None:  # patience also ends between two figures
        stopped = next(later for later in range(len(figures), 100) if machine.exhausted(later))
    assert (stopped, machine.best_iteration) == (stops_at, best_at)


@given(st.lists(st.floats(), max_size=60), st.integers(1, 20), st.floats(0, 1))
def test_the_best_is_finite_falls_by_more_than_asked_and_the_wait_is_counted_from_it(
    figures: list[float], patience: int, improvement: float
) -> None:
    machine = EarlyStopping(patience, improvement)
    bests: list[float] = []
    for iteration, figure in enumerate(figures):
        if machine.better(iteration, figure):
            bests.append(figure)
            assert (machine.best, machine.best_iteration) == (figure, iteration)
        assert machine.exhausted(iteration) == (iteration - machine.best_iteration >= patience)
    assert not any(math.isnan(best) or best == INF for best in bests)
    assert all(after < before - improvement for before, after in pairwise(bests))


@pytest.mark.parametrize("monitor", ["dev_cost", "dev_error"])
@pytest.mark.parametrize("batch", ["full", "16"])
def test_the_best_weights_come_back_bit_for_bit(monitor: str, batch: str) -> None:
    experiment = edit(OVERFITS, {"early_stopping.monitor": monitor, "optimization.batch_size": batch})
    run = Run(Training(build(experiment)), lambda: "", lambda: 0.0, lambda: 0.0)
    *_, end = run.events()
    kept = end.kept_iteration
    assert kept is not None and 0 < kept < end.iteration < 2000

    again, figures = Training(build(experiment)), {}
    every, best = run.look_every, None
    assert every == 6, "ten times while its patience lasts"
    for iteration in range(end.iteration + 1):
        if iteration % every == 0:
            figures[iteration] = again.data_cost("dev") if monitor == "dev_cost" else again.error("dev")
        if iteration == kept:
            best = again.parameters.theta.copy()
        again.step()
    assert kept == min(figures, key=lambda iteration: (figures[iteration], iteration))
    assert np.array_equal(run.training.parameters.theta, best)
    assert end.iteration - kept == 60
    assert end.cost is not None and end.cost.data == run.training.data_cost("train")
    assert end.error.dev == run.training.error("dev")


def test_the_end_says_why_and_where() -> None:
    run = Run(Training(build(OVERFITS)), lambda: "", lambda: 0.0, lambda: 0.0)
    *_, end = run.events()
    assert end.status == "done"
    assert end.reason == (
        f"early stopping: no better dev cost than {run.stopping.best:.4g} "
        f"(iteration {end.kept_iteration}) for 60 iterations, measured every 6"
    )
    assert end.iteration == end.kept_iteration + 60


@pytest.mark.parametrize("patience", [1, 7, 25])
def test_it_looks_as_often_as_its_patience_asks(patience: int) -> None:
    """A run of 2 000 iterations measures its errors at every tenth; that is no business of its patience."""
    training = Training(build(edit(OVERFITS, {"early_stopping.patience": str(patience)})))
    run = Run(training, lambda: "", lambda: 0.0, lambda: 0.0)
    *_, end = run.events()
    assert run.look_every == max(1, patience // 10)
    assert end.iteration - end.kept_iteration == patience and f" for {plural(patience, 'iteration')}" in end.reason
    again = Training(build(OVERFITS))
    figures = []
    for iteration in range(end.iteration + 1):
        if iteration % run.look_every == 0 or iteration == end.iteration:
            figures.append((again.data_cost("dev"), iteration))
        again.step()
    assert min(figures) == (run.stopping.best, end.kept_iteration)


def test_a_run_whose_patience_lasts_goes_back_to_its_best_weights_too() -> None:
    patient = edit(OVERFITS, {"early_stopping.patience": "5000", "optimization.iterations": "800"})
    training = Training(build(patient))
    *_, end = Run(training, lambda: "", lambda: 0.0, lambda: 0.0).events()
    assert end.reason == "all 800 iterations are done"
    assert end.kept_iteration is not None and end.kept_iteration < end.iteration == 800


def test_a_dev_cost_that_is_no_number_is_never_the_best() -> None:
    """The very first figure is NaN: the weights kept are those of the first one that is a number."""
    training = Training(build(edit(OVERFITS, {"optimization.iterations": "40"})))
    run = Run(training, lambda: "", lambda: 0.0, lambda: 0.0)
    dev = training.problem.dataset.dev
    clean = dev.X.copy()
    dev.X[:] = NAN
    with np.errstate(invalid="ignore"):
        run.look()
    assert (run.stopping.best, run.stopping.best_iteration) == (INF, 0)
    dev.X[:] = clean
    training.step()
    run.look()
    assert run.stopping.best_iteration == 1 and math.isfinite(run.stopping.best)
    assert run.best is not None and np.array_equal(run.best.theta, training.parameters.theta)


@pytest.mark.usefixtures("home")
def test_reason_and_iteration_are_in_the_json_of_a_run(tmp_path: Path) -> None:
    path = tmp_path / "overfits.toml"
    path.write_text(dumps(OVERFITS))
    done = tuilab("run", str(path), "--json")
    result = json.loads(done.stdout)
    assert result["status"] == "done" and done.returncode == 0
    assert result["kept_iteration"] == result["iterations"] - 60
    assert f"(iteration {result['kept_iteration']}) for 60 iterations" in result["reason"]
