"""The units of a hidden layer: where their z lie on the activation g, and which of them dropout keeps."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np

from tuilab.arrays import Array
from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.lab.insight.insight import Insight, numbered
from tuilab.lab.moments import Moment
from tuilab.lab.service import Lab
from tuilab.lab.watching import Snapshot
from tuilab.nn import Dropout, Pass
from tuilab.nn.activation import ACTIVATIONS, NEAR_LINEAR
from tuilab.streams import stream
from tuilab.text import clean
from tuilab.training import Problem
from tuilab.words import count, number, percent

EXAMPLES = 1000
"""Of the training part, how many examples are looked at, at most: its first ones."""
BINS = 61
"""Of the histogram: odd, so that 0 is the middle of a bin."""
LEAST = 2.0
"""|z| up to which g is shown at least."""
MASKS = 20
"""Updates whose mask can be seen: the first ones."""
SHOWN = 52
"""Examples that a mask is shown for, at most."""
KEPT, DROPPED = "■", "·"


class UnitsInsight(Insight, frozen=True, kw_only=True, eq=False):
    """One hidden layer, `layer` from 0 of `layers`, with its `activation` g.

    `counts` (`BINS`,) of z from −`edge` to `edge` over all its units and the examples looked at; those beyond stand in
    the last bins. `g` (`BINS`,) in the middle of each. `mask` (examples, units): whether the update after `update` ones
    keeps a unit for an example; no examples where nothing is dropped.
    """

    TURNS: ClassVar = ("layer", "update")

    iteration: int
    layer: int
    layers: int
    activation: str
    edge: float
    counts: Array
    g: Array
    near_linear: float | None
    """Share of |z| < 0.5; None where z is not finite."""
    keep_prob: float
    update: int
    updates: int
    """Of so many the mask can be seen."""
    mask: Array

    @classmethod
    def look(cls, lab: Lab, experiment: Experiment, snapshot: Snapshot | None = None, choice: Any = None) -> Self:
        """Those of the newest weights; `choice` is (layer, update)."""
        return cls.of(lab.moment(experiment, snapshot.name if snapshot else ""), *(choice or (0, 0)))

    @classmethod
    def of(cls, moment: Moment, layer: int = 0, update: int = 0) -> Self:
        """Those of a moment. Raises `BadInput` where there is no hidden layer."""
        problem = moment.problem
        network = problem.network
        if not network.activations:
            raise BadInput("the network has no hidden layer, so no unit to look at")
        layer = min(layer, len(network.activations) - 1)
        z = _z(moment, layer)
        z = z[np.isfinite(z)].astype(np.float64)
        edge = max(LEAST, float(np.quantile(np.abs(z), 0.995)) if z.size else LEAST)
        counts, _ = np.histogram(np.clip(z / edge, -1, 1), bins=BINS, range=(-1, 1))
        g = middles(edge)
        ACTIVATIONS[network.activations[layer]].forward(g)
        updates = _updates(problem)
        update %= updates
        return cls(
            iteration=moment.iteration,
            layer=layer,
            layers=len(network.activations),
            activation=network.activations[layer],
            edge=edge,
            counts=counts,
            g=g,
            near_linear=float((np.abs(z) < NEAR_LINEAR).mean()) if z.size else None,
            keep_prob=problem.keep_probs[layer + 1],
            update=update,
            updates=updates,
            mask=mask(problem, layer, update)[:SHOWN],
        )

    @property
    def turns(self) -> dict[str, Sequence[str]]:
        """The hidden layer, and the update whose mask is shown."""
        return {"layer": numbered(self.layers), "update": numbered(self.updates)}

    def choice(self, places: Mapping[str, int]) -> tuple[int, int]:
        """Layer and update."""
        return places.get("layer", 0), places.get("update", 0)

    @cached_property
    def said(self) -> str:
        """Where z lies, and what the mask keeps."""
        said = (
            f"Iteration {count(self.iteration)}, layer {self.layer + 1} of {self.layers} ({clean(self.activation)}): "
        )
        if self.near_linear is None:
            said += "no z is finite."
        else:
            said += f"{percent(self.near_linear)} of z lie within ±{NEAR_LINEAR}"
            said += ", where tanh is nearly a line." if self.activation == "tanh" else "."
        if not self.mask.size:
            return f"{said}\nNo dropout in this layer: every update keeps every unit."
        kept = percent(float(self.mask.mean()))
        return (
            f"{said}\nThe mask of update {self.update + 1} keeps {kept} (keep_prob {number(self.keep_prob)}) "
            f"and divides what is kept by {number(self.keep_prob)}."
        )

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The mask, a row a unit, a column an example."""
        if not self.mask.size:
            return ()
        head = f"unit  {KEPT} kept, {DROPPED} dropped; a column for each of the first {count(len(self.mask))} examples"
        rows = ("".join(KEPT if kept else DROPPED for kept in unit) for unit in self.mask.T.tolist())
        return (head, *(f"{place:4}  {row}" for place, row in enumerate(rows, 1)))

    @property
    def text(self) -> str:
        """The sentence, how often z lies where, and the mask."""
        shares = self.counts / max(1, int(self.counts.sum()))
        thirds = ((f"z below −{NEAR_LINEAR}", self.z < -NEAR_LINEAR), (f"above {NEAR_LINEAR}", self.z > NEAR_LINEAR))
        told = ", ".join(f"{name}: {percent(float(shares[where].sum()))}" for name, where in thirds)
        return "\n".join([self.said, told, *(("", *self.lines) if self.lines else ())])

    @property
    def z(self) -> Array:
        """The middle of each bin, (`BINS`,)."""
        return middles(self.edge)


def middles(edge: float) -> Array:
    """The middle of each bin from −edge to edge."""
    found: Array = edge * (2 * np.arange(BINS) + 1 - BINS) / BINS
    return found


@np.errstate(all="ignore")  # weights that exploded are looked at, too
def _z(moment: Moment, layer: int) -> Array:
    """z of a hidden layer, (examples, units)."""
    X, parameters = moment.problem.dataset.train.X[:EXAMPLES], moment.parameters
    one = Pass(moment.problem.network, len(X), parameters.theta.dtype)
    one.forward(parameters, X)
    inputs = one.activations[layer - 1] if layer else X
    z: Array = inputs @ parameters.weights[layer] + parameters.biases[layer]
    return z


def mask(problem: Problem, layer: int, update: int) -> Array:
    """Which units (examples, units) of a hidden layer the update after `update` ones keeps; (0, units) without dropout.

    Drawn again from the stream that the engine draws from.
    """
    sizes, keep = problem.network.sizes[:-1], problem.keep_probs
    if keep[layer + 1] == 1:
        return np.empty((0, sizes[layer + 1]), dtype=bool)
    random = stream(problem.experiment.seed, "masks")
    drawn = Dropout(keep, sizes, problem.batch_rows, random, problem.initial.theta.dtype)
    for _ in range(update):
        drawn.masks()
    found = drawn.masks()[layer + 1]
    assert found is not None, "it has a keep_prob below 1"
    kept: Array = found > 0
    return kept


def _updates(problem: Problem) -> int:
    """Of how many updates the masks can be told: the first ones, as long as their batches are whole."""
    examples = len(problem.dataset.train.y)
    return MASKS if problem.batch_rows >= examples else min(MASKS, max(1, examples // problem.batch_rows))
