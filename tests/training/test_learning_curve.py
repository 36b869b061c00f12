"""Learning curves: what is foretold, on curves and on data whose truth is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lab.sentences.learning_curve import curve_lines, forecast_text
from tuilab.training.learning_curve import CurvePoint, fit, forecast, learning_curve, predicted

SMALL = edit(
    Experiment(),
    {
        "data.source": "moons",
        "data.examples": "600",
        "data.noise": "0.3",
        "split.train": "0.5",
        "split.dev": "0.5",
        "split.test": "0",
        "optimization.optimizer": "adam",
        "optimization.learning_rate": "0.01",
        "optimization.iterations": "200",
        "regularization.kind": "l2",
        "regularization.lambd": "0.1",
    },
)


def points(errors: np.ndarray, sizes: np.ndarray, train: float = 0.0) -> list[CurvePoint]:
    return [
        CurvePoint(examples=int(m), train=(train,) * len(row), dev=tuple(row.tolist()))
        for m, row in zip(sizes, errors, strict=True)
    ]


@given(st.floats(0.2, 3), st.floats(0.3, 1.2), st.floats(0.0, 0.2))
def test_a_power_law_is_found_again(a: float, b: float, c: float) -> None:
    sizes = np.geomspace(20, 1000, 8)
    errors = c + a * sizes**-b
    assert predicted(fit(sizes, errors), 2000.0) == pytest.approx(c + a * 2000.0**-b, rel=0.05, abs=0.008)


def test_intervals_hold_what_twice_the_examples_come_to() -> None:
    """Not more than they say: five seeds of a bootstrap are few, and hold it in 80 of 100 worlds or more."""
    rng, sizes, held = np.random.default_rng(1), np.geomspace(25, 800, 8), 0
    truth = 0.05 + 1.2 * sizes**-0.6
    for world in range(20):
        noisy = truth[:, None] * (1 + 0.12 * rng.standard_normal((8, 5)))
        low, high = forecast(points(noisy, sizes), seed=world).interval
        held += low <= 0.05 + 1.2 * 1600**-0.6 <= high
    assert held >= 0.8 * 20


def test_curves_that_have_met_say_that_no_data_helps() -> None:
    sizes = np.geomspace(20, 1000, 8)
    known = forecast(points(np.full((8, 5), 0.14), sizes, train=0.14))
    assert known.met and known.more is None
    assert forecast_text(points(np.full((8, 5), 0.14), sizes, 0.14), known).startswith("More data will not help")


def test_where_it_falls_it_says_how_many_examples_a_percent_takes() -> None:
    sizes = np.geomspace(20, 1000, 8)
    errors = np.repeat((0.02 + 2 * sizes**-0.5)[:, None], 5, axis=1)
    known = forecast(points(errors, sizes))
    assert known.more is not None
    assert 2 * (1000 + known.more) ** -0.5 == pytest.approx(2 * 1000**-0.5 - 0.01, abs=0.002)
    told = forecast_text(points(errors, sizes), known)
    assert "Twice the examples, 2,000" in told and told.endswith("more.")


def test_noise_alone_is_not_said_to_fall() -> None:
    rng, sizes = np.random.default_rng(2), np.geomspace(20, 1000, 8)
    noisy = 0.3 + 0.02 * rng.standard_normal((8, 5))
    told = forecast_text(points(noisy, sizes), forecast(points(noisy, sizes)))
    assert "not shown" in told or "not in reach" in told


@pytest.mark.parametrize(
    ("source", "noise"), [("moons", 0.3), ("circles", 0.2), ("xor", 0.25), ("blobs", 0.7), ("spiral", 0.2)]
)
def test_twice_the_examples_come_within_a_fifth_of_what_was_foretold(source: str, noise: float) -> None:
    experiment = edit(
        SMALL,
        {"data.source": source, "data.noise": str(noise), "data.examples": "2400", "optimization.iterations": "600"},
    )
    found = list(learning_curve(experiment, sizes=9))
    half = [point for point in found if point.examples <= 0.62 * found[-1].examples]
    foretold = float(predicted(forecast(half).power, found[-1].examples))
    assert foretold == pytest.approx(float(np.mean(found[-1].dev)), rel=0.2)


def test_the_same_experiment_gives_the_same_points_on_any_number_of_threads() -> None:
    found = list(learning_curve(SMALL, sizes=4, seeds=2))
    assert found == list(learning_curve(SMALL, sizes=4, seeds=2, threads=3))
    assert [point.examples for point in found][-1] == 300 and len(found[0].dev) == 2
    assert len(curve_lines(found)) == 5


@pytest.mark.parametrize("edits", [{"optimization.learning_rate": "1e6"}, {"initialization.scheme": "zeros"}])
def test_where_hardly_anything_is_learned_nothing_is_said_of_more_data(edits: dict[str, str]) -> None:
    for source in ("moons", "sine"):
        wild = edit(SMALL, {"optimization.optimizer": "gradient_descent", "data.source": source, **edits})
        found = list(learning_curve(edit(wild, {"optimization.iterations": "10"}), sizes=3, seeds=2))
        told = forecast_text(found, forecast(found))
        assert told.startswith("Hardly anything is learned") and "More data will not help" not in told
        assert found[-1].chance == pytest.approx(0.5 if source == "moons" else 1.0, abs=0.01)


def test_without_a_dev_set_nothing_can_be_told() -> None:
    with pytest.raises(BadInput, match="needs a dev set"):
        next(learning_curve(edit(SMALL, {"split.train": "1", "split.dev": "0"})))
