"""Parallel coordinates: a line for each point, through its value of every knob, to its dev error. Nothing here draws.

A. Inselberg, "The plane with parallel coordinates", The Visual Computer 1 (1985).
"""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from tuilab.arrays import Array
from tuilab.search.pictures import Scale, places
from tuilab.search.results import Candidate

MOST = 8
"""Knobs that have an axis: of more, the first."""


class Parallel(Struct, frozen=True, kw_only=True, eq=False):
    """Where `n` points lie on each of k knobs, and last on dev error."""

    scales: tuple[Scale, ...]
    """Of the k axes of knobs."""
    ends: tuple[tuple[float, float], ...]
    """The lowest and the highest place on each, and the lowest and the highest dev error."""
    lines: Array
    """Shape (n, k + 1), 0 at the lowest place of an axis, 1 at the highest; the best first."""


def parallel(scales: Sequence[Scale], candidates: Sequence[Candidate]) -> Parallel:
    """The lines of points, the best first, through the knobs that have `scales`."""
    known = tuple(scales[:MOST])
    columns = [places(scale, [one.point for one in candidates]) for scale in known]
    columns.append(np.array([one.dev for one in candidates]))
    ends = tuple((float(np.nanmin(column)), float(np.nanmax(column))) for column in columns)
    shares = [
        np.full(len(column), 0.5) if low == high else (column - low) / (high - low)
        for column, (low, high) in zip(columns, ends, strict=True)
    ]
    return Parallel(scales=known, ends=ends, lines=np.nan_to_num(np.stack(shares, axis=1), nan=0.0))
