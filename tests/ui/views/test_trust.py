"""The reliability diagram."""

import numpy as np

from tuilab.training.calibration import reliability
from tuilab.ui.figures.known import PERFECT, RIGHT
from tuilab.ui.figures.reliability import reliability_figure
from tuilab.ui.plots.picture import picture


def test_what_is_right_is_drawn_over_what_is_said_and_a_perfect_model_behind_it() -> None:
    rng = np.random.default_rng(1)
    said = rng.uniform(0.5, 1, 400)
    known = reliability(said, rng.random(400) < said)
    assert known is not None
    low, high, perfect, right = reliability_figure(known).series
    assert (perfect.name, right.name) == (PERFECT.name, RIGHT.name) and low.behind and high.behind
    assert perfect.x.tolist() == perfect.y.tolist() == right.x.tolist()
    assert right.y.tolist() == (100 * known.right).tolist()
    assert (low.y <= perfect.y).all() and (perfect.y <= high.y).all()


def test_the_line_of_what_is_right_has_its_name_on_a_small_screen() -> None:
    said = np.linspace(0.5, 1, 200)
    known = reliability(said, said > 0.7)
    assert known is not None
    head = picture(reliability_figure(known), 78, 7).cells.lines[0]
    assert PERFECT.name in head and RIGHT.name in head
