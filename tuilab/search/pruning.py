"""Which trials need not be trained to their end: those that are worse by then than half of the others were."""

from collections.abc import Iterable

import numpy as np
from msgspec import Struct

from tuilab.arrays import Array
from tuilab.words import count, percent

PRUNED = "pruned: "
"""With this begins the reason of a trial that was stopped for being hopeless; it is a result, and not gone on with."""
FEWEST = 5
"""Other trials that it takes to call one hopeless."""
WARM_UP = 0.2
"""Share of the iterations during which none is."""


class DevCurve(Struct, frozen=True, eq=False):
    """The dev errors of a trial so far: ascending iterations and errors, shape (n,) each."""

    iteration: Array
    error: Array

    def best(self, iteration: float) -> float:
        """The lowest up to an iteration; NaN if none was measured by then."""
        measured = self.error[: np.searchsorted(self.iteration, iteration, side="right")]
        measured = measured[np.isfinite(measured)]
        return float(measured.min()) if measured.size else float("nan")


def hopeless(curve: DevCurve, planned: int, others: Iterable[DevCurve]) -> str:
    """Why a trial of `planned` iterations is not worth going on with, in a sentence; empty where it is.

    It is where its lowest dev error so far is above the median of those that the others, which were trained to their
    end, had by the same iteration. Source: the median stopping rule of D. Golovin and others, "Google Vizier" (2017).
    """
    if not curve.iteration.size or curve.iteration[-1] < WARM_UP * planned:
        return ""
    at = float(curve.iteration[-1])
    theirs = [best for other in others if not np.isnan(best := other.best(at))]
    mine = curve.best(at)
    if len(theirs) < FEWEST or not mine > (median := float(np.median(theirs))):
        return ""
    return (
        f"{PRUNED}by iteration {count(int(at))} its lowest dev error was {percent(mine)}, the median of "
        f"{len(theirs)} others {percent(median)}"
    )
