import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.data.split import allot, stratified, totals

class_counts = st.lists(st.integers(1, 60), min_size=1, max_size=12).map(np.array)
shares = st.tuples(st.floats(0.01, 1), st.floats(0, 1), st.floats(0, 1))


@given(st.integers(1, 100_000), shares)
def test_totals_add_up_and_are_within_one_of_their_share(examples, parts):
    sizes = totals(examples, parts)
    assert sizes.sum() == examples
    assert (np.abs(sizes - examples * np.array(parts) / sum(parts)) < 1).all()


@pytest.mark.parametrize(
    ("examples", "parts", "wanted"),
    [
        (569, (0.6, 0.2, 0.2), (341, 114, 114)),
        (10, (0.7, 0.3, 0), (7, 3, 0)),
        (1_000_000, (0.98, 0.01, 0.01), (980_000, 10_000, 10_000)),
        (1_000_000, (0.99, 0.005, 0.005), (990_000, 5_000, 5_000)),
        (3, (0.6, 0.2, 0.2), (2, 1, 0)),
        (7, (1, 0, 0), (7, 0, 0)),
    ],
)
def test_totals(examples, parts, wanted):
    assert tuple(totals(examples, parts)) == wanted


@given(class_counts, shares)
def test_allot_adds_up_by_class_and_by_part(counts, parts):
    sizes = totals(int(counts.sum()), parts)
    table = allot(counts, sizes)
    assert (table >= 0).all()
    assert (table.sum(axis=0) == sizes).all()
    assert (table.sum(axis=1) == counts).all()


@given(class_counts, shares)
def test_every_class_is_in_every_part_that_has_room_for_it(counts, parts):
    sizes = totals(int(counts.sum()), parts)
    filled = sizes[sizes > 0]
    table = allot(counts, sizes)[:, sizes > 0]
    for served, size in enumerate(filled):
        asking = counts > served
        if asking.sum() <= size:
            assert (table[asking, served] >= 1).all()


@given(st.lists(st.integers(100, 5000), min_size=1, max_size=12).map(np.array), shares)
def test_large_classes_are_divided_in_proportion(counts, parts):
    share = np.array(parts) / sum(parts)
    table = allot(counts, totals(int(counts.sum()), parts))
    quota = np.outer(counts, share)
    assert (np.abs(table - quota)[:, share * 100 >= 1] <= 2).all()


def test_the_rarest_class_keeps_an_example_for_training():
    table = allot(np.array([1, 2, 3, 94]), np.array([10, 45, 45]))
    assert (table[:, 0] >= 1).all()
    assert table[2].tolist() == [1, 1, 1]
    assert table[1, 1:].sum() == 1


@given(class_counts, shares, st.integers(0, 2**32))
def test_stratified_is_a_partition_with_the_allotted_counts(counts, parts, seed):
    y = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    sizes = totals(len(y), parts)
    indices = stratified(y, sizes, np.random.default_rng(seed))
    assert sorted(np.concatenate(indices)) == list(range(len(y)))
    assert all((np.diff(index) > 0).all() for index in indices)
    table = np.array([np.bincount(y[index], minlength=len(counts)) for index in indices]).T
    assert (table == allot(counts, sizes)).all()


@given(st.integers(0, 2**32))
def test_the_seed_alone_decides(seed):
    y = np.arange(60) % 3
    sizes = np.array([40, 10, 10])
    one, again, other = (stratified(y, sizes, np.random.default_rng(s)) for s in (seed, seed, seed + 1))
    assert all((a == b).all() for a, b in zip(one, again, strict=True))
    assert any((a != b).any() for a, b in zip(one, other, strict=True))


def test_every_example_is_as_likely_to_be_in_a_part():
    y = np.repeat([0, 1], [20, 30])
    drawn = np.zeros(50)
    rng = np.random.default_rng(0)
    for _ in range(2000):
        drawn[stratified(y, np.array([40, 10]), rng)[1]] += 1
    # Binomial(2000, 0.2): 400 expected, 18 the standard deviation.
    assert (np.abs(drawn - 400) < 5 * 18).all()
