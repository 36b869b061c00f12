"""The decision boundary over two features, with the examples on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tuilab.experiment import Experiment
from tuilab.lab import Lab, Moment, Snapshot
from tuilab.text import clean
from tuilab.training.boundary import EXAMPLES, Boundary, Examples, Range, boundary, telling
from tuilab.ui.plots.series import Array
from tuilab.ui.views.drawing import CLASS_HUES, Cells, Drawing, Ink
from tuilab.ui.views.looking import LookingView, Words
from tuilab.words import count

GLYPHS = "oxvsczuwkm"
"""Of the classes, round and round; a small letter for a train example, a capital for one of dev."""
FILLS = " .:-=~'^_|"
"""Of the areas of the classes, for those who see no colors."""
SURE = (0.6, 0.9)
"""Probabilities at which an area gets its second and its third shade."""
_SHADES = (0.12, 0.24, 0.36)


@dataclass(frozen=True, eq=False)
class Insight:
    """A boundary with its words; `ranks` are the places of its features among the `features` that tell most."""

    boundary: Boundary
    ranks: tuple[int, int]
    features: int
    said: str
    legend: str


class BoundaryView(LookingView):
    """Draws the boundary; keys choose the two features where there are more."""

    TITLE = "Boundary"
    ABOUT = "what the network predicts over two features, and the examples that it gets wrong"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "x", "turn(0, 1)", "Feature", key_display="x y", tooltip="Another feature on the x axis, most telling first"
        ),
        Binding("y", "turn(1, 1)", "y feature", show=False, tooltip="Another feature on the y axis"),
        Binding("X", "turn(0, -1)", "x back", show=False, tooltip="The previous feature on the x axis"),
        Binding("Y", "turn(1, -1)", "y back", show=False, tooltip="The previous feature on the y axis"),
    ]

    @staticmethod
    def look(lab: Lab, experiment: Experiment, snapshot: Snapshot | None, choice: Any) -> Insight:
        """The boundary of the newest weights; `choice`: the ranks of the features on the two axes."""
        return insight(lab.moment(experiment, snapshot.name if snapshot else ""), choice or (0, 1))

    def parts(self) -> Iterable[Widget]:
        """The drawing over its legend."""
        yield Drawing()
        yield Words(classes="legend")

    def show(self, insight: Insight) -> None:
        """Draws it."""
        self.query_one(Drawing).show(lambda width, height: paint(insight.boundary, width, height))
        self.query_one(".legend", Words).say(insight.legend)

    def action_turn(self, axis: int, step: int) -> None:
        """Puts another feature on an axis: 0 is x, 1 is y."""
        if self.insight is None or self.insight.features < 2:
            return
        ranks = list(self.choice or self.insight.ranks)
        other = ranks[1 - axis]
        while True:
            ranks[axis] = (ranks[axis] + step) % self.insight.features
            if ranks[axis] != other or self.insight.features == 2:
                break
        if ranks[axis] == other:  # of two, they change places
            ranks[1 - axis] = 1 - other
        self.choice = tuple(ranks)


def insight(moment: Moment, ranks: tuple[int, int]) -> Insight:
    """What the view shows of a moment. Raises `BadInput`."""
    dataset = moment.problem.dataset
    order = telling(dataset)
    if max(ranks) >= len(order):
        ranks = (0, 1)
    features = (order[ranks[0]], order[ranks[1]]) if len(order) > 1 else (0, 0)
    found = boundary(dataset, moment.problem.network, moment.parameters, features)
    names = [clean(dataset.features[feature], 30) for feature in features]
    said = f"Iteration {count(moment.iteration)}: {_wrong('train', found.train)}{_wrong('dev', found.dev, ', ')}."
    if len(order) > 2:
        said += f" Areas: the other {count(len(order) - 2)} features at their mean."
    glyphs = [
        f"{GLYPHS[k % len(GLYPHS)]}{GLYPHS[k % len(GLYPHS)].upper()} {clean(name, 20)}"
        for k, name in enumerate(dataset.classes)
    ]
    axes = f"→ {names[0]} {_span(found.x_range)}   ↑ {names[1]} {_span(found.y_range)}"
    legend = f"{axes}\n{'  '.join(glyphs)}   (o train, O dev, reversed: misclassified)"
    return Insight(found, ranks, len(order), said, legend)


def paint(found: Boundary, width: int, height: int) -> Cells:
    """The areas in half cells, then the examples: the right ones first, so that the wrong ones lie on them."""
    cells = Cells(width, height)
    codes = np.array([[cells.code(Ink("muted", ground=hue, share=share)) for share in _SHADES] for hue in CLASS_HUES])
    rows, columns = found.classes.shape
    high = ((np.arange(2 * height) + 0.5) * rows / (2 * height)).astype(int)[::-1]
    wide = ((np.arange(width) + 0.5) * columns / width).astype(int)
    classes, shades = found.classes[np.ix_(high, wide)], _shades(found.confidence[np.ix_(high, wide)])
    fills = np.array([*FILLS, "?"])
    area = np.where(classes < 0, len(FILLS), classes % len(FILLS))
    cells.characters[:] = fills[area[::2]]
    cells.codes[:] = codes[(classes % len(CLASS_HUES))[::2], shades[::2]]
    _halve(cells, classes % len(CLASS_HUES), shades)
    for part, capital in ((found.train, False), (found.dev, True)):
        _write(cells, found, part, capital, right=True)
    for part, capital in ((found.train, False), (found.dev, True)):
        _write(cells, found, part, capital, right=False)
    return cells


def _halve(cells: Cells, hues: Array, shades: Array) -> None:
    """Cells whose halves are of different classes get both colors; `hues`, `shades` (2h, w)."""
    for row, column in np.argwhere(hues[::2] != hues[1::2]).tolist():
        upper, lower = (2 * row, column), (2 * row + 1, column)
        ink = Ink(CLASS_HUES[hues[upper]], _SHADES[shades[upper]], CLASS_HUES[hues[lower]], _SHADES[shades[lower]])
        cells.write(row, column, "▀", ink)


def _shades(confidence: Array) -> Array:
    shades: Array = np.digitize(confidence, SURE)
    return shades


def _write(cells: Cells, found: Boundary, part: Examples, capital: bool, right: bool) -> None:
    """The examples of a part that are predicted rightly, or those that are not."""
    height, width = cells.characters.shape
    columns, rows = _place(part.x, found.x_range, width), height - 1 - _place(part.y, found.y_range, height)
    chosen = part.right == right
    places: dict[tuple[int, int], int] = dict(
        zip(zip(rows[chosen].tolist(), columns[chosen].tolist(), strict=True), part.truth[chosen].tolist(), strict=True)
    )
    for (row, column), k in places.items():
        glyph = GLYPHS[k % len(GLYPHS)]
        under = cells.inks[cells.codes[row, column]]
        hue = CLASS_HUES[k % len(CLASS_HUES)]
        ink = Ink(hue, 1.0, under.ground, under.share, bold=capital or not right, reverse=not right)
        cells.write(row, column, glyph.upper() if capital else glyph, ink)


def _place(values: Array, span: Range, cells: int) -> Array:
    share = (values - span[0]) / (span[1] - span[0])
    places: Array = np.clip((share * cells).astype(int), 0, cells - 1)
    return places


def _wrong(name: str, part: Examples, lead: str = "") -> str:
    if not len(part.truth):
        return ""
    first = "first " if len(part.truth) == EXAMPLES else ""
    wrong = int(np.count_nonzero(~part.right))
    return f"{lead}{name} {count(wrong)} of {first}{count(len(part.truth))} wrong"


def _span(span: Range) -> str:
    return f"{span[0]:.3g} … {span[1]:.3g}"
