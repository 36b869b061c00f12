"""The window stays within the whole, whatever is done to it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.ui.plots.series import cut
from tuilab.ui.plots.window import CLOSEST, panned, reaching, zoomed

WHOLE = (0.0, 1000.0)
windows = st.tuples(st.floats(0, 990), st.floats(CLOSEST, 1000)).map(lambda w: (w[0], min(w[0] + w[1], 1000.0)))
places = st.floats(-100, 1100)


def within(window: tuple[float, float]) -> bool:
    return WHOLE[0] <= window[0] < window[1] <= WHOLE[1]


@given(windows, st.floats(0.01, 100), places)
def test_zooming(window: tuple[float, float], factor: float, at: float) -> None:
    seen = zoomed(window, factor, at, WHOLE)
    assert within(seen)
    assert CLOSEST * 0.999 <= seen[1] - seen[0] <= 1000


@given(windows, st.floats(-5, 5))
def test_panning_keeps_the_length(window: tuple[float, float], share: float) -> None:
    seen = panned(window, share, WHOLE)
    assert within(seen)
    assert seen[1] - seen[0] == pytest.approx(window[1] - window[0])


@given(windows, st.floats(0, 1000))
def test_reaching_shows_the_place(window: tuple[float, float], x: float) -> None:
    seen = reaching(window, x, WHOLE)
    assert within(seen)
    assert seen[0] - 1e-9 <= x <= seen[1] + 1e-9
    if window[0] <= x <= window[1]:
        assert seen == pytest.approx(window)


def test_the_point_under_the_pointer_keeps_its_place() -> None:
    assert zoomed((0.0, 1000.0), 0.5, 250.0, WHOLE) == (125.0, 625.0)
    assert zoomed((125.0, 625.0), 2.0, 250.0, WHOLE) == WHOLE


@pytest.mark.parametrize("log", [True, False])
def test_a_line_is_cut_between_its_ends_whatever_their_size(log: bool) -> None:
    x, y = np.array([0.0, 1.0]), np.array([np.finfo(float).max, 1.0])
    _, (first, last) = cut(x, y, (0.0, 4e-83), log)
    assert first == y[0]
    assert last <= y[0] and last == pytest.approx(y[0], rel=1e-12)  # 10 to a log10 is off by 308·ln 10 roundings
