"""Is one network better? Against SciPy, and in worlds whose truth is known."""

from fractions import Fraction

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st

from tuilab.training.better import (
    balanced_on_the_same,
    mcnemar,
    on_others,
    on_the_same,
    over_seeds,
    over_seeds_on_the_same,
    shares_on_others,
)
from tuilab.training.student import t_quantile, t_tails

WORLDS = 1500


def coin(first: int, second: int) -> float:
    """The two-sided p by the incomplete beta function."""
    return min(1.0, 2 * float(scipy.special.bdtr(min(first, second), first + second, 0.5)))


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_mcnemar_is_the_exact_test_of_a_coin(first: int, second: int) -> None:
    """SciPy's own loses digits, and then all, where the chance of one outcome, 2⁻ⁿ, is no float any longer."""
    n, term, tail = first + second, 1, 0
    for k in range(min(first, second) + 1):
        tail += term
        term = term * (n - k) // (k + 1)
    expected = min(1.0, float(Fraction(2 * tail, 2**n)))
    assert mcnemar(first, second) == pytest.approx(expected, rel=1e-9, abs=1e-300)
    assert mcnemar(second, first) == mcnemar(first, second)


def test_mcnemar_of_very_many() -> None:
    assert mcnemar(500_000, 503_000) == pytest.approx(coin(500_000, 503_000), rel=1e-6)


@given(st.floats(-50, 50), st.integers(1, 60))
def test_the_tails_of_students_t(t: float, freedom: int) -> None:
    inside = scipy.special.betainc(0.5, freedom / 2, t**2 / (freedom + t**2))  # `stdtr` is off by 1e-9 near 0
    assert t_tails(t, freedom) == pytest.approx(1 - inside, abs=1e-12)


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 9, 10, 99])
def test_the_quantile_of_students_t(freedom: int) -> None:
    assert t_quantile(freedom) == pytest.approx(scipy.special.stdtrit(freedom, 0.975), rel=1e-6)


