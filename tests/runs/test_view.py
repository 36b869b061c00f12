"""The fold: pure, the same in any pieces, and cheap."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.runs.events import finished, progress, started
from tuilab.events import Continued, Edited, Paused, Progress, Resumed, Trouble, decode, encode
from tuilab.runs import RunView, fold

numbers = st.floats(allow_nan=True, allow_infinity=True, width=32)


def figures(view: RunView) -> list[object]:
    """Everything in a view, in a form that can be compared."""
    curves = [
        *(view.cost.iteration, view.cost.data, view.cost.penalty, view.cost.total),
        *(view.error.iteration, view.error.train, view.error.dev),
    ]
    scalars = [view.started, view.finished, view.iteration, view.seconds, view.time, view.damaged]
    return [*scalars, *(curve.tobytes() for curve in curves)]


@given(
    costs=st.lists(st.lists(numbers, max_size=5), max_size=30),
    cuts=st.lists(st.integers(0, 40), max_size=10),
)
def test_folding_in_pieces_gives_what_folding_at_once_gives_and_changes_no_older_view(costs, cuts):
    events = [started(), *(progress(10 * k, *points) for k, points in enumerate(costs, 1)), finished()]
    bounds = [0, *sorted(min(cut, len(events)) for cut in cuts), len(events)]
    view = RunView()
    older = [(view, figures(view))]
    for start, end in itertools.pairwise(bounds):
        view = fold(view, events[start:end])
        older.append((view, figures(view)))
    assert figures(view) == figures(fold(RunView(), events))
    assert [figures(old) for old, _ in older] == [before for _, before in older]


def test_the_log_of_an_earlier_version_has_no_dev_cost_and_goes_on_with_one():
    line = (
        b'{"event":"progress","time":1,"iteration":2,"seconds":1,"errors":{"iteration":[2],"train":[0.5],"dev":[0.4]}}'
    )
    old = decode(line)
    assert isinstance(old, Progress) and old.errors is not None and old.errors.dev_cost is None
    new = progress(3)
    new = replace(new, errors=replace(new.errors, dev_cost=np.array([0.7])))
    view = fold(RunView(), [old, decode(encode(new))])
    np.testing.assert_array_equal(view.error.dev_cost, [np.nan, 0.7])


def test_two_futures_of_one_view_do_not_meet():
    past = fold(RunView(), [progress(2, 1.0, 2.0)])
    one, other = fold(past, [progress(3, 3.0)]), fold(past, [progress(3, 4.0)])
    assert (list(past.cost.data), list(one.cost.data), list(other.cost.data)) == ([1, 2], [1, 2, 3], [1, 2, 4])


def test_curves_grow_in_place_and_stay_read_only():
    first = fold(RunView(), [progress(1, 1.0)])
    second = fold(first, [progress(2, 2.0)])
    assert np.shares_memory(first.cost.data, second.cost.data)
    assert not second.cost.data.flags.writeable
    assert second.cost.data.dtype == np.float64


def test_growing_by_single_points_copies_each_point_a_few_times_only(monkeypatch):
    sizes = []
    empty = np.empty
    monkeypatch.setattr(np, "empty", lambda shape: (sizes.append(shape[1]), empty(shape))[1])
    view = RunView()
    for k in range(1, 10_001):
        view = fold(view, [progress(k, float(k))])
    assert sum(sizes) <= 2 * 5 * 10_000
    np.testing.assert_array_equal(view.cost.iteration, np.arange(1, 10_001))
    np.testing.assert_array_equal(view.cost.total, view.cost.iteration + 0.25)


def test_a_million_points_in_lines_of_arrays_fold_at_once_and_in_pieces_alike():
    events = [progress(1000 * k, *np.full(1000, float(k))) for k in range(1, 1001)]
    once, pieces = fold(RunView(), events), RunView()
    for start in range(0, 1000, 50):
        pieces = fold(pieces, events[start : start + 50])
    assert len(once.cost) == 1_000_000
    np.testing.assert_array_equal(once.cost.iteration, np.arange(1, 1_000_001))
    np.testing.assert_array_equal(pieces.cost.data, once.cost.data)


def test_nothing_new_is_the_same_view_and_damage_adds_up():
    view = fold(RunView(), [started(), progress(1, 1.0)])
    assert fold(view, []) is view
    assert fold(fold(view, [], damaged=2), [], damaged=1).damaged == 3


def test_the_last_event_wins_and_a_run_that_goes_on_is_not_finished():
    view = fold(RunView(), [started(), progress(5, 1.0), finished(7)])
    assert (view.iteration, view.seconds, view.time) == (7, 0.07, 0.7)
    assert view.finished == finished(7)
    onward = fold(view, [started(time=9.0)])
    assert (onward.finished, onward.time, onward.iteration, list(onward.cost.data)) == (None, 9.0, 7, [1.0])
    again = Resumed(time=9.0, iteration=5, seconds=0.5, costs_before=5, errors_before=5)
    assert fold(view, [again]).finished is None  # the first line of the new trainer was damaged


def marks(view: RunView) -> list[tuple[int, str]]:
    return [(mark.iteration, mark.text) for mark in view.marks]


def test_what_was_logged_beyond_the_checkpoint_of_a_resumed_run_is_void():
    edited = Edited(time=1.0, iteration=4, path="optimization.learning_rate", value="0.5")
    late = Edited(time=1.0, iteration=9, path="regularization.lambd", value="2")
    first = [started(), progress(4, 1.0, 2.0, 3.0, 4.0), edited, progress(10, 5.0, 6.0), late, finished(10)]
    resumed = Resumed(
        time=3.0, iteration=5, seconds=0.5, costs_before=4, errors_before=5, edits={edited.path: edited.value}
    )
    view = fold(RunView(), first)
    assert marks(view) == [(4, "learning_rate = 0.5"), (9, "lambd = 2")]
    view = fold(view, [started(), resumed])
    assert (view.iteration, view.seconds, view.time, view.finished) == (5, 0.5, 3.0, None)
    assert (list(view.cost.iteration), list(view.error.iteration)) == ([1, 2, 3], [4])
    assert (marks(view), view.edits) == ([(4, "learning_rate = 0.5"), (5, "resumed")], {edited.path: "0.5"})
    assert list(fold(view, [progress(6, 7.0)]).cost.iteration) == [1, 2, 3, 6]


def test_a_pause_is_one_mark_however_often_it_shows_life():
    paused = [Paused(time=float(second), iteration=7) for second in range(5)]
    view = fold(fold(RunView(), [progress(7, 1.0), *paused[:3]]), paused[3:])
    assert (view.paused, view.time, marks(view)) == (True, 4.0, [(7, "paused")])
    stepped = fold(view, [progress(8, 1.0), Paused(time=9.0, iteration=8)])
    assert (stepped.paused, stepped.iteration, marks(stepped)) == (True, 8, [(7, "paused")])
    onward = fold(stepped, [Continued(time=10.0, iteration=8)])
    assert (onward.paused, marks(onward)) == (False, [(7, "paused"), (8, "continued")])


def test_the_end_is_marked_where_it_matters():
    best = replace(finished(9), kept_iteration=6)
    assert marks(fold(RunView(), [best])) == [(6, "best weights")]
    assert marks(fold(RunView(), [replace(finished(9), kept_iteration=9)])) == []
    assert marks(fold(RunView(), [finished(9, "diverged")])) == [(9, "diverged")]


def test_trouble_is_remembered_when_it_is_over():
    view = fold(RunView(), [Trouble(time=1.0, message="the checkpoint cannot be saved: no room")])
    assert (view.trouble, view.troubled) == ("the checkpoint cannot be saved: no room", True)
    over = fold(view, [Trouble(time=2.0, message="")])
    assert (over.trouble, over.troubled) == ("", True)


def test_infinite_costs_add_up_without_a_word():
    with np.errstate(all="raise"):
        view = fold(RunView(), [progress(3, np.inf, np.nan, -np.inf)])
    np.testing.assert_array_equal(view.cost.total, [np.inf, np.nan, -np.inf])
