"""Which trials are not worth going on with."""

import numpy as np

from tuilab.search.pruning import FEWEST, PRUNED, DevCurve, hopeless


def curve(*errors: float, step: int = 100) -> DevCurve:
    return DevCurve(np.arange(len(errors)) * float(step), np.array(errors))


OTHERS = [curve(0.5, 0.4, level, 0.1, 0.1, 0.1) for level in (0.1, 0.2, 0.3, 0.35, 0.38)]


def test_it_is_the_median_at_the_same_iteration_that_counts() -> None:
    worse, better = curve(0.5, 0.5, 0.31), curve(0.5, 0.5, 0.29)
    said = hopeless(worse, 1000, OTHERS)
    assert said == f"{PRUNED}by iteration 200 its lowest dev error was 31.00 %, the median of 5 others 30.00 %"
    assert hopeless(better, 1000, OTHERS) == ""
    assert hopeless(curve(0.5, 0.29, 0.5), 1000, OTHERS) == ""  # it was better once, and its best weights count


def test_none_is_hopeless_at_first_or_beside_few() -> None:
    worse = curve(0.5, 0.5, 0.5)
    assert hopeless(worse, 1001, OTHERS) == "" and hopeless(worse, 1000, OTHERS) != ""
    assert hopeless(worse, 1000, OTHERS[: FEWEST - 1]) == ""
    late = DevCurve(np.array([300.0]), np.array([0.1]))
    assert hopeless(worse, 1000, [*OTHERS[1:], late]) == ""
    assert hopeless(curve(), 1000, OTHERS) == ""


def test_what_was_not_measured_decides_nothing() -> None:
    nan = float("nan")
    assert hopeless(curve(nan, nan, nan), 1000, OTHERS) == ""
    assert hopeless(curve(0.5, nan, 0.5), 1000, [*OTHERS[1:], curve(nan, nan, nan)]) == ""
    assert hopeless(curve(0.1, 0.1, 0.1), 1000, [curve(0.1, 0.1, 0.1)] * 5) == ""  # as good as half of them
