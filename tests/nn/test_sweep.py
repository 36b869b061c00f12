"""The U-curve of the one-sided and the two-sided difference quotient."""

import numpy as np
import pytest

from tests.nn.penalties import penalty
from tests.nn.test_gradient_check import small_problem
from tuilab.nn import Network, epsilon_sweep, initialize
from tuilab.nn.sweep import EPSILONS, sweep


def test_the_figures_of_the_notes() -> None:
    """θ³ at 1 with ε = 0.01: 3.0301 by one side, 3.0001 by two; the truth is 3."""
    curve = sweep(lambda theta: float(theta[0] ** 3), np.ones(1), np.array([3.0]), 1)
    point = curve.points[1]
    assert point.epsilon == 0.01
    assert point.one_sided == pytest.approx(0.0301 / 6.0301)
    assert point.two_sided == pytest.approx(0.0001 / 6.0001)


def test_one_side_errs_by_epsilon_two_sides_by_its_square_and_rounding_spoils_both() -> None:
    curve = epsilon_sweep(*small_problem(), penalty("l2", 0.7, 20))
    assert tuple(point.epsilon for point in curve.points) == EPSILONS
    one, two = (np.array([getattr(point, side) for point in curve.points]) for side in ("one_sided", "two_sided"))
    assert one[1] / one[3] == pytest.approx(1e2, rel=0.05)
    assert two[0] / two[2] == pytest.approx(1e4, rel=0.05)
    assert one.min() > two.min()
    assert one[-1] > 100 * one.min() and two[-1] > 100 * two.min()
    assert (curve.coordinates, curve.parameters, curve.examples) == (47, 47, 20)


def test_the_best_epsilon_is_named_and_a_planted_bug_lifts_the_curve() -> None:
    arguments = *small_problem(), penalty("l2", 0.7, 20)
    curve, planted = epsilon_sweep(*arguments), epsilon_sweep(*arguments, "dW1-factor-2")
    assert curve.best_two_sided.epsilon in (1e-4, 1e-5, 1e-6) and curve.best_one_sided.epsilon in (1e-7, 1e-8)
    assert curve.best_two_sided.two_sided < 1e-9
    assert planted.best_two_sided.two_sided > 1e-3


def test_a_large_network_is_sampled() -> None:
    random = np.random.default_rng(0)
    network = Network((100, 100, 10), ("tanh",))
    arguments = (
        network,
        initialize(network.sizes, "xavier", 1.0, random),
        random.standard_normal((1000, 100)),
        random.integers(0, 10, 1000),
        penalty("none"),
    )
    curve = epsilon_sweep(*arguments)
    assert (curve.examples, curve.parameters) == (200, 11110)
    assert 10 <= curve.coordinates < 100
    assert min(point.two_sided for point in curve.points) < 1e-8
    planted = epsilon_sweep(*arguments, "db1-forgotten")
    assert planted.best_two_sided.two_sided > 1e-3, "the sample holds some of what the bug changes"
