"""The status, from evidence alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.runs.events import finished, progress, started
from tuilab.runs import View, eta, fold, rate, status
from tuilab.runs.status import PATIENCE

NEW = View()
BEGUN = fold(NEW, [started(time=0.0)])
GOING = fold(BEGUN, [progress(100, 1.0, time=100.0)])


def over(told: str) -> View:
    return fold(GOING, [finished(200, told)])


@pytest.mark.parametrize(
    ("view", "alive", "now", "unclaimed", "requests", "expected"),
    [
        (NEW, False, 0.0, 0.1, (), "starting"),
        (NEW, False, 0.0, PATIENCE, (), "starting"),
        (NEW, False, 0.0, PATIENCE + 0.1, (), "dead"),
        (NEW, False, 0.0, -3600.0, (), "dead"),
        (NEW, False, 0.0, None, (), "dead"),
        (NEW, True, 0.0, None, (), "starting"),
        (NEW, None, 0.0, None, (), "starting"),
        (NEW, True, 0.0, None, ("stop",), "stopping"),
        (BEGUN, True, 1.0, None, (), "running"),
        (GOING, True, 101.0, None, (), "running"),
        (GOING, None, 101.0, None, (), "running"),
        (GOING, True, 100.0 + PATIENCE, None, (), "running"),
        (GOING, True, 100.1 + PATIENCE, None, (), "silent"),
        (GOING, None, 500.0, None, (), "silent"),
        (GOING, True, 100.0 - 3600, None, (), "silent"),
        (GOING, True, 101.0, None, ("stop",), "stopping"),
        (GOING, True, 200.0, None, ("stop",), "silent"),
        (GOING, False, 101.0, None, (), "dead"),
        (GOING, False, 101.0, None, ("stop",), "dead"),
        *((over(told), alive, 900.0, None, (), told) for told in ("done", "stopped", "diverged", "failed")
          for alive in (True, False, None)),
        (over("\x1b[2J"), False, 900.0, None, (), "failed"),
    ],
)  # fmt: skip
def test_the_status_follows_from_the_evidence(view, alive, now, unclaimed, requests, expected):
    assert status(view, alive, now, unclaimed=unclaimed, requests=requests) == expected


def test_rate_and_eta_rest_on_the_trainers_own_seconds():
    assert rate(GOING) == pytest.approx(100)
    assert eta(GOING) == pytest.approx(9)
    set_back = fold(GOING, [progress(200, 1.0, time=-3500.0)])
    assert (rate(set_back), eta(set_back)) == (pytest.approx(100), pytest.approx(8))


@pytest.mark.parametrize("view", [NEW, BEGUN, over("done"), fold(NEW, [progress(10, 1.0)])])
def test_there_is_no_eta_where_none_can_be_told(view):
    assert eta(view) is None


@given(
    iteration=st.integers(0, 10**9),
    seconds=st.floats(allow_nan=False, allow_infinity=False),
    time=st.floats(allow_nan=False, allow_infinity=False),
)
def test_rate_and_eta_are_never_negative(iteration, seconds, time):
    view = fold(BEGUN, [progress(1, 1.0)])
    view = fold(view, [type(finished())(time=time, status="done", reason="", iteration=iteration, seconds=seconds)])
    view = fold(view, [started(time=time)])
    assert rate(view) is None or rate(view) >= 0
    assert eta(view) is None or eta(view) >= 0
