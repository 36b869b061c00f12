from typing import Any

import numpy as np
import pytest
from hypothesis import given

from tests.examples import examples
from tests.nn.penalties import penalty
from tests.nn.test_exactness import cases
from tuilab.errors import BadInput
from tuilab.nn import (
    ACTIVATIONS,
    Network,
    Parameters,
    Pass,
    check_gradient,
    initialize,
    numerical_gradient,
)
from tuilab.nn import activation as activations
from tuilab.nn import numerical as numerical_module
from tuilab.nn.gradient_check import compare, relative_difference, verdict
from tuilab.nn.penalty import L2
from tuilab.nn.rounding import SAFETY

SMOOTH = {"tanh", "sigmoid", "linear"}


@examples(60)
@given(cases())
def test_the_shortcuts_give_what_whole_passes_give(case: dict[str, Any]) -> None:
    """Restarting from the perturbed layer is only faster: the plain definition gives the same."""
    network, parameters, X, y = case["network"], case["parameters"], case["X"], case["y"]
    term = case["penalty"]
    targets = network.targets(y, np.float64)
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


@examples(60)
@given(cases())
def test_right_gradients_pass(case: dict[str, Any]) -> None:
    network = case["network"]
    if not set(network.activations) <= SMOOTH or case["regularization"]["kind"] == "l1":
        return
    report = check_gradient(network, case["parameters"], case["X"], case["y"], case["penalty"], 1e-6)
    assert report.relative_difference <= 1e-7
    assert report.verdict == "correct"


def small_problem() -> tuple[Any, Parameters, Any, Any]:
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
    report = check_gradient(network, parameters, X, y, penalty("none"))
    blame = {parameter.name: parameter.relative_difference for parameter in report.parameters}
    assert report.verdict == "wrong"
    assert report.worst.name in ("W1", "b1")
    assert blame["W3"] <= 1e-7 and blame["b3"] <= 1e-7


def test_a_forgotten_penalty_is_found_in_the_weights_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(L2, "add_gradient", lambda *arguments: None)
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
    [
        (0, "correct"),
        (0.9e-7, "correct"),
        (1.1e-7, "look again"),
        (1e-5, "look again"),
        (1.1e-3, "wrong"),
        (1, "wrong"),
    ],
)
@pytest.mark.parametrize("size", [1e-300, 1e-30, 1.0, 1e30, 1e300])
def test_the_thresholds_of_the_notes_at_any_size(difference: float, says: str, size: float) -> None:
    exact = size * np.array([0.6, 0.8])
    approximate = size * np.array([0.6, 0.8]) * (1 + difference) / (1 - difference) if difference < 1 else -exact
    assert relative_difference(approximate, exact) == pytest.approx(difference, rel=1e-6)
    assert verdict(approximate, exact) == says


def test_what_rounding_could_make_proves_nothing() -> None:
    one, other = np.array([1.0, 0]), np.array([0, 1.0])
    assert verdict(one, other, rounding=0.01) == "wrong", "it is too small to make that"
    assert verdict(one, other, rounding=1.0) == "proves nothing"
    assert verdict(one, one, rounding=1.0) == "correct", "what agrees to so many digits does not by chance"
    assert verdict(one, one * (1 + 1e-5), rounding=1e-5) == "look again", "a wrong gradient would be seen all the same"
    assert verdict(np.zeros(2), np.zeros(2)) == verdict(np.empty(0), np.empty(0)) == "proves nothing"
    assert verdict(np.zeros(2), np.array([0, np.nan]), rounding=1.0) == "wrong"


def test_a_check_that_compares_nothing_says_so() -> None:
    network, parameters, X, y = small_problem()
    for weights in parameters.weights:
        weights[:] = 0
    y[:] = np.arange(20) % 2  # db3 is 0 on paper, a sum of ±½
    report = check_gradient(network, parameters, X, y, penalty("none"))
    assert report.verdict == "proves nothing" and not report.guilty
    assert not any(parameter.told for parameter in report.parameters)


