"""Figures as SVG and PNG: whole, readable, the same every time, and nothing of a name is taken for a command."""

import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from tuilab.errors import BadInput
from tuilab.ui.plots import Figure, Series, VerticalLine
from tuilab.ui.plots.vector import INKS, as_picture

SVG = "{http://www.w3.org/2000/svg}"
X = np.arange(50_000.0)


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
