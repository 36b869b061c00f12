"""The U-curve: how far the one-sided and the two-sided difference quotient are off, over ε.

(J(θ + ε) − J(θ)) / ε errs by O(ε), (J(θ + ε) − J(θ − ε)) / 2ε by O(ε²), until the rounding of J, about 1e-16·J/ε,
outweighs both (course notes, "Numerical approximation of gradients"). Here J is taken whole, as those formulas have it.
"""

from collections.abc import Callable, Sequence

import numpy as np
from msgspec import Struct

from tuilab.arrays import Array
from tuilab.nn.gradient_check import gradient, relative_difference
from tuilab.nn.network import Network, Pass
from tuilab.nn.parameters import Parameters
from tuilab.nn.penalty import Penalty
from tuilab.nn.planting import plant

EPSILONS = tuple(float(f"1e-{power}") for power in range(1, 13))
_EXAMPLES = 200
_COORDINATES = 10, 500
_WORK = 2e9
"""Multiplications that a sweep may cost, about a second's; a layer counts as 30 000 at least, its overhead."""


class EpsilonPoint(Struct, frozen=True, kw_only=True):
    """The relative difference of each quotient from the gradient at one ε."""

    epsilon: float
    one_sided: float
    two_sided: float


class EpsilonCurve(Struct, frozen=True, kw_only=True):
    """A curve over ε and what it was measured on: a large network is sampled."""

    points: tuple[EpsilonPoint, ...]
    coordinates: int
    parameters: int
    """How many there are."""
    examples: int | None = None
    """How many of the training part, None where there are none."""

    @property
    def best_one_sided(self) -> EpsilonPoint:
        """Where the one-sided difference errs least; of equals the one with the largest ε."""
        return min(self.points, key=lambda point: point.one_sided)

    @property
    def best_two_sided(self) -> EpsilonPoint:
        """Where the two-sided difference errs least."""
        return min(self.points, key=lambda point: point.two_sided)


def epsilon_sweep(
    network: Network, parameters: Parameters, X: Array, y: Array, penalty: Penalty, bug: str | None = None
) -> EpsilonCurve:
    """The sweep at `parameters`, for X of shape (m, n_x) and integer labels y of shape (m,).

    Of more than 200 examples every k-th is taken, of many coordinates as many as about a second allows. `bug` is
    planted into the gradient first, as in the gradient check; some of the coordinates that it changes are among them.
    """
    some = slice(None, None, -(-len(X) // _EXAMPLES))
    parameters, X, y = parameters.astype(np.float64), X[some].astype(np.float64), y[some]
    targets = network.targets(y, X.dtype)
    whole = Pass(network, len(X))

    def cost(theta: Array) -> float:
        moved = Parameters(network.sizes, theta=theta)
        return whole.cost(moved, X, targets) + penalty.cost(moved)

    work = sum(max(len(X) * weights.size, 30_000) for weights in parameters.weights)
    fewest, most = _COORDINATES
    count = int(np.clip(_WORK / (2 * len(EPSILONS) * work), fewest, most))
    right = gradient(network, parameters, X, y, penalty)
    exact = right if bug is None else plant(bug, right, parameters, penalty, len(X))
    changed = np.flatnonzero(exact.theta != right.theta)
    return sweep(cost, parameters.theta, exact.theta, count, changed, len(X))


def sweep(
    cost: Callable[[Array], float],
    theta: Array,
    exact: Array,
    coordinates: int,
    also: Sequence[int] | Array = (),
    examples: int | None = None,
) -> EpsilonCurve:
    """The sweep of J = cost(θ) at θ of shape (n,) with its gradient `exact`, on evenly spaced coordinates.

    Of the indices `also` a quarter as many are among them.
    """
    chosen = np.union1d(_spread(np.arange(theta.size), coordinates), _spread(also, -(-coordinates // 4)))
    middle, points = cost(theta), []
    for epsilon in EPSILONS:
        above, below = (_moved(cost, theta, chosen, step) for step in (epsilon, -epsilon))
        points.append(
            EpsilonPoint(
                epsilon=epsilon,
                one_sided=relative_difference((above - middle) / epsilon, exact[chosen]),
                two_sided=relative_difference((above - below) / (2 * epsilon), exact[chosen]),
            )
        )
    return EpsilonCurve(points=tuple(points), coordinates=len(chosen), parameters=theta.size, examples=examples)


def _spread(indices: Sequence[int] | Array, count: int) -> Array:
    """So many of the indices, evenly spaced, the first and the last among them; all of them if they are fewer."""
    places = np.linspace(0, len(indices) - 1, min(count, len(indices))).round().astype(int)
    spread: Array = np.asarray(indices, int)[places]
    return spread


def _moved(cost: Callable[[Array], float], theta: Array, chosen: Array, step: float) -> Array:
    """J with each of the chosen coordinates moved by `step`, one at a time."""
    costs = np.empty(len(chosen))
    moved = theta.copy()
    for place, index in enumerate(chosen):
        moved[index] += step
        costs[place] = cost(moved)
        moved[index] = theta[index]
    return costs
