"""The two-sample test, and data from more than one file."""

import numpy as np
import pytest

from tuilab.data import prepare
from tuilab.data.dataset import Part
from tuilab.data.shift import LEVEL, p_value
from tuilab.errors import BadInput
from tuilab.experiment import convert

FALSE_ALARMS = 6
"""Of 200 tests at 1 %, more than 6 come by chance once in 200 times; the seeds are fixed."""


def samples(seed, rows=60, shift=0.0, features=5):
    rng = np.random.default_rng(seed)
    return Part(rng.standard_normal((rows, features)) + shift, rng.integers(0, 2, rows))


def of_groups(one, rows=5):
    """Each of its examples measured so many times, nearly alike."""
    group = np.repeat(np.arange(len(one.y)), rows)
    return Part(
        one.X[group] + 0.01 * np.random.default_rng(len(group)).normal(size=(len(group), 5)), one.y[group], group
    )


def test_the_level_holds_where_the_distribution_is_one():
    p = np.array([p_value(samples(2 * n), samples(2 * n + 1), np.random.default_rng(n)) for n in range(200)])
    assert (p < LEVEL).sum() <= FALSE_ALARMS
    assert 0.4 < p.mean() < 0.6


def test_the_level_holds_where_examples_come_in_groups():
    """As if each stood for itself, 8 of 10 pairs of parts did not look alike."""
    pairs = [[of_groups(samples(2 * n + k)) for k in range(2)] for n in range(200)]
    p = np.array([p_value(*pair, np.random.default_rng(n)) for n, pair in enumerate(pairs)])
    assert (p < LEVEL).sum() <= FALSE_ALARMS
    assert p_value(of_groups(samples(1)), of_groups(samples(2, shift=1.5)), np.random.default_rng(0)) < LEVEL


@pytest.mark.parametrize("features", [1, 5, 200])
def test_a_shift_is_found(features):
    rng = np.random.default_rng(0)
    assert p_value(samples(1, features=features), samples(2, shift=1.5, features=features), rng) < LEVEL


def test_other_shares_of_the_classes_are_found():
    X, other = samples(1, 200).X, samples(2, 200).X
    ones = np.ones(200, np.int64)
    mixed = np.arange(200) % 2
    assert p_value(Part(X, ones), Part(other, mixed), np.random.default_rng(0)) < LEVEL
    assert p_value(Part(X, mixed), Part(other, mixed), np.random.default_rng(0)) >= LEVEL


def table(path, rows=120, shift=0.0, seed=0, names=("a", "b"), classes=("no", "yes")):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((rows, len(names))) + shift
    lines = [",".join((*names, "label"))]
    lines += [",".join([*(repr(float(x)) for x in row), classes[index % len(classes)]]) for index, row in enumerate(X)]
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def make(tmp_path, dev=None, test=None, **others):
    data = {"source": table(tmp_path / "train.csv"), "dev_source": dev or "", "test_source": test or ""}
    split = {"dev": 0.0 if dev else 0.25, "test": 0.0 if test else 0.25}
    return prepare(convert({"data": data, "split": {"train": 1 - sum(split.values()), **split}, **others}))


def test_a_part_with_a_file_of_its_own_takes_no_share(tmp_path):
    dev = table(tmp_path / "dev.csv", 40, seed=1)
    one = make(tmp_path, dev=dev)
    assert (len(one.train.y), len(one.dev.y), len(one.test.y)) == (90, 40, 30)
    both = make(tmp_path, dev=dev, test=table(tmp_path / "test.csv", 30, seed=2))
    assert (len(both.train.y), len(both.dev.y), len(both.test.y)) == (120, 40, 30)
    assert both.notes == ()


def test_features_and_classes_are_matched_by_name(tmp_path):
    dev = table(tmp_path / "dev.csv", 40, names=("a", "b"), seed=1)
    turned = tmp_path / "turned.csv"
    rows = [line.split(",") for line in (tmp_path / "dev.csv").read_text().splitlines()]
    turned.write_text("\n".join(f"{b},{a},{label}" for a, b, label in reversed(rows[1:])))
    turned.write_text("b,a,label\n" + "\n".join(f"{b},{a},{label}" for a, b, label in rows[1:]))
    straight, other = make(tmp_path, dev=dev), make(tmp_path, dev=str(turned))
    assert np.array_equal(straight.dev.X, other.dev.X) and np.array_equal(straight.dev.y, other.dev.y)
    reversed_classes = table(tmp_path / "r.csv", 40, classes=("yes", "no"), seed=1)
    assert np.array_equal(make(tmp_path, dev=reversed_classes).dev.y, 1 - straight.dev.y)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"names": ("a", "b", "c")}, "must have the 2 features"),
        ({"names": ("a", "z")}, "must have the 2 features"),
        ({"classes": ("no", "maybe")}, "has the class 'maybe'"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_file(tmp_path, arguments, message):
    dev = table(tmp_path / "dev.csv", 40, **arguments)
    with pytest.raises(BadInput, match=message) as caught:
        make(tmp_path, dev=dev)
    assert (caught.value.path, caught.value.file) == ("data.dev_source", dev)


@pytest.mark.parametrize("name", ["nowhere.csv", "digits", "x.txt"])
def test_what_is_no_file_is_refused_by_its_path(tmp_path, name):
    with pytest.raises(BadInput) as caught:
        make(tmp_path, test=name)
    assert caught.value.path == "data.test_source"


def test_parts_that_do_not_look_alike_are_told(tmp_path):
    near = table(tmp_path / "near.csv", 100, seed=3)
    far = table(tmp_path / "far.csv", 100, shift=2.0, seed=4)
    [alike] = make(tmp_path, dev=near, test=far).notes
    assert alike.startswith("dev and test do not look alike") and "p = 0.0033" in alike
    only_train, unlike = make(tmp_path, dev=far, test=table(tmp_path / "far2.csv", 100, shift=2.0, seed=7)).notes
    assert only_train.startswith("train and dev")
    assert unlike.startswith("dev is unlike train: mean of ") and " in dev, " in unlike
