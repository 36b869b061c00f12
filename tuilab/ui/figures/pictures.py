"""The pictures of a sweep, or of any runs of one base, as figures."""

import numpy as np

from tuilab.lab.comparison import knob_name
from tuilab.lab.pictures import SweepPictures
from tuilab.lab.sentences.pictures import best_text, edges_text
from tuilab.search.pictures import Against, BestOf, HeatMap, Isolated, Scale
from tuilab.ui.figures.known import BEST, DEV, TRAIN
from tuilab.ui.plots import Figure, Series, VerticalLine
from tuilab.ui.plots.grid import NumberGrid

EDGE = "the best lies at the edge: widen"
NAMES = 8
"""Of values that are no numbers, told on the axis."""


def all_figures(seen: SweepPictures) -> tuple[Figure | NumberGrid, ...]:
    """One for each knob, the most important first; one for two knobs; one for the number of trials."""
    at_edge = {one.path for one in seen.edges}
    knobs = (
        knob_figure(one, best, edge=one.scale.path in at_edge)
        for one, best in zip(seen.against, seen.isolated, strict=True)
    )
    return (*knobs, *((heat_grid(seen.heat),) if seen.heat else ()), best_of_figure(seen.best_of))


def title_of(seen: SweepPictures) -> str:
    """What stands above them."""
    return " ".join([f"{seen.name}:", best_text(seen), *edges_text(seen)])


def knob_figure(seen: Against, best: Isolated, *, edge: bool) -> Figure:
    """Train and dev error of each point against a knob, the range of its seeds, and the best for each value."""
    x = seen.x
    series = [
        Series("train", x, 100 * seen.train, TRAIN.hue, TRAIN.letter, dots=True),
        Series("dev", x, 100 * seen.dev, DEV.hue, DEV.letter, dots=True),
        BEST.series(best.x, 100 * best.dev),
    ]
    if (seen.high > seen.low).any():
        ends = np.concatenate([seen.low, seen.high])
        series.insert(0, Series("seeds", np.concatenate([x, x]), 100 * ends, "muted", "-", dots=True))
    if len(seen.diverged):
        series.append(Series("diverged", seen.diverged, np.full(len(seen.diverged), np.inf), "error", "!", dots=True))
    mark = VerticalLine(float(x[seen.best]), f"best {seen.scale.value(float(x[seen.best]))}")
    return Figure(
        title=f"Error by {knob_name(seen.scale.path)}, %",
        series=tuple(series),
        x_label=_axis(seen.scale),
        x_range=(-0.5, len(seen.scale.names) - 0.5) if seen.scale.names else None,
        marks=(mark,),
        note=EDGE if edge else "",
        log_y=None,
    )


def heat_grid(seen: HeatMap) -> NumberGrid:
    """The best dev error by two knobs."""
    return NumberGrid(
        title="Best dev error, %",
        x_label=knob_name(seen.across.path),
        y_label=knob_name(seen.up.path),
        x=tuple(map(seen.across.value, seen.columns.tolist())),
        y=tuple(map(seen.up.value, seen.rows.tolist())),
        values=100 * seen.dev,
    )


def best_of_figure(seen: BestOf) -> Figure:
    """What the best of so many trials would be, and between what it would lie 95 times of 100."""
    return Figure(
        title="Best dev error of so many trials, %",
        series=(
            Series("lowest", seen.trials, 100 * seen.low, "muted", "-"),
            Series("highest", seen.trials, 100 * seen.high, "muted", "+"),
            DEV.series(seen.trials, 100 * seen.mean),
        ),
        x_label="trials, drawn of those there are",
    )


def _axis(scale: Scale) -> str:
    name = knob_name(scale.path)
    if scale.names:
        return f"{name}: {', '.join(f'{place} {value}' for place, value in enumerate(scale.names[:NAMES]))}"
    zero = "" if scale.zero is None else f", 0 at {scale.zero:.3g}"
    return f"log₁₀ {name}{zero}" if scale.log else name
