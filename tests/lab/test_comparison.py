"""What differs between experiments, and the band of several seeds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tuilab.experiment import Experiment, edit
from tuilab.lab.comparison import band, changes, differing, knob_name, same_but_seed

A = Experiment(title="a")
B = edit(A, {"regularization.lambd": "3", "dropout.keep_prob": "0.8", "title": "b", "seed": "9"})


def test_the_changes_are_told_in_the_knobs_own_words():
    assert changes(A, B) == (f"seed {A.seed} → 9", "λ 0.0 → 3.0", "keep_prob 1.0 → 0.8")
    assert changes(A, A) == ()


def test_only_what_differs_is_in_the_table():
    rows = differing([A, B, A])
    assert [row.path for row in rows] == ["seed", "regularization.lambd", "dropout.keep_prob"]
    assert rows[1].values == ("0.0", "3.0", "0.0")
    assert differing([A]) == differing([]) == ()


def test_knobs_of_one_title_are_told_apart():
    assert knob_name("data.noise") != knob_name("augmentation.noise")


def test_seeds_of_one_experiment_belong_together():
    seeds = [edit(A, {"seed": str(seed), "title": f"t{seed}"}) for seed in (1, 2, 3)]
    assert same_but_seed([seeds[0], B, seeds[1], seeds[2]]) == [(0, 2, 3), (1,)]


def test_the_band_spans_what_all_curves_have():
    x = np.arange(10.0)
    found = band([(x, x), (x[2:8], 2 * x[2:8]), (x, np.where(x == 4, np.nan, 3 * x))])
    assert (found.iteration[0], found.iteration[-1]) == (2, 7)
    np.testing.assert_allclose(found.low, found.iteration)
    np.testing.assert_allclose(found.mean, 2 * found.iteration)
    np.testing.assert_allclose(found.high, 3 * found.iteration)


def test_without_points_there_is_no_band():
    nothing = np.empty(0)
    assert len(band([]).mean) == len(band([(nothing, nothing)]).mean) == 0


@given(st.lists(st.lists(st.floats(-1e6, 1e6) | st.just(np.nan), min_size=1, max_size=20), min_size=1, max_size=5))
def test_the_mean_lies_in_the_band(curves):
    found = band([(np.arange(float(len(one))), np.array(one)) for one in curves])
    slack = 1e-9 * (1 + np.abs(found.high) + np.abs(found.low))
    assert (found.low <= found.mean + slack).all() and (found.mean <= found.high + slack).all()
