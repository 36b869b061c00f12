"""The numbers of a curve: made finite, and thinned to what a terminal can show. Plain NumPy."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

import numpy as np

from tuilab.arrays import Array

Hue = Literal["primary", "warning", "success", "error", "secondary", "foreground", "muted"]
"""A color by its name in the theme, so that a curve suits dark and light ones."""
HUES: tuple[Hue, ...] = get_args(Hue)


@dataclass(frozen=True, eq=False)
class Series:
    """A named curve: `x` and `y` of shape (n,), any numbers; compared by identity.

    `color` and `marker` (one narrow character, which stands at the newest point and in the legend, so that the
    name can be found without color) are chosen by its place among the series where they are left empty. Raises
    ValueError where the shapes differ.
    """

    name: str
    x: Array
    y: Array
    color: Hue | None = None
    marker: str = ""
    behind: bool = False
    """Drawn for comparison alone: no marker, no place in the legend, nothing to be read. It comes first."""
    guest: bool = False
    """Of another run, which does not decide what of the y axis is seen."""
    aside: bool = False
    """So small beside the others that it does not decide what of the y axis is seen."""
    dots: bool = False
    """Points that no line joins."""

    def __post_init__(self) -> None:
        for field in ("x", "y"):
            object.__setattr__(self, field, np.asarray(getattr(self, field), dtype=np.float64))
        if self.x.ndim != 1 or self.x.shape != self.y.shape:
            raise ValueError(f"x and y of {self.name!r} must be of one shape (n,), not {self.x.shape}, {self.y.shape}")


@dataclass(frozen=True, eq=False)
class Points:
    """What can be drawn of a curve, and what cannot.

    `x`, `y`: finite, in ascending x. `hidden`: how many finite ones have no place on a log axis. `lost`: how many
    are not finite; `lost_x`, `lost_y`: those of them whose x is finite, so that they can be marked.
    """

    x: Array
    y: Array
    hidden: int
    lost: int
    lost_x: Array
    lost_y: Array


def clean(x: Array, y: Array, log: bool = False, span: tuple[float, float] | None = None) -> Points:
    """The points of `x`, `y` (both of shape (n,)) that have a place on the plot; `log`: on a log y axis.

    Those beyond `span` are kept, for the lines that lead to them, but not counted.
    """
    if not (x[:-1] <= x[1:]).all():  # NaN among x ends here too
        order = np.argsort(x, kind="stable")
        x, y = x[order], y[order]
    placed = np.isfinite(x)
    finite = placed & np.isfinite(y)
    shown = finite & (y > 0) if log else finite
    lost = placed & ~finite
    low, high = span or (-np.inf, np.inf)
    seen = ~((x < low) | (x > high))
    count = np.count_nonzero
    return Points(
        x=x if shown.all() else x[shown],
        y=y if shown.all() else y[shown],
        hidden=int(count(finite & ~shown & seen)),
        lost=int(count(~finite & seen)),
        lost_x=x[lost],
        lost_y=y[lost],
    )


def cut(x: Array, y: Array, span: tuple[float, float], log: bool = False) -> tuple[Array, Array]:
    """The points within `span`, and where the lines from them to the next ones beyond meet its ends.

    `x` (finite, ascending) and `y` (finite, > 0 on a `log` axis, where lines are straight on its scale) have shape
    (n,).
    """
    start, stop = int(np.searchsorted(x, span[0])), int(np.searchsorted(x, span[1], side="right"))
    parts = [(x[start:stop], y[start:stop])]
    if 0 < start < len(x):
        parts.insert(0, _between(x[start - 1 : start + 1], y[start - 1 : start + 1], span[0], log))
    if 0 < stop < len(x):
        parts.append(_between(x[stop - 1 : stop + 1], y[stop - 1 : stop + 1], span[1], log))
    return np.concatenate([part for part, _ in parts]), np.concatenate([part for _, part in parts])


def _between(x: Array, y: Array, at: float, log: bool) -> tuple[Array, Array]:
    """The point at `at` of the line between two points."""
    with np.errstate(over="ignore", invalid="ignore"):  # of points that are too far apart to tell
        share = min(1.0, max(0.0, float((at - x[0]) / (x[1] - x[0]))))
        ends = np.log10(y) if log else y
        height = ends[0] * (1 - share) + ends[1] * share
        # Rounding may take it beyond the higher end, and the largest number to infinity.
        between = np.clip(10.0**height if log else height, y.min(), y.max())
    return np.array([at]), np.array([between])


def thin(x: Array, y: Array, buckets: int, span: tuple[float, float] | None = None) -> tuple[Array, Array]:
    """At most 4·`buckets` of the points, in their order: the first, last, lowest and highest of each bucket.

    So a spike of a single point survives. `x` (finite, ascending) and `y` (finite) have shape (n,). The buckets
    part `span` evenly, or the whole range of `x`; points outside `span` are left out. With a fixed span a point
    that has been kept stays, however the curve grows. O(n).
    """
    if not len(x):
        return x, y
    low, high = span or (x[0], x[-1])
    share = np.linspace(0.0, 1.0, buckets + 1)
    edges = low * (1.0 - share) + high * share  # a mean of the ends: high − low may overflow
    starts = np.searchsorted(x, edges[:-1])
    end = np.searchsorted(x, high, side="right")
    bounds = [*np.unique(starts[starts < end]).tolist(), int(end)]
    index = np.unique(
        [
            place
            for start, stop in pairwise(bounds)
            for place in (start, start + y[start:stop].argmin(), start + y[start:stop].argmax(), stop - 1)
        ]
    ).astype(np.int64)
    return x[index], y[index]
