"""Engines against the one that is NumPy, in mathematics of every kind; `kind` is the one under test (conftest)."""

import numpy as np
import pytest

from tests.engines.agreement import CIRCLES, CLOSE, FACTOR, compare, distance, random_experiment
from tuilab.engines import EngineType
from tuilab.engines.numpy_engine import NumpyEngine
from tuilab.experiment import Experiment, edit
from tuilab.nn import ACTIVATIONS
from tuilab.nn.optimizer import OPTIMIZERS
from tuilab.nn.penalty import PENALTIES
from tuilab.training import build


@pytest.mark.parametrize("precision", CLOSE)
@pytest.mark.parametrize("seed", range(20))
@np.errstate(all="ignore")
def test_costs_and_weights_are_those_of_numpy(kind: EngineType, seed: int, precision: str) -> None:
    found, chaos = compare(build(random_experiment(seed, precision)), kind, 60, stride=1 + seed % 17)
    assert found <= max(CLOSE[precision], FACTOR * chaos)


@pytest.mark.parametrize("biases", ["true", "false"])
@pytest.mark.parametrize("penalty", ["l2", "l1, subgradient", "l1, proximal", "max_norm"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_update_rule_with_every_penalty(kind: EngineType, optimizer: str, penalty: str, biases: str) -> None:
    name, _, step = penalty.partition(", ")
    edits = {"optimization.optimizer": optimizer, "optimization.learning_rate": "0.01", "network.activation": "tanh"}
    edits |= {"regularization.kind": name, "regularization.lambd": "3", "regularization.max_norm": "0.5"}
    edits |= {"regularization.biases": biases, **({"regularization.l1_step": step} if step else {})}
    found, chaos = compare(build(edit(CIRCLES, edits)), kind, 60, 7)
    assert found <= max(CLOSE["float64"], FACTOR * chaos)


@pytest.mark.parametrize("precision", CLOSE)
@pytest.mark.parametrize("decay", ["inverse", "exponential"])
def test_a_rate_that_falls_a_last_batch_of_one_example_and_inputs_that_are_dropped(
    kind: EngineType, decay: str, precision: str
) -> None:
    edits = {"optimization.decay": decay, "optimization.decay_rate": "0.3", "network.precision": precision}
    edits |= {"data.examples": "70", "dropout.keep_prob": "0.8, 0.9", "optimization.optimizer": "adamw"}
    edits |= {"optimization.beta1": "0.5", "optimization.beta2": "0.9", "optimization.weight_decay": "0.3"}
    whole = len(build(edit(CIRCLES, edits)).dataset.train.y)
    problem = build(edit(CIRCLES, edits | {"optimization.batch_size": str(whole - 1)}))
    found, chaos = compare(problem, kind, 40, 7)
    assert found <= max(CLOSE[precision], FACTOR * chaos)
    assert problem.rates(0, 40)[-1] < 0.2 * problem.rate(0)


@np.errstate(all="ignore")
def test_weights_whose_squares_are_beyond_all_numbers_get_the_norm_that_they_may_have(kind: EngineType) -> None:
    edits = {"network.activation": "tanh", "regularization.kind": "max_norm", "regularization.max_norm": "1"}
    problem = build(edit(CIRCLES, edits))
    large = problem.initial.copy()
    large.theta *= 1e200
    one, other = NumpyEngine(problem), kind(problem)
    for engine in (one, other):
        engine.take(large)
        engine.advance(3)
    assert distance(one.parameters.theta, other.parameters.theta) < 1e-10
    assert np.linalg.norm(other.parameters.weights[0], axis=0).max() <= 1 + 1e-9


@pytest.mark.parametrize("precision", CLOSE)
@pytest.mark.parametrize("edits", [{}, {"dropout.keep_prob": "0.8"}, {"optimization.batch_size": "10"}])
def test_numbers_are_learned_as_numpy_learns_them(kind: EngineType, edits: dict[str, str], precision: str) -> None:
    edits |= {"data.source": "franke", "data.examples": "230"}
    edits |= {"network.precision": precision, "network.activation": "tanh"}
    found, chaos = compare(build(edit(Experiment(), edits)), kind, 60, 7)
    assert found <= max(CLOSE[precision], FACTOR * chaos)


def test_every_concept_is_met_by_the_random_experiments() -> None:
    met = [random_experiment(seed) for seed in range(20)]
    assert {one.network.activation for one in met} == set(ACTIVATIONS)
    assert {one.optimization.optimizer for one in met} == set(OPTIMIZERS)
    assert {one.regularization.kind for one in met} == set(PENALTIES)
    assert {one.optimization.class_weights for one in met} == {"none", "balanced"}
    assert {(one.regularization.l1_step, one.regularization.biases) for one in met if one.regularization.kind == "l1"}


@np.errstate(all="ignore")
@pytest.mark.parametrize(
    "edits",
    [
        {},
        {"dropout.keep_prob": "0.8"},
        {"optimization.batch_size": "10"},
        {"network.precision": "float32", "regularization.kind": "l2", "regularization.lambd": "3"},
        {"network.precision": "float32", "data.source": "franke", "data.examples": "230"},
    ],
    ids=["all", "dropout", "batches", "a large penalty in float32", "large squares in float32"],
)
@pytest.mark.parametrize("rate", ["1e2", "1e5"])
def test_what_is_not_finite_is_found_at_the_same_iteration_in_the_same_tensor(
    kind: EngineType, edits: dict[str, str], rate: str
) -> None:
    base = {"network.hidden": "5", "network.activation": "linear", "optimization.learning_rate": rate}
    problem = build(edit(CIRCLES, base | edits))
    one, other = NumpyEngine(problem), kind(problem)
    expected, found = one.advance(500), other.advance(500)
    assert len(expected.data) == len(found.data) < 500
    assert one.lost() == other.lost() and one.iteration == other.iteration


@np.errstate(all="ignore")
@pytest.mark.parametrize(("precision", "scale"), [("float32", 1e25), ("float64", 1e200)])
def test_under_dropout_the_tensor_is_told_that_is_too_large_for_the_precision(
    kind: EngineType, precision: str, scale: float
) -> None:
    edits = {"network.hidden": "5, 4", "network.activation": "linear", "dropout.keep_prob": "0.8"}
    problem = build(edit(CIRCLES, {**edits, "network.precision": precision}))
    large = problem.initial.copy()
    large.theta *= scale
    for engine in (NumpyEngine(problem), kind(problem)):
        engine.take(large)
        assert not np.isfinite(engine.advance(1).data).any()
        assert engine.lost() == "z2"


@pytest.mark.parametrize("back", [False, True])
def test_one_goes_on_where_the_other_was_left(kind: EngineType, back: bool) -> None:
    first, second = (kind, NumpyEngine) if back else (NumpyEngine, kind)
    edits = {"optimization.optimizer": "adam", "optimization.batch_size": "7", "dropout.keep_prob": "0.8"}
    problem = build(edit(Experiment(), {"data.source": "moons", "network.hidden": "6, 4", **edits}))
    whole, begun, goes_on = first(problem), first(problem), second(problem)
    begun.advance(33)
    goes_on.restore({name: array.copy() for name, array in begun.state().items()})
    expected = whole.advance(33 + 40)
    assert distance(np.array(expected)[:, 33:], goes_on.advance(40)) < 1e-10
    assert distance(whole.parameters.theta, goes_on.parameters.theta) < 1e-10


@pytest.mark.parametrize("precision", CLOSE)
def test_the_same_units_are_dropped(kind: EngineType, precision: str) -> None:
    """Also of a given batch that is larger than the training part; and the stream is left at the same place."""
    edits = {"data.examples": "10", "dropout.keep_prob": "0.5", "network.precision": precision}
    problem = build(edit(CIRCLES, edits))
    order = [[0, 1] * 700, [2], list(range(5)) * 301]
    one, other = NumpyEngine(problem, order), kind(problem, order)
    for _ in order:
        assert distance(one.advance(1), other.advance(1)) < CLOSE[precision]
        masks = zip(one.masks or (), other.masks or (), strict=True)
        assert all(a is b is None or np.allclose(a, b, rtol=1e-6, atol=0) for a, b in masks)
    assert np.array_equal(one.state()["masks"], other.state()["masks"])
