import math

import numpy as np
import pytest

from tuilab.events import Costs, Progress
from tuilab.experiment import Experiment, edit
from tuilab.training import Training, build, train
from tuilab.training.descent import check_descent

CIRCLES = edit(
    Experiment(),
    {
        "data.source": "circles",
        "data.examples": "100",
        "network.hidden": "6",
        "network.activation": "tanh",
        "optimization.learning_rate": "0.5",
        "optimization.iterations": "400",
    },
)


def curve(experiment: Experiment) -> list[float]:
    """J at each iteration of a plain run, the last one included."""
    points = [event.costs for event in train(Training(build(experiment))) if isinstance(event, Progress)]
    return [float(total) for part in points if isinstance(part, Costs) for total in part.data + part.penalty]


@pytest.mark.parametrize(
    "edits",
    [
        {},
        {"dropout.keep_prob": "0.8, 0.3"},
        {"optimization.batch_size": "7"},
        {"regularization.kind": "l2", "regularization.lambd": "3"},
    ],
)
def test_with_dropout_off_and_the_full_batch_it_falls_at_each_iteration(edits: dict[str, str]) -> None:
    descent = check_descent(edit(CIRCLES, edits))
    assert descent.falls
    assert (descent.iterations, descent.rises, descent.first_rise, descent.largest_rise) == (400, 0, None, None)
    plain = edit(CIRCLES, {**edits, "dropout.keep_prob": "1", "optimization.batch_size": "full"})
    costs = curve(plain)
    assert (descent.first_cost, descent.last_cost) == (costs[0], costs[-1])


def test_a_rate_too_large_is_told_with_where_and_by_how_much() -> None:
    wild = edit(CIRCLES, {"optimization.learning_rate": "20", "optimization.iterations": "60"})
    descent, costs = check_descent(wild), curve(wild)
    steps = np.diff(costs)
    assert not descent.falls
    assert descent.rises == int((steps > 1e-12 * np.abs(costs[:-1])).sum()) > 1
    for rise, at in ((descent.first_rise, int(np.argmax(steps > 0))), (descent.largest_rise, int(np.argmax(steps)))):
        assert rise is not None
        assert (rise.iteration, rise.before, rise.after) == (at, costs[at], costs[at + 1])


def test_a_cost_that_leaves_the_finite_numbers_is_a_rise_and_the_end() -> None:
    wild = edit(
        CIRCLES, {"optimization.learning_rate": "1e6", "network.activation": "linear", "network.hidden": "6, 6"}
    )
    descent = check_descent(wild)
    assert not descent.falls and descent.iterations < 400
    assert not math.isfinite(descent.last_cost)


def test_a_cost_that_stands_still_neither_rises_nor_falls() -> None:
    still = edit(CIRCLES, {"initialization.scheme": "zeros", "data.source": "xor", "optimization.iterations": "5"})
    descent = check_descent(still)
    assert descent.rises == 0
    assert descent.falls == (descent.last_cost < descent.first_cost)


def test_the_rounding_of_float32_is_no_rise() -> None:
    """With λ = 8 the minimum is reached on the way; in float32 the cost there goes up and down by 1e-7."""
    settled = {"regularization.kind": "l2", "regularization.lambd": "8", "optimization.iterations": "3000"}
    double, single = (check_descent(edit(CIRCLES, {**settled, "network.precision": p})) for p in ("float64", "float32"))
    assert double.falls
    assert single == double
