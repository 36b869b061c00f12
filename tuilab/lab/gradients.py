"""Are the gradients right? Those of an experiment's network, at its first weights, after some updates, or at others."""

import numpy as np

from tuilab.engines import Problem
from tuilab.errors import BadInput
from tuilab.nn import EpsilonCurve, GradientReport, Parameters, check_gradient, epsilon_sweep
from tuilab.training import Training


def report_of(
    problem: Problem, epsilon: float | None, after: int, plant: str | None, at: Parameters | None
) -> GradientReport:
    """As `Lab.gradient_check`, of a problem."""
    parameters, train = _weights(problem, after, at), problem.dataset.train
    return check_gradient(problem.network, parameters, train.X, train.y, problem.penalty, epsilon, plant)


def sweep_of(problem: Problem, after: int, plant: str | None, at: Parameters | None) -> EpsilonCurve:
    """As `Lab.epsilon_sweep`, of a problem."""
    parameters, train = _weights(problem, after, at), problem.dataset.train
    return epsilon_sweep(problem.network, parameters, train.X, train.y, problem.penalty, plant)


@np.errstate(all="ignore")  # what overflows is refused by the gradient check
def _weights(problem: Problem, updates: int, at: Parameters | None) -> Parameters:
    if at is not None:
        if at.sizes != problem.network.sizes:
            raise BadInput(f"the weights are of layers {at.sizes}, not {problem.network.sizes}", path="network.hidden")
        return at
    training = Training(problem)
    for _ in range(updates):
        training.step()
    return training.parameters
