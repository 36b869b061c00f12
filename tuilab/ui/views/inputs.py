"""The inputs before and after normalization: the two bowls, and the figures of each feature."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
from textual.widget import Widget

from tuilab.data import Dataset
from tuilab.experiment import Experiment
from tuilab.lab import Lab, Snapshot
from tuilab.text import clean
from tuilab.training.conditioning import Bowl
from tuilab.training.input_report import EXAMPLES, InputReport, input_report, path, steps
from tuilab.ui.views.drawing import MUTED, Cells, Drawing, Ink, braille
from tuilab.ui.views.looking import Table, TableView, Words
from tuilab.words import count, number
from tuilab.words.table import aligned

HEAD = ("feature", "μ", "σ", "smallest", "largest")
LONGEST = 6.0
"""Length over width of a bowl, as it is drawn at most."""
STEPS = 8
"""Updates that are drawn."""
RINGS = 4
LEGEND = (
    f"Contours of the cost near zero weights (a bowl is drawn at most {LONGEST:.0f} times as long as wide); "
    "o: gradient descent at half the largest stable α, +: the minimum."
)
_TITLE = Ink(bold=True)
_PATH = Ink("warning", bold=True)
_MINIMUM = Ink("success", bold=True)


@dataclass(frozen=True)
class Insight:
    """The two bowls with their words, and a row for each feature; equal where nothing changed."""

    raw: Bowl
    normalized: Bowl
    used: bool
    """Whether the experiment normalizes."""
    said: str
    rows: tuple[str, ...]


class InputsView(TableView):
    """Two bowls over the table."""

    TITLE: ClassVar[str] = "Inputs"
    ABOUT: ClassVar[str] = "what normalizing the inputs does to the shape of the cost, and to the learning rate"

    @staticmethod
    def look(lab: Lab, experiment: Experiment, snapshot: Snapshot | None, choice: Any) -> Insight:
        """The bowls of the training part."""
        return insight(lab.problem(experiment).dataset, experiment)

    def parts(self) -> Iterable[Widget]:
        """The drawing, its legend, the table."""
        yield Drawing()
        yield Words(classes="legend")
        yield Table()

    def show(self, insight: Insight) -> None:
        """Draws it."""
        self.query_one(Drawing).show(lambda width, height: paint(insight, width, height))
        self.query_one(".legend", Words).say(LEGEND)
        self.query_one(Table).show(insight.rows)


def insight(dataset: Dataset, experiment: Experiment) -> Insight:
    """What the view shows of a data set under an experiment."""
    report = input_report(dataset)
    return Insight(
        raw=report.raw,
        normalized=report.normalized,
        used=experiment.inputs.normalize,
        said=sentence(report, experiment.inputs.normalize, experiment.optimization.learning_rate),
        rows=_rows(dataset),
    )


def sentence(report: InputReport, used: bool, rate: float) -> str:
    """What normalization does, and what the experiment makes of it."""
    raw, after = report.raw, report.normalized
    said = f"Normalizing takes the condition number from {number(raw.condition)} to {number(after.condition)}"
    if report.examples == EXAMPLES:
        said += f" (first {count(EXAMPLES)} examples)"
    own = after if used else raw
    word = "below" if rate < own.largest_rate else "above"
    return (
        f"{said}. This experiment {'normalizes' if used else 'does not normalize'}: its α {number(rate)} is {word} "
        f"{number(own.largest_rate)}, the largest that is stable near zero weights."
    )


@lru_cache(maxsize=1)
def _rows(dataset: Dataset) -> tuple[str, ...]:
    report = input_report(dataset)
    columns = (report.mean, report.std, report.low, report.high)
    names = (clean(name, 40) for name in dataset.features)
    return aligned(
        [HEAD, *((name, *(number(column[i]) for column in columns)) for i, name in enumerate(names))], left=1
    )


def paint(insight: Insight, width: int, height: int) -> Cells:
    """The raw bowl on the left, the normalized one on the right, each under its figures."""
    cells = Cells(width, height)
    half = (width - 2) // 2
    if half < 4 or height < 5:
        return cells
    for left, bowl, name, used in (
        (0, insight.raw, "raw", not insight.used),
        (half + 2, insight.normalized, "normalized", insight.used),
    ):
        cells.write(0, left, f"{'▸' if used else ' '}{name}"[:half], _TITLE)
        cells.write(1, left, f" κ {number(bowl.condition)}, α < {number(bowl.largest_rate)}"[:half])
        cells.write(2, left, f" {_steps(bowl)}"[:half], MUTED)
        _draw_bowl(cells, bowl.condition, 3, left, half, height - 3)
    return cells


def _steps(bowl: Bowl) -> str:
    needed = steps(bowl)
    if math.isinf(needed):
        return "flat in one direction"
    return f"{count(math.ceil(needed))} steps to 1 %" if needed < 1e9 else f"{needed:.0e} steps to 1 %"


def _draw_bowl(cells: Cells, condition: float, top: int, left: int, width: int, height: int) -> None:
    """Contours of a bowl whose sides are as √κ : 1, and the way down, in the given part of the cells."""
    ratio = min(math.sqrt(condition), LONGEST)
    across, up = 2 * width, 4 * height
    long = min(across / 2, ratio * up / 2) - 0.5
    short = long / ratio
    y, x = np.mgrid[:up, :across]
    x, y = (x - (across - 1) / 2) / long, (y - (up - 1) / 2) / short
    rings = max(1, min(RINGS, int(short // 2)))  # that can be told apart
    ring = np.minimum(np.floor(rings * np.hypot(x, y)), rings)
    edge = np.zeros(ring.shape, dtype=bool)
    edge[:, 1:] |= ring[:, 1:] != ring[:, :-1]
    edge[1:] |= ring[1:] != ring[:-1]
    for row, line in enumerate(braille(edge).tolist()):
        for column, character in enumerate(line):
            if character != "\u2800":
                cells.write(top + row, left + column, character, MUTED)
    for flat, steep in (path(ratio**2, STEPS) * (-0.7 * long, 0.7 * short))[::-1].tolist():
        _point(cells, top, left, flat + across / 2, steep + up / 2, "o", _PATH)
    _point(cells, top, left, across / 2, up / 2, "+", _MINIMUM)


def _point(cells: Cells, top: int, left: int, x: float, y: float, glyph: str, ink: Ink) -> None:
    """A glyph at the dots (x, y), from the left and from above."""
    cells.write(top + int(y // 4), left + int(x // 2), glyph, ink)
