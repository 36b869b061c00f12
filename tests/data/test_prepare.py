import importlib
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tuilab.data import Dataset, prepare
from tuilab.data.datasets import load
from tuilab.errors import BadInput
from tuilab.events import Parts
from tuilab.experiment import GENERATED, SHIPPED, Experiment, convert, edit

steps = importlib.import_module("tuilab.data.prepare")


def make(source, seed=1, normalize=True, split=(0.6, 0.2, 0.2), **data):
    train, dev, test = split
    return prepare(
        convert(
            {
                "seed": seed,
                "data": {"source": source, **data},
                "split": {"train": train, "dev": dev, "test": test},
                "inputs": {"normalize": normalize},
            }
        )
    )


def parts(dataset: Dataset):
    return dataset.train, dataset.dev, dataset.test


def refusal(*args, **kwargs):
    with pytest.raises(BadInput) as caught:
        make(*args, **kwargs)
    return caught.value


@pytest.mark.parametrize("source", SHIPPED + GENERATED)
def test_every_source_gives_three_parts(source):
    dataset = make(source)
    features, classes = len(dataset.features), len(dataset.classes)
    assert dataset.mean.shape == dataset.scale.shape == (features,)
    for part in parts(dataset):
        assert part.X.shape == (len(part.y), features)
        assert (part.X.dtype, part.y.dtype) == (np.float64, np.int64 if classes else np.float64)
        assert part.X.flags.c_contiguous
        assert np.isfinite(part.X).all()
        assert not classes or set(part.y) == set(range(classes))


def test_how_many_examples():
    assert make("breast-cancer").examples == Parts(train=341, dev=114, test=114)
    assert make("digits", split=(0.7, 0.3, 0)).examples == Parts(train=1258, dev=539, test=0)
    assert make("circles").examples == Parts(train=240, dev=80, test=80)
    assert make("xor", examples=50).examples == Parts(train=30, dev=10, test=10)


@examples(25)
@given(
    st.sampled_from(SHIPPED),
    st.integers(0, 2**63 - 1),
    st.sampled_from([(0.6, 0.2, 0.2), (0.98, 0.01, 0.01), (0.99, 0.005, 0.005), (0.7, 0.3, 0), (1, 0, 0)]),
)
def test_the_parts_are_the_examples_each_once(source, seed, split):
    dataset = make(source, seed, normalize=False, split=split)
    table = load(source)
    found = np.concatenate([np.c_[part.X, part.y] for part in parts(dataset)])
    wanted = np.c_[table.X, table.y]
    assert (found[np.lexsort(found.T)] == wanted[np.lexsort(wanted.T)]).all()


def test_the_same_seed_gives_the_same_arrays_and_another_others():
    for source in SHIPPED + GENERATED:
        one, again, other = (make(source, seed=seed) for seed in (5, 5, 6))
        assert all((a.X == b.X).all() and (a.y == b.y).all() for a, b in zip(parts(one), parts(again), strict=True))
        assert (one.train.X != other.train.X).any()


def test_the_split_does_not_depend_on_what_the_points_drew():
    assert (make("circles", noise=0.1).train.y == make("xor", noise=0.3).train.y).all()


def test_normalized_by_the_training_part_alone():
    raw, dataset = make("breast-cancer", normalize=False), make("breast-cancer")
    np.testing.assert_array_equal(dataset.mean, raw.train.X.mean(axis=0))
    np.testing.assert_array_equal(dataset.scale, raw.train.X.std(axis=0))
    for before, after in zip(parts(raw), parts(dataset), strict=True):
        np.testing.assert_array_equal(after.X, (before.X - dataset.mean) / dataset.scale)
    assert np.abs(dataset.dev.X.mean(axis=0)).max() > 0.01


def test_without_normalization_the_values_stay():
    dataset = make("digits", normalize=False)
    assert (dataset.mean == 0).all()
    assert (dataset.scale == 1).all()
    assert set(np.unique(dataset.train.X)) <= set(range(17))


def test_constant_pixels_do_not_become_infinite():
    dataset = make("digits")
    assert (dataset.train.X[:, 0] == 0).all()
    assert dataset.scale[0] == 1


def test_a_subset_is_stratified_drawn_from_the_seed_and_part_of_the_source():
    dataset = make("breast-cancer", normalize=False, examples=100)
    assert dataset.examples == Parts(train=60, dev=20, test=20)
    drawn = np.concatenate([part.y for part in parts(dataset)])
    assert np.bincount(drawn).tolist() == [37, 63]
    known = {tuple(row) for row in load("breast-cancer").X}
    assert {tuple(row) for row in dataset.train.X} <= known
    other = make("breast-cancer", normalize=False, examples=100, seed=2)
    assert {tuple(row) for row in dataset.train.X} != {tuple(row) for row in other.train.X}


def test_all_examples_may_be_asked_for_by_number():
    assert (make("digits", examples=1797).train.X == make("digits").train.X).all()


@pytest.mark.parametrize(("source", "examples"), [("breast-cancer", 570), ("digits", 1798)])
def test_more_examples_than_there_are(source, examples):
    error = refusal(source, examples=examples)
    assert error.path == "data.examples"
    assert error.message == f"the source has {examples - 1} examples, not {examples}"


