import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.nn import reference
from tuilab.engines.batches import MiniBatches, batches_per_epoch, given_batches, learning_rate, set_state, state_of
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.training import Training, build, problem_from_arrays


def epochs(examples: int, size: int, count: int, seed: int = 0) -> list[list[list[int]]]:
    batches = MiniBatches(examples, size, np.random.default_rng(seed))
    each = batches_per_epoch(examples, size)
    return [[next(batches).tolist() for _ in range(each)] for _ in range(count)]


@given(st.integers(1, 60), st.integers(1, 70), st.integers(0, 2**32))
def test_an_epoch_has_each_example_once_in_batches_of_the_size_asked_for(examples: int, size: int, seed: int) -> None:
    for epoch in epochs(examples, size, 3, seed):
        assert sorted(itertools.chain(*epoch)) == list(range(examples))
        assert all(len(batch) == size for batch in epoch[:-1])
        assert len(epoch[-1]) == (examples % size or min(size, examples))


def test_every_epoch_is_shuffled_anew_and_by_the_seed_alone() -> None:
    first, second, third = epochs(50, 8, 3)
    assert first != second != third != first
    assert epochs(50, 8, 3) == [first, second, third]
    assert epochs(50, 8, 3, seed=1)[0] != first


def test_each_example_is_as_likely_in_each_batch() -> None:
    counts = np.zeros((12, 4))
    for epoch in epochs(12, 3, 3000):
        for place, batch in enumerate(epoch):
            counts[batch, place] += 1
    # Binomial(3000, 1/4): 750 expected, 23.7 the standard deviation.
    assert (np.abs(counts - 750) < 5 * 23.7).all()


@given(st.integers(1, 20), st.integers(1, 20), st.integers(0, 60))
def test_it_goes_on_where_its_state_was_taken(examples: int, size: int, made: int) -> None:
    one = MiniBatches(examples, size, np.random.default_rng(3))
    for _ in range(made):
        next(one)
    state = {name: array.copy() for name, array in one.state().items()}
    other = MiniBatches(examples, size, np.random.default_rng(99))
    other.restore(state)
    for _ in range(2 * examples):
        assert next(one).tolist() == next(other).tolist()


@given(st.integers(0, 2**64 - 1), st.integers(0, 50))
def test_the_state_of_a_generator_is_told_and_set(seed: int, drawn: int) -> None:
    one, other = np.random.default_rng(seed), np.random.default_rng(0)
    one.random(drawn, dtype=np.float32)  # an odd number leaves half a word behind
    set_state(other, state_of(one))
    assert one.random(7, dtype=np.float32).tolist() == other.random(7, dtype=np.float32).tolist()
    assert one.permutation(9).tolist() == other.permutation(9).tolist()


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_an_update_sees_the_examples_of_its_batch_with_their_labels(precision: str) -> None:
    """Row i of X is all i: with a bias alone, the gradient tells which labels were met."""
    edits = {"optimization.batch_size": "4", "inputs.normalize": "false", "network.precision": precision}
    X, y = np.repeat(np.arange(10.0), 2).reshape(10, 2), np.array([0, 0, 1, 0, 1, 1, 0, 1, 1, 0])
    problem = problem_from_arrays(edit(Experiment(), edits), (X, y))
    training = Training(problem)
    for _ in range(4):
        seen = []
        for rows in (4, 4, 2):
            theta = training.parameters.theta.astype(float)
            data, _ = training.step()
            assert training.engine.batch.shape == (rows, 2) and training.engine.batch.dtype == precision
            batch = training.engine.batch[:, 0].astype(int).tolist()
            seen += batch
            cost = reference.data_cost(theta, problem.network, X[batch], y[batch])
            assert data == pytest.approx(float(cost), rel=1e-12 if precision == "float64" else 1e-5)
        assert sorted(seen) == list(range(10))
    assert (training.iteration, training.epoch) == (12, 4)


def test_a_batch_of_all_examples_is_the_full_batch() -> None:
    """Whatever its order, the mean over all examples is the same but for rounding."""
    base = {"data.source": "circles", "data.examples": "50", "network.hidden": "4"}
    full, whole = (
        Training(build(edit(Experiment(), {**base, "optimization.batch_size": size}))) for size in ("full", "30")
    )
    for _ in range(5):
        assert full.step() == pytest.approx(whole.step(), rel=1e-12)


@pytest.mark.parametrize(
    ("decay", "expected"),
    [
        ("none", [0.4, 0.4, 0.4, 0.4]),
        ("inverse", [0.4, 0.4 / 1.5, 0.4 / 2, 0.4 / 2.5]),
        ("exponential", [0.4, 0.2, 0.1, 0.05]),
    ],
)
def test_the_learning_rate_decays_by_epochs_not_by_updates(decay: str, expected: list[float]) -> None:
    assert [learning_rate(0.4, decay, 0.5, epoch) for epoch in range(4)] == pytest.approx(expected)
    edits = {
        "data.source": "circles",
        "data.examples": "50",
        "optimization.batch_size": "15",
        "optimization.learning_rate": "0.4",
        "optimization.decay": decay,
        "optimization.decay_rate": "0.5",
    }
    training, rates = Training(build(edit(Experiment(), edits))), []
    for _ in range(8):
        rates.append(training.rate)
        training.step()
    assert rates == pytest.approx([rate for rate in expected for _ in range(2)])


def test_a_given_order_is_followed_and_its_end_is_said() -> None:
    order = given_batches(5, [[0], [4, 4, 1], np.array([2, 3])])
    assert [next(order).tolist() for _ in range(3)] == [[0], [4, 4, 1], [2, 3]]
    with pytest.raises(BadInput, match="ends after 3 batches, one an update") as caught:
        next(order)
    assert caught.value.path == "order"


@pytest.mark.parametrize("batch", [[], [5], [-1], [0.5], [[0]], ["a"], [True], 3])
def test_what_is_no_batch_is_refused_by_its_place(batch: Any) -> None:
    order = given_batches(5, [[0], batch])
    next(order)
    with pytest.raises(BadInput) as caught:
        next(order)
    assert caught.value.path == "order[1]"


@pytest.mark.parametrize("decay", ["none", "inverse", "exponential"])
@pytest.mark.parametrize("size", ["full", "7"])
def test_the_rates_of_a_stride_are_those_of_its_updates(decay: str, size: str) -> None:
    edits = {"optimization.decay": decay, "optimization.decay_rate": "0.1", "optimization.batch_size": size}
    problem = build(edit(Experiment(), {"data.source": "circles", **edits}))
    for first, updates in ((0, 1), (25, 80), (26, 1)):
        expected = [problem.rate(iteration) for iteration in range(first, first + updates)]
        assert problem.rates(first, updates).tolist() == expected