def mistakes(errors: tuple[float, float], common: float, examples: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Which examples each of two gets wrong; in `common` from 0, independently, to 1, one within the other."""
    independent = errors[0] * errors[1]
    both = independent + common * (min(errors) - independent)
    drawn = rng.choice(4, size=examples, p=[both, errors[0] - both, errors[1] - both, 1 - sum(errors) + both])
    return [(drawn == 0) | (drawn == 1), (drawn == 0) | (drawn == 2)]


@pytest.mark.parametrize(
    ("errors", "common", "examples"),
    [
        ((0.1, 0.1), 0.5, 400),
        ((0.05, 0.02), 0.3, 400),
        ((0.3, 0.25), 0.8, 114),
        ((0.5, 0.4), 0.0, 60),
        ((0.2, 0.1), 0.6, 2000),
    ],
)
def test_intervals_hold_the_truth_as_often_as_they_say(
    errors: tuple[float, float], common: float, examples: int
) -> None:
    rng = np.random.default_rng(1)
    known = [on_the_same(*mistakes(errors, common, examples, rng)) for _ in range(WORLDS)]
    held = np.mean([one.interval[0] <= errors[0] - errors[1] <= one.interval[1] for one in known])
    assert 0.93 <= held <= 0.97
    if errors[0] == errors[1]:
        assert np.mean([one.shown for one in known]) <= 0.05 + 2 * (0.05 * 0.95 / WORLDS) ** 0.5


@pytest.mark.parametrize(("errors", "examples"), [((0.1, 0.12), (400, 100)), ((0.3, 0.1), (60, 60))])
def test_intervals_of_other_examples_too(errors: tuple[float, float], examples: tuple[int, int]) -> None:
    rng = np.random.default_rng(2)
    held = 0
    for _ in range(WORLDS):
        measured = tuple(rng.binomial(m, error) / m for error, m in zip(errors, examples, strict=True))
        low, high = shares_on_others((measured[0], measured[1]), examples).interval
        held += low <= errors[0] - errors[1] <= high
    assert 0.93 <= held / WORLDS <= 0.97


@pytest.mark.parametrize(
    ("sizes", "first", "second"),
    [((30, 970), (0.4, 0.05), (0.3, 0.1)), ((60, 440), (0.2, 0.1), (0.2, 0.1)), ((10, 90), (0.9, 0.02), (0.3, 0.2))],
)
def test_intervals_of_balanced_errors_too(
    sizes: tuple[int, int], first: tuple[float, float], second: tuple[float, float]
) -> None:
    rng, held, truth = np.random.default_rng(6), 0, np.mean(np.subtract(first, second))
    for _ in range(WORLDS):
        of_class = [mistakes((a, b), 0.5, m, rng) for a, b, m in zip(first, second, sizes, strict=True)]
        wrong = [np.concatenate(one) for one in zip(*of_class, strict=True)]
        known = balanced_on_the_same(wrong[0], wrong[1], np.repeat([0, 1], sizes))
        held += known.interval[0] <= truth <= known.interval[1]
    assert 0.93 <= held / WORLDS <= 0.98 and known.balanced and known.p is None


@pytest.mark.parametrize("seeds", [3, 5, 10])
def test_intervals_over_seeds_too(seeds: int) -> None:
    rng, held, alarms = np.random.default_rng(3), 0, 0
    for _ in range(WORLDS):
        truth = np.clip(0.12 + 0.03 * rng.standard_normal((seeds, 2)), 0, 1)  # what each seed leads to
        known = over_seeds([(a, b) for a, b in rng.binomial(400, truth) / 400], 400)
        held += known.interval[0] <= 0 <= known.interval[1]
        alarms += known.shown
    assert 0.93 <= held / WORLDS <= 0.97 and alarms == WORLDS - held


@pytest.mark.parametrize(("seeds", "hard"), [(3, 0.2), (5, 5.0), (10, 0.2)])
def test_so_do_those_of_seeds_that_share_their_dev_examples(seeds: int, hard: float) -> None:
    """What is hard for the networks of one experiment is so whatever the seed: the more, the smaller `hard` is."""
    rng, held, alarms = np.random.default_rng(4), 0, 0
    for _ in range(WORLDS):
        chances = rng.beta(hard, 9 * hard, (2, 1, 100)) + 0.02 * rng.standard_normal((2, seeds, 1))
        known = over_seeds_on_the_same(*(rng.random((2, seeds, 100)) < chances))
        held += known.interval[0] <= 0 <= known.interval[1]
        alarms += known.shown
    assert 0.93 <= held / WORLDS <= 0.97 and alarms == WORLDS - held


def test_of_seeds_that_share_them_the_same_mistakes_prove_no_more_than_one_does() -> None:
    rng = np.random.default_rng(5)
    first, second = mistakes((0.2, 0.15), 0.5, 1000, rng)
    once = on_the_same(first, second)
    often = over_seeds_on_the_same(*(np.tile(one, (5, 1)) for one in (first, second)))
    assert often.interval == pytest.approx(once.interval, abs=0.002) and often.dev == "same"
    assert over_seeds([(first.mean(), second.mean())] * 5, 1000).interval[0] > often.interval[0] + 0.01
    none = over_seeds_on_the_same(np.zeros((3, 1), bool), np.zeros((3, 1), bool))
    assert not none.shown and none.difference == 0


def test_seeds_that_all_say_the_same_prove_no_more_than_their_examples() -> None:
    same = over_seeds([(0.1, 0.1)] * 3, 60)
    assert not same.shown and same.interval[0] < 0 < same.interval[1]
    assert over_seeds([(0.2, 0.1)] * 5, 400).shown


@given(st.integers(1, 400), st.integers(0, 400), st.integers(0, 400))
def test_the_smallest_difference_is_the_smallest_that_is_shown(examples: int, first: int, second: int) -> None:
    alone = (min(first, examples), min(second, max(0, examples - first)))
    wrong = np.zeros((2, examples), bool)
    wrong[1, : alone[0]] = True
    wrong[0, alone[0] : sum(alone)] = True
    known = on_the_same(*wrong)
    assert known.alone == alone and known.smallest is not None
    if sum(alone) >= 6:
        assert known.shown == (abs(known.difference) >= known.smallest - 1e-12)
    else:
        assert not known.shown and known.smallest == 6 / examples
    assert known.shown != (known.interval[0] <= 0 <= known.interval[1]), "the interval says what the test says"
    mirrored = on_the_same(*wrong[::-1])
    assert mirrored.difference == -known.difference and mirrored.interval == pytest.approx(
        (-known.interval[1], -known.interval[0])
    )


def losses(
    examples: int, second: float, rng: np.random.Generator, common: float = 0.8
) -> tuple[np.ndarray, np.ndarray]:
    """Squared errors of two on the same examples, whose residuals are normal and have that in common."""
    shared = rng.standard_normal(examples)
    one, other = (common * shared + (1 - common**2) ** 0.5 * rng.standard_normal(examples) for _ in range(2))
    return one**2, second * other**2


@pytest.mark.parametrize("examples", [200, 1000])
def test_squared_errors_are_called_different_no_oftener_than_chance(examples: int) -> None:
    rng = np.random.default_rng(7)
    found = [on_the_same(*losses(examples, 1, rng)) for _ in range(WORLDS)]
    apart = [on_others(losses(examples, 1, rng)[0], losses(2 * examples, 1, rng)[1]) for _ in range(WORLDS)]
    for known in (found, apart):
        assert np.mean([one.shown for one in known]) <= 0.05 + 2 * (0.05 * 0.95 / WORLDS) ** 0.5
        assert np.mean([one.interval[0] <= 0 <= one.interval[1] for one in known]) >= 0.93
    assert np.mean([on_the_same(*losses(examples, 0.6, rng)).shown for _ in range(100)]) >= 0.9


def test_few_squared_errors_are_doubted_and_those_that_one_carries() -> None:
    rng = np.random.default_rng(8)
    first, second = losses(1000, 1, rng)
    assert not on_the_same(first, second).doubted and on_the_same(first[:50], second[:50]).doubted
    first[0] = 1e4
    assert on_the_same(first, second).doubted


def test_so_they_are_over_seeds_and_a_mean_of_them_hides_no_rounding() -> None:
    """A mean of counts may be off by what it is rounded by, and then a small difference is none."""
    pairs = [(0.0102, 0.01), (0.0103, 0.01), (0.0104, 0.01)]
    assert not over_seeds(pairs, 40).shown and not over_seeds(pairs, 40).doubted
    assert over_seeds(pairs, 40, carried=15.0).shown and over_seeds(pairs, 40, carried=15.0).doubted
    assert over_seeds(pairs, 400, carried=15.0).doubted and not over_seeds(pairs, 400, carried=150.0).doubted
    same = over_seeds([(0.1, 0.1)] * 3, 40, carried=15.0)
    assert (same.p, same.shown, same.smallest) == (1, False, None)
    rng = np.random.default_rng(9)
    first, second = (np.array(runs) for runs in zip(*(losses(300, 1, rng) for _ in range(3)), strict=True))
    assert not over_seeds_on_the_same(first, second).doubted
    assert over_seeds_on_the_same(first[:, :50], second[:, :50]).doubted
    first[:, 0] = 1e4
    assert over_seeds_on_the_same(first, second).doubted
    assert over_seeds_on_the_same(first, first).p == 1


def test_squared_errors_that_are_the_same_or_too_few_show_nothing() -> None:
    one = np.array([1.0, 2.0, 0.5])
    assert not on_the_same(one, one).shown and on_the_same(one, one).p == 1
    assert not on_the_same(one[:1], 2 * one[:1]).shown and not on_others(one[:1], one).shown
    assert not on_the_same(one[:2], 3 * one[:2]).shown
