"""How often a run is measured depends on what that costs, and on nothing else."""

import numpy as np
import pytest

from tuilab.events import Progress
from tuilab.experiment import Experiment, convert, edit
from tuilab.training import Training, build, problem_from_arrays
from tuilab.training.loop import Run
from tuilab.training.pace import (
    EVALUATIONS,
    FEWEST_EVALUATIONS,
    FEWEST_SIGNALS,
    FREE,
    SHARE,
    SIGNALS,
    next_evaluation,
)


def run(iterations: int, hidden: list[int], examples: int) -> Run:
    rng = np.random.default_rng(0)
    data = (rng.standard_normal((examples, 50)), np.arange(examples) % 2)
    optimization = {"iterations": iterations, "batch_size": 50}
    return Run(
        Training(problem_from_arrays(convert({"network": {"hidden": hidden}, "optimization": optimization}), data))
    )


def test_a_small_network_is_measured_often_whatever_the_length_of_its_run() -> None:
    for iterations in (500, 5000, 1_000_000):
        one = run(iterations, [5], 60)
        assert one.evaluate_every == max(1, iterations // EVALUATIONS)
        assert one.signal_every == iterations // SIGNALS


@pytest.mark.parametrize("iterations", [1000, 30_000, 3_000_000])
def test_a_large_one_is_measured_as_often_as_costs_little_and_some_times_at_least(iterations: int) -> None:
    one = run(iterations, [400, 400], 4000)
    weights = one.training.problem.initial.weight_count
    updates = 3 * 50 * weights * iterations
    for every, work, fewest, most in (
        (one.evaluate_every, 2000 * weights, FEWEST_EVALUATIONS, EVALUATIONS),
        (one.signal_every, 3 * 1024 * weights, FEWEST_SIGNALS, SIGNALS),
    ):
        times = iterations / every
        assert fewest <= times <= 1.1 * most
        assert times * work <= 1.1 * max(FREE, SHARE * updates) or times <= 1.1 * fewest
    assert (one.evaluate_every < iterations // FEWEST_EVALUATIONS) == (iterations > 100_000)


def test_of_a_long_run_something_is_known_at_once() -> None:
    def measured(every: int, until: int) -> list[int]:
        found = [0]
        while found[-1] < until:
            found.append(next_evaluation(found[-1], every))
        return found[1:]

    assert measured(1000, 3000) == [64, 256, 1000, 2000, 3000]
    assert measured(64, 192) == [64, 128, 192] and measured(65, 130) == [64, 65, 130] and measured(1, 3) == [1, 2, 3]
    assert all(next_evaluation(k - 1, 300) == k for k in (64, 256, 300, 600)) and next_evaluation(64, 300) == 256
    events = list(run(200_000, [3], 60).events())
    points = [
        point for event in events if isinstance(event, Progress) and event.errors for point in event.errors.iteration
    ]
    assert points[:6] == [0, 64, 256, 1000, 2000, 3000] and len(points) == 203


def test_small_parts_are_measured_in_one_pass_and_are_what_each_is() -> None:
    held_out = {"split.train": "0.5", "split.train_dev": "0.1"}
    for edits in ({}, {"split.train": "0.8", "split.dev": "0"}, {"data.examples": "5000"}, held_out):
        training = Training(build(edit(Experiment(), {"data.source": "circles", **edits})))
        training.advance(50)
        train, dev, cost, train_dev = training.running()
        if edits.get("data.examples") is None:
            assert train == training.error("train")
        assert train_dev == training.error("train_dev")
        assert (dev, cost) == pytest.approx(training.error_and_cost("dev"), rel=1e-12, abs=0, nan_ok=True)
