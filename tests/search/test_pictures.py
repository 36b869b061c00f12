"""The pictures of trials, where the truth is known."""

import math
import time
from collections import Counter
from itertools import islice, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.search import Dimension, TrialResult, dimension, edges, ranked
from tuilab.search.pictures import (
    LEAST,
    against,
    best_of,
    heat_map,
    importance,
    isolated,
    scales,
    seed_noise,
)
from tuilab.search.samplers import sampled

LAMBD, KEEP, RATE = "regularization.lambd", "dropout.keep_prob", "optimization.learning_rate"


def trials(grid: dict[str, list[str]], dev, seeds: int = 1) -> list[TrialResult]:
    """Every point of the grid with the dev error that the function of its texts and the seed gives; None: diverged."""
    found = []
    for row in product(*grid.values()):
        point = dict(zip(grid, row, strict=True))
        for seed in range(1, seeds + 1):
            error = dev(*row, seed)
            status = "diverged" if error is None else "done"
            found.append(TrialResult(name="x", point=point, seed=seed, status=status, train=0.01, dev=error))
    return found


def seen(grid: dict[str, list[str]], results: list[TrialResult]):
    space = [dimension(path, ",".join(texts)) for path, texts in grid.items()]
    candidates = ranked(results)
    return space, candidates, scales(space, candidates)


BOWL = {LAMBD: ["0.01", "0.1", "1", "10", "100"], KEEP: ["0.4", "0.6", "0.8", "1.0"]}


def bowl(lambd: str, keep: str, seed: int = 1) -> float:
    """Separable: lowest at λ = 1 and keep_prob = 0.8; λ matters more."""
    return 0.05 + 0.04 * abs(math.log10(float(lambd))) + 0.02 * abs(float(keep) - 0.8)


def test_a_scale_is_logarithmic_where_values_span_decades_and_of_names_where_they_are_none() -> None:
    grid = {**BOWL, "network.hidden": ["[16]", "[32,16]"], "inputs.normalize": ["true"]}
    lambd, keep, hidden = seen(grid, trials(grid, lambda lambd, keep, *rest: bowl(lambd, keep)))[2]
    assert (lambd.log, keep.log, hidden.names) == (True, False, ("[16]", "[32,16]"))
    assert [round(lambd.place(text)) for text in BOWL[LAMBD]] == [-2, -1, 0, 1, 2]
    assert [lambd.value(lambd.place(text)) for text in BOWL[LAMBD]] == BOWL[LAMBD]
    assert [hidden.value(hidden.place(name)) for name in hidden.names] == list(hidden.names)


def test_zero_has_its_place_a_decade_below_the_others_on_a_log_scale() -> None:
    grid = {LAMBD: ["0", "0.01", "1", "100"]}
    _, candidates, (lambd,) = seen(grid, trials(grid, lambda lambd, seed: 0.1 + float(lambd)))
    assert (lambd.log, lambd.zero) == (True, -3)
    assert list(isolated(lambd, candidates).x) == [-3, -2, 0, 2]
    assert [lambd.value(lambd.place(text)) for text in grid[LAMBD]] == grid[LAMBD]
    linear = {KEEP: ["0", "0.5", "1.0"]} | {RATE: ["0.1", "0.5"]}
    space = [Dimension(path=path, text="", values=tuple(texts)) for path, texts in linear.items()]
    assert [one.log for one in scales(space, ranked(trials(linear, lambda *row: 0.1)))] == [False, False]


def test_errors_against_a_knob_have_bands_of_seeds_and_the_best_marked() -> None:
    wobble = [-0.01, 0.0, 0.01]
    results = trials(BOWL, lambda lambd, keep, seed: None if keep == "0.4" else bowl(lambd, keep) + wobble[seed - 1], 3)
    _, candidates, (lambd, keep) = seen(BOWL, results)
    found = against(lambd, candidates, results)
    assert (np.diff(found.x) >= 0).all() and len(found.x) == 15 and len(found.diverged) == 15
    np.testing.assert_allclose(found.high - found.low, 0.02)
    assert (found.x[found.best], found.dev[found.best]) == (0.0, pytest.approx(0.05))
    assert set(against(keep, candidates, results).diverged) == {0.4}


