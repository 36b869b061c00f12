"""The data: counts, images, the order of the classes, and the words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.lab.insight.made import dataset, random_data
from tuilab.experiment import edit
from tuilab.lab import Lab
from tuilab.lab.insight.data import BAR, DataInsight, bar, labeled, turn_by_turn
from tuilab.lab.insight.images import brightest, images
from tuilab.training import build


def test_the_classes_of_each_part_are_counted() -> None:
    X, y = random_data(9, 20, 2, 3)
    data = dataset(X, y, dev=5)
    classes, labels = labeled(data)
    assert classes == data.classes and all(labels[name] is part.y for name, part in data.parts.items())


@pytest.mark.parametrize(("low", "features", "taken"), [(0.0, 25, 5), (-1.0, 25, 0), (0.0, 24, 0), (0.0, 16, 0)])
def test_images_are_square_and_never_negative(low: float, features: int, taken: int) -> None:
    rng = np.random.default_rng(3)
    X = rng.uniform(low, 16, size=(30, features))
    data = dataset((X - 4) / 2, np.arange(30) % 2, mean=4.0, scale=2.0)
    found = images(data, data.train.X[:7])
    assert found.shape == (7 if taken else 0, taken, taken)
    if taken:
        assert brightest(data) == pytest.approx(X.max())
        np.testing.assert_allclose(found, X[:7].reshape(7 if taken else 0, taken, taken) / X.max(), atol=1e-12)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40), st.integers(1, 50))
def test_the_classes_take_turns(labels: list[int], count: int) -> None:
    found = turn_by_turn(np.array(labels), 4, count).tolist()
    turn = {place: labels[:place].count(label) for place, label in enumerate(labels)}
    assert found == sorted(range(len(labels)), key=lambda place: (turn[place], labels[place]))[:count]


def test_bars_are_as_long_as_their_share() -> None:
    assert [bar(share) for share in (0, 0.5, 1)] == [" " * BAR, "█" * (BAR // 2) + " " * (BAR // 2), "█" * BAR]
    assert bar(1 / (8 * BAR)).strip() == "▏"


def test_the_table_has_a_line_for_all_and_one_a_class() -> None:
    lines = DataInsight(
        features=1,
        classes=("no", "日本"),
        target=None,
        parts=("train", "dev", "test"),
        originals=(8, 4, 0),
        copies=0,
        advised=(0.6, 0.2, 0.2),
        notes=(),
        counts=np.array([[6, 2, 0], [2, 2, 0]]),
        images=np.empty((0, 0, 0)),
        labels=np.empty(0, int),
        copy=np.empty(0, int),
    ).lines
    words = [line.replace("█", "").split() for line in lines]
    assert words[0] == ["class", "train", "%", "dev", "%", "test", "%"]
    assert [words[1][i] for i in (0, 1, 2, 3, 4)] == ["all", "8", "66.7", "4", "33.3"]
    assert words[2][:5] == ["no", "6", "75.0", "2", "50.0"]
    assert words[3][0] == "日本"
    assert {cell_len(line[: line.index("%")]) for line in lines[:1]} == {cell_len(lines[3][: lines[3].index("█") - 2])}


def test_the_split_the_advice_and_every_note_are_said(lab: Lab) -> None:
    experiment = edit(
        lab.open("circles")[1],
        {
            "data.examples": "300",
            "split.train": "0.7",
            "split.dev": "0.3",
            "split.test": "0",
            "augmentation.copies": "2",
        },
    )
    found = DataInsight.of(build(experiment))
    assert found.said.startswith("300 examples, 2 features, 2 classes. With 2 changed copies of each, train has 630.")
    assert "The split is 70/30/0 %; advised for so many: 60/20/20 %." in found.said
    assert "\n! no test set: the dev figures are not unbiased" in found.said
    assert len(found.images) == 0


def test_the_copies_of_an_image_follow_it(lab: Lab) -> None:
    experiment = edit(lab.open("augmentation")[1], {"augmentation.copies": "3"})
    found = DataInsight.look(lab, experiment)
    train = lab.problem(experiment).dataset.train
    assert found.copy[:8].tolist() == [0, 1, 2, 3] * 2
    assert found.captions[1:4] == ("copy 1", "copy 2", "copy 3")
    assert (found.labels[:4] == found.labels[0]).all()
    originals = len(train.y) // 4
    first = int(np.flatnonzero(train.y[:originals] == found.labels[0])[0])
    np.testing.assert_allclose(
        found.images[1], images(lab.problem(experiment).dataset, train.X[[first + originals]])[0]
    )