def test_a_planted_bug_that_is_not_seen_is_no_proof() -> None:
    network, parameters, X, y = small_problem()
    parameters.weights[1] *= 1e-14  # dW1, db1 and dW3 are far below what rounding leaves of db3
    arguments = network, parameters, X, y, penalty("none")
    assert check_gradient(*arguments).verdict == "correct"
    report = check_gradient(*arguments, bug="dW1-factor-2")
    assert report.verdict == "proves nothing"
    assert [parameter.name for parameter in report.parameters if not parameter.told] == ["W1", "b1", "W3"]


def test_all_at_kinks_proves_nothing() -> None:
    zeros = {"W1": np.zeros(3)}
    report = compare(zeros, {"W1": np.ones(3)}, 0.1, {"W1": np.ones(3, bool)}, planted="dW1-forgotten")
    assert (report.verdict, report.compared, report.kinks) == ("proves nothing", 0, 3)


@pytest.mark.parametrize("outputs", [1, 3])
def test_right_gradients_of_large_logits_pass(outputs: int) -> None:
    """At ε = 1e-7 rounding is more than 1e-7 of them: a larger ε is chosen, and advised to a person who chose it."""
    network, (_, _, X, y) = Network((4, 5, 3, outputs), ("tanh", "tanh")), small_problem()
    parameters = initialize(network.sizes, "xavier", 1.0, np.random.default_rng(1))
    parameters.biases[-1][:] += 1000
    report = check_gradient(network, parameters, X, y, penalty("none"))
    assert report.verdict == "correct" and 1e-7 < report.epsilon == report.suited_epsilon
    chosen = check_gradient(network, parameters, X, y, penalty("none"), 1e-7)
    assert chosen.verdict == "look again"
    assert chosen.rounding_explains and chosen.suited_epsilon == report.epsilon


def test_what_a_large_epsilon_makes_is_not_called_wrong() -> None:
    """Of these gradients the two-sided difference at ε = 0.1 is off by more than the bar of the notes, 1e-3."""
    network, parameters, X, y = small_problem()
    parameters.theta[:] *= 3
    for bug, says in ((None, "proves nothing"), ("dW2-factor-2", "wrong")):
        report = check_gradient(network, parameters, X, y, penalty("none"), 0.1, bug)
        assert report.relative_difference >= 1e-3 and report.verdict == says
        assert report.epsilon_explains == (bug is None)
    assert check_gradient(network, parameters, X, y, penalty("none")).unsure == 0, "it agrees: nothing else was asked"


@examples(60)
@given(cases())
def test_rounding_is_foretold(case: dict[str, Any]) -> None:
    """At a tiny ε the difference is rounding alone: it is at most a few times what was foretold, and not far below."""
    network = case["network"]
    if not set(network.activations) <= SMOOTH or case["regularization"]["kind"] == "l1":
        return
    report = check_gradient(network, case["parameters"], case["X"], case["y"], case["penalty"], 1e-10)
    difference = report.relative_difference * report.scale
    assert report.rounding / 100 < difference < SAFETY * report.rounding


def signs(network: Network, parameters: Parameters, X: Any) -> list[bool]:
    """Whether each input of a kinked activation is positive, over all examples."""
    found: list[bool] = []
    whole = Pass(network, len(X))
    whole.forward(parameters, X)
    for name, a in zip(network.activations, whole.activations, strict=True):
        if ACTIVATIONS[name].kinked:
            found += (a > 0).ravel().tolist()
    return found


@examples(60)
@given(cases())
def test_kinks_are_where_a_perturbation_changes_a_sign(case: dict[str, Any]) -> None:
    network, parameters, X, y = case["network"], case["parameters"], case["X"], case["y"]
    epsilon = 0.05
    kinks = numerical_gradient(network, parameters, X, y, penalty("none"), epsilon).kinks
    for index in range(parameters.theta.size):
        sides = []
        for step in (epsilon, -epsilon):
            moved = parameters.copy()
            moved.theta[index] += step
            sides.append(signs(network, moved, X))
        assert kinks.theta[index] == (sides[0] != sides[1])


@examples(30)
@given(cases())
def test_the_examples_may_come_in_parts(case: dict[str, Any]) -> None:
    arguments = case["network"], case["parameters"], case["X"], case["y"], case["penalty"]
    whole = numerical_gradient(*arguments, 1e-3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numerical_module, "_EXAMPLES", 7)
        parts = numerical_gradient(*arguments, 1e-3)
    np.testing.assert_allclose(parts.gradient.theta, whole.gradient.theta, rtol=1e-10, atol=1e-12)
    assert (parts.kinks.theta == whole.kinks.theta).all()