def test_noise_is_that_of_means_of_seeds_without_what_a_seed_does_to_all_alike() -> None:
    draw = np.random.default_rng(0)
    own = {key: draw.normal(0, 0.01) for key in product(BOWL[LAMBD], BOWL[KEEP], range(1, 5))}
    results = trials(BOWL, lambda lambd, keep, seed: bowl(lambd, keep) + 0.05 * seed + own[lambd, keep, seed], 4)
    assert seed_noise(range(1, 5), ranked(results)) == pytest.approx(0.005, rel=0.15)
    assert seed_noise([1], ranked(trials(BOWL, bowl))) is None


def test_isolation_shows_the_knob_alone() -> None:
    _, candidates, (lambd, keep) = seen(BOWL, trials(BOWL, bowl))
    found = isolated(lambd, candidates)
    np.testing.assert_allclose(found.x, [-2, -1, 0, 1, 2])
    np.testing.assert_allclose(found.dev, 0.05 + 0.04 * np.abs(found.x))
    assert list(found.points) == [4] * 5
    np.testing.assert_allclose(isolated(keep, candidates).dev, [0.058, 0.054, 0.05, 0.054])


def test_the_heat_map_has_the_best_of_each_pair_and_gaps_where_nothing_was_tried() -> None:
    results = [one for one in trials(BOWL, bowl) if (one.point[LAMBD], one.point[KEEP]) != ("10", "0.6")]
    _, candidates, (lambd, keep) = seen(BOWL, results)
    found = heat_map(lambd, keep, candidates)
    assert found.dev.shape == (4, 5) and np.isnan(found.dev).sum() == 1 and np.isnan(found.dev[1, 3])
    assert found.dev[2, 2] == np.nanmin(found.dev) == pytest.approx(0.05)
    for row, keep_prob in enumerate(BOWL[KEEP]):
        assert found.dev[row, 0] == pytest.approx(bowl("0.01", keep_prob))


def random_trials(n: int, dev) -> list[TrialResult]:
    draw = np.random.default_rng(1)
    rows = [
        (f"{10 ** draw.uniform(-2, 2):.4g}", f"{draw.uniform(0.4, 1):.4g}", f"{draw.uniform():.4g}") for _ in range(n)
    ]
    return [
        TrialResult(
            name="x", point=dict(zip((LAMBD, KEEP, RATE), row, strict=True)), seed=1, status="done", dev=dev(*row)
        )
        for row in rows
    ]


SPACE = [dimension(LAMBD, "log:0.01..100"), dimension(KEEP, "0.4..1"), dimension(RATE, "0.0001..1")]


def test_what_decides_is_important_and_what_does_nothing_is_not() -> None:
    candidates = ranked(random_trials(200, lambda lambd, keep, rate: bowl(lambd, keep)))
    found = {one.path: one for one in importance(scales(SPACE, candidates), candidates)}
    assert next(iter(found)) == LAMBD and found[LAMBD].share > 0.6 and found[LAMBD].proven
    assert found[RATE].share < 0.05 and not found[RATE].proven


def test_of_one_knob_alone_all_is_explained_and_of_noise_nothing() -> None:
    grid = {LAMBD: ["1", "2", "3", "4"], KEEP: ["0.5", "0.6", "0.7", "0.8"]}
    _, candidates, found = seen(grid, trials(grid, lambda lambd, keep, seed: float(lambd) / 10))
    first, second = importance(found, candidates)
    assert (first.path, first.share, first.proven) == (LAMBD, pytest.approx(1), True)
    assert (second.share, second.proven) == (0.0, False)


def test_importance_is_claimed_of_noise_no_more_often_than_it_says() -> None:
    claimed, shares = 0, []
    for draw in range(60):
        noise = np.random.default_rng(draw)
        candidates = ranked(random_trials(48, lambda *row, noise=noise: noise.random()))
        found = importance(scales(SPACE, candidates), candidates)
        claimed += any(one.proven for one in found)
        shares += [one.share for one in found]
    assert claimed <= 8  # of 60 at 5 %: 3 are to be expected, more than 8 once in 200 times
    assert np.mean(shares) < 0.04  # without taking off what chance brings it were 3/47


