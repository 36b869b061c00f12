"""Gradient descent with momentum."""

from typing import ClassVar

import numpy as np

from tuilab.nn.optimizer.rule import Beta1, Rule, State
from tuilab.nn.parameters import Parameters


class Momentum(Rule, frozen=True):
    """v ← β₁v + (1 − β₁)∇J, θ ← θ − αv (course notes' form of Polyak's heavy ball)."""

    slots: ClassVar[tuple[str, ...]] = ("v",)

    beta1: Beta1 = 0.9

    def step(self, parameters: Parameters, gradient: Parameters, rate: float, state: State, out: Parameters) -> None:
        v, g = state["v"], gradient.theta
        v *= self.beta1
        g *= 1 - self.beta1
        v += g
        np.multiply(v, rate, out=out.theta)
