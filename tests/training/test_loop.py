import itertools
import math
from typing import Any

import numpy as np
import pytest

from tests.nn import reference
from tuilab.events import Finished, Progress, Signal
from tuilab.experiment import Experiment, edit
from tuilab.nn import Pass
from tuilab.training import Run, Training, build, train

SMALL = edit(
    Experiment(),
    {
        "data.source": "circles",
        "data.examples": "60",
        "network.hidden": "4, 3",
        "optimization.iterations": "50",
        "regularization.kind": "l2",
        "regularization.lambd": "0.5",
    },
)


def run(experiment: Experiment, **arguments: Any) -> tuple[Training, list[Progress], Finished]:
    training = Training(build(experiment))
    *progress, end = train(training, **arguments)
    assert isinstance(end, Finished)
    assert all(isinstance(event, Progress | Signal) for event in progress)
    return training, [event for event in progress if isinstance(event, Progress)], end


def cost_points(progress: list[Progress]) -> list[tuple[float, float, float]]:
    return [point for event in progress if event.costs for point in zip(*cost_columns(event), strict=True)]


def cost_columns(event: Progress) -> tuple[Any, Any, Any]:
    assert event.costs
    return event.costs.iteration.tolist(), event.costs.data.tolist(), event.costs.penalty.tolist()


def error_points(progress: list[Progress]) -> list[tuple[float, float, float]]:
    return [
        point
        for event in progress
        if event.errors
        for point in zip(
            event.errors.iteration.tolist(), event.errors.train.tolist(), event.errors.dev.tolist(), strict=True
        )
    ]


def test_the_trajectory_is_that_of_an_independent_gradient_descent() -> None:
    training, progress, end = run(SMALL)
    problem = training.problem
    X, y = problem.dataset.train.X, problem.dataset.train.y
    theta = problem.initial.theta.copy()
    costs = []

    def data(theta: Any) -> Any:
        return reference.data_cost(theta, problem.network, X, y)

    def penalty(theta: Any) -> Any:
        return reference.PENALTIES["l2"].cost(theta, problem.network.sizes, problem.penalty)

    for _ in range(50):
        costs.append((data(theta), penalty(theta)))
        from autograd import grad

        theta = theta - 0.1 * grad(lambda t: data(t) + penalty(t))(theta)
    assert np.allclose(training.parameters.theta, theta, rtol=1e-10, atol=1e-14)
    assert np.allclose([point[1:] for point in cost_points(progress)[:-1]], costs, rtol=1e-10)
    assert end.cost is not None
    assert end.cost.data == pytest.approx(data(theta), rel=1e-10)
    assert end.cost.total == end.cost.data + end.cost.penalty


def test_every_iteration_of_a_short_run_is_a_point_and_the_errors_come_with_first_and_last() -> None:
    _, progress, end = run(SMALL)
    assert [point[0] for point in cost_points(progress)] == list(range(51))
    assert [point[0] for point in error_points(progress)] == list(range(51))
    assert (end.status, end.iteration) == ("done", 50)
    assert error_points(progress)[-1][1:] == (end.error.train, end.error.dev)


@pytest.mark.parametrize("edits", [{"dropout.keep_prob": "0.5"}, {"optimization.batch_size": "8"}])
def test_a_cost_of_all_units_and_examples_is_no_point_of_a_curve_of_others(edits: dict[str, str]) -> None:
    _, progress, end = run(edit(SMALL, edits))
    assert [point[0] for point in cost_points(progress)] == list(range(50))
    assert end.iteration == 50 and end.cost is not None


def test_the_same_seed_gives_the_same_bits_and_another_does_not() -> None:
    dropped = edit(SMALL, {"dropout.keep_prob": "0.7"})
    one, other, third = (run(edit(dropped, {"seed": seed}))[2] for seed in ("5", "5", "6"))
    assert one.cost == other.cost
    assert one.error == other.error
    assert one.cost != third.cost


def test_what_is_kept_does_not_depend_on_the_clock() -> None:
    slow = itertools.count(0, 10.0)
    _, paced, _ = run(SMALL, clock=lambda: next(slow))
    _, quick, _ = run(SMALL, clock=lambda: 0.0)
    assert len(paced) > len(quick)
    assert cost_points(paced) == cost_points(quick)
    assert error_points(paced) == error_points(quick)


def test_stop_keeps_what_was_learned() -> None:
    ticks = itertools.count(0, 1.0)
    training, progress, end = run(SMALL, clock=lambda: next(ticks), stop=lambda: "enough" if next(ticks) > 20 else "")
    assert (end.status, end.reason) == ("stopped", "enough")
    assert 0 < end.iteration < 50
    assert end.cost is not None and end.error.dev is not None
    assert cost_points(progress)[-1][0] == end.iteration == training.iteration


