"""Labels that look wrong, where it is known which are."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tuilab.data import Dataset, Part, Prepare, prepare
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.lab.sentences.mistakes import doubt_text
from tuilab.training.eyeball import eyeball
from tuilab.training.tally import beats_chance
from tuilab.training.wrong_labels import FOLDS, ROUNDS, doubts

SHARE = 0.05


def planted(seed: int) -> tuple[Prepare, set[tuple[str, int]]]:
    """Data of which one label in twenty is another one, and, once they are prepared, where those are."""
    places: set[tuple[str, int]] = set()

    def data(experiment: Experiment) -> Dataset:
        dataset, rng = prepare(experiment), np.random.default_rng(seed)
        cut, classes = len(dataset.train.y), len(dataset.classes)
        y = np.concatenate([dataset.train.y, dataset.dev.y])
        wrong = rng.permutation(len(y))[: round(SHARE * len(y))]
        y[wrong] = (y[wrong] + rng.integers(1, classes, len(wrong))) % classes
        places.update(("train", at) if at < cut else ("dev", at - cut) for at in wrong.tolist())
        parts = {"train": Part(dataset.train.X, y[:cut]), "dev": Part(dataset.dev.X, y[cut:])}
        return replace(dataset, **parts)

    return data, places


@pytest.mark.parametrize(
    ("preset", "examples", "seed"), [("digits", "1000", 1), *(("breast-cancer", "all", seed) for seed in range(5))]
)
def test_of_the_first_m_listed_four_of_five_are_wrong_if_m_are(lab: Lab, preset: str, examples: str, seed: int) -> None:
    experiment, (data, places) = edit(lab.open(preset)[1], {"data.examples": examples}), planted(seed)
    *_, found = doubts(experiment, data)
    seen = eyeball(len(prepare(experiment).dev.y), experiment.seed)
    wrong = {(part, at) for part, at in places if part == "train" or seen[at]}
    first = {(one.part, one.example) for one in found.doubts[: len(wrong)]}
    assert len(first) == len(wrong) and len(first & wrong) >= 0.8 * len(wrong)
    assert all(seen[one.example] for one in found.doubts if one.part == "dev"), "nobody is to see the black box"
    assert found.black_box == (~seen).sum()


def test_a_doubt_tells_what_was_said_instead(lab: Lab) -> None:
    *rounds, found = doubts(lab.open("breast-cancer")[1])
    assert [one.rounds for one in (*rounds, found)] == list(range(1, ROUNDS + 1))
    margins = [one.probability - one.believed for one in found.doubts]
    assert margins == sorted(margins, reverse=True) and min(margins) > 0
    assert found.examples == 455 and all(one.label != one.said for one in found.doubts)
    assert found == [*doubts(lab.open("breast-cancer")[1], threads=3)][-1]


def test_copies_of_an_example_do_not_tell_of_it(lab: Lab) -> None:
    experiment = edit(lab.open("circles")[1], {"data.examples": "100", "augmentation.copies": "3"})
    assert next(doubts(experiment)).examples == 75


def test_numbers_and_a_handful_of_examples_are_refused(lab: Lab) -> None:
    with pytest.raises(BadInput, match="has no labels that are right or wrong"):
        next(doubts(lab.open("regression")[1]))
    few = {"data.source": "blobs", "data.examples": str(2 * FOLDS), "split.train": "0.8", "split.dev": "0.1"}
    with pytest.raises(BadInput, match=f"too few to be put into {FOLDS} folds"):
        next(doubts(edit(Experiment(), few | {"split.test": "0.1"})))


@pytest.mark.parametrize(
    "edits",
    [
        {"initialization.gain": "100000"},
        {"initialization.scheme": "zeros"},
        {"data.source": "rare.csv", "data.examples": "all"},
    ],
)
def test_networks_that_have_learned_nothing_doubt_no_label(
    lab: Lab, edits: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(1)
    rows = [f"{random.normal()},{random.normal()},{'ab'[k % 20 == 0]}\n" for k in range(300)]
    Path("rare.csv").write_text("x,z,label\n" + "".join(rows))
    *_, found = doubts(edit(lab.open("circles")[1], edits))
    assert found.doubts == () and not beats_chance(found.error, found.chance)
    assert doubt_text(found).startswith("No label can be doubted: ")
