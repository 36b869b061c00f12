"""The gradient check of anyone's own code: a function of θ that returns J and its gradient."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np

from tuilab.arrays import Array
from tuilab.errors import BadInput
from tuilab.nn.gradient_check import CORRECT, GradientReport, compare
from tuilab.nn.rounding import UNIT, suited_epsilon
from tuilab.nn.sweep import EpsilonCurve, sweep

Function = Callable[[Array], tuple[Any, Any]]
"""function(theta) -> (J, dtheta): J one number, dtheta of theta's shape."""
_SWEPT = 100
"""Coordinates of a sweep."""
_FURTHER = 100
"""Times ε: another that asks whether the numerical gradient is to be believed."""


def check_function(function: Function, theta: Array, epsilon: float | None = None) -> GradientReport:
    """Compares the gradient that `function` returns at θ, of any shape, with (J(θ + ε) − J(θ − ε)) / 2ε.

    Without an ε (`epsilon`) it is 1e-7, or larger where J or θ is so large that rounding would drown the difference.

    The one parameter of the report is called theta; kinks cannot be told from outside, so none are counted. Raises
    `BadInput` if the function does not return (J, dtheta) with finite J and dtheta of θ's shape, changes θ in place,
    or gives another J the second time.
    """
    theta, cost, analytic = _start(function, theta)
    # J is rounded, and so is each θ ± ε, which moves J by the gradient times as much.
    rounding = UNIT * (abs(cost) + float(np.abs(theta * analytic).max()))
    suited = suited_epsilon(rounding, analytic, CORRECT)
    epsilon = epsilon or suited
    kinks = {"theta": np.zeros(theta.shape, bool)}
    numerical = {"theta": _numerical(function, theta, epsilon)}
    judged = partial(compare, {"theta": analytic}, numerical, epsilon, kinks, None, rounding / epsilon, suited)
    if (report := judged()).verdict in ("correct", "proves nothing"):
        return report
    # What rounds in there, and which kinks there are, is not known here: another ε tells.
    another = max(suited, epsilon / 10) if epsilon > suited else _FURTHER * epsilon
    with suppress(BadInput):  # so far away J may not be finite
        report = judged({"theta": _numerical(function, theta, another)})
    return report


def _numerical(function: Function, theta: Array, epsilon: float) -> Array:
    """(J(θ + ε) − J(θ − ε)) / 2ε of every coordinate."""
    numerical, moved = np.empty_like(theta), theta.copy()
    for index in np.ndindex(theta.shape):
        costs = []
        for step in (epsilon, -epsilon):
            moved[index] = theta[index] + step
            costs.append(_call(function, moved)[0])
        moved[index] = theta[index]
        numerical[index] = (costs[0] - costs[1]) / (2 * epsilon)
    return numerical


def sweep_function(function: Function, theta: Array) -> EpsilonCurve:
    """The sweep over ε of `function` at θ, of any shape, on at most 100 coordinates. Raises as `check_function`."""
    theta, _, analytic = _start(function, theta)

    def cost(flat: Array) -> float:
        return _call(function, flat.reshape(theta.shape))[0]

    return sweep(cost, theta.ravel(), analytic.ravel(), _SWEPT)


def _start(function: Function, theta: Array) -> tuple[Array, float, Array]:
    """θ in float64, J and the gradient there, the function tried twice."""
    theta = np.array(theta, np.float64)
    if theta.size == 0 or not np.isfinite(theta).all():
        raise BadInput("must be finite numbers, at least one", path="theta")
    cost, gradient = _call(function, theta)
    if (again := _call(function, theta)[0]) != cost:
        raise BadInput(
            f"gives J = {cost!r}, then J = {again!r} for the same theta: fix its random numbers (no dropout)",
            path="function",
        )
    return theta, cost, gradient


def _call(function: Function, theta: Array) -> tuple[float, Array]:
    """J and dtheta, looked at."""
    kept = theta.copy()
    result = function(theta)
    if not np.array_equal(theta, kept):
        raise BadInput("modified theta in place: let it work on a copy", path="function")
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise BadInput(f"must return (J, dtheta), not {type(result).__name__}", path="function")
    cost, gradient = (_numbers(value, name) for value, name in zip(result, ("J", "dtheta"), strict=True))
    if (kind := np.asarray(result[0]).dtype) in (np.float16, np.float32):
        raise BadInput(f"must compute J in float64: rounded to {kind} its differences tell nothing", path="function")
    if cost.size != 1:
        raise BadInput(f"J must be one number, not an array of shape {cost.shape}", path="function")
    if gradient.shape != theta.shape:
        raise BadInput(f"dtheta has shape {gradient.shape}, theta {theta.shape}", path="function")
    if not np.isfinite(cost).all():
        raise BadInput(f"J = {float(cost.item())} is not finite", path="function")
    return float(cost.item()), gradient


def _numbers(value: Any, name: str) -> Array:
    try:
        numbers = np.asarray(value)
        if np.iscomplexobj(numbers):
            raise TypeError
        # A copy: the function may hand out the same buffer at every call.
        return numbers.astype(np.float64, copy=True)
    except (TypeError, ValueError):
        raise BadInput(f"{name} must be real numbers, not {type(value).__name__}", path="function") from None