def test_few_points_prove_nothing() -> None:
    grid = {LAMBD: [str(n) for n in range(1, LEAST)]}
    _, candidates, found = seen(grid, trials(grid, lambda lambd, seed: float(lambd) / 100))
    (one,) = importance(found, candidates)
    assert one.share > 0.5 and not one.proven


def told_edges(dev, worlds: int = 100) -> Counter[tuple[str, bool]]:
    """How often the best of 30 points lies at an edge of each knob, and whether that may be chance."""
    found = Counter[tuple[str, bool]]()
    for seed in range(worlds):
        noise = np.random.default_rng(seed)
        points = islice(sampled(tuple(SPACE), "halton", seed), 30)
        results = [
            TrialResult(name="x", point=one, seed=1, status="done", dev=dev(float(one[LAMBD])) + noise.normal(0, 0.01))
            for one in points
        ]
        found.update((one.path, one.by_chance) for one in edges(SPACE, ranked(results)))
    return found


def test_an_edge_of_a_knob_that_does_nothing_is_told_to_be_maybe_by_chance() -> None:
    """Planted: dev falls as λ grows, keep_prob and α do nothing; their best lies at an end in every fifth world."""
    found = told_edges(lambda lambd: 0.2 - 0.03 * math.log10(lambd))
    assert found[LAMBD, False] > 70 and found[LAMBD, True] == 0
    assert found[KEEP, False] + found[RATE, False] <= 8 and found[KEEP, True] + found[RATE, True] > 15


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_the_best_of_many_is_no_worse_and_of_one_the_mean(errors: list[float]) -> None:
    found = best_of(errors)
    assert found.trials[0] == 1 and found.trials[-1] == len(errors)
    assert found.mean[0] == pytest.approx(np.mean(errors))
    assert (np.diff(found.mean) <= 1e-12).all() and found.gain >= -1e-12
    assert (found.low <= found.high).all()
    assert min(errors) == found.low[-1]


def test_the_best_of_so_many_is_what_drawing_them_gives() -> None:
    errors = np.random.default_rng(0).exponential(size=30)
    found = best_of(list(errors))
    drawn = np.random.default_rng(1).choice(errors, (20_000, 30))
    for place, size in enumerate(found.trials.astype(int)):
        least = drawn[:, :size].min(axis=1)
        assert found.mean[place] == pytest.approx(least.mean(), abs=4 * least.std() / 141 + 1e-9)
        assert np.mean(least < found.low[place]) <= 0.03 and np.mean(least > found.high[place]) <= 0.03


def test_a_best_point_at_the_edge_is_told() -> None:
    space, candidates, _ = seen(BOWL, trials(BOWL, lambda lambd, keep, seed: 0.1 / float(lambd) + 0.01 * float(keep)))
    assert [(one.path, one.upper) for one in edges(space, candidates)] == [(LAMBD, True), (KEEP, False)]


def test_the_pictures_of_1000_trials_take_no_time() -> None:
    candidates = ranked(random_trials(1000, lambda lambd, keep, rate: bowl(lambd, keep)))
    best = math.inf
    for _ in range(5):
        start = time.process_time()
        found = scales(SPACE, candidates)
        for scale in found:
            against(scale, candidates)
            isolated(scale, candidates)
        heat_map(found[0], found[1], candidates)
        importance(found, candidates)
        best_of([one.dev for one in candidates])
        best = min(best, time.process_time() - start)
    assert best < 0.1


def test_of_three_knobs_the_one_that_matters_is_found_and_the_others_are_not() -> None:
    """Planted: dev rises with |log λ|, under noise; keep_prob and α do nothing. 20 worlds of 40 trials."""
    found, falsely = 0, 0
    for seed in range(20):
        noise = np.random.default_rng(seed)
        points = list(islice(sampled(tuple(SPACE), "halton", seed), 40))
        results = [
            TrialResult(
                name="x",
                point=point,
                seed=1,
                status="done",
                dev=0.1 + 0.03 * abs(math.log10(float(point[LAMBD]))) + noise.normal(0, 0.01),
            )
            for point in points
        ]
        candidates = ranked(results)
        first, *others = importance(scales(SPACE, candidates), candidates)
        found += first.path == LAMBD and first.proven and first.share > 0.4
        falsely += any(one.proven for one in others)
    assert found == 20
    assert falsely <= 4  # of 20 at 5 %: 1 is to be expected, more than 4 once in 400 times
