"""The order in which a space is tried: what is asked for later never changes what was asked for before."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.errors import BadInput
from tuilab.search import Search, halton, uniform

OVER = {"regularization.lambd": "log:1e-3..10", "dropout.keep_prob": "0.5,0.8,1.0", "network.hidden": "[16],[32,16]"}


@pytest.mark.parametrize("rows", [halton, uniform])
@given(first=st.integers(0, 40), extra=st.integers(1, 40), seed=st.integers(0, 2**63 - 1))
def test_rows_can_be_extended(rows: object, first: int, extra: int, seed: int) -> None:
    assert callable(rows)
    many = rows(0, first + extra, 3, seed)
    assert np.array_equal(many[first:], rows(first, first + extra, 3, seed))
    assert many.min() >= 0 and many.max() < 1


@pytest.mark.parametrize("base", [2, 3, 5])
def test_each_stretch_of_a_halton_sequence_is_even(base: int) -> None:
    column = halton(0, base**4, 3, 7)[:, {2: 0, 3: 1, 5: 2}[base]]
    assert sorted(np.floor(column * base**4)) == list(range(base**4))
    rows = halton(0, 60, 3, 7)
    assert np.array_equal(rows[:, :2], halton(0, 60, 2, 7))  # and it can be extended in dimensions
    assert not np.array_equal(rows, halton(0, 60, 3, 8))


@pytest.mark.parametrize("sampler", ["halton", "random"])
@pytest.mark.parametrize("trials", [1, 7, 300])
def test_the_first_of_more_points_are_the_points(sampler: str, trials: int) -> None:
    few, many = (Search(over=OVER, sampler=sampler, trials=count).points(5) for count in (trials, 2 * trials))
    assert len(few) == trials and len(many) == 2 * trials and many[:trials] == few
    assert len({tuple(point.items()) for point in many}) == 2 * trials
    assert few == Search(over=OVER, sampler=sampler, trials=trials).points(5)


@pytest.mark.parametrize("sampler", ["halton", "random", "grid"])
def test_a_finite_space_is_tried_whole_and_no_point_twice(sampler: str) -> None:
    over = {"dropout.keep_prob": "0.5,0.8,1.0", "network.hidden": "1..50"}
    search = Search(over=over, sampler=sampler, trials=None if sampler == "grid" else 1000)
    points = search.points(1)
    assert search.count() == len(points) == len({tuple(point.items()) for point in points}) == 150
    assert search.changed({}, trials=40).points(1) == points[:40]


def test_a_few_points_of_a_huge_grid_cost_little() -> None:
    over = {"network.hidden": "1..90000", "optimization.iterations": "1..1000000000"}
    with pytest.raises(BadInput, match="would be 90,000,000,000,000 trials; at most"):
        Search(over=over, sampler="grid").count()
    assert len(Search(over=over, trials=10).points(1)) == 10
