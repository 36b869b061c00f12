"""Slices: what stands out does so by more than chance."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.training.slices import FEWEST, TOLD, slices, tail

WORLDS = 150


@given(st.integers(1, 40), st.data())
def test_the_tail_is_that_of_counted_draws(m: int, data: st.DataObject) -> None:
    marked, drawn = data.draw(st.integers(0, m)), data.draw(st.integers(0, m))
    some = data.draw(st.integers(0, min(marked, drawn)))
    ways = sum(comb(marked, k) * comb(m - marked, drawn - k) for k in range(some, min(marked, drawn) + 1))
    assert tail(some, drawn, marked, m) == pytest.approx(ways / comb(m, drawn))


def test_where_mistakes_fall_anywhere_no_slice_stands_out_95_times_of_100() -> None:
    rng, alarms = np.random.default_rng(1), 0
    for _ in range(WORLDS):
        X, y, wrong = rng.normal(size=(200, 8)), rng.integers(0, 3, 200), rng.random(200) < 0.1
        alarms += any(one.stands_out for one in slices(X, y, wrong, 3))
    assert alarms <= 0.05 * WORLDS


def test_a_slice_that_is_worse_is_named_with_its_limits() -> None:
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(400, 5)), rng.integers(0, 3, 400)
    wrong = rng.random(400) < np.where(X[:, 3] > 0.7, 0.4, 0.05)
    first, *others = slices(X, y, wrong, 3)
    assert first.feature == 3 and first.stands_out and first.high is None and first.low is not None
    inside = X[:, 3] >= first.low
    assert (first.examples, first.wrong) == (inside.sum(), wrong[inside].sum()) and 0.5 < first.low < 0.8
    assert first.interval[0] < first.wrong / first.examples < first.interval[1]
    assert len(others) < TOLD and not any(one.stands_out for one in others)


def test_a_class_is_a_slice_and_so_is_each_of_a_few_values() -> None:
    X = np.repeat([[0.0], [1.0], [2.0]], 40, axis=0)
    y, wrong = np.arange(120) % 2, np.zeros(120, bool)
    wrong[1:40:2] = True
    found = slices(X, y, wrong, 2)
    assert [(one.label, one.feature, one.low, one.high, one.examples, one.wrong) for one in found] == [
        (None, 0, None, 0.0, 40, 20),
        (1, None, None, None, 60, 20),
    ]


@pytest.mark.parametrize("wrong", [np.zeros(30, bool), np.ones(30, bool)])
def test_where_nothing_or_all_is_wrong_nothing_stands_out(wrong: np.ndarray) -> None:
    found = slices(np.arange(60.0).reshape(30, 2), np.arange(30) % 2, wrong, 2)
    assert not any(one.stands_out for one in found) and all(one.examples >= FEWEST for one in found)
    assert slices(None, np.zeros(1, int), wrong[:1], 2) == ()
