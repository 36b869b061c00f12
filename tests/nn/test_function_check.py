"""The gradient check of a function of one's own."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tuilab.errors import BadInput
from tuilab.nn import check_function, sweep_function

THETA = np.array([[0.5, -1.0, 2.0]])
BUFFER = np.empty((1, 3))
RANDOM = np.random.default_rng(0)


def right(theta: Any) -> Any:
    return np.sum(np.sin(theta)), np.cos(theta)


def off_by_one_coordinate(theta: Any) -> Any:
    cost, gradient = right(theta)
    gradient[0, 1] = -gradient[0, 1]
    return cost, gradient


def in_one_buffer(theta: Any) -> Any:
    BUFFER[:] = np.cos(theta)
    return np.sum(np.sin(theta)), BUFFER


@pytest.mark.parametrize("function", [right, in_one_buffer])
def test_a_right_function_passes(function: Callable[[Any], Any]) -> None:
    report = check_function(function, THETA)
    assert report.verdict == "correct"
    assert [(one.name, one.size, one.kinks) for one in report.parameters] == [("theta", 3, 0)]


def test_a_wrong_coordinate_is_found() -> None:
    report = check_function(off_by_one_coordinate, THETA)
    assert report.verdict == "wrong"
    worst = report.worst_coordinates[0]
    assert (worst.parameter, worst.index) == ("theta", (0, 1))
    assert worst.analytic == pytest.approx(-worst.numerical) == pytest.approx(-np.cos(1))


@pytest.mark.parametrize("power", range(-30, 31, 5))
@pytest.mark.parametrize("factor", [2, 3])
def test_a_cost_is_judged_alike_whatever_its_unit(power: int, factor: int) -> None:
    """J = c·|θ|² with a right and with a wrong gradient."""
    c = 10.0**power
    report = check_function(lambda theta: (c * (theta**2).sum(), factor * c * theta), THETA)
    assert report.verdict == ("correct" if factor == 2 else "wrong") and report.epsilon == 1e-7


@pytest.mark.parametrize(
    ("function", "verdict", "epsilon"),
    [
        (lambda theta: (5.0, 0 * theta), "proves nothing", 1e-7),  # 0 against 0
        (lambda theta: (0 * theta.sum(), 0 * theta), "proves nothing", 1e-7),
        (lambda theta: (1e12 + theta.sum() * 1e-9, np.full(3, 1e-9)), "proves nothing", 1e-7),  # lost in J
        (lambda theta: (1e3 + theta.sum(), np.ones(3)), "correct", 1e-5),
        (lambda theta: (1e3 + theta.sum(), 2 * np.ones(3)), "wrong", 1e-5),
    ],
)
def test_a_large_cost_wants_a_large_epsilon_or_hides_all(
    function: Callable[[Any], Any], verdict: str, epsilon: float
) -> None:
    report = check_function(function, THETA.ravel())
    assert (report.verdict, report.epsilon) == (verdict, epsilon)


@pytest.mark.parametrize(("factor", "verdict"), [(1, "proves nothing"), (2, "wrong")])
@pytest.mark.parametrize("epsilon", [None, 0.1])
def test_where_another_epsilon_says_something_else_a_right_gradient_is_not_wrong(
    factor: int, verdict: str, epsilon: float | None
) -> None:
    """J of float32 in disguise: at 1e-7 its rounding is larger than the bar, at 0.1 the curvature nearly is."""
    report = check_function(
        lambda theta: (float(np.sin(theta.astype(np.float32)).sum()), factor * np.cos(theta)), THETA, epsilon
    )
    assert report.verdict == verdict and report.unsure > 0


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_where_j_is_not_finite_further_away_the_nearer_differences_decide() -> None:
    edge = np.array([1e-6])
    assert check_function(lambda theta: (np.log(theta)[0], 2 / theta), edge).verdict == "wrong"


def test_theta_is_not_changed_and_integers_will_do() -> None:
    theta = np.array([1, 2, 3])
    report = check_function(lambda theta: (theta @ theta, 2 * theta), theta)
    assert report.relative_difference <= 1e-7
    assert theta.tolist() == [1, 2, 3]


def test_the_sweep_is_a_u() -> None:
    curve = sweep_function(right, THETA)
    assert (curve.coordinates, curve.parameters, curve.examples) == (3, 3, None)
    assert curve.points[0].one_sided > curve.points[0].two_sided > curve.points[4].two_sided


def test_a_gradient_that_is_not_finite_is_wrong() -> None:
    assert check_function(lambda theta: (1.0, theta * np.nan), THETA).verdict == "wrong"


def modifies(theta: Any) -> Any:
    theta *= 2
    return right(theta)


def forgets_its_seed(theta: Any) -> Any:
    return RANDOM.random(), theta


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (modifies, "modified theta in place"),
        (forgets_its_seed, "for the same theta"),
        (lambda theta: 1.0, r"must return \(J, dtheta\), not float"),
        (lambda theta: (1.0, theta, theta), r"must return \(J, dtheta\)"),
        (lambda theta: (theta, theta), "J must be one number"),
        (lambda theta: (1.0, theta.ravel()), r"dtheta has shape \(3,\), theta \(1, 3\)"),
        (lambda theta: (np.nan, theta), "J = nan is not finite"),
        (lambda theta: (np.log(-np.inf) if theta[0, 0] > 0.5 else 0.0, theta), "J = nan is not finite"),
        (lambda theta: ("one", theta), "J must be real numbers, not str"),
        (lambda theta: (np.float32(1), theta), "compute J in float64: rounded to float32"),
        (lambda theta: (1.0, theta * 1j), "dtheta must be real numbers"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_what_is_no_cost_function_is_refused(function: Callable[[Any], Any], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        check_function(function, THETA)


@pytest.mark.parametrize("theta", [[], [np.nan], [np.inf, 1]])
def test_a_useless_theta_is_refused(theta: list[float]) -> None:
    with pytest.raises(BadInput, match="finite numbers, at least one"):
        check_function(right, np.array(theta))
