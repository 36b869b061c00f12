"""The contract of an engine, kept by every one in the list; `name` is the one under test (conftest)."""

import math
from typing import Any

import numpy as np
import pytest
from msgspec import structs

from tests.nn import reference
from tuilab.engines import ENGINES, Engine, Problem
from tuilab.errors import BadInput
from tuilab.experiment import convert, edit
from tuilab.training import problem_from_arrays

KINDS: dict[str, dict[str, Any]] = {
    "full batch": {},
    "batches, masks, a schedule": {
        "dropout": {"keep_prob": [0.9, 0.6, 1.0]},
        "optimization": {"optimizer": "adam", "batch_size": 5, "decay": "inverse", "decay_rate": 0.3},
    },
    "float32, proximal, momentum": {
        "network": {"hidden": [4, 3], "precision": "float32"},
        "regularization": {"kind": "l1", "lambd": 0.5, "l1_step": "proximal"},
        "optimization": {"optimizer": "momentum", "batch_size": 7},
    },
}
kinds = pytest.mark.parametrize("kind", KINDS)
UPDATES = 24


def problem(kind: str = "full batch", **optimization: Any) -> Problem:
    table = {"inputs": {"normalize": False}, "network": {"hidden": [4, 3], "activation": "tanh"}, **KINDS[kind]}
    table["optimization"] = {"learning_rate": 0.05, **table.get("optimization", {}), **optimization}
    random = np.random.default_rng(3)
    return problem_from_arrays(convert(table), (random.standard_normal((23, 2)), np.arange(23) % 3))


def made(name: str, of: Problem, order: Any = None) -> Engine:
    return ENGINES[name](of, order)


def run(engine: Engine, strides: list[int]) -> tuple[Any, Any]:
    """The costs (2, n) of strides one after another, and θ after each of them."""
    costs, thetas = [], []
    for updates in strides:
        stride = engine.advance(updates)
        assert stride.data.shape == stride.penalty.shape == (updates,) and stride.data.dtype == np.float64
        costs.append(stride)
        thetas.append(engine.parameters.theta.copy())
    return np.concatenate(costs, axis=1), thetas


@kinds
def test_however_a_run_is_cut_into_strides_it_is_the_same_run(name: str, kind: str) -> None:
    whole, one_by_one, mixed = (made(name, problem(kind)) for _ in range(3))
    costs, thetas = run(whole, [UPDATES])
    for engine, strides in ((one_by_one, [1] * UPDATES), (mixed, [1, 7, 2, 14])):
        found, ends = run(engine, strides)
        assert np.array_equal(found, costs) and np.array_equal(ends[-1], thetas[-1])
        assert engine.iteration == UPDATES


@kinds
def test_it_goes_on_where_its_state_was_taken(name: str, kind: str) -> None:
    one = made(name, problem(kind))
    run(one, [9])
    state = {key: array.copy() for key, array in one.state().items()}
    other = made(name, problem(kind))
    other.restore(state)
    assert other.iteration == 9 and np.array_equal(other.parameters.theta, one.parameters.theta)
    costs, thetas = run(one, [5, 10])
    found, ends = run(other, [5, 10])
    assert np.array_equal(found, costs) and np.array_equal(ends, thetas)
    assert all(isinstance(array, np.ndarray) for array in state.values())


def test_costs_and_weights_are_those_of_an_independent_reference(name: str) -> None:
    of = problem(optimizer="adam", epsilon=0.01)
    train, sizes = of.dataset.train, of.network.sizes
    expected = reference.trajectory(
        of.initial.theta,
        sizes,
        lambda theta, batch: reference.data_cost(theta, of.network, train.X, train.y),
        lambda theta: 0.0 * theta.sum(),
        reference.adam(**structs.asdict(of.experiment.optimization.rule)),
        [(None, 0.05)] * UPDATES,
        lambda theta, rate, scale: theta,
        True,
    )
    costs, thetas = run(made(name, of), [1] * UPDATES)
    for data, found, (cost, _, theta) in zip(costs[0], thetas, expected, strict=True):
        assert data == pytest.approx(float(cost), rel=1e-9)
        np.testing.assert_allclose(found, theta, rtol=1e-8, atol=1e-10)


def test_the_weights_before_the_last_update_are_there_and_can_be_gone_back_to(name: str) -> None:
    engine = made(name, problem())
    _, thetas = run(engine, [3, 1])
    assert np.array_equal(engine.previous.theta, thetas[0])
    engine.undo()
    assert engine.iteration == 3 and np.array_equal(engine.parameters.theta, thetas[0])


@pytest.mark.parametrize("wild", [{"learning_rate": 1e6}, {"learning_rate": 1e6, "optimizer": "momentum"}])
def test_a_stride_ends_with_the_first_cost_that_is_not_finite(name: str, wild: dict[str, Any]) -> None:
    of = problem(**wild)
    of = problem_from_arrays(
        edit(of.experiment, {"network.activation": "linear"}), (1e3 * of.dataset.train.X, of.dataset.train.y)
    )
    engine, again = made(name, of), made(name, of)
    with np.errstate(all="ignore"):
        data, penalty = engine.advance(10_000)
        costs = data + penalty
        made_before = len(costs) - 1
        assert 0 < made_before == engine.iteration < 9_999
        assert np.isfinite(costs[:-1]).all() and not math.isfinite(costs[-1])
        again.advance(made_before)
        assert np.array_equal(again.parameters.theta, engine.parameters.theta, equal_nan=True)
        more = engine.advance(5)
        assert len(more.data) == 1 and engine.iteration == made_before, "there is no update for it"
        assert engine.lost()[0] in "dzaJ"


def test_an_edit_holds_from_the_next_update_on_and_keeps_the_state_of_the_rule(name: str) -> None:
    of = problem("batches, masks, a schedule")
    one, plain = made(name, of), made(name, of)
    run(one, [6])
    run(plain, [6])
    one.edit(of.under(edit(of.experiment, {"dropout.keep_prob": "1.0"})))
    edited, kept = run(one, [1])[0], run(plain, [1])[0]
    assert not np.array_equal(edited, kept)
    assert one.state()["updates"] == 7
    assert all(np.any(one.state()[slot]) for slot in ("optimizer_v", "optimizer_s"))


def test_given_weights_and_a_given_order_are_taken(name: str) -> None:
    of = problem()
    other = of.initial.copy()
    other.theta[:] = 0.1
    engine = made(name, of, [[0, 1], [2, 2], [5]])
    engine.take(other)
    assert np.array_equal(engine.parameters.theta, other.theta) and engine.parameters is not other
    run(engine, [2])
    assert not np.array_equal(engine.parameters.theta, other.theta), "they are a copy"
    assert np.all(other.theta == 0.1)
    with pytest.raises(BadInput, match="ends after 3 batches"):
        engine.advance(2)
