"""A figure as a value: what a plot shows, and nothing of how."""

from dataclasses import dataclass

from tuilab.ui.plots.series import Series

Range = tuple[float, float]


@dataclass(frozen=True)
class Mark:
    """A vertical line at `x` with its label: an edit that took effect, the best iteration."""

    x: float
    label: str = ""


@dataclass(frozen=True)
class Threshold:
    """A horizontal line at `y` with its label. The y axis reaches it."""

    y: float
    label: str = ""


@dataclass(frozen=True, eq=False)
class Figure:
    """All that a plot shows; compared by identity.

    `x_range`: fixed ends of the x axis (0 and the planned iterations); None: those of the points. `y_range` keeps
    the y axis from following the points; those beyond it are drawn at its edge. A range that is empty, not finite
    or, on a log axis, not positive counts as None. Texts may come from anywhere: they are cleaned when drawn.
    """

    title: str = ""
    series: tuple[Series, ...] = ()
    x_label: str = ""
    y_label: str = ""
    log_y: bool = False
    x_range: Range | None = None
    y_range: Range | None = None
    marks: tuple[Mark, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    note: str = ""
    cursor: float | None = None
    """Where the curves are read: a vertical line, and each one's value in the legend."""
