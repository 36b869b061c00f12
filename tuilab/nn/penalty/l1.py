"""L1."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta

from tuilab.arrays import Array, number
from tuilab.nn.parameters import Parameters
from tuilab.nn.penalty.norm import Norm

MOST_STEPS = 4.0
"""Times α, the most by which a weight is shrunk at once where the rule divides its step."""


class L1(Norm, frozen=True):
    """(λ/2m)·Σ|w| with subgradient (λ/2m)·sign(w), sign(0) = 0 (course notes, "Regularization").

    Or, after an update on the data alone, its proximal step: w ← sign(w)·max(|w| − αλ/2m, 0), which makes exact zeros
    (soft thresholding; Parikh and Boyd, Proximal Algorithms, 2014, section 6.5.2). A rule that divides each step by a d
    of its own divides the threshold by the same d: only in the metric of the step do the two have the minimum of J for
    their resting place (Yun, Lozano and Yang, Adaptive Proximal Gradient Methods, 2021). Such a rule moves no weight by
    more than a few α, and by no more it is shrunk here: a d of nearly nothing, as of a ReLU that is silent in the first
    batch, would end the unit for ever.
    """

    formula: ClassVar[str] = "(λ/2m)·Σ|w|"

    l1_step: Annotated[
        Literal["subgradient", "proximal"],
        Meta(title="L1 step", description="proximal (soft threshold) makes weights exactly 0"),
    ] = "subgradient"

    @property
    def in_gradient(self) -> bool:
        return self.l1_step == "subgradient"

    def cost(self, parameters: Parameters) -> float:
        return 0.5 * self.scale * number(np.abs(self.counted(parameters)).sum())

    def terms(self, weights: Array) -> Array:
        terms: Array = 0.5 * self.scale * np.abs(weights)
        return terms

    def kinks(self, weights: Array, epsilon: float) -> Array:
        kinks: Array = np.abs(weights) <= epsilon
        return kinks

    def add_gradient(
        self, parameters: Parameters, gradient: Parameters, scratch: Parameters, rate: float = 1.0
    ) -> None:
        counted, work = self.counted(gradient), self.counted(scratch)
        np.sign(self.counted(parameters), out=work)
        np.multiply(work, rate * 0.5 * self.scale, out=work)
        np.add(counted, work, out=counted)

    def settle(self, parameters: Parameters, rate: float, metric: Parameters | None = None) -> None:
        if self.in_gradient:
            return
        weights, threshold = self.counted(parameters), 0.5 * rate * self.scale
        if metric is None:
            within = np.clip(weights, -threshold, threshold)
        else:
            thresholds = np.divide(threshold, self.counted(metric), out=self.counted(metric))
            np.minimum(thresholds, MOST_STEPS * rate, out=thresholds)
            within = np.clip(weights, -thresholds, thresholds)
        np.subtract(weights, within, out=weights)