def test_fewer_examples_than_classes():
    error = refusal("digits", examples=9)
    assert (error.path, error.message) == ("data.examples", "9 examples cannot hold one of each of the 10 classes")


@pytest.mark.parametrize(
    ("split", "path", "message"),
    [
        (
            (0.98, 0.01, 0.01),
            "split.dev",
            "a share of 0.01 of 20 examples is none; at least 0.05 is wanted, or 0 for no such part",
        ),
        ((0.7, 0.29, 0.01), "split.test", "a share of 0.01 of 20 examples is none"),
        ((0.01, 0.5, 0.49), "split.train", "a share of 0.01 of 20 examples is none; at least 0.05 is wanted"),
        ((0.1, 0.5, 0.4), "split.train", "a training part of 2 examples cannot hold one of each of the 3 classes"),
    ],
)
def test_a_part_that_would_be_empty_or_lack_a_class(split, path, message):
    error = refusal("blobs", examples=20, split=split)
    assert error.path == path
    assert error.message.startswith(message)


def test_an_unknown_source():
    error = refusal("mnist")
    assert error.path == "data.source"
    assert "breast-cancer, digits, circles, moons, spiral, blobs, xor" in error.message


@pytest.mark.parametrize("suffix", [".csv", ".npz"])
def test_a_file_gives_what_the_shipped_data_give(tmp_path, suffix):
    table = load("breast-cancer")
    path = tmp_path / f"cancer{suffix}"
    names = np.array(table.classes)[table.y]
    if suffix == ".csv":
        rows = [",".join([*map(repr, row), name]) for row, name in zip(table.X.tolist(), names, strict=True)]
        path.write_text("\n".join([",".join([*table.features, "diagnosis"]), *rows]))
    else:
        np.savez(path, X=table.X, y=names)
    dataset, shipped = make(str(path)), make("breast-cancer")
    assert dataset.classes == ("benign", "malignant")
    assert dataset.examples == shipped.examples
    found, wanted = (np.concatenate([part.X * d.scale + d.mean for part in parts(d)]) for d in (dataset, shipped))
    np.testing.assert_allclose(np.sort(found, axis=0), np.sort(wanted, axis=0), rtol=1e-12, atol=1e-12)


def test_a_subset_of_a_file(tmp_path):
    np.savez(tmp_path / "table.npz", X=np.arange(40.0).reshape(20, 2), y=np.repeat([0, 1], 10))
    assert make(str(tmp_path / "table.npz"), examples=10).examples == Parts(train=6, dev=2, test=2)
    assert refusal(str(tmp_path / "table.npz"), examples=21).path == "data.examples"


def test_importing_it_loads_no_terminal_and_nothing_above_it():
    code = "import sys, tuilab.data; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "tuilab.data.prepare" in loaded
    assert not {
        "textual",
        "rich",
        "typer",
        "plotext",
        "sklearn",
        "scipy",
        "pandas",
        "tuilab.training",
        "tuilab.runs",
    } & set(loaded)


@given(st.data(), st.integers(1, 40), st.integers(1, 5))
def test_rows_are_put_in_order_where_they_lie_whatever_fits_beside(data, m, n):
    """`prepare` does so where the source may be changed, for it may be as large as memory allows."""
    part = np.array(data.draw(st.lists(st.integers(0, 3), min_size=m, max_size=m)))
    parts = [np.flatnonzero(part == index) for index in range(4)]
    X = np.arange(m * n, dtype=np.float64).reshape(m, n)
    wanted = X[np.concatenate(parts)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "_BESIDE", data.draw(st.sampled_from([1, 100, 2**26])))
        patch.setattr(steps, "_BLOCK", data.draw(st.sampled_from([1, 7, 2**17])))
        assert steps._reordered(X, parts) is X
    assert X.tolist() == wanted.tolist()


def test_no_more_waits_beside_than_is_said(monkeypatch):
    X, order = np.ones((4000, 30)), np.random.default_rng(1).permutation(4000)
    monkeypatch.setattr(steps, "_BESIDE", 2**17)
    monkeypatch.setattr(steps, "_BLOCK", 2**10)
    tracemalloc.start()
    try:
        steps._reordered(X, (np.sort(order[:2400]), np.sort(order[2400:])))
        assert tracemalloc.get_traced_memory()[1] < 1.5 * 2**17
    finally:
        tracemalloc.stop()


def test_a_rare_level_and_a_rare_missing_cell_are_no_larger_inputs_than_others(tmp_path):
    rows = [f"{'' if row == 7 else row},{'rare' if row == 9 else 'ab'[row % 2]},{row % 2}" for row in range(200)]
    (tmp_path / "data.csv").write_text("\n".join(["x,kind,y", *rows]))
    source = {"data.source": str(tmp_path / "data.csv"), "columns.missing": "median"}
    shares = {"split.train": "1", "split.dev": "0", "split.test": "0"}
    dataset = prepare(edit(Experiment(), source | shares))
    assert dataset.features == ("x", "x is missing", "kind = a", "kind = b", "kind = rare")
    assert dataset.marks.tolist() == [False, True, True, True, True]
    assert dataset.train.X[:, 0].std() == pytest.approx(1)
    assert np.ptp(dataset.train.X[:, 1:], axis=0).tolist() == pytest.approx([1, 1, 1, 1])
    np.testing.assert_allclose(dataset.train.X.mean(axis=0), 0, atol=1e-12)
