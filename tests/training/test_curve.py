from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tuilab.training.curve import POINTS, CostRecorder


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300), st.integers(1, 7), st.integers(1, 50))
def test_extremes_first_and_last_survive_whatever_the_pace(costs: list[float], stretch: int, every: int) -> None:
    recorder = CostRecorder(stretch * POINTS)
    kept: list[tuple[float, float]] = []

    def take() -> None:
        if points := recorder.take():
            kept.extend(zip(points.iteration.tolist(), points.data.tolist(), strict=True))

    for iteration, cost in enumerate(costs):
        recorder.add(iteration, cost, 0.0)
        if iteration % every == 0:
            take()
    recorder.flush()
    take()
    assert [point[0] for point in kept] == sorted({point[0] for point in kept})
    assert all(costs[int(iteration)] == cost for iteration, cost in kept)
    values = [cost for _, cost in kept]
    assert min(costs) in values and max(costs) in values
    assert kept[-1] == (len(costs) - 1, costs[-1])
    assert len(kept) <= 2 * (len(costs) // stretch + 1) + 1


def test_a_single_spike_is_kept() -> None:
    recorder = CostRecorder(100 * POINTS)
    for iteration in range(1000):
        recorder.add(iteration, 9.0 if iteration == 537 else 1.0, 0.5)
    points = recorder.take()
    assert points is not None
    assert points.iteration[np.argmax(points.data)] == 537


@given(st.lists(st.sampled_from([0.0, 1.0, 2.0, np.inf]), min_size=1, max_size=80), st.integers(1, 7), st.data())
def test_however_a_curve_is_cut_the_same_points_are_kept(costs: list[float], stretch: int, data: st.DataObject) -> None:
    """The last one may be no number, where a run diverged."""
    costs[-1] = data.draw(st.sampled_from([costs[-1], np.nan]))
    values, penalty = np.array(costs), np.full(len(costs), 0.5)
    cuts = sorted(data.draw(st.sets(st.integers(1, len(costs)))) | {0, len(costs)})
    whole, single = CostRecorder(stretch * POINTS), CostRecorder(stretch * POINTS)
    for start, end in pairwise(cuts):
        whole.extend(start, values[start:end], penalty[start:end])
        assert whole.decided(end) == end // stretch * stretch
    for iteration, cost in enumerate(costs):
        single.add(iteration, cost, 0.5)
    for recorder in (whole, single):
        recorder.flush()
    kept, expected = whole.take(), single.take()
    assert kept is not None and expected is not None
    assert np.array_equal([kept.iteration, kept.data], [expected.iteration, expected.data], equal_nan=True)
    assert kept.iteration[-1] == len(costs) - 1
