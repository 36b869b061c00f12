"""What matters of a curve has its share of the height, what is cut is counted, and any numbers have limits."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tuilab.arrays import Array
from tuilab.ui.plots.figure import Figure
from tuilab.ui.plots.layout import curves, y_axis
from tuilab.ui.plots.limits import limits, spans_decades
from tuilab.ui.plots.picture import picture
from tuilab.ui.plots.series import Series

N = 400
X = np.arange(float(N))


def share(y: Array, log: bool | None = None) -> float:
    """The share of the axis between the 5 % and the 95 % quantile of a curve's points."""
    _, _, ends = curves(Figure(series=(Series("s", np.arange(float(len(y))), y),), log_y=log, robust=True), 60)
    axis = y_axis(ends, 20)
    low, high = np.quantile(y, [0.05, 0.95], method="nearest")
    if axis.log:
        low, high = np.log10(low), np.log10(high)
    return float((high - low) / (axis.high - axis.low))


def footer(*series: Series, robust: bool = True, log: bool | None = None) -> str:
    return picture(Figure(series=series, log_y=log, robust=robust), 90, 20).cells.lines[-1]


costs = st.builds(
    lambda start, rate, floor, noise, seed: (
        start * np.exp(-rate * X) + floor * (1 + noise * np.abs(np.random.default_rng(seed).normal(size=N)))
    ),
    st.floats(0.1, 1e6),
    st.floats(1e-3, 1.0),
    st.floats(1e-6, 10.0),
    st.floats(1e-3, 1.0),
    st.integers(0, 99),
)


@examples(150)
@given(costs)
def test_the_middle_of_a_learning_curve_has_a_third_of_the_height(y: Array) -> None:
    assert share(y) > 1 / 3


@examples(100)
@given(
    st.integers(1, 20).flatmap(lambda n: st.lists(st.floats(10.0, 1e300), min_size=n, max_size=n)),
    st.sampled_from([1.0, -1.0]),
)
def test_few_points_far_away_are_cut_and_counted_exactly(far: list[float], side: float) -> None:
    y = np.random.default_rng(1).random(N) + 1.0
    y[: len(far)] = side * np.array(far) + (1.0 if side > 0 else -1.0)
    assert share(y, log=False) > 1 / 3
    _, _, ends = curves(Figure(series=(Series("s", X, y),), robust=True), 60)
    axis = y_axis(ends, 20)
    above, below = int((y > axis.high).sum()), int((y < axis.low).sum())
    told = re.findall(r"(\d+) points? (above|below)", footer(Series("s", X, y), log=False))
    assert told == [(str(n), where) for n, where in ((above, "above"), (below, "below")) if n]
    assert above + below <= len(far)


def test_three_points_above() -> None:
    y = 1 + 0.1 * np.sin(X)
    y[:3] = 50, 20, 10
    assert footer(Series("s", X, y)).startswith("3 points above")
    assert "above" not in footer(Series("s", X, y), robust=False)


def test_nothing_is_cut_where_what_matters_has_half_of_the_height() -> None:
    assert "above" not in footer(Series("s", X, np.linspace(1, 0, N)))
    assert "above" not in footer(Series("s", X[:3], np.array([0.7, 0.1, 0.05])))
    slow = 0.1 + 0.6 * np.exp(-X / 150)
    assert "above" not in footer(Series("s", X, slow))


def test_points_that_are_cut_are_not_drawn_along_the_edge() -> None:
    y = 1 + 0.1 * np.sin(X)
    y[:19] = 50.0
    y[0] = 1.0
    rows = picture(Figure(series=(Series("s", X, y),), robust=True), 90, 20).cells.lines[1:-3]
    assert sum("\u2800" < character <= "\u28ff" for character in rows[0]) < 3


@pytest.mark.parametrize("level", [0.0, 1.0, -3.0, 1e-300, 1e308])
def test_constant_curves_and_single_points_lie_inside(level: float) -> None:
    for number in (1, 2, N):
        y = np.full(number, level)
        _, _, ends = curves(Figure(series=(Series("s", np.arange(float(number)), y),), log_y=None, robust=True), 60)
        axis = y_axis(ends, 20)
        assert axis.beyond(y) == (0, 0)


def test_a_curve_that_stands_still_but_for_a_few_points_shows_where_it_stands() -> None:
    y = np.zeros(N)
    y[:9] = 0.5  # 2 %: less than a tail, more than its fifth
    assert curves(Figure(series=(Series("s", X, y),), robust=True), 60)[2].high == 0.5
    y[300:] = 0.01
    assert curves(Figure(series=(Series("s", X, y),), robust=True), 60)[2].high <= 0.02


