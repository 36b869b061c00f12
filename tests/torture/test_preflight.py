"""Preflight over many seeds: every planted fault is named, and no sound set-up gives an alarm."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.preflight import DATA_FAULTS, KNOB_FAULTS, SOUND, faults
from tuilab.data import Dataset, prepare
from tuilab.experiment import Experiment, edit
from tuilab.presets import Presets

PRESETS = {preset.name: preset.experiment for preset in Presets(Path("nowhere")).list()}
SEEDS = 20


@pytest.mark.parametrize("name", SOUND)
def test_no_sound_set_up_gives_an_alarm(name: str) -> None:
    experiment = PRESETS[name]
    seeds = [*range(experiment.seed, experiment.seed + SEEDS), *range(91_000, 91_000 + SEEDS)]
    assert {seed: found for seed in seeds if (found := faults(edit(experiment, {"seed": str(seed)})))} == {}


def changed(change: Callable[[Dataset], Dataset], experiment: Experiment) -> Dataset:
    return change(prepare(experiment))


@pytest.mark.parametrize("seed", range(1, 6))
def test_every_planted_fault_is_named(seed: int) -> None:
    experiment = edit(PRESETS["breast-cancer"], {"seed": str(seed)})
    missed = [fault for fault, (edits, named) in KNOB_FAULTS.items() if named not in faults(edit(experiment, edits))]
    for fault, (change, named) in DATA_FAULTS.items():
        missed += [] if named in faults(experiment, partial(changed, change)) else [fault]
    assert missed == []
