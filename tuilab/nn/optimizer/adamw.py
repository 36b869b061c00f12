"""Adam with decoupled weight decay."""

from typing import Annotated

import numpy as np
from msgspec import Meta

from tuilab.nn.optimizer.adam import Adam
from tuilab.nn.optimizer.rule import State
from tuilab.nn.parameters import Parameters


class AdamW(Adam, frozen=True):
    """As Adam, and apart from the gradient each weight decays: θ ← θ − α·(v̂/(√ŝ + ε) + w·θ), w the `weight_decay`.

    (Loshchilov and Hutter 2019, algorithm 2, with α for both its α and its schedule η, as PyTorch has it.) A penalty of
    the gradient would be divided by √ŝ like the rest of it, so that large gradients hide it; this is not. Biases stay.
    """

    weight_decay: Annotated[
        float, Meta(ge=0, le=1, title="weight decay", description="times α, the share of each weight an update takes")
    ] = 0.01

    def step(self, parameters: Parameters, gradient: Parameters, rate: float, state: State, out: Parameters) -> None:
        super().step(parameters, gradient, rate, state, out)
        decay = np.multiply(parameters.all_weights, rate * self.weight_decay, out=gradient.all_weights)
        np.add(out.all_weights, decay, out=out.all_weights)