@pytest.mark.parametrize("late", [1, 3, 19])
def test_a_fall_at_the_end_of_a_long_plateau_is_seen(late: int) -> None:
    noise = 1e-4 * np.random.default_rng(1).normal(size=N)
    fallen = np.where(N - late > X, 0.6931 + noise, 0.05)
    shown = picture(Figure(series=(Series("s", X, fallen),), robust=True), 90, 20)
    assert shown.place.y.beyond(fallen) == (0, 0) and "below" not in shown.cells.lines[-1]
    guest = Series("parent", X, np.where(X < N - 1, 0.6931, -1e9), guest=True)
    assert curves(Figure(series=(guest, Series("s", X, fallen)), robust=True), 60)[2].low > -1.0
    diverged = np.where(N - late > X, 0.6931 + noise, 1e9)
    assert curves(Figure(series=(Series("s", X, diverged),), robust=True), 60)[2].high < 1.0


def test_one_batch_without_a_cost_does_not_stretch_a_log_axis() -> None:
    batches = np.append(10.0 ** np.random.default_rng(1).uniform(-4, 0, N - 1), 1e-40)
    assert curves(Figure(series=(Series("s", X, batches),), log_y=True, robust=True), 60)[2].low > 1e-9


def test_each_curve_counts_by_its_own_quantiles() -> None:
    """A short curve that lies apart is no tail of a long one."""
    long, short = Series("cost", X, 0.1 + 0.01 * np.sin(X)), Series("dev", X[::50], np.full(8, 0.9))
    _, _, ends = curves(Figure(series=(long, short), robust=True), 60)
    assert ends.high >= 0.9


def test_another_run_that_diverged_does_not_flatten_this_one() -> None:
    own = Series("total", X, 0.7 * np.exp(-X / 200))
    parent = Series("parent", X[:30], 0.7 * 10.0 ** (10 * X[:30]), guest=True)
    _, _, ends = curves(Figure(series=(parent, own), robust=True, log_y=None), 60)
    assert not ends.log and ends.high <= 0.7
    assert "parent: 29 points above" in footer(parent, own)
    healthy = Series("parent", X, np.full(N, 0.69), guest=True)
    low = Series("total", X, 0.7 * np.exp(-X / 4) + 0.01)
    assert curves(Figure(series=(healthy, low), robust=True), 60)[2].high >= 0.69


@pytest.mark.parametrize("height", [9, 20])
def test_what_is_small_beside_the_others_leaves_them_the_height_and_is_told_by_its_name(height: int) -> None:
    cost, penalty = (
        Series("total", X, 0.72 - 0.08 * X / N),
        Series("penalty", X, np.full(N, 5e-6), marker="p", aside=True),
    )
    shown = picture(Figure(series=(penalty, cost), log_y=None, robust=True), 60, height)
    assert shown.place.y.low > 0.5 and not shown.place.y.log
    assert f"penalty: {N} points below" in shown.cells.lines[-1]
    assert picture(Figure(series=(penalty, cost)), 60, height).place.y.low == 0, "all points are asked for"


def test_the_axis_is_logarithmic_where_a_curve_spans_decades() -> None:
    assert spans_decades([np.geomspace(1, 1e-4, N)])
    assert not spans_decades([np.geomspace(1, 0.1, N), np.full(N, 1e-9), np.array([])])
    assert not spans_decades([np.append(np.geomspace(1, 1e-4, N), np.zeros(N))])
    shown = picture(Figure(series=(Series("s", X, np.geomspace(1, 1e-4, N)),), log_y=None, robust=True), 90, 20)
    assert shown.place.y.log


@given(
    st.lists(st.lists(st.floats(), max_size=40), max_size=4), st.lists(st.booleans(), min_size=4, max_size=4),
    st.sampled_from([None, False, True]),
)  # fmt: skip
def test_any_numbers_have_limits_and_every_point_is_seen_or_counted(
    values: list[list[float]], guests: list[bool], log: bool | None
) -> None:
    series = [
        Series(f"s{place}", np.arange(float(len(y))), np.array(y), guest=guest)
        for place, (y, guest) in enumerate(zip(values, guests, strict=False))
    ]
    figure = Figure(series=tuple(series), log_y=log, robust=True)
    shown, drawn = curves(figure, 60)[0], picture(figure, 400, 20)
    axis = drawn.place.y
    assert np.isfinite([axis.low, axis.high]).all() and axis.low < axis.high
    told = re.findall(r"(\d+) points? (?:above|below|not finite|hidden)", drawn.cells.lines[-1])
    inside = 0
    for curve in shown:
        above, below = axis.beyond(curve.points.y)
        inside += len(curve.points.y) - above - below
    assert inside + sum(map(int, told)) == sum(map(len, values))


def test_limits_without_points() -> None:
    assert limits([], [], log=False, robust=True).high == 1.0
    assert limits([], [np.array([3.0, 4.0])], log=True, robust=False).low == 3.0


def test_what_is_as_good_as_0_beside_another_curve_makes_no_axis_logarithmic() -> None:
    cost, penalty = 0.693 + np.exp(-X), np.maximum(0.7**X, 1e-45)
    assert spans_decades([penalty]), "alone it is all there is to see"
    assert not spans_decades([cost, penalty])
    assert spans_decades([cost, 0.3 * 0.97**X]), "one that still weighs something where it is seen does tell"
