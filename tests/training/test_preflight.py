"""Preflight: planted faults are named, and sound set-ups give no alarm."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.preflight import DATA_FAULTS, KNOB_FAULTS, SOUND, faults
from tuilab.data import Dataset, prepare
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.presets import Presets
from tuilab.training.preflight import preflight

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
