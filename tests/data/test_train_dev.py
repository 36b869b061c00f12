"""A share of the training source that is held out, and dev and test that are made worse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.data import prepare
from tuilab.data.split import hold_out
from tuilab.errors import BadInput
from tuilab.events import Parts
from tuilab.experiment import Experiment, edit
from tuilab.training.base_error import base_error

BLOBS = edit(Experiment(), {"data.source": "blobs", "data.examples": "200", "inputs.normalize": "false"})
HELD_OUT = {"split.train": "0.45", "split.train_dev": "0.15"}


def test_it_is_of_the_training_source_and_leaves_dev_and_test_as_they_are() -> None:
    before, after = prepare(BLOBS), prepare(edit(BLOBS, HELD_OUT))
    assert (before.examples.train_dev, after.examples) == (None, Parts(train=90, train_dev=30, dev=40, test=40))
    for part in ("dev", "test"):
        assert np.array_equal(getattr(before, part).X, getattr(after, part).X)
    both = np.concatenate([after.train.X, after.train_dev.X])
    assert np.array_equal(np.unique(both, axis=0), np.unique(before.train.X, axis=0))


@given(st.integers(20, 200), st.integers(2, 4), st.floats(0.1, 0.5), st.integers(0, 99))
def test_classes_have_their_shares_on_either_side(m: int, classes: int, share: float, seed: int) -> None:
    y = np.arange(m) % classes
    kept, out = hold_out(y, classes, (1 - share, share), np.random.default_rng(seed))
    assert sorted([*kept, *out]) == list(range(m)) and len(out) == pytest.approx(share * m, abs=1)
    assert np.ptp(np.bincount(y[out], minlength=classes)) <= 2


def test_groups_are_held_out_whole() -> None:
    groups = np.repeat(np.arange(10.0), 4)
    kept, out = hold_out(np.arange(40) % 2, 2, (0.8, 0.2), np.random.default_rng(1), groups)
    assert len(out) == 8 and set(groups[kept]).isdisjoint(groups[out])


@pytest.mark.parametrize(
    ("edits", "path", "message"),
    [
        ({"split.train_dev": "0.1"}, "split", "train + train_dev + dev + test must be 1, got 1.1"),
        (
            {"split.train": "0.6", "split.train_dev": "0.2", "split.dev": "0"},
            "split.train_dev",
            "must be 0 without a dev part",
        ),
        ({"split.train": "0.599", "split.train_dev": "0.001"}, "split.train_dev", "of 120 examples is none"),
        ({"split.train": "0.01", "split.train_dev": "0.59"}, "split.train_dev", "all but 2, too few for 3 classes"),
    ],
)
def test_what_cannot_be_held_out_is_refused_by_its_setting(edits: dict[str, str], path: str, message: str) -> None:
    with pytest.raises(BadInput) as caught:
        prepare(edit(BLOBS, edits))
    assert caught.value.path == path and message in caught.value.message


def test_wrong_labels_are_another_class_in_train_and_dev_and_none_in_test() -> None:
    right, wrong = (prepare(edit(BLOBS, {**HELD_OUT, "split.wrong_labels": share})) for share in ("0", "0.1"))
    changed = {name: int((part.y != right.parts[name].y).sum()) for name, part in wrong.parts.items()}
    assert changed == {"train": 9, "train_dev": 3, "dev": 4, "test": 0}
    assert all(np.array_equal(part.X, right.parts[name].X) for name, part in wrong.parts.items())
    assert set(np.unique(wrong.train.y)) == {0, 1, 2}
    assert "10 % wrong labels" in base_error(edit(BLOBS, {"split.wrong_labels": "0.1"})).origin
    with pytest.raises(BadInput, match="must be 0 where there are no classes"):
        prepare(edit(BLOBS, {"data.source": "sine", "split.wrong_labels": "0.1"}))


@pytest.mark.parametrize(("source", "noise"), [("xor", "0.6"), ("blobs", "1.5")])
def test_the_base_error_is_what_the_best_classifier_gets_wrong_of_wrong_labels_too(source: str, noise: str) -> None:
    """Of two classes, of which a wrong label calls every error right, and of three."""
    edits = {"data.source": source, "data.noise": noise, "data.examples": "40000", "split.wrong_labels": "0.3"}
    experiment = edit(BLOBS, edits)
    dataset = prepare(experiment)
    one, other = (dataset.train.X * dataset.scale + dataset.mean).T
    by_angle = np.round(np.arctan2(other, one) / (2 * np.pi / 3)).astype(int) % 3
    best = one * other < 0 if source == "xor" else by_angle
    error = float(np.mean(best != dataset.train.y))
    assert base_error(experiment).value == pytest.approx(error, abs=4 * 0.5 / len(best) ** 0.5)


def test_noise_is_on_dev_and_test_alone_and_as_large_as_it_says() -> None:
    large = edit(BLOBS, {"data.examples": "20000", **HELD_OUT})
    clean, noisy = prepare(large), prepare(edit(large, {"split.dev_noise": "0.5"}))
    for part in ("train", "train_dev"):
        assert np.array_equal(getattr(clean, part).X, getattr(noisy, part).X)
    for part in ("dev", "test"):
        added = (getattr(noisy, part).X - getattr(clean, part).X).std(axis=0)
        assert added == pytest.approx(0.5 * clean.train.X.std(axis=0), rel=0.05)
    assert [note.partition(" do not")[0] for note in noisy.notes] == ["train and dev"]
    assert "train-dev tells variance from this difference" in noisy.notes[0] and not clean.notes
