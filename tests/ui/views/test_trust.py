"""The reliability diagram."""

import numpy as np

from tuilab.training.calibration import reliability
from tuilab.ui.figures.known import PERFECT, RIGHT
from tuilab.ui.figures.reliability import reliability_figure


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
