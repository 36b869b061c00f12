"""How much a column tells of the label: noise nothing, a copy all, and in between by what it is."""

import numpy as np
import pytest

from tuilab.data.columns.relation import certainty, is_copy, ranges, relation, tells, told_alone


@pytest.mark.parametrize("m", [60, 300, 3000])
@pytest.mark.parametrize("classes", [0, 2, 5])
def test_noise_tells_nothing_and_a_copy_all(m: int, classes: int) -> None:
    rng = np.random.default_rng(m + classes)
    y = rng.integers(0, classes, m) if classes else rng.normal(size=m)
    noise = [relation(ranges(rng.normal(size=m), numbers=True), y, classes) for _ in range(40)]
    assert np.mean(noise) < 0.01 and max(noise) < 0.15
    assert relation(ranges(np.arange(m) * 1.0, numbers=False), y, classes) < 1e-12, "a value a row"
    if classes:
        assert relation(ranges(y * 1.0, numbers=True), y, classes) == 1 and is_copy(y, y, classes)
        assert not is_copy(np.where(np.arange(m) == 3, (y + 1) % classes, y), y, classes)
    else:
        assert relation(ranges(3 * y + 1, numbers=True), y, 0) > 0.9


def test_what_a_column_tells_of_classes_is_their_share_of_variance() -> None:
    """Of two levels with probabilities p and 1 − p it is (2p − 1)², by Σ(y − p)²; here of each 10 000 rows."""
    rng, m = np.random.default_rng(1), 20_000
    for p in (0.6, 0.8, 0.95):
        codes = np.arange(m) % 2
        y = np.where(rng.random(m) < p, codes, 1 - codes)
        assert abs(relation(codes, y, 2) - (2 * p - 1) ** 2) < 0.03


@pytest.mark.parametrize(("flipped", "low", "high"), [(0, 1, 1), (0.01, 0.94, 1), (0.1, 0.6, 0.9), (0.5, 0, 0.2)])
def test_certainty_is_the_error_that_few_rules_leave(flipped: float, low: float, high: float) -> None:
    rng, m = np.random.default_rng(5), 800
    y = np.arange(m) % 3 == 0
    said = np.where(rng.random(m) < flipped, ~y, y)
    for values, numbers in ((said + 0.9 * rng.random(m), True), (said * 1.0, True), (said * 1.0, False)):
        assert low <= certainty(values, y.astype(np.int64), 2, numbers) <= high


@pytest.mark.parametrize("classes", [0, 2, 5])
def test_a_row_is_told_by_those_of_other_groups(classes: int) -> None:
    rng, m = np.random.default_rng(classes), 300
    y = rng.integers(0, classes, m) if classes else rng.normal(size=m)
    codes, group, alone = rng.integers(0, 20, m), rng.integers(0, 50, m), np.arange(m)
    codes += (3 * (y > 0)).astype(np.int64)
    each = np.eye(classes)[y] if classes else y[:, None]
    told = [(codes == codes[i]) & (group != group[i]) for i in range(m)]
    means = np.array([each[one].mean(axis=0) if one.any() else each.mean(axis=0) for one in told])
    known = 1 - ((each - means) ** 2).sum() / ((each - each.mean(axis=0)) ** 2).sum()
    assert relation(codes, y, classes, group) == pytest.approx(max(0.0, known))
    assert relation(codes, y, classes, alone) == pytest.approx(relation(codes, y, classes))


@pytest.mark.parametrize("numbers", [True, False])
def test_what_names_the_groups_tells_nothing_of_them_and_what_says_the_label_all(numbers: bool) -> None:
    """Five rows each; as if a row told of another one of its patient, a number told 15 % and a name was the label."""
    rng, group, said = np.random.default_rng(3), np.repeat(np.arange(120), 5), []
    for _ in range(20):
        y, x = rng.integers(0, 2, 120)[group], rng.normal(size=120)[group] + 0.001 * rng.normal(size=600)
        values = x if numbers else group * 1.0
        share, copy = tells(values, y, 2, numbers, group)
        assert not copy and told_alone(1.0, values, y, 2, numbers, group) < 0.5
        said.append(share)
    assert np.mean(said) < 0.02 and tells(y * 1.0, y, 2, numbers, group) == (1, True)
    assert told_alone(1.0, y + 0.1 * rng.random(600), y, 2, True, group) == 1
