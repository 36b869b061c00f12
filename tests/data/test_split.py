from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.data import prepare
from tuilab.data.split import allot, draw, grouped, ordered, stratified, thin, totals
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit

class_counts = st.lists(st.integers(1, 60), min_size=1, max_size=12).map(np.array)
shares = st.tuples(st.floats(0.01, 1), st.floats(0, 1), st.floats(0, 1))
some_values = st.lists(st.integers(0, 30), min_size=3, max_size=200)
some_shares = st.sampled_from([(0.6, 0.2, 0.2), (0.7, 0.3, 0), (0.5, 0, 0.5), (1, 0, 0)])


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


@given(some_values, some_shares, st.integers(0, 99))
def test_groups_are_whole_and_parts_as_large_as_they_allow(groups, shares, seed):
    values = np.array(groups, np.float64)
    wanted = totals(len(groups), shares)
    parts = grouped(values, wanted, np.random.default_rng(seed))
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(groups)))
    held = [set(values[part]) for part in parts]
    assert sum(map(len, held)) == len(set(groups))
    largest = max(np.unique(values, return_counts=True)[1])
    for part, size in zip(parts, wanted, strict=True):
        assert size or not len(part)
        assert len(part) <= size + largest


@given(some_values, some_shares)
def test_time_goes_on_from_part_to_part(times, shares):
    values = np.array(times, np.float64)
    wanted = totals(len(times), shares)
    parts = ordered(values, wanted)
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(times)))
    filled = [values[part] for part in parts if len(part)]
    assert all(one.max() < other.min() for one, other in pairwise(filled))
    assert all(size or not len(part) for part, size in zip(parts, wanted, strict=True))
    if len(set(times)) == len(times):
        assert [len(part) for part in parts] == wanted.tolist()


@pytest.mark.parametrize("role", ["group", "time"])
def test_what_cannot_be_split_so_is_refused_by_its_setting(role):
    y, rng = np.array([0, 1] * 10), np.random.default_rng(1)
    with pytest.raises(BadInput, match=rf"columns\.{role}: leaves no example for"):
        draw(y, 2, (0.6, 0.2, 0.2), rng, (role, np.zeros(20)))
    with pytest.raises(BadInput, match=rf"columns\.{role}: leaves 1 of the classes without an example in train"):
        draw(np.arange(20) // 10, 2, (0.5, 0.5, 0), rng, (role, np.arange(20) // {"group": 10, "time": 1}[role]))


def test_what_whole_groups_leave_a_part_without_is_told():
    y, groups = np.array([0, 0, 1, 1, 1]), np.array([3.0, 3, 4, 4, 5])
    assert list(thin("dev", y, ("no", "yes"), groups)) == ["dev has 3 groups, which tell little of others"]
    assert list(thin("test", y[:2], ("no", "yes"), groups[:2])) == [
        'test has no example of "yes": its error tells nothing of that; another seed draws anew',
        "test has 1 group, which tells little of others",
    ]
    assert list(thin("train", y, ("no", "yes"), None)) == list(thin("train", y, ("no", "yes"), np.arange(5))) == []
    assert list(thin("train", np.array([0.3]), (), np.array([0]))) == [
        "train has 1 group, which tells little of others"
    ]


def test_a_run_by_groups_of_one_patient_says_so(tmp_path):
    """The largest of its groups is all of train."""
    path, random = tmp_path / "visits.csv", np.random.default_rng(1)
    patients = ["P0"] * 180 + [f"P{1 + at // 6}" for at in range(120)]
    numbers = random.normal(size=(300, 2))
    rows = [f"{name},{x:.3f},{'yes' if x + z > 0 else 'no'}" for name, (x, z) in zip(patients, numbers, strict=True)]
    path.write_text("\n".join(["patient,x,ill", *rows]) + "\n")
    edits = {"data.source": str(path), "columns.group": "patient"}
    assert prepare(edit(Experiment(), edits)).notes[-1] == "train has 1 group, which tells little of others"
