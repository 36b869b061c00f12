"""The weights: what those of each layer look like, their size, their distribution, how many are exactly 0."""

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
from msgspec import Struct

from tuilab.arrays import Array
from tuilab.experiment import Experiment
from tuilab.lab.insight.insight import Insight, numbered
from tuilab.lab.moments import Moment
from tuilab.lab.service import Lab
from tuilab.lab.watching import Snapshot
from tuilab.nn import Parameters
from tuilab.words import count, number, percent
from tuilab.words.table import aligned

BINS = 31
"""Of a histogram: odd, so that 0 is the middle of a bin."""
HEAD = ("layer", "weights", "‖W‖", "at first", "mean", "σ", "largest", "zeros")


class LayerWeights(Struct, frozen=True, kw_only=True):
    """The W of one layer: `norm` ‖W‖ (Frobenius), mean, standard deviation, `largest` |w|, share of exact zeros.

    `lost` is how many are not finite; the figures are those of the others, None where there is none.
    """

    weights: int
    norm: float | None
    mean: float | None
    std: float | None
    largest: float | None
    zeros: float
    lost: int


class WeightsInsight(Insight, frozen=True, kw_only=True, eq=False):
    """The `layers`, and what they were at `first`; `counts` (BINS,) of the weights of one, from −`edge` to `edge`."""

    TURNS: ClassVar = ("layer",)

    iteration: int
    layers: tuple[LayerWeights, ...]
    first: tuple[LayerWeights, ...]
    layer: int
    """That of the histogram, from 0."""
    counts: Array
    edge: float

    @classmethod
    def look(cls, lab: Lab, experiment: Experiment, snapshot: Snapshot | None = None, choice: Any = None) -> Self:
        """The newest weights; `choice` is the layer of the histogram."""
        return cls.of(lab.moment(experiment, snapshot.name if snapshot else ""), choice or 0)

    @classmethod
    def of(cls, moment: Moment, layer: int = 0) -> Self:
        """Those of a moment, with the histogram of `layer`, or of the last one there is."""
        layers = report(moment.parameters)
        layer = min(layer, len(layers) - 1)
        counts, edge = histogram(moment.parameters.weights[layer])
        return cls(
            iteration=moment.iteration,
            layers=layers,
            first=report(moment.problem.initial),
            layer=layer,
            counts=counts,
            edge=edge,
        )

    @property
    def turns(self) -> dict[str, Sequence[str]]:
        """The layer of the histogram."""
        return {"layer": numbered(len(self.layers))}

    def choice(self, places: Mapping[str, int]) -> int:
        """The layer."""
        return places["layer"]

    @cached_property
    def said(self) -> str:
        """How many of the weights are 0, and how their norm has changed."""
        total = sum(one.weights for one in self.layers)
        zeros = sum(one.zeros * one.weights for one in self.layers) / total
        said = f"Iteration {count(self.iteration)}: {percent(zeros)} of {count(total)} weights are exactly 0"
        if self.iteration:
            norms = [math.hypot(*(one.norm or 0.0 for one in layers)) for layers in (self.layers, self.first)]
            said += f"; their norm is {number(norms[0])}, {number(norms[1])} at first"
        if lost := sum(one.lost for one in self.layers):
            said += f"; {count(lost)} are not finite"
        return f"{said}."

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """A row for each layer."""
        rows: list[tuple[str, ...]] = [HEAD]
        for place, (one, before) in enumerate(zip(self.layers, self.first, strict=True)):
            figures = map(number, (one.norm, before.norm, one.mean, one.std, one.largest))
            rows.append((str(place + 1), count(one.weights), *figures, percent(one.zeros)))
        return aligned(rows, "lr")


def report(parameters: Parameters) -> tuple[LayerWeights, ...]:
    """The figures of each layer, the first hidden one first."""
    return tuple(layer_weights(weights) for weights in parameters.weights)


@np.errstate(all="ignore")  # weights that exploded are looked at, too
def layer_weights(weights: Array) -> LayerWeights:
    """The figures of `weights` of any shape, at least one."""
    finite = weights[np.isfinite(weights)].astype(np.float64)
    scale = float(np.abs(finite).max(initial=0.0)) or 1.0  # squares of 1e200 are beyond the numbers
    scaled = finite / scale
    norm, mean, std = (
        (float(np.linalg.norm(scaled)), float(scaled.mean()), float(scaled.std())) if finite.size else [math.nan] * 3
    )
    return LayerWeights(
        weights=weights.size,
        norm=_finite(scale * norm),
        mean=_finite(scale * mean),
        std=_finite(scale * std),
        largest=float(np.abs(finite).max()) if finite.size else None,
        zeros=float(np.count_nonzero(weights == 0) / weights.size),
        lost=weights.size - finite.size,
    )


def histogram(weights: Array, bins: int = BINS) -> tuple[Array, float]:
    """(counts (bins,), edge): how many finite `weights` lie in each of the equal bins from −edge to edge."""
    finite = weights[np.isfinite(weights)].astype(np.float64).ravel()
    edge = float(np.abs(finite).max(initial=0)) or 1.0
    counts, _ = np.histogram(finite / edge, bins=bins, range=(-1, 1))
    return counts, edge


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
