"""A figure as a value: what a plot shows, and nothing of how."""

from dataclasses import dataclass

from tuilab.ui.plots.series import Series

Range = tuple[float, float]


@dataclass(frozen=True)
class VerticalLine:
    """A vertical line at `x` with its label: an edit that took effect, the best iteration."""

    x: float
    label: str = ""


@dataclass(frozen=True, eq=False)
class Figure:
    """All that a plot shows; compared by identity.

    `x_range`: fixed ends of the x axis (0 and the planned iterations); None, or one that is empty or not finite:
    those of the points. `log_y` None: where the points lie decades apart. `robust`: a few points far from the others
    do not set the ends of the y axis; they are cut off and counted. Texts may come from anywhere: they are cleaned when
    drawn.
    """

    title: str = ""
    series: tuple[Series, ...] = ()
    x_label: str = ""
    y_label: str = ""
    log_y: bool | None = False
    x_range: Range | None = None
    marks: tuple[VerticalLine, ...] = ()
    note: str = ""
    """Beneath the plot; of several lines, one behind the other, those that there is room for."""
    cursor: float | None = None
    """Where the curves are read: a vertical line, and each one's value in the legend."""
    robust: bool = False
