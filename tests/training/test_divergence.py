"""Divergence: the first number that is not finite is named, and the last finite weights are kept."""

import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tuilab.engines.divergence import first_non_finite
from tuilab.events import Finished, Progress
from tuilab.experiment import Experiment, edit
from tuilab.nn import ACTIVATIONS, Network, Parameters, initialize
from tuilab.training import Training, build, problem_from_arrays, train

WILD = edit(
    Experiment(),
    {
        "data.source": "circles",
        "data.examples": "100",
        "network.hidden": "6, 4",
        "network.activation": "linear",
        "optimization.learning_rate": "1e5",
        "optimization.iterations": "3000",
    },
)
REASON = re.compile(
    r"the cost is (?:nan|inf|-inf) after (\d+) iterations?; "
    r"the first number that is not finite is in (d?[WbzaJ]\d*) at iteration (\d+)"
)


def run(experiment: Experiment) -> tuple[Training, Finished, list[float]]:
    """The training, its last event, and the cost at each iteration that was recorded."""
    training = Training(build(experiment))
    events = list(train(training, clock=lambda: 0.0))
    end = events[-1]
    assert isinstance(end, Finished)
    points = [event.costs for event in events if isinstance(event, Progress) and event.costs]
    return training, end, [cost for point in points for cost in (point.data + point.penalty).tolist()]


@pytest.mark.parametrize(
    "edits",
    [
        {},
        {"network.activation": "leaky_relu"},
        {"network.activation": "tanh", "regularization.kind": "l2", "regularization.lambd": "1e7"},
        {"network.precision": "float32"},
        {"dropout.keep_prob": "0.8, 0.5, 0.5"},
        {"optimization.batch_size": "7"},
        {"optimization.batch_size": "7", "dropout.keep_prob": "0.5", "network.precision": "float32"},
        {"regularization.kind": "l1", "regularization.lambd": "1", "regularization.l1_step": "proximal"},
        {"regularization.kind": "l1", "regularization.lambd": "1", "regularization.biases": "true"},
        {"regularization.kind": "l2", "regularization.lambd": "1e4", "optimization.optimizer": "momentum"},
        {"early_stopping.monitor": "dev_cost"},
        {"initialization.scheme": "identity", "initialization.gain": "1e6", "network.precision": "float32"},
    ],
)
def test_the_reason_is_true_and_the_last_finite_weights_are_kept(edits: dict[str, str]) -> None:
    experiment = edit(WILD, edits)
    training, end, costs = run(experiment)
    assert (end.status, end.cost, end.error.train) == ("diverged", None, None)
    found = REASON.fullmatch(end.reason)
    assert found, end.reason
    made, tensor, at = int(found[1]), found[2], int(found[3])
    assert made == end.iteration and at == made - tensor.startswith("d") == end.kept_iteration
    assert all(math.isfinite(cost) for cost in costs[:-1]) and not math.isfinite(costs[-1])

    again, thetas = Training(build(experiment)), [build(experiment).initial.theta]
    for _ in range(made):
        assert math.isfinite(sum(again.step()))
        thetas.append(again.parameters.theta.copy())
    with np.errstate(all="ignore"):
        assert not math.isfinite(sum(again.step()))
    assert again.iteration == made
    last_finite = max(index for index, theta in enumerate(thetas) if np.isfinite(theta).all())
    assert last_finite == end.kept_iteration
    assert np.array_equal(training.parameters.theta, thetas[last_finite])
    if tensor.startswith("d"):
        named = Parameters(training.problem.network.sizes, theta=thetas[made]).named()
        wrong = [name for name, values in named.items() if not np.isfinite(values).all()]
        assert tensor[1:] in wrong
        assert max(int(name[1:]) for name in wrong) == int(tensor[2:])  # the last layer's gradient is made first


def test_of_several_layers_the_last_one_s_gradient_was_made_first() -> None:
    network = Network((3, 4, 4, 1), ("tanh", "tanh"))
    parameters = initialize(network.sizes, "he", 1.0, np.random.default_rng(0))
    for name, expected in (("b1", "db1"), ("W1", "dW1"), ("b3", "db3"), ("W2", "db3"), ("W3", "dW3")):
        parameters.named()[name].flat[0] = math.nan
        assert first_non_finite(network, parameters, np.ones((2, 3))) == expected


