"""The status, from evidence alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.runs.events import finished, progress, started
from tuilab.events import Paused, Progress
from tuilab.runs import RunView, eta, fold, rate, status
from tuilab.runs.status import PATIENCE, PATIENCE_ITERATIONS

NEW = RunView()
BEGUN = fold(NEW, [started(time=0.0)])
GOING = fold(BEGUN, [progress(100, 1.0, time=100.0)])
STILL = fold(GOING, [Paused(time=100.0, iteration=100)])
SLOW = fold(BEGUN, [Progress(time=100.0, iteration=2, seconds=100.0)])


def over(told: str) -> RunView:
    return fold(GOING, [finished(200, told)])


@pytest.mark.parametrize(
    ("view", "alive", "now", "requests", "expected"),
    [
        (NEW, False, 0.0, (), "dead"),
        (NEW, False, 0.0, ("start",), "queued"),
        (NEW, False, 0.0, ("stop", "start"), "stopped"),
        (NEW, True, 0.0, ("start",), "starting"),
        (GOING, True, 101.0, ("start",), "running"),
        (GOING, False, 101.0, ("start",), "dead"),
        (over("done"), False, 900.0, ("start",), "done"),
        (NEW, True, 0.0, (), "starting"),
        (NEW, None, 0.0, (), "starting"),
        (NEW, True, 0.0, ("stop",), "stopping"),
        (BEGUN, True, 1.0, (), "running"),
        (GOING, True, 101.0, (), "running"),
        (GOING, None, 101.0, (), "running"),
        (GOING, True, 100.0 + PATIENCE, (), "running"),
        (GOING, True, 100.1 + PATIENCE, (), "no progress"),
        (GOING, None, 500.0, (), "no progress"),
        (GOING, True, 100.0 - 3600, (), "running"),
        (GOING, True, 101.0, ("stop",), "stopping"),
        (GOING, True, 200.0, ("stop",), "no progress"),
        (STILL, True, 101.0, (), "paused"),
        (STILL, True, 101.0, ("stop",), "stopping"),
        (STILL, True, 200.0, (), "no progress"),
        (STILL, False, 101.0, (), "dead"),
        (SLOW, True, 100.0 + PATIENCE_ITERATIONS * 50, (), "running"),
        (SLOW, True, 100.1 + PATIENCE_ITERATIONS * 50, (), "no progress"),
        (GOING, False, 101.0, (), "dead"),
        (GOING, False, 101.0, ("stop",), "dead"),
        *((over(told), alive, 900.0, (), told) for told in ("done", "stopped", "diverged", "failed")
          for alive in (True, False, None)),
        (over("\x1b[2J"), False, 900.0, (), "failed"),
    ],
)  # fmt: skip
def test_the_status_follows_from_the_evidence(view, alive, now, requests, expected):
    assert status(view, alive, now, requests=requests) == expected


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_wrong_or_was_set_does_not_hide_a_log_that_grows(hours):
    now = 100.0 + 3600 * hours
    assert status(GOING, None, now, heard=PATIENCE) == "running"
    assert status(GOING, None, now, heard=PATIENCE + 0.1) == "no progress"


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
