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
