"""Figures as SVG and PNG: whole, readable, the same every time, and nothing of a name is taken for a command."""

import sys
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from tuilab.errors import BadInput
from tuilab.ui.plots import Figure, Series, VerticalLine
from tuilab.ui.plots.vector import INKS, as_picture
from tuilab.ui.plots.vector import _draw as draw

SVG = "{http://www.w3.org/2000/svg}"
X = np.arange(50_000.0)


@pytest.fixture
def axes() -> Any:
    """What is drawn into; Matplotlib is loaded where it draws, not by every process that only knows of these tests."""
    from matplotlib.figure import Figure as Sheet

    return Sheet().subplots()


def figure(y: np.ndarray, *, log: bool = False) -> Figure:
    series = (Series("train", X, y, "primary", "t"), Series("$\\frac{", X, y / 2, "muted", "^"))
    return Figure("Error, %", series, "iteration", log_y=log, marks=(VerticalLine(7.0, "best $_{"),))


def test_an_svg_is_small_whole_and_the_same_every_time() -> None:
    pair = [figure(np.cos(X / 99)), figure(np.exp(-X / 1e4), log=True)]
    svg = as_picture(pair, "run $\\x1b[31m", "svg")
    assert svg == as_picture(pair, "run $\\x1b[31m", "svg")
    assert len(svg) < 400_000
    drawn = [node.get("style", "") for node in ElementTree.fromstring(svg).iter(f"{SVG}path")]
    assert any(INKS["primary"] in style for style in drawn) and any(INKS["muted"] in style for style in drawn)


def test_a_spike_of_one_point_is_drawn() -> None:
    def highest(y: np.ndarray) -> float:
        """The greatest height, in the picture's points, that the curve reaches."""
        root = ElementTree.fromstring(as_picture([Figure("", (Series("a", X, y, "error", "a"),))], "", "svg"))
        paths = [node.get("d", "") for node in root.iter(f"{SVG}path") if INKS["error"] in node.get("style", "")]
        curve = paths[0].replace("M", " ").replace("L", " ").split()
        return min(float(value) for value in curve[1::2])

    flat = np.ones_like(X)
    spike = flat.copy()
    spike[31_234] = 8.0
    assert highest(spike) < highest(flat) - 50


def test_numbers_that_are_not_finite_leave_gaps() -> None:
    y = np.where(X > 100, np.inf, 1.0)
    y[50] = np.nan
    assert as_picture([figure(y)], "", "png").startswith(b"\x89PNG")
    assert as_picture([Figure()], "", "png").startswith(b"\x89PNG")


def test_without_matplotlib_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(BadInput, match="pip install matplotlib"):
        as_picture([Figure()], "", "png")


def test_every_curve_has_its_letter_whole_and_beside_the_others_and_what_is_not_drawn_is_told(axes: Any) -> None:
    x = np.arange(2.0)
    some = [Series(letter, x, np.array([y, 1.0]), marker=letter) for letter, y in (("t", 0.4), ("d", 0.5), ("+", 0.6))]
    lost = Series("p", x, np.array([0.2, np.nan]), marker="-")
    draw(axes, Figure("Error", (*some, lost), "iteration", robust=True, x_range=(0, 1)))
    letters = [text for text in axes.texts if type(text).__name__ == "Annotation"]
    assert [text.get_text() for text in letters] == ["t", "d", "+", "-"]
    assert len({(text.xy, text.xyann) for text in letters}) == 4
    assert not any(text.get_annotation_clip() for text in letters)
    assert axes.get_xlabel() == "iteration · 1 point not finite"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0", "1"], "iterations are whole"


def test_few_dots_are_letters(axes: Any) -> None:
    few, many = (Series("dev", np.arange(n), np.arange(n), marker="d", dots=True) for n in (9, 999))
    draw(axes, Figure("Error", (few, many)))
    assert [line.get_marker() for line in axes.lines] == ["$d$", "."]
