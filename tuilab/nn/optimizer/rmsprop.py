"""RMSprop."""

from typing import ClassVar

import numpy as np

from tuilab.arrays import Array
from tuilab.nn.optimizer.rule import Beta2, Epsilon, Rule, State
from tuilab.nn.parameters import Parameters


class RMSprop(Rule, frozen=True):
    """s ← β₂s + (1 − β₂)∇J², θ ← θ − α∇J/(√s + ε) (Hinton, lecture 6e)."""

    slots: ClassVar[tuple[str, ...]] = ("s",)

    beta2: Beta2 = 0.999
    epsilon: Epsilon = 1e-8

    def step(self, parameters: Parameters, gradient: Parameters, rate: float, state: State, out: Parameters) -> None:
        s, g, step = state["s"], gradient.theta, out.theta
        s *= self.beta2
        np.multiply(g, g, out=step)
        step *= 1 - self.beta2
        s += step
        self.metric(state, step)
        np.divide(g, step, out=step)
        step *= rate

    def metric(self, state: State, out: Array) -> bool:
        """√s + ε."""
        np.sqrt(state["s"], out=out)
        out += self.epsilon
        return True
