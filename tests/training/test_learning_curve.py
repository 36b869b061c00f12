"""Learning curves: what is foretold, on curves and on data whose truth is known."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lab.sentences.learning_curve import curve_lines, forecast_text
from tuilab.nn.task import CLASSIFICATION
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


def knee(m: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Nothing is learned of few examples, all of many."""
    low, high, turn = rng.uniform(0, 0.1), rng.uniform(0.3, 0.5), np.log(rng.uniform(30, 800))
    return low + (high - low) / (1 + np.exp((np.log(m) - turn) / rng.uniform(0.3, 1)))


def broken(m: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A power law that gets steeper."""
    turn, slow, fast = rng.uniform(100, 800), rng.uniform(0.1, 0.4), rng.uniform(0.4, 1.2)
    return rng.uniform(0.1, 0.3) * np.where(m < turn, (m / turn) ** -slow, (m / turn) ** -fast)


WORLDS = {
    "power": lambda m, rng: rng.uniform(0, 0.2) + rng.uniform(0.5, 4) * m ** -rng.uniform(0.3, 1.2),
    "exponential": lambda m, rng: rng.uniform(0, 0.15) + rng.uniform(0.1, 0.4) * np.exp(-m / rng.uniform(50, 800)),
    "flat": lambda m, rng: np.full_like(m, rng.uniform(0.02, 0.4)),
    "knee": knee,
    "broken": broken,
}
"""Dev errors at sizes m: two of these are no power laws at all, and one becomes another."""


def world(name: str, number: int) -> tuple[list[CurvePoint], float]:
    """Five seeds of it, each with a dev set and luck of its own; and the truth at twice the last size."""
    rng, sizes = np.random.default_rng([number, 7]), np.geomspace(25, 800, 8).round()
    truth = np.clip(WORLDS[name](np.append(sizes, 1600.0), rng), 0.001, 0.6)
    error, of_dev = truth[:8, None], np.sqrt(truth[:8, None] * (1 - truth[:8, None]) / rng.choice([60, 200, 1000]))
    luck = 0.8 * rng.standard_normal(5) + 0.6 * rng.standard_normal((8, 5))
    noise = of_dev * luck + rng.uniform(0.02, 0.12) * error * rng.standard_normal((8, 5))
    return points(np.clip(error + noise, 0, 1), sizes), float(truth[8])


def test_what_is_told_of_twice_the_examples_holds_and_of_no_power_law_hardly_anything_is_told() -> None:
    """Of 250 worlds of known truth, the intervals of those of which anything is told hold it as often as they say."""
    told: dict[str, list[tuple[bool, bool]]] = {name: [] for name in WORLDS}
    for name in WORLDS:
        for number in range(50):
            curve, truth = world(name, number)
            known = forecast(curve, seed=number)
            low, high = known.interval
            if known.proves:
                told[name].append((low <= truth <= high, abs(known.twice / truth - 1) <= 0.25))
            assert known.proves or "proves nothing" in forecast_text(curve, known) or known.met
    every = np.array([one for held in told.values() for one in held])
    assert every.mean(axis=0)[0] >= 0.95 and every.mean(axis=0)[1] >= 0.9
    assert len(told["power"]) >= 20 and len(told["flat"]) >= 20, "not silent where something can be known"
    assert len(told["knee"]) <= 5 and len(told["broken"]) <= 5


def test_curves_that_have_met_say_that_no_data_helps() -> None:
    sizes = np.geomspace(20, 1000, 8)
    known = forecast(points(np.full((8, 5), 0.14), sizes, train=0.14))
    assert known.met and known.more is None
    assert forecast_text(points(np.full((8, 5), 0.14), sizes, 0.14), known).startswith("More data will not help")


def test_where_no_seed_made_a_mistake_the_dev_examples_say_how_large_the_error_may_be() -> None:
    perfect = (0.0,) * 5
    curve = [CurvePoint(examples=m, train=perfect, dev=perfect, measured=60) for m in (20, 100, 500)]
    known = forecast(curve)
    assert known.interval == pytest.approx((0, 0.060), abs=0.001), "Wilson's, of 0 of 60"
    assert known.met and not known.proves and known.more is None
    assert "on its 60 dev examples: the dev error is 6.02 % or less" in forecast_text(curve, known)


def test_where_it_falls_it_says_how_many_examples_a_percent_takes() -> None:
    sizes = np.geomspace(20, 1000, 8)
    errors = np.repeat((0.02 + 2 * sizes**-0.5)[:, None], 5, axis=1)
    known = forecast(points(errors, sizes))
    assert known.more is not None
    assert 2 * (1000 + known.more) ** -0.5 == pytest.approx(2 * 1000**-0.5 - 0.01, abs=0.002)
    told = forecast_text(points(errors, sizes), known)
    assert told.startswith("If the curve goes on as it has, twice the examples, 2,000, take the dev error from ")
    assert told.endswith(" more (387 to 411 at 95 %).")


def test_of_a_curve_that_fell_so_far_it_is_not_said_that_it_does_not_fall() -> None:
    sizes = np.geomspace(20, 1000, 8)
    errors = np.repeat((0.02 + 2 * sizes**-0.5)[:, None], 5, axis=1)
    told = forecast_text(points(errors, sizes), replace(forecast(points(errors, sizes)), falls=False))
    assert told.endswith(" That this is less than now is not shown.")


def test_how_many_examples_a_percent_takes_has_an_interval_that_holds_it() -> None:
    """In the power worlds in which it is told; without an upper end where twice the examples may as well not help."""
    held = []
    for number in range(40):
        curve, _ = world("power", number)
        known = forecast(curve, seed=number)
        if known.more is None:
            continue
        assert known.more_interval is not None
        least, most = known.more_interval
        truth = np.clip(WORLDS["power"](np.arange(800.0, 40_000, 10), np.random.default_rng([number, 7])), 0.001, 0.6)
        needed = 10 * int(np.argmax(truth <= truth[0] - 0.01)) or np.inf
        held.append(least <= needed <= (most or np.inf))
        assert (most is None) or known.interval[1] < np.mean(curve[-1].dev)
        told = forecast_text(curve, known)
        assert not known.falls or (" or many more than that (95 %)." if most is None else " at 95 %).") in told
    assert len(held) >= 5 and np.mean(held) >= 0.95


def counted(name: str, number: int, dev: int, shared: bool) -> tuple[list[CurvePoint], float, float, float]:
    """A world of whole mistakes on so many dev examples, the same for all five seeds or not, some harder than others.

    Beside it the true error now, with twice the examples, and how many more one percent less takes. The train error
    comes up to where the dev error goes.
    """
    rng, normal = np.random.default_rng([number, 7]), NormalDist()
    sizes, on = np.geomspace(25, 800, 8).round(), np.arange(800.0, 8010, 10)
    truth = np.clip(WORLDS[name](np.concatenate([sizes, on, [1e7]]), rng), 0.001, 0.6)
    errors, later, end = truth[:8], truth[8:-1], truth[-1]
    rng = np.random.default_rng([number, dev, shared])
    hard = rng.standard_normal((1 if shared else 5, dev)) * 0.6**0.5
    luck = hard + rng.standard_normal((8, 5, dev)) * 0.4**0.5
    measured = (luck < np.array([normal.inv_cdf(error) for error in errors])[:, None, None]).mean(axis=2)
    train = np.clip(end - (errors - end)[:, None] * rng.uniform(0.2, 1) + rng.normal(0, 0.003, (8, 5)), 0, 1)
    of = dev if shared else 5 * dev
    curve = [
        CurvePoint(
            examples=int(m),
            train=tuple(a),
            dev=tuple(b),
            chance=0.6,
            measured=dev,
            luck=CLASSIFICATION.standard_error(float(np.mean(b)), of),
        )
        for m, a, b in zip(sizes, train.tolist(), measured.tolist(), strict=True)
    ]
    fallen = later <= later[0] - 0.01
    return curve, float(later[0]), float(later[80]), float(10 * np.argmax(fallen)) if fallen.any() else np.inf


@pytest.mark.parametrize("shared", [False, True])
def test_of_a_tiny_dev_set_hardly_anything_is_told_however_well_its_seeds_agree(shared: bool) -> None:
    said, told, wrong = 0, [], 0
    for dev in (5, 10, 20):
        for name in WORLDS:
            for number in range(25):
                curve, now, twice, _ = counted(name, number, dev, shared)
                known = forecast(curve, seed=number)
                if known.met:
                    said, wrong = said + 1, wrong + (now - twice > 0.01)
                elif known.proves:
                    told.append(known.interval[0] <= twice <= known.interval[1])
    assert said <= 50 and wrong <= 5, "of 375 worlds, where more data are said not to help"
    assert len(told) <= 15 and np.count_nonzero(~np.array(told, bool)) <= 1


def test_where_it_is_said_how_many_a_percent_takes_it_is_so_unless_a_knee_is_still_ahead() -> None:
    held: dict[str, list[bool]] = {name: [] for name in WORLDS}
    for name in WORLDS:
        for number in range(60):
            curve, _, _, needed = counted(name, number, 1000, number % 2 == 1)
            known = forecast(curve, seed=number)
            if known.more is not None and known.falls and not known.met:
                assert known.more_interval is not None
                least, most = known.more_interval
                held[name].append(least <= 1.02 * needed and (most is None or needed <= 1.02 * most))
            if known.bends and known.proves and known.falls and not known.met:
                assert "fallen ever faster" in forecast_text(curve, known)
    assert len(held["power"]) >= 10 and np.mean(held["power"]) >= 0.95
    assert len(held["knee"]) + len(held["exponential"]) <= 2, "a curve that bends is not taken for a power law"


def test_too_few_examples_for_three_sizes_are_refused() -> None:
    few = edit(SMALL, {"data.examples": "18"})
    with pytest.raises(BadInput, match="9 training examples are too few for 3 sizes from 8 on"):
        next(learning_curve(few))


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


def test_what_is_learned_by_heart_is_not_said_to_be_not_learned() -> None:
    """Of train all is known, of dev no more than by always one class: another α is no remedy."""
    errors, sizes = np.full((8, 5), 0.14), np.geomspace(20, 1000, 8)
    by_heart = [replace(point, chance=0.1333) for point in points(errors, sizes, train=0.05)]
    told = forecast_text(by_heart, forecast(by_heart))
    assert told.startswith(
        "Learned by heart: with 1,000 examples the train error is 5.00 %, and the dev error, 14.00 %"
    )
    assert "another α" not in told.lower() and "these cannot tell" in told
    nothing = [replace(point, chance=0.1333) for point in points(errors, sizes, train=0.13)]
    assert forecast_text(nothing, forecast(nothing)).startswith("Hardly anything is learned")


def test_without_a_dev_set_nothing_can_be_told() -> None:
    with pytest.raises(BadInput, match="needs a dev set"):
        next(learning_curve(edit(SMALL, {"split.train": "1", "split.dev": "0"})))