def test_a_relu_at_its_kink_is_counted_and_not_compared() -> None:
    random = np.random.default_rng(0)
    network = Network((3, 4, 2), ("relu",))
    parameters = initialize(network.sizes, "he", 1.0, random)
    X, y = random.standard_normal((10, 3)), random.integers(0, 2, 10)
    # Example 0 brings unit 2 to within ε of 0, so all that moves unit 2 by more than that is at a kink.
    parameters.biases[0][2] = 1e-9 - X[0] @ parameters.weights[0][:, 2]
    report = check_gradient(network, parameters, X, y, penalty("none"))
    assert report.verdict == "correct"
    assert {parameter.name: parameter.kinks for parameter in report.parameters} == {"W1": 3, "b1": 1, "W2": 0, "b2": 0}
    assert report.kinks == 4


def test_an_l1_weight_at_its_kink_is_counted_and_not_compared() -> None:
    network, parameters, X, y = small_problem()
    parameters.weights[1][2, 1] = -0.4e-7
    parameters.weights[0][0, :2] = 0
    kinks = {}
    for kind in ("l1", "l2"):
        report = check_gradient(network, parameters, X, y, penalty(kind, 5.0, 20))
        assert report.verdict == "correct"
        kinks[kind] = [parameter.kinks for parameter in report.parameters]
    assert kinks == {"l1": [2, 0, 1, 0, 0, 0], "l2": [0] * 6}


def test_the_worst_coordinates_are_named_with_both_values() -> None:
    right = {"W1": np.ones((2, 3)), "b1": np.zeros(3)}
    wrong = {"W1": np.ones((2, 3)), "b1": np.array([0, 0, -1.0])}
    wrong["W1"][1, 2] = 4
    kinks = {"W1": np.zeros((2, 3), bool), "b1": np.zeros(3, bool)}
    report = compare(wrong, right, 1e-7, kinks)
    places = [(one.parameter, one.index, one.analytic, one.numerical, one.share) for one in report.worst_coordinates]
    assert places == [
        ("W1", (1, 2), 4, 1, pytest.approx(0.9)),
        ("b1", (2,), -1, 0, pytest.approx(0.1)),
    ]
    assert [parameter.name for parameter in report.guilty] == ["b1", "W1"]
    kinks["W1"][1, 2] = True
    report = compare(wrong, right, 1e-7, kinks)
    assert [one.parameter for one in report.worst_coordinates] == ["b1"]
    assert (report.kinks, report.worst.name) == (1, "b1")


def test_rounding_in_a_vanishing_layer_is_not_to_blame() -> None:
    analytic = {"W1": np.full(4, 1e-12), "W2": np.ones(4)}
    numerical = {"W1": np.zeros(4), "W2": np.full(4, 1.5)}
    report = compare(analytic, numerical, 1e-7, {name: np.zeros(4, bool) for name in analytic})
    assert report.parameters[0].relative_difference == 1
    assert report.worst.name == "W2"
    assert [parameter.name for parameter in report.guilty] == ["W2"]


def test_what_is_not_finite_is_wrong_and_the_worst() -> None:
    analytic = {"W1": np.ones(3), "b1": np.array([1, np.nan])}
    report = compare(
        analytic, {"W1": np.zeros(3), "b1": np.ones(2)}, 1e-7, {"W1": np.zeros(3, bool), "b1": np.zeros(2, bool)}
    )
    assert (report.relative_difference, report.verdict) == (1, "wrong")
    assert [(one.parameter, one.index, one.share) for one in report.worst_coordinates] == [("b1", (1,), 1)]


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e308])
def test_where_j_is_not_finite_there_is_nothing_to_check(value: float) -> None:
    network, parameters, X, y = small_problem()
    parameters.weights[2][:] = value
    with pytest.raises(BadInput, match="not finite"):
        check_gradient(network, parameters, X, y, penalty("l2", 1.0, 20))


def test_single_precision_is_checked_in_double() -> None:
    network, parameters, X, y = small_problem()
    report = check_gradient(network, parameters.astype(np.float32), X.astype(np.float32), y, penalty("none"))
    assert report.relative_difference <= 1e-8
