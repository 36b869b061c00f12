"""Preflight: planted faults are named, and sound set-ups give no alarm."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.preflight import DATA_FAULTS, KNOB_FAULTS, SOUND, faults
from tuilab.data import Dataset, Part, prepare
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.presets import Presets
from tuilab.training.build import problem_for
from tuilab.training.preflight import preflight
from tuilab.training.preflight.check import Setup
from tuilab.training.preflight.short import agreement, inputs_tell

PRESETS = {preset.name: preset.experiment for preset in Presets(Path("nowhere")).list()}
BASE = PRESETS["breast-cancer"]
QUICK = sorted(set(SOUND) - {"digits", "dropout-digits", "dropout"})


@pytest.mark.parametrize("name", QUICK)
def test_a_sound_set_up_gives_no_alarm(name: str) -> None:
    assert faults(PRESETS[name]) == []


@pytest.mark.parametrize(("edits", "named"), KNOB_FAULTS.values(), ids=KNOB_FAULTS)
def test_a_fault_of_the_knobs_is_named(edits: dict[str, str], named: str) -> None:
    assert named in faults(edit(BASE, edits))


@pytest.mark.parametrize(("change", "named"), DATA_FAULTS.values(), ids=DATA_FAULTS)
def test_a_fault_of_the_data_is_named(change: Callable[[Dataset], Dataset], named: str) -> None:
    assert named in faults(BASE, lambda experiment: change(prepare(experiment)))


def test_raw_features_of_unlike_sizes_are_named() -> None:
    assert "features are alike in size" in faults(edit(PRESETS["normalization"], {"inputs.normalize": "false"}))


def test_a_planted_bug_is_named_with_its_parameter() -> None:
    found = {check.name: check for check in preflight(PRESETS["gradient-check"], bug="dW1-factor-2")}
    check = found["the gradient is right"]
    assert not check.holds and "in W1" in check.said and "dW1" in check.advice
    assert [one for one in found.values() if not one.holds] == [check]


def test_a_single_class_is_refused_before_any_check(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("a,b,y\n" + "".join(f"{k},{k * k},no\n" for k in range(20)))
    with pytest.raises(BadInput, match="needs at least 2 classes"):
        list(preflight(edit(BASE, {"data.source": str(path)})))


def test_the_same_experiment_gives_the_same_figures(lab: Lab) -> None:
    experiment = PRESETS["gradient-check-relu"]
    assert list(lab.preflight(experiment)) == list(lab.preflight(experiment))


def test_of_numbers_only_what_applies_is_told() -> None:
    names = [check.name for check in preflight(edit(PRESETS["nearly-linear"], {"data.source": "sine"}))]
    assert "α suits the network" in names and "J begins near ln K" not in names


def test_one_feature_that_is_the_label_but_for_its_name_is_named_whatever_its_values_are() -> None:
    def coded(dataset: Dataset) -> Dataset:
        table = np.array([7.0, -3.0])
        return dataset.each(lambda part: replace(part, X=np.column_stack([part.X, table[part.y]])))

    def longer(dataset: Dataset) -> Dataset:
        return replace(coded(dataset), features=(*dataset.features, "code"))

    found = {check.name: check for check in preflight(BASE, lambda experiment: longer(prepare(experiment)))}
    assert "code alone" in found["no feature is the label"].said


def test_an_experiment_is_checked_with_fewer_rows_than_its_batch() -> None:
    many: Experiment = edit(PRESETS["million"], {"data.examples": "20000", "optimization.batch_size": "4096"})
    assert faults(many) == []


def _table(path: Path, seed: int, strength: float, rare: float) -> Experiment:
    """400 rows of noise and one weak feature: x of a rare class is larger by `strength` σ."""
    random = np.random.default_rng(seed)
    y = random.random(400) < rare
    X = random.normal(size=(400, 8))
    X[:, 0] += strength * y
    rows = (",".join(map(repr, map(float, x))) + f",{'yes' if k else 'no'}" for x, k in zip(X, y, strict=True))
    path.write_text("\n".join(["a,b,c,d,e,f,g,h,y", *rows]) + "\n")
    return edit(BASE, {"data.source": str(path), "optimization.iterations": "10"})


@pytest.mark.parametrize("seed", range(3))
def test_a_weak_label_of_a_rare_class_is_told_by_its_inputs_though_the_commonest_class_errs_less(
    tmp_path: Path, seed: int
) -> None:
    weak = {one.name: one for one in preflight(_table(tmp_path / "weak.csv", seed, 2.0, 0.15))}
    assert weak["inputs tell the label"].holds, weak["inputs tell the label"].said
    nothing = {one.name: one for one in preflight(_table(tmp_path / "none.csv", seed, 0.0, 0.15))}
    assert not nothing["inputs tell the label"].holds, nothing["inputs tell the label"].said


def test_what_dev_is_too_small_to_show_is_seen_in_the_folds_of_train(tmp_path: Path) -> None:
    said, missed = [], 0

    def shuffled(part: Part) -> Part:
        return replace(part, y=np.random.default_rng(7).permutation(part.y))

    for seed in range(8):
        setup = Setup.of(_table(tmp_path / "weak.csv", seed, 1.0, 0.1), prepare, "")
        found = inputs_tell(setup)
        assert found is not None
        said += [found.said] if found.holds else []
        none = inputs_tell(replace(setup, problem=problem_for(setup.problem.experiment, setup.data.each(shuffled))))
        missed += none is not None and none.holds
    assert missed <= 1 and len(said) >= 6 and sum("of dev and 5 folds of train" in one for one in said) >= 3


def test_agreement_is_what_all_orders_of_the_labels_give() -> None:
    random = np.random.default_rng(0)
    outputs, labels = random.dirichlet(np.ones(3), 60), np.eye(3)[random.integers(3, size=60)]
    centered = outputs - outputs.mean(axis=0)
    drawn = np.array([(centered * random.permutation(labels)).sum() for _ in range(4000)])
    assert agreement([(outputs, labels)]) == pytest.approx((centered * labels).sum() / drawn.std(), rel=0.05)
    assert abs(drawn.mean()) < 0.1 * drawn.std()
    assert agreement([(np.ones((60, 3)), labels)]) == 0


def test_of_a_handful_of_dev_examples_it_is_not_told_whether_inputs_tell(tmp_path: Path) -> None:
    path = tmp_path / "five.csv"
    path.write_text("a,b,y\n1,2,x\n2,3,z\n3,1,x\n4,4,z\n5,0,x\n")
    assert "inputs tell the label" not in faults(edit(BASE, {"data.source": str(path)}))


def test_numbers_that_belong_to_other_rows_are_named() -> None:
    sine = edit(PRESETS["nearly-linear"], {"data.source": "sine"})
    assert "inputs tell the label" not in faults(sine)
    change, named = DATA_FAULTS["labels shifted by one row"]
    assert named in faults(sine, lambda experiment: change(prepare(experiment)))


def test_an_alpha_with_which_j_is_not_finite_has_no_errors() -> None:
    wild = edit(PRESETS["nearly-linear"], {"data.source": "sine", "optimization.learning_rate": "100"})
    found = {check.name: check for check in preflight(wild)}["α suits the network"]
    assert "none, for J is not finite, with α" in found.said and "100.00 %" not in found.said
