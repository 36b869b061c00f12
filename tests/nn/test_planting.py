"""A bug planted on purpose is caught, and the parameter that it is in is named."""

import numpy as np
import pytest

from tests.nn.penalties import penalty
from tests.nn.test_gradient_check import small_problem
from tuilab.errors import BadInput
from tuilab.nn import bugs, check_gradient, gradient, plant

TERM = penalty("l2", 5.0, 20)


@pytest.mark.parametrize("name", bugs(3, 20))
def test_every_bug_is_caught_and_named(name: str) -> None:
    bug = bugs(3, 20)[name]
    report = check_gradient(*small_problem(), TERM, bug=name)
    assert report.verdict == "wrong"
    assert report.planted == name
    guilty = {parameter.name for parameter in report.guilty}
    assert guilty == ({bug.parameter} if bug.parameter else {"W1", "W2", "W3"})
    assert report.worst.name in guilty
    assert {one.parameter for one in report.worst_coordinates[:1]} <= guilty


def test_the_bugs_of_the_course_notebook() -> None:
    network, parameters, X, y = small_problem()
    right = gradient(network, parameters, X, y, penalty("none"))
    doubled = plant("dW2-factor-2", right, parameters, penalty("none"), 20)
    np.testing.assert_array_equal(doubled.weights[1], 2 * right.weights[1])
    np.testing.assert_array_equal(doubled.weights[0], right.weights[0])
    fourfold = plant("db1-4-over-m", right, parameters, penalty("none"), 20)
    np.testing.assert_array_equal(fourfold.biases[0], 4 * right.biases[0])


def test_a_forgotten_penalty_leaves_the_gradient_of_the_data() -> None:
    network, parameters, X, y = small_problem()
    right = gradient(network, parameters, X, y, TERM)
    kept = right.theta.copy()
    faulty = plant("forgotten-penalty", right, parameters, TERM, 20)
    data = gradient(network, parameters, X, y, penalty("none"))
    np.testing.assert_allclose(faulty.theta, data.theta, rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(right.theta, kept)


@pytest.mark.parametrize("name", ["dW4-factor-2", "dW0-factor-2", "", "nonsense", "dWℓ-factor-2"])
def test_unknown_bugs_are_refused_with_those_that_there_are(name: str) -> None:
    with pytest.raises(BadInput, match=r"forgotten-penalty, .*dbℓ-4-over-m.* with ℓ from 1 to 3, not"):
        check_gradient(*small_problem(), TERM, bug=name)


def test_a_bug_that_changes_nothing_is_refused() -> None:
    with pytest.raises(BadInput, match="leaves the gradient as it is"):
        check_gradient(*small_problem(), penalty("none"), bug="forgotten-penalty")
