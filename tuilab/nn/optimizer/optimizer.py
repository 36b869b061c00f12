"""An update rule at work: its state, and the penalty that it follows."""

from typing import Any

from tuilab.arrays import Array
from tuilab.nn.optimizer.rule import Rule, State
from tuilab.nn.parameters import Parameters
from tuilab.nn.penalty import NoPenalty, Penalty


class Optimizer:
    """Updates parameters by `rule`, into another vector so that the last one stays."""

    def __init__(
        self, rule: Rule, sizes: tuple[int, ...], penalty: Penalty, dtype: Any = float, like: Array | None = None
    ) -> None:
        """For layers of `sizes` units, inputs first; its state is made where `like` is."""
        self.rule, self.penalty = rule, penalty
        self._followed = penalty if penalty.in_gradient else NoPenalty()
        self.state = State(rule.slots, Parameters(sizes).theta.size, dtype, like)

    @property
    def folds_rate(self) -> bool:
        """Whether the gradient must come already multiplied by α."""
        return self.rule.folds_rate

    def saved(self) -> dict[str, Array]:
        """What a checkpoint must keep besides θ."""
        return self.state.saved()

    def restore(self, saved: dict[str, Array]) -> None:
        """Goes on where `saved` was taken. Raises KeyError or ValueError for what another rule saved."""
        self.state.restore(saved)

    def update(self, parameters: Parameters, gradient: Parameters, learning_rate: float, out: Parameters) -> None:
        """Writes the next θ into `out`; `gradient`, of the data cost, may be overwritten."""
        self.state.t += 1
        self.rule.update(parameters, gradient, self._followed, learning_rate, self.state, out)
        scaled = not self.penalty.in_gradient and self.rule.metric(self.state, gradient.theta)
        self.penalty.settle(out, learning_rate, gradient if scaled else None)