def test_divergence_ends_the_run_and_its_last_point_is_the_infinite_one() -> None:
    wild = edit(SMALL, {"optimization.learning_rate": "1e5", "network.activation": "linear"})
    _, progress, end = run(wild)
    assert end.status == "diverged"
    assert f"after {int(cost_points(progress)[-1][0])} iterations" in end.reason
    assert not math.isfinite(sum(cost_points(progress)[-1][1:]))
    assert all(math.isfinite(sum(point[1:])) for point in cost_points(progress)[:-1])
    assert end.cost is None and end.error.train is None


def test_the_dev_cost_is_that_of_the_weights_of_each_point() -> None:
    training, progress, _ = run(SMALL)
    points = {
        iteration: cost
        for event in progress
        if event.errors is not None and event.errors.dev_cost is not None
        for iteration, cost in zip(event.errors.iteration.tolist(), event.errors.dev_cost.tolist(), strict=True)
    }
    assert sorted(points) == list(range(51))
    again = Training(training.problem)
    for iteration in range(51):
        assert points[iteration] == again.data_cost("dev")
        again.step()


def test_no_dev_set_gives_no_dev_error() -> None:
    _, progress, end = run(edit(SMALL, {"split.train": "0.8", "split.dev": "0", "split.test": "0.2"}))
    assert end.error.dev is None and end.error.test is not None
    assert np.isnan(np.concatenate([event.errors.dev_cost for event in progress if event.errors])).all()
    assert all(math.isnan(point[2]) for point in error_points(progress))


def test_dropout_is_off_when_errors_are_measured() -> None:
    training = Training(build(edit(SMALL, {"dropout.keep_prob": "0.5", "network.hidden": "50"})))
    assert len({training.cost().data for _ in range(5)}) == 1
    assert len({training.error("train") for _ in range(5)}) == 1


def test_a_network_larger_than_memory_is_refused_by_estimate() -> None:
    from tuilab.errors import BadInput

    huge = edit(SMALL, {"network.hidden": ", ".join(["100000"] * 5)})
    with pytest.raises(BadInput, match="GiB") as caught:
        build(huge)
    assert caught.value.path == "network.hidden"


def test_the_points_are_the_same_however_long_the_strides(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that stands still gives the longest strides, one that leaps gives single updates."""
    experiment = edit(SMALL, {"optimization.iterations": "700", "dropout.keep_prob": "0.8"})
    strides: list[list[int]] = []
    advance = Training.advance

    def watched(self: Training, updates: int) -> Any:
        strides[-1].append(updates)
        return advance(self, updates)

    monkeypatch.setattr(Training, "advance", watched)
    found = []
    for clock in (lambda: 0.0, itertools.count().__next__):
        strides.append([])
        training = Training(build(experiment))
        events = list(train(training, clock=clock))
        progress = [event for event in events if isinstance(event, Progress)]
        signals = [event.iteration for event in events if isinstance(event, Signal)]
        found.append((cost_points(progress), error_points(progress), signals, training.parameters.theta.tolist()))
    assert found[0] == found[1]
    assert set(strides[1]) == {1} and max(strides[0]) == 3, "to the next error, that is every third update"


def test_a_run_in_a_hurry_makes_one_update_and_tells_of_it() -> None:
    run = Run(Training(build(edit(SMALL, {"optimization.iterations": "10000"}))), lambda: "", lambda: 0.0, lambda: 0.0)
    events = run.events()
    for event in events:
        if isinstance(event, Progress) or run.training.iteration > 2000:
            break
    while not isinstance(next(events), Progress):
        run.hurry()
    before = run.training.iteration
    run.hurry()
    while not isinstance(next(events), Progress):
        pass
    assert run.training.iteration == before + 1


def test_at_the_end_every_example_goes_through_the_network_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a large part each further look would take as long as many updates."""
    run = Run(Training(build(SMALL)))
    run.training.advance(50)
    run.evaluate()
    rows: list[int] = []
    forward = Pass.forward

    def counted(self: Pass, parameters: Any, X: Any, masks: Any = None) -> Any:
        rows.append(len(X))
        return forward(self, parameters, X, masks)

    monkeypatch.setattr(Pass, "forward", counted)
    *_, end = run.end()
    assert isinstance(end, Finished) and end.tally.test is not None and end.error.test is not None
    assert sum(rows) == 60
