"""Plain gradient descent."""

from typing import ClassVar

import numpy as np

from tuilab.nn.optimizer.rule import Rule, State
from tuilab.nn.parameters import Parameters
from tuilab.nn.penalty import Penalty


class GradientDescent(Rule, frozen=True):
    """θ ← θ − α·∇J, under L2 as the decay that it amounts to: θ ← (1 − αλ/m)·θ − α·∇data."""

    folds_rate: ClassVar[bool] = True

    def update(
        self, parameters: Parameters, gradient: Parameters, penalty: Penalty, rate: float, state: State, out: Parameters
    ) -> None:
        if (factor := penalty.decay(rate)) is None:
            penalty.add_gradient(parameters, gradient, out, rate)
            np.subtract(parameters.theta, gradient.theta, out=out.theta)
            return
        counted = penalty.counted(out)
        np.multiply(penalty.counted(parameters), factor, out=counted)
        out.theta[counted.size :] = parameters.theta[counted.size :]
        np.subtract(out.theta, gradient.theta, out=out.theta)
