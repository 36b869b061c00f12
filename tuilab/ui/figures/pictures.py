"""The pictures of a sweep, or of any runs of one base, as figures."""

from typing import NamedTuple

import numpy as np

from tuilab.lab.comparison import knob_name
from tuilab.lab.pictures import SweepPictures
from tuilab.lab.sentences.pictures import (
    best_few_text,
    best_text,
    edges_text,
    enough_text,
    importance_text,
    ranks_text,
    short_values,
)
from tuilab.search.parallel import Parallel
from tuilab.search.pictures import Against, BestOf, HeatMap, Isolated, Scale
from tuilab.ui.figures.known import BEST, DEV, TRAIN
from tuilab.ui.plots import Figure, Series, VerticalLine
from tuilab.ui.plots.grid import NumberGrid
from tuilab.ui.plots.parallel import ParallelLines, UprightAxis
from tuilab.ui.plots.series import Hue
from tuilab.ui.plots.vector import Shown
from tuilab.words import count, percent

EDGE = "the best lies at the edge: widen"
RANKS: tuple[tuple[str, Hue], ...] = (
    ("1", "success"),
    ("2", "primary"),
    ("3", "warning"),
    ("4", "secondary"),
    ("5", "error"),
)
"""Marker and hue of the best points."""
NAMES = 8
"""Of values that are no numbers, told on the axis."""


class Page(NamedTuple):
    """A picture, and the sentences that belong to it."""

    shown: Shown
    said: tuple[str, ...]


def pages(seen: SweepPictures) -> tuple[Page, ...]:
    """One for each knob, the most important first; of two knobs; of all; the curves of the best; how many trials."""
    matters, found = tuple(importance_text(seen)), []
    for one, best in zip(seen.against, seen.isolated, strict=True):
        path = one.scale.path
        widen = any(edge.path == path and not edge.by_chance for edge in seen.edges)
        found.append(Page(knob_figure(one, best, edge=widen), (*edges_text(seen, path), *matters)))
    if seen.heat:
        found.append(Page(heat_grid(seen.heat), matters))
    found.append(Page(parallel_lines(seen.parallel), (best_few_text(seen),)))
    if seen.curves:
        found.append(Page(curves_figure(seen), (ranks_text(seen),)))
    return (*found, Page(best_of_figure(seen.best_of), (enough_text(seen),)))


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
        series.insert(0, Series("seeds", np.concatenate([x, x]), 100 * ends, "muted", "|", dots=True))
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


def parallel_lines(seen: Parallel) -> ParallelLines:
    """A line for each point through all knobs to its dev error, those of the best bright."""
    low, high = (percent(error) for error in seen.ends[-1])
    knobs = (
        UprightAxis(knob_name(scale.path), *map(scale.value, ends))
        for scale, ends in zip(seen.scales, seen.ends, strict=False)
    )
    return ParallelLines(
        title="Points across their knobs",
        axes=(*knobs, UprightAxis("dev error", low, high)),
        lines=seen.lines,
        bright=RANKS[: len(seen.lines)],
        note=f"bright: the best {min(len(seen.lines), len(RANKS))} of {count(len(seen.lines))}, 1 the best",
    )


def curves_figure(seen: SweepPictures) -> Figure:
    """The dev error of the best points over the iterations, each by its values, and beneath it their train errors."""
    dev = [
        Series(" · ".join(short_values(seen, one.point)), one.iteration, 100 * one.dev, hue, marker)
        for one, (marker, hue) in zip(seen.curves, RANKS, strict=False)
    ]
    train = [Series("train", one.iteration, 100 * one.train, "muted", "-", behind=True) for one in seen.curves]
    names = " · ".join(knob_name(one.scale.path) for one in seen.against)
    return Figure(
        title=f"Dev error of the best {len(dev)}, %, by {names}",
        series=(*train, *dev),
        x_label="iteration",
        robust=True,
        note="muted: train error",
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
        return f"{name}: {'; '.join(f'{place} is {value}' for place, value in enumerate(scale.names[:NAMES]))}"
    zero = "" if scale.zero is None else f", 0 at {scale.zero:.3g}"
    return f"log₁₀ {name}{zero}" if scale.log else name
