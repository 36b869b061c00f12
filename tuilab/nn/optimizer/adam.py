"""Adam."""

from typing import ClassVar

import numpy as np

from tuilab.arrays import Array
from tuilab.nn.optimizer.rule import Beta1, Beta2, Epsilon, Rule, State
from tuilab.nn.parameters import Parameters


class Adam(Rule, frozen=True):
    """v ← β₁v + (1 − β₁)∇J, s ← β₂s + (1 − β₂)∇J², both corrected for their start at 0:

    θ ← θ − α·v̂/(√ŝ + ε), v̂ = v/(1 − β₁ᵗ), ŝ = s/(1 − β₂ᵗ) (Kingma and Ba 2015, algorithm 1).
    """

    slots: ClassVar[tuple[str, ...]] = ("v", "s")

    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    epsilon: Epsilon = 1e-8

    def step(self, parameters: Parameters, gradient: Parameters, rate: float, state: State, out: Parameters) -> None:
        v, s, t, g, step = state["v"], state["s"], state.t, gradient.theta, out.theta
        s *= self.beta2
        np.multiply(g, g, out=step)
        step *= 1 - self.beta2
        s += step
        v *= self.beta1
        g *= 1 - self.beta1
        v += g
        self.metric(state, step)
        np.divide(v, step, out=step)
        step *= rate / (1 - self.beta1**t)

    def metric(self, state: State, out: Array) -> bool:
        """√ŝ + ε."""
        np.divide(state["s"], 1 - self.beta2**state.t, out=out)
        np.sqrt(out, out=out)
        out += self.epsilon
        return True
