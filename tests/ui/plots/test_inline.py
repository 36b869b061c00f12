"""Figures within a page: small, whole, and nothing of a name is taken for an element."""

from xml.etree import ElementTree

import numpy as np

from tuilab.ui.plots import Figure, Series, VerticalLine
from tuilab.ui.plots.inline import ACROSS, DOWN, LETTER, as_inline
from tuilab.ui.plots.vector import INKS

SVG = "{http://www.w3.org/2000/svg}"
X = np.arange(50_000.0)


def paths(figure: Figure, ink: str) -> list[np.ndarray]:
    """The points (n, 2) of each curve in that ink."""
    root = ElementTree.fromstring(as_inline(figure))
    found = [node.get("d", "") for node in root.iter(f"{SVG}path") if node.get("stroke") == INKS[ink]]
    return [np.array([pair.split() for pair in path[1:].split("L")], float) for path in found]


def test_a_long_curve_is_small_and_its_spike_is_drawn() -> None:
    y = np.ones_like(X)
    y[31_234] = 8.0
    figure = Figure("Cost", (Series("train", X, y, "primary", "t"),), "iteration")
    (points,) = paths(figure, "primary")
    assert len(as_inline(figure)) < 12_000 and as_inline(figure) == as_inline(figure)
    highest = points[points[:, 1].argmin()]
    assert abs(highest[0] - ACROSS * 31_234 / X[-1]) < 1 and highest[1] < DOWN / 4 < points[0, 1]


def test_on_a_log_axis_equal_factors_are_equally_far() -> None:
    y = np.array([1.0, 10.0, 100.0, 1000.0])
    (points,) = paths(Figure("", (Series("a", np.arange(4.0), y, "error", "a"),), log_y=True), "error")
    steps = np.diff(points[:, 1])
    assert (steps < 0).all() and np.ptp(steps) < 0.3


def test_names_from_anywhere_are_text() -> None:
    bad = '</text><script>alert("1")</script>\x1b[2J'
    figure = Figure(bad, (Series(bad, X[:9], X[:9], "error", "<"),), bad, marks=(VerticalLine(3.0, bad),))
    text = as_inline(figure)
    root = ElementTree.fromstring(text)
    assert {node.tag.removeprefix(SVG) for node in root.iter()} <= {"svg", "rect", "text", "tspan", "path"}
    assert "<script" not in text and "\x1b" not in text
    assert not any(name.startswith("on") or "href" in name for node in root.iter() for name in node.attrib)


def test_nothing_and_numbers_that_are_none_are_drawn_as_such() -> None:
    for y in (np.empty(0), np.full(3, np.nan), np.array([1.0, np.inf, -np.inf]), np.array([1e308, -1e308, 0.0])):
        ElementTree.fromstring(as_inline(Figure("", (Series("a", np.arange(float(len(y))), y),))))
    ElementTree.fromstring(as_inline(Figure()))


def test_curves_that_end_at_one_place_have_their_letters_apart_and_within() -> None:
    x = np.arange(2.0)
    series = tuple(Series(letter, x, np.array([y, 9.0]), marker=letter) for letter, y in (("t", 1), ("d", 2), ("E", 3)))
    root = ElementTree.fromstring(as_inline(Figure("", series)))
    found = {node.text: node for node in root.iter(f"{SVG}text") if node.text in {"t", "d", "E"}}
    across = sorted(float(node.get("x", "")) for node in found.values())
    assert len(found) == 3 and min(np.diff(across)) >= LETTER
    assert all(float(node.get("y", "")) >= LETTER for node in found.values())
    lost = Series("J", x, np.array([1.0, np.nan]), marker="J")
    assert "1 point not finite" in as_inline(Figure("", (lost,)))
