"""Update rules: from θ and its gradient to the next θ, written into another vector so that the last one stays.

Each rule keeps its state in arrays like θ and takes the gradient of the data cost; the penalty is its business too,
because gradient descent can fold the decay of L2 into the update: θ ← (1 − αλ/m)·θ − α·∇data.
"""

from typing import Any

import numpy as np

from tuilab.nn.activation import Array
from tuilab.nn.parameters import Parameters
from tuilab.nn.regularizer import Penalty


class Optimizer:
    """Base of the rules below; `state` is what a checkpoint must keep besides θ."""

    def __init__(self, sizes: tuple[int, ...], penalty: Penalty, proximal: bool, dtype: Any) -> None:
        self.penalty, self.proximal = penalty, proximal and penalty.kind == "l1"
        self.state: dict[str, Array] = {name: np.zeros(Parameters(sizes).theta.size, dtype) for name in self.slots}
        self.updates = 0

    slots: tuple[str, ...] = ()
    folds_rate = False
    """Whether the gradient must come already multiplied by α, which spares a pass over it."""

    def saved(self) -> dict[str, Array]:
        """What a checkpoint must keep besides θ."""
        return {"updates": np.array(self.updates), **{f"optimizer_{name}": self.state[name] for name in self.slots}}

    def restore(self, saved: dict[str, Array]) -> None:
        """Goes on where `saved` was taken. Raises KeyError or ValueError for what another rule saved."""
        for name in self.slots:
            self.state[name][:] = saved[f"optimizer_{name}"]
        self.updates = int(saved["updates"])

    def update(self, parameters: Parameters, gradient: Parameters, learning_rate: float, out: Parameters) -> None:
        """Writes the next θ into `out`; `gradient` may be overwritten."""
        self.updates += 1
        if not self.proximal:
            self.penalty.add_gradient(parameters, gradient, out)
        self._step(gradient.theta, learning_rate, out.theta)
        np.subtract(parameters.theta, out.theta, out=out.theta)
        if self.proximal:
            self.penalty.shrink(out, learning_rate)

    def _step(self, gradient: Array, learning_rate: float, step: Array) -> None:
        """Writes what is to be subtracted from θ into `step`."""
        raise AssertionError("each rule has its own step")


class GradientDescent(Optimizer):
    """θ ← θ − α·∇J."""

    folds_rate = True

    def update(self, parameters: Parameters, gradient: Parameters, learning_rate: float, out: Parameters) -> None:
        self.updates += 1
        penalty = self.penalty
        if penalty.kind == "l2":
            kept, counted = penalty.counted(parameters), penalty.counted(out)
            np.multiply(kept, penalty.decay(learning_rate), out=counted)
            out.theta[counted.size :] = parameters.theta[counted.size :]
            np.subtract(out.theta, gradient.theta, out=out.theta)
            return
        if penalty.kind == "l1" and not self.proximal:
            scaled = Penalty("l1", penalty.scale * learning_rate, penalty.biases)
            scaled.add_gradient(parameters, gradient, out)
        np.subtract(parameters.theta, gradient.theta, out=out.theta)
        if self.proximal:
            penalty.shrink(out, learning_rate)


class Momentum(Optimizer):
    """v ← β₁v + (1 − β₁)∇J, θ ← θ − αv (course notes' form of Polyak's heavy ball)."""

    slots = ("v",)

    def __init__(self, *arguments: Any, beta1: float = 0.9) -> None:
        super().__init__(*arguments)
        self.beta1 = beta1

    def _step(self, gradient: Array, learning_rate: float, step: Array) -> None:
        v = self.state["v"]
        v *= self.beta1
        gradient *= 1 - self.beta1
        v += gradient
        np.multiply(v, learning_rate, out=step)


class RMSprop(Optimizer):
    """s ← β₂s + (1 − β₂)∇J², θ ← θ − α∇J/(√s + ε) (Hinton, lecture 6e)."""

    slots = ("s",)

    def __init__(self, *arguments: Any, beta2: float = 0.999, epsilon: float = 1e-8) -> None:
        super().__init__(*arguments)
        self.beta2, self.epsilon = beta2, epsilon

    def _step(self, gradient: Array, learning_rate: float, step: Array) -> None:
        s = self.state["s"]
        s *= self.beta2
        np.multiply(gradient, gradient, out=step)
        step *= 1 - self.beta2
        s += step
        np.sqrt(s, out=step)
        step += self.epsilon
        np.divide(gradient, step, out=step)
        step *= learning_rate


class Adam(Optimizer):
    """v, s as above, both corrected for their start at 0: θ ← θ − α·v̂/(√ŝ + ε), v̂ = v/(1 − β₁ᵗ), ŝ = s/(1 − β₂ᵗ).

    (Kingma and Ba 2015, algorithm 1.)
    """

    slots = ("v", "s")

    def __init__(self, *arguments: Any, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8) -> None:
        super().__init__(*arguments)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon

    def _step(self, gradient: Array, learning_rate: float, step: Array) -> None:
        v, s = self.state["v"], self.state["s"]
        s *= self.beta2
        np.multiply(gradient, gradient, out=step)
        step *= 1 - self.beta2
        s += step
        v *= self.beta1
        gradient *= 1 - self.beta1
        v += gradient
        np.divide(s, 1 - self.beta2**self.updates, out=step)
        np.sqrt(step, out=step)
        step += self.epsilon
        np.divide(v, step, out=step)
        step *= learning_rate / (1 - self.beta1**self.updates)


OPTIMIZERS: dict[str, type[Optimizer]] = {
    "gradient_descent": GradientDescent,
    "momentum": Momentum,
    "rmsprop": RMSprop,
    "adam": Adam,
}
