"""The decision boundary over two features, with the examples on it."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

import numpy as np
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tuilab.arrays import Array
from tuilab.lab.insight.boundary import BoundaryInsight, Placed, Span
from tuilab.nn.task.classification import NO_CLASS
from tuilab.text import clean
from tuilab.ui.plots.cells import Cells, Ink
from tuilab.ui.plots.drawing import Drawing
from tuilab.ui.plots.series import Hue
from tuilab.ui.views.looking import LookingView, Prose

CLASS_HUES: tuple[Hue, ...] = ("primary", "warning", "success", "error", "secondary", "foreground")
"""Colors of the classes, round and round; each has a glyph as well."""
GLYPHS = "oxvsczuwkmabdefghijlnpqrty"
"""Of the classes, round and round; a small letter for a training example, a capital for one of dev."""
FILLS = " .:-=~'^_|"
"""Of the areas of the classes, for those who see no colors; each has its class's glyph in brackets too."""
SURE = (0.6, 0.9)
"""Probabilities at which an area gets its second and its third shade."""
_SHADES = (0.12, 0.24, 0.36)


class BoundaryView(LookingView):
    """Draws the boundary; keys choose the two features where there are more."""

    TITLE = "Boundary"
    INSIGHT = BoundaryInsight
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "x", "turn(0, 1)", "Feature", key_display="x y", tooltip="Another feature on the x axis, most telling first"
        ),
        Binding("y", "turn(1, 1)", "y feature", show=False, tooltip="Another feature on the y axis"),
        Binding("X", "turn(0, -1)", "x back", show=False, tooltip="The previous feature on the x axis"),
        Binding("Y", "turn(1, -1)", "y back", show=False, tooltip="The previous feature on the y axis"),
    ]

    def parts(self) -> Iterable[Widget]:
        """The drawing over its legend."""
        yield Drawing()
        yield Prose(classes="legend")

    def show(self, insight: BoundaryInsight) -> None:
        """Draws the areas and the examples, and says what the axes and the glyphs are."""
        self.query_one(Drawing).draw(lambda width, height: paint(insight, width, height))
        self.query_one(".legend", Prose).say(legend(insight))

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


def legend(insight: BoundaryInsight) -> str:
    """What lies on the axes, and the glyphs of the classes."""
    shown = glyphs(insight.classes)
    wrong = f"[{shown[0]}] area, reversed: {insight.words.wrong}"
    if named(insight.classes):
        return f"{insight.axes}\nThe classes stand as {', '.join(insight.classes)}   (dev bold, {wrong})"
    pairs = zip(shown, insight.classes, strict=True)
    told = (f"{glyph}{glyph.upper()} {clean(name, 20)}" for glyph, name in pairs)
    return f"{insight.axes}\n{'  '.join(told)}   (o train, O dev, {wrong})"


def named(classes: Sequence[str]) -> bool:
    """Whether the classes are digits, more of them than two, which then stand for themselves."""
    return len(classes) > 2 and all(len(name) == 1 and name in "0123456789" for name in classes)


def glyphs(classes: Sequence[str]) -> Sequence[str]:
    """What an example of each class is shown as."""
    return classes if named(classes) else [GLYPHS[k % len(GLYPHS)] for k in range(len(classes))]


def paint(found: BoundaryInsight, width: int, height: int) -> Cells:
    """The areas in half cells, then the examples: the right ones first, so that the wrong ones lie on them."""
    cells = Cells(width, height)
    codes = np.array([[cells.code(Ink("muted", ground=hue, share=share)) for share in _SHADES] for hue in CLASS_HUES])
    rows, columns = found.areas.shape
    high = ((np.arange(2 * height) + 0.5) * rows / (2 * height)).astype(int)[::-1]
    wide = ((np.arange(width) + 0.5) * columns / width).astype(int)
    classes, shades = found.areas[np.ix_(high, wide)], _shades(found.confidence[np.ix_(high, wide)])
    fills = np.array([*FILLS, "?"])
    area = np.where(classes < 0, len(FILLS), classes % len(FILLS))
    cells.characters[:] = fills[area[::2]]
    cells.codes[:] = codes[(classes % len(CLASS_HUES))[::2], shades[::2]]
    _halve(cells, classes % len(CLASS_HUES), shades)
    _name(cells, found, np.where(classes[::2] == classes[1::2], classes[::2], NO_CLASS))
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


def _name(cells: Cells, found: BoundaryInsight, classes: Array) -> None:
    """Each of the `classes` (h, w) by its glyph, in brackets, where its area is widest; clear of examples, if possible.

    Hues come round after six classes.
    """
    free = np.ones(classes.shape, dtype=bool)
    for part in (found.train, found.dev):
        free[_places(found, part, free)] = False
    for k, glyph in enumerate(glyphs(found.classes)):
        area = classes == k
        if (place := widest(area & free) or widest(area)) is not None:
            under = cells.inks[cells.codes[place]]
            ink = Ink(CLASS_HUES[k % len(CLASS_HUES)], 1.0, under.ground, under.share, bold=True)
            cells.write(place[0], place[1] - 1, f"[{glyph}]", ink)


def widest(area: Array) -> tuple[int, int] | None:
    """Row and column of the middle of three cells deep within an `area` (h, w); None where it has no room for them."""
    deep, inner = area, _inner(area, 0)
    while inner.any():
        deep, inner = inner, _inner(inner, 1)
    if deep is area:
        return None
    rows, columns = np.nonzero(deep)
    return int(rows[len(rows) // 2]), int(columns[len(rows) // 2])


def _inner(area: Array, up: int) -> Array:
    """The cells with neighbors to both sides, and so many above and below."""
    height, width = area.shape
    wide = np.pad(area, ((up, up), (1, 1)))
    found: Array = area & wide[up : up + height, :width] & wide[up : up + height, 2:]
    found &= wide[:height, 1:-1] & wide[2 * up :, 1:-1]
    return found


def _shades(confidence: Array) -> Array:
    shades: Array = np.digitize(confidence, SURE)
    return shades


def _write(cells: Cells, found: BoundaryInsight, part: Placed, capital: bool, right: bool) -> None:
    """The examples of a part that are predicted rightly, or those that are not."""
    rows, columns = _places(found, part, cells.characters)
    chosen = part.right == right
    places: dict[tuple[int, int], int] = dict(
        zip(zip(rows[chosen].tolist(), columns[chosen].tolist(), strict=True), part.truth[chosen].tolist(), strict=True)
    )
    shown = glyphs(found.classes)
    for (row, column), k in places.items():
        glyph = shown[k]
        under = cells.inks[cells.codes[row, column]]
        hue = CLASS_HUES[k % len(CLASS_HUES)]
        ink = Ink(hue, 1.0, under.ground, under.share, bold=capital or not right, reverse=not right)
        cells.write(row, column, glyph.upper() if capital else glyph, ink)


def _places(found: BoundaryInsight, part: Placed, cells: Array) -> tuple[Array, Array]:
    """Rows and columns of the examples of a part among `cells` (h, w)."""
    height, width = cells.shape
    return height - 1 - _place(part.y, found.y_range, height), _place(part.x, found.x_range, width)


def _place(values: Array, span: Span, cells: int) -> Array:
    share = (values - span[0]) / (span[1] - span[0])
    places: Array = np.clip((share * cells).astype(int), 0, cells - 1)
    return places
