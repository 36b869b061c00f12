"""The signal from layer to layer: activations on the way forward, gradients on the way back."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
from rich.cells import cell_len

from tuilab.arrays import Array
from tuilab.errors import BadInput
from tuilab.events import Layers
from tuilab.experiment import Experiment, activations
from tuilab.lab.insight.insight import Insight
from tuilab.lab.service import Lab
from tuilab.lab.watching import Snapshot
from tuilab.training.signal import first_signal
from tuilab.words import count, number
from tuilab.words.table import ROOM, aligned

HEAD = ("layer", "units", "g", "σ of a", "‖∂J/∂W‖", "ΔW:W", "‖W‖")
LEAST = "mean a"
"""The head of the last column: what is cut first where a line is too long."""
SHARES = {"dead": "ReLU units that are always 0", "linear": "tanh's |z| < 0.5"}
"""Columns that are left out where no layer has such a share, so that the others fit into 80 columns."""
LARGE = 100.0
"""A factor from the first to the last layer that is worth a word."""
NOTHING = 1e-12
"""A gradient's norm below which no usual learning rate moves a weight."""


class SignalInsight(Insight, frozen=True, kw_only=True, eq=False):
    """The report of the weights after `iteration` updates; `iterations` are those of all reports there are."""

    TURNS: ClassVar = ("iteration",)

    iteration: int
    iterations: tuple[int, ...]
    units: tuple[int, ...]
    """Of each layer, the first hidden one first, the output last."""
    activations: tuple[str, ...]
    layers: Layers

    @classmethod
    def look(cls, lab: Lab, experiment: Experiment, snapshot: Snapshot | None = None, choice: Any = None) -> Self:
        """The newest report of the run; that of iteration 0, where it has none; `choice` is that of an iteration."""
        reports = {report.iteration: report.layers for report in snapshot.view.signals} if snapshot else {}
        if not reports:
            reports = {0: first_signal(lab.problem(experiment))}
        started = snapshot.view.started if snapshot else None
        sizes = started.layers if started else lab.problem(experiment).network.sizes
        iteration = choice if choice in reports else max(reports)
        layers, kinds = reports[iteration], (*activations(experiment), "output")
        if not len(layers.std) == len(sizes) - 1 == len(kinds):
            raise BadInput("the report is of another network than the run's")
        return cls(
            iteration=iteration,
            iterations=tuple(sorted(reports)),
            units=sizes[1:],
            activations=kinds,
            layers=layers,
        )

    @property
    def turns(self) -> dict[str, Sequence[str]]:
        """The iteration whose report is shown."""
        return {"iteration": tuple(map(str, self.iterations))}

    def choice(self, places: Mapping[str, int]) -> int:
        """The iteration."""
        return self.iterations[places["iteration"]]

    @cached_property
    def said(self) -> str:
        """What is to be seen in the report."""
        which = ""
        if len(self.iterations) > 1:
            which = f" (report {self.iterations.index(self.iteration) + 1} of {len(self.iterations)})"
        return f"Iteration {count(self.iteration)}{which}: {sentence(self.layers)}"

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """A row for each layer."""
        layers, shares = self.layers, _shares(self.layers)
        columns = (layers.std, layers.gradient_norm, layers.update_ratio, layers.weight_norm)
        rows = [(*HEAD, *shares, LEAST)]
        for place, (units, kind) in enumerate(zip(self.units, self.activations, strict=True)):
            figures = [number(column[place]) for column in columns]
            told = ["–" if np.isnan(share[place]) else f"{100 * share[place]:.0f} %" for share in shares.values()]
            rows.append((str(place + 1), count(units), kind, *figures, *told, number(layers.mean[place])))
        wide = aligned(rows, "lr")
        return wide if cell_len(wide[0]) <= ROOM else aligned(rows, "lr", gap=1)

    @cached_property
    def legend(self) -> str:
        """What the heads of the table mean."""
        return " · ".join(["ΔW:W: ‖ΔW‖/‖W‖", *(f"{name}: {SHARES[name]}" for name in _shares(self.layers))])

    @property
    def text(self) -> str:
        """The sentence, a row for each layer, and what the heads mean."""
        return "\n".join([self.said, "", *self.lines, "", self.legend])


@np.errstate(over="ignore")  # of a run that diverges
def sentence(layers: Layers) -> str:
    """What is to be seen in a report, in words."""
    said = f"{_trend(layers.std[:-1])}; {_gradient(layers.gradient_norm)}"
    if (dead := np.nan_to_num(layers.dead)).max(initial=0) > 0:
        said += f"; layer {dead.argmax() + 1} has the most dead units, {100 * dead.max():.0f} %"
    if not np.isnan(near := layers.near_linear).all():
        said += f"; tanh is nearly linear for {100 * np.nanmean(near):.0f} % of z"
    return said + "."


def _trend(std: Array) -> str:
    """Of the activations of the hidden layers."""
    if not len(std):
        return "no hidden layer"
    if not np.isfinite(std).all():
        return f"activations explode: beyond all numbers in layer {np.argmin(np.isfinite(std)) + 1}"
    if (std == 0).any():
        return f"activations of layer {np.argmin(std > 0) + 1} are all equal: its units tell nothing apart"
    span = f"σ {number(std[0])} in layer 1, {number(std[-1])} in layer {len(std)}"
    if len(std) == 1:
        return f"activations have σ {number(std[0])}"
    factor = f"{span} (×{(std[-1] / std[0]) ** (1 / (len(std) - 1)):.3g} a layer)"
    if std[-1] < std[0] / LARGE:
        return f"activations vanish: {factor}"
    return f"activations explode: {factor}" if std[-1] / LARGE > std[0] else f"activations hold: {factor}"


def _gradient(norms: Array) -> str:
    said = f"the gradient of W1 is {number(norms[0])}"
    if len(norms) > 1:
        said += f", {number(norms[-1])} at the output"
    return f"{said}: layer 1 learns nothing" if norms[0] < NOTHING else said


def _shares(layers: Layers) -> dict[str, Array]:
    """The columns of `SHARES` that some layer has."""
    columns = zip(SHARES, (layers.dead, layers.near_linear), strict=True)
    return {name: share for name, share in columns if not np.isnan(share).all()}
