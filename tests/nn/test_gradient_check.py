from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from tests.nn.test_exactness import cases
from tuilab.nn import Parameters, Pass, Penalty, check_gradient, loss_for, numerical_gradient, penalty
from tuilab.nn import activation as activations
from tuilab.nn.gradient_check import relative_difference, verdict

SMOOTH = {"tanh", "sigmoid", "linear"}


@settings(max_examples=60)
@given(cases())
def test_the_shortcuts_give_what_whole_passes_give(case: dict[str, Any]) -> None:
    """Restarting from the perturbed layer is only faster: the plain definition gives the same."""
    network, parameters, X, y = case["network"], case["parameters"], case["X"], case["y"]
    term = penalty(case["kind"], case["lambd"], len(X))
    targets = loss_for(network.sizes[-1]).targets(y, network.sizes[-1], np.float64)
    whole, epsilon = Pass(network, len(X)), 1e-4

    def cost() -> float:
        return whole.cost(parameters, X, targets) + term.cost(parameters)

    fast = numerical_gradient(network, parameters, X, y, term, epsilon).gradient
    for index in range(parameters.theta.size):
        kept = parameters.theta[index]
        parameters.theta[index] = kept + epsilon
        above = cost()
        parameters.theta[index] = kept - epsilon
        below = cost()
        parameters.theta[index] = kept
        assert fast.theta[index] == pytest.approx((above - below) / (2 * epsilon), rel=1e-6, abs=1e-8)


@settings(max_examples=60)
@given(cases())
def test_right_gradients_pass(case: dict[str, Any]) -> None:
    network = case["network"]
    if not set(network.activations) <= SMOOTH or case["kind"] == "l1":
        return
    report = check_gradient(
        network, case["parameters"], case["X"], case["y"], penalty(case["kind"], case["lambd"], len(case["X"])), 1e-6
    )
    assert report.relative_difference <= 1e-7
    assert report.verdict == "correct"


def small_problem() -> tuple[Any, Parameters, Any, Any]:
    from tuilab.nn import Network, initialize

    random = np.random.default_rng(5)
    network = Network((4, 5, 3, 1), ("tanh", "tanh"))
    return (
        network,
        initialize(network.sizes, "xavier", 1.0, random),
        random.standard_normal((20, 4)),
        random.integers(0, 2, 20),
    )


def test_a_wrong_derivative_is_found_and_the_parameters_behind_it_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgets_the_square(gradient: Any, a: Any, scratch: Any) -> None:
        gradient *= 1 - a

    network, parameters, X, y = small_problem()
    broken = activations.Activation(activations.tanh, forgets_the_square)
    monkeypatch.setitem(activations.ACTIVATIONS, "tanh", broken)
    report = check_gradient(network, parameters, X, y, Penalty("none", 0))
    blame = {parameter.name: parameter.relative_difference for parameter in report.parameters}
    assert report.verdict == "wrong"
    assert report.worst.name in ("W1", "b1")
    assert blame["W3"] <= 1e-7 and blame["b3"] <= 1e-7


def test_a_forgotten_penalty_is_found_in_the_weights_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Penalty, "add_gradient", lambda self, parameters, gradient, scratch: None)
    network, parameters, X, y = small_problem()
    report = check_gradient(network, parameters, X, y, penalty("l2", 5.0, 20))
    blame = {parameter.name: parameter.relative_difference for parameter in report.parameters}
    assert report.verdict == "wrong"
    assert all((difference > 1e-3) == name.startswith("W") for name, difference in blame.items())


def test_the_measure_is_relative() -> None:
    assert relative_difference(np.array([1.0, 0]), np.array([0, 1.0])) == pytest.approx(2**0.5 / 2)
    assert relative_difference(np.array([2e9]), np.array([1e9])) == pytest.approx(1 / 3)
    assert relative_difference(np.zeros(3), np.zeros(3)) == 0
    assert relative_difference(np.array([np.nan]), np.zeros(1)) == 1


@pytest.mark.parametrize(
    ("difference", "says"),
    [(0, "correct"), (1e-7, "correct"), (1.1e-7, "look again"), (1e-5, "look again"), (1e-3, "wrong"), (1, "wrong")],
)
def test_the_thresholds_of_the_notes(difference: float, says: str) -> None:
    assert verdict(difference) == says
