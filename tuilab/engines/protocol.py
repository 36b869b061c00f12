"""What an engine is."""

import math
from collections.abc import Iterable
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike

from tuilab.arrays import Array
from tuilab.engines.problem import Problem
from tuilab.errors import BadInput
from tuilab.nn import Parameters

Order = Iterable[ArrayLike]
"""The examples of each update, a list of indices into the training part."""


class Stride(NamedTuple):
    """What some updates met: the data cost and the penalty before each, as its pass had them (its batch, its masks).

    Two float64 columns of shape (n,).
    """

    data: Array
    penalty: Array

    @property
    def is_finite(self) -> bool:
        """Whether its last cost is; those before are."""
        return math.isfinite(self.data[-1] + self.penalty[-1])

    @classmethod
    def joined(cls, strides: Iterable["Stride"]) -> "Stride":
        """Some that follow one another as one."""
        return cls(*map(np.concatenate, zip(*strides, strict=True)))


class Engine(Protocol):
    """Makes the updates of a problem, many at a time. What it tells and takes are arrays of NumPy.

    The same problem gives the same run, bit for bit, however its updates are cut into strides, and wherever it is left
    and taken up again by its state.
    """

    @property
    def iteration(self) -> int:
        """Updates made."""

    @property
    def parameters(self) -> Parameters:
        """The weights after `iteration` updates; valid until the next stride."""

    @property
    def previous(self) -> Parameters:
        """Those before the last update."""

    @property
    def placed(self) -> Parameters:
        """The same as `parameters`, where the engine computes: on its device."""

    def place(self, array: Array) -> Array:
        """The numbers of `array` there; the same array for an engine that computes here."""

    def advance(self, updates: int) -> Stride:
        """Makes that many updates, and fewer only where a cost is not finite.

        It is then the last one of the stride, and there is no update for it: `parameters` are what gave that cost.
        Weights that are not finite have the data cost NaN, though a saturated unit would hide them. Raises `BadInput`
        where a given order is at its end.
        """

    def lost(self) -> str:
        """The first tensor that is not finite, in the pass that gave such a cost; `tuilab.engines.divergence` names."""

    def undo(self) -> None:
        """Goes back to the weights before the last update; once."""

    def take(self, parameters: Parameters) -> None:
        """Puts these weights in the place of its own."""

    def edit(self, problem: Problem) -> None:
        """Goes on with a problem that differs at most in α, the penalty, keep_prob and the number of iterations."""

    def state(self) -> dict[str, Array]:
        """All that the updates to come depend on besides the problem: arrays for a checkpoint, still in use here.

        `previous` is not among them: an update overwrites it, and nobody asks for it before the next one.
        """

    def restore(self, state: dict[str, Array]) -> None:
        """Goes on where `state` was taken, of the same problem. Raises ValueError if it was not."""


class EngineType(Protocol):
    """Makes engines of one kind."""

    def __call__(self, problem: Problem, order: Order | None = None) -> Engine:
        """One that has made no update yet; without `order` the experiment's batch size and seed decide."""

    def refusal(self, problem: Problem) -> BadInput | None:
        """Why engines of this kind cannot train `problem`, and what to do about it; None if they can."""

    def version(self, problem: Problem) -> str:
        """What `problem` is computed by, beside its name: what is to be said of a run."""
