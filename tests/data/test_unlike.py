"""How dev is unlike train: planted differences are told, and none where there is none."""

import re
from dataclasses import replace

import numpy as np
import pytest

from tuilab.data import Dataset, prepare
from tuilab.data.augment import augment
from tuilab.data.dataset import Part
from tuilab.data.unlike import shift_text, unlike
from tuilab.events import FeatureShift, Parts, Shift
from tuilab.experiment import Experiment, edit
from tuilab.experiment.fields import AugmentationSection
from tuilab.lab import Lab
from tuilab.training import Training, build, diagnose
from tuilab.training.course import Course
from tuilab.training.recipe import against_mismatch

SEEDS = range(5)
RAW = {"inputs.normalize": "false"}


def prepared(lab: Lab, preset: str, **edits: str) -> Dataset:
    return prepare(edit(lab.open(preset)[1], RAW | {path.replace("__", "."): value for path, value in edits.items()}))


@pytest.mark.parametrize("preset", ["breast-cancer", "digits", "high-variance", "regression"])
def test_noise_on_dev_is_measured_and_none_is_seen_without_it(lab: Lab, preset: str) -> None:
    for seed in SEEDS:
        same = prepared(lab, preset, seed=str(seed))
        assert same.shift is None, "of one source nothing is looked for"
        assert unlike(same.train, same.dev, same.features) == Shift(images=preset == "digits")
        noisy = prepared(lab, preset, seed=str(seed), split__dev_noise="2").shift
        assert noisy is not None and noisy.noise == 2 and not noisy.features


def moved(part: Part, column: int, times: float = 1.0, plus: float = 0.0) -> Part:
    X = part.X.copy()
    X[:, column] = times * X[:, column] + plus
    return replace(part, X=X)


@pytest.mark.parametrize(
    ("times", "plus", "told"),
    [
        (25.4, 0.0, r"mean radius is about 2\d times as large in dev: another unit\? \(mean 3\d\d, in train 1\d"),
        (0.001, 0.0, r"mean radius is about 0\.\d+ times as large in dev: another unit\? \(mean 0\.01"),
        (1.0, 9.0, r"mean of mean radius is 2\d\.?\d* in dev, 1\d\.?\d* in train"),
    ],
)
def test_a_feature_that_was_moved_is_named_with_its_figures(lab: Lab, times: float, plus: float, told: str) -> None:
    for seed in SEEDS:
        data = prepared(lab, "breast-cancer", seed=str(seed))
        found = unlike(data.train, moved(data.dev, 0, times, plus), data.features)
        assert [one.name for one in found.features] == ["mean radius"] and not found.noise
        assert re.match(told, text := shift_text(found.features[0])), text


def test_a_spread_alone_is_told_and_a_handful_of_examples_tells_nothing() -> None:
    rng = np.random.default_rng(0)
    train, dev = (Part(rng.normal(size=(m, 3)), np.zeros(m, np.int64)) for m in (300, 200))
    found = unlike(train, moved(dev, 1, 4), ("a", "b", "c"))
    assert [shift_text(one)[:4] for one in found.features] == ["σ of"] and found.features[0].name == "b"
    for m in (1, 2, 3):
        few = Part(rng.normal(size=(m, 3)), np.zeros(m, np.int64))
        assert unlike(train, few, ("a", "b", "c")) == Shift()
    for still in (0.0, 1e200):
        assert unlike(moved(train, 1, 0, still), moved(dev, 1, 0, still), ("a", "b", "c")) == Shift()


def test_a_name_from_a_file_is_text() -> None:
    one = FeatureShift(name="\x1b[2Jx", train=(0, 1), dev=(5, 1))
    assert "\x1b" not in shift_text(one)
    assert "\x1b" not in against_mismatch(Experiment(), Shift(features=(one,)))[0].label


def test_images_that_are_turned_are_learned_from_turned_copies(lab: Lab) -> None:
    """Measured once on six seeds each of 40° and of 20° turned, and of 25 % larger and smaller: lower on all 18."""

    def data(experiment: Experiment) -> Dataset:
        found = prepare(experiment)
        raw = Part(found.raw(found.dev.X), found.dev.y)
        X, _ = augment(raw.X, raw.y, AugmentationSection(copies=1, rotation=40.0), np.random.default_rng(1))
        return replace(found, dev=Part((X[len(raw.y) :] - found.mean) / found.scale, raw.y))

    def trained(experiment: Experiment) -> tuple[Training, float]:
        training = Training(build(experiment, data))
        training.advance(200)
        return training, training.error("dev") or 0.0

    experiment = edit(lab.open("data-mismatch")[1], {"split.dev_noise": "1e-9"})
    training, before = trained(experiment)
    dataset = training.problem.dataset
    errors = Parts(train=training.error("train"), train_dev=training.error("train_dev"), dev=before)
    verdict = diagnose(errors, dataset.examples, experiment, Course(shift=dataset.shift))
    assert verdict.high_mismatch and verdict.actions[0].label.startswith("augmentation, 2 copies turned by up to 15°")
    assert trained(edit(experiment, verdict.actions[0].edits))[1] < before - 0.1


def test_by_groups_no_feature_moves_by_chance() -> None:
    """As if rows stood for themselves, of 30 patients with five each a feature had moved in 18 of 100 pairs."""
    random, told, group = np.random.default_rng(98_012), 0, np.repeat(np.arange(30), 5)
    names = tuple(f"x{at}" for at in range(10))

    def part(plus: float = 0.0) -> Part:
        X = plus + random.standard_normal((30, 10))[group] + 0.01 * random.normal(size=(150, 10))
        return Part(X, np.zeros(150, np.int64), group)

    for _ in range(100):
        found = unlike(part(), part(), names)
        told += bool(found.features or found.noise)
    assert told <= 1
    assert len(unlike(part(), part(3.0), names).features) == 3
