"""Is the gradient right? Along random directions, which is quick however many parameters there are."""

import numpy as np

from tuilab.arrays import Array
from tuilab.nn import Network, Parameters, Pass, Penalty
from tuilab.nn.gradient_check import gradient
from tuilab.nn.planting import plant
from tuilab.streams import stream
from tuilab.training.preflight.check import PreflightCheck, Setup
from tuilab.words import listed, number

EXAMPLES, DIRECTIONS, STEP = 40, 5, 1e-6
ASIDE = 1e-3
"""How far from the first weights it is looked at: their biases are 0, which puts rows of zeros on every ReLU's kink."""
MOST = 24
"""Parameters that are looked at: of a very deep network not each layer's."""
WRONG = 1e-3
"""The relative difference from which the notes call a gradient wrong."""


def right(setup: Setup) -> PreflightCheck | None:
    """Of each W and b the slope of J along random directions against back-propagation; the median of several, and a
    little aside, lest a kink that lies in the way be taken for a fault. Dropout off, penalty included, float64.
    """
    problem = setup.problem
    network, penalty, parameters = problem.network, problem.penalty, problem.initial.astype(np.float64)
    X, y = problem.dataset.train.X[:EXAMPLES].astype(np.float64), problem.dataset.train.y[:EXAMPLES]
    rng = stream(problem.experiment.seed, "evaluation")
    parameters.theta[:] += ASIDE * rng.standard_normal(len(parameters.theta))
    exact = gradient(network, parameters, X, y, penalty)
    if setup.bug:
        exact = plant(setup.bug, exact, parameters, penalty, len(X))
    if not np.isfinite(exact.theta).all():
        return PreflightCheck(
            name="the gradient is right", holds=False, said="it is not finite", advice="smaller first weights"
        )
    differences, untold = dict[str, float](), list[str]()
    for name in list(exact.named())[:: -(-len(exact.named()) // MOST)]:
        found = [_difference(name, exact, parameters, network, penalty, X, y, rng) for _ in range(DIRECTIONS)]
        differences[name] = float(np.median([difference for difference, _ in found]))
        untold += [] if any(told for _, told in found) else [name]
    worst = max(differences, key=differences.__getitem__)
    said = f"back-propagation is off by {number(differences[worst])} at most, in {worst} (relative, two-sided)"
    advice = f"look at how d{worst} is computed; the gradient check (g) names single coordinates"
    if differences[worst] < WRONG and untold:
        said = f"nothing is told of {listed(untold, 4)}: slopes of 0, or below the rounding of J"
        advice = "check with another initializer, under which the gradient reaches every layer"
    holds = differences[worst] < WRONG and (None if untold else True)
    return PreflightCheck(name="the gradient is right", holds=holds, said=said, advice=advice)


def _difference(
    name: str,
    exact: Parameters,
    parameters: Parameters,
    network: Network,
    penalty: Penalty,
    X: Array,
    y: Array,
    rng: np.random.Generator,
) -> tuple[float, bool]:
    """|(J(θ + εv) − J(θ − εv))/2ε − v·dθ| of a random v within one parameter, beside the size of both.

    And whether that size is above what rounding could hide.
    """
    direction = Parameters(parameters.sizes)
    part = direction.named()[name]
    part[:] = rng.standard_normal(part.shape)
    part /= np.linalg.norm(part) or 1.0
    costs = []
    for sign in (1, -1):
        moved = Parameters(parameters.sizes)
        moved.theta[:] = parameters.theta + sign * STEP * direction.theta
        costs.append(Pass(network, len(X)).cost(moved, X, network.targets(y, X.dtype)) + penalty.cost(moved))
    numerical, analytic = (costs[0] - costs[1]) / (2 * STEP), float(direction.theta @ exact.theta)
    rounding = 1e-15 * abs(costs[0]) / STEP
    size, least = abs(numerical) + abs(analytic), 1e3 * rounding
    scale = max(size, least)
    return abs(numerical - analytic) / scale if scale else 0.0, size > least