@examples(150)
@given(st.data())
def test_the_first_tensor_that_is_not_finite_is_named(data: Any) -> None:
    """A fault planted in the weights, the inputs or on the way forward is found where it is."""
    depth = data.draw(st.integers(1, 4))
    sizes = (3, *[4] * (depth - 1), 2)
    names = tuple(data.draw(st.sampled_from(["relu", "leaky_relu", "linear"])) for _ in sizes[1:-1])
    network, random = Network(sizes, names), np.random.default_rng(0)
    parameters, X = initialize(sizes, "he", 1.0, random), random.standard_normal((6, 3))
    layer = data.draw(st.integers(1, depth))
    fault = data.draw(st.sampled_from([math.nan, math.inf, -math.inf]))
    kind = data.draw(st.sampled_from("Wbza"))
    if kind in "Wb":
        view = parameters.named()[f"{kind}{layer}"]
        view.flat[data.draw(st.integers(0, view.size - 1))] = fault
        expected = f"d{kind}{layer}"
    elif kind == "z":
        # Finite weights, and a product that is not: every unit of the layer gets 1e300·1e300 from at least one below.
        for below in range(layer - 1):
            parameters.weights[below][:] = 1.0
        parameters.weights[layer - 1][:] = 1e300
        X = np.full((6, 3), 1e300)
        expected = f"z{layer}"
    else:
        X[data.draw(st.integers(0, 5)), 0] = fault
        expected = "a0"
    with np.errstate(all="ignore"):
        assert first_non_finite(network, parameters, X) == expected


def test_a_mask_that_lifts_a_number_out_of_range_is_named_where_it_does() -> None:
    network = Network((1, 1, 1), ("linear",))
    parameters, X = Parameters((1, 1, 1), theta=np.array([1.0, 1e-300, 0.0, 0.0])), np.array([[1e308]])
    lifts, keeps = np.array([[10.0]]), np.array([[1.0]])
    with np.errstate(over="ignore"):
        assert first_non_finite(network, parameters, X, [lifts, None]) == "a0"
        assert first_non_finite(network, parameters, X, [keeps, lifts]) == "a1"
        assert first_non_finite(network, parameters, X, [keeps, keeps]) == "J"
        assert first_non_finite(network, parameters, X) == "J"


def test_an_infinite_penalty_on_finite_weights_is_the_cost() -> None:
    edits = {"regularization.kind": "l2", "regularization.lambd": "1", "optimization.iterations": "5"}
    initial = Parameters((1, 1), theta=np.array([1e200, 0.0]))
    problem = problem_from_arrays(
        edit(Experiment(), {**edits, "network.hidden": ""}), ([[0.0], [1.0]], [0, 1]), initial=initial
    )
    *_, end = train(Training(problem))
    assert isinstance(end, Finished)
    assert (
        end.reason == "the cost is inf after 0 iterations; the first number that is not finite is in J at iteration 0"
    )


@pytest.mark.parametrize("iterations", ["1", "50"])
@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum"])
def test_an_update_that_leaves_the_finite_numbers_is_taken_back(iterations: str, optimizer: str) -> None:
    """Inputs of 1e36 and zero weights in float32: every figure forward is 0, and α·∂J/∂W is beyond 3e38."""
    edits = {
        "inputs.normalize": "false",
        "network.hidden": "",
        "network.precision": "float32",
        "initialization.scheme": "zeros",
        "optimization.learning_rate": "1e6",
        "optimization.optimizer": optimizer,
        "optimization.iterations": iterations,
    }
    training = Training(problem_from_arrays(edit(Experiment(), edits), ([[1e36], [-1e36]], [0, 1])))
    *_, end = train(training)
    assert isinstance(end, Finished)
    assert end.reason.endswith("after 1 iteration; the first number that is not finite is in dW1 at iteration 0")
    assert (end.status, end.iteration, end.kept_iteration, end.cost) == ("diverged", 1, 0, None)
    assert training.parameters.theta.tolist() == [0, 0]


def test_it_is_found_at_the_very_end_too() -> None:
    """The last update of the plan leaves the finite numbers: no step comes after it to see that."""
    _, end, _ = run(WILD)
    short = edit(WILD, {"optimization.iterations": str(end.iteration)})
    training, last, _ = run(short)
    assert last.status == "diverged" and last.iteration == end.iteration
    told, before = REASON.match(last.reason), REASON.match(end.reason)
    assert told and before and told.groups() == before.groups(), "of ∞ and NaN which one, the order of sums decides"
    assert last.kept_iteration == end.kept_iteration
    assert np.isfinite(training.parameters.theta).all()


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
@pytest.mark.parametrize("outputs", [1, 3])
def test_weights_that_are_no_numbers_are_never_hidden_by_a_saturated_unit(activation: str, outputs: int) -> None:
    """tanh(∞) is 1 and σ(−∞) is 0: the cost would be finite, the weights are not."""
    y = np.arange(12) % (outputs if outputs > 1 else 2)
    experiment = edit(Experiment(), {"network.hidden": "3", "network.activation": activation})
    training = Training(problem_from_arrays(experiment, (np.ones((12, 2)) + y[:, None], y)))
    training.parameters.weights[0][0, 0] = math.inf
    with np.errstate(all="ignore"):
        assert math.isnan(sum(training.step()))
        assert training.iteration == 0
        assert math.isnan(training.cost().total)
