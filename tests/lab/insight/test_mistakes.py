"""The mistakes, against a count of their own, and their words."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from msgspec import structs

from tests.lab.insight.made import dataset, filled, moment, random_data
from tuilab.data import Dataset
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab, Moment
from tuilab.lab.insight.mistakes import LISTED, MOST_CLASSES, MistakesInsight, entries, matrix
from tuilab.lab.insight.unusual import farthest
from tuilab.lab.sentences.mistakes import doubt_lines, doubt_text, gap_text, slice_name, tag_lines
from tuilab.nn import Network
from tuilab.training import build
from tuilab.training.better import shares_on_others
from tuilab.training.eyeball import eyeball
from tuilab.training.predict import predict
from tuilab.training.slices import Slice
from tuilab.training.wrong_labels import Doubt, Doubts
from tuilab.words.table import ROOM


@pytest.mark.parametrize("classes", [2, 4])
def test_mistakes_are_counted_and_listed_by_how_sure_they_are(classes: int) -> None:
    X, y = random_data(11, 120, 3, classes)
    outputs = 1 if classes == 2 else classes
    network, parameters = Network((3, outputs), ()), filled((3, outputs), seed=7)
    data = dataset(X, y, dev=40)
    chances = predict(network, parameters, X[80:]).probabilities
    said = chances.argmax(axis=1).tolist()
    truth = y[80:].tolist()
    found = MistakesInsight.of(moment(data, network, parameters))
    assert found.confusion.tolist() == [
        [sum(pair == (k, j) for pair in zip(truth, said, strict=True)) for j in range(classes)] + [0]
        for k in range(classes)
    ]
    wrong = [place for place in range(40) if truth[place] != said[place]]
    assert (found.examples, found.wrong) == (40, len(wrong))
    assert found.places.tolist() == sorted(wrong, key=lambda place: -chances[place].max())
    assert found.predicted.tolist() == [said[place] for place in found.places]
    assert found.probability.tolist() == [chances[place].max() for place in found.places]


def test_weights_that_predict_no_class_are_wrong_about_everything() -> None:
    X, y = random_data(11, 9, 2, 3)
    parameters = filled((2, 3))
    parameters.theta[:] = np.nan
    data = dataset(X, y)
    found = MistakesInsight.of(moment(data, Network((2, 3), ()), parameters))
    assert found.confusion[:, -1].tolist() == [3, 3, 3] and found.wrong == 9
    assert found.part == "train" and "no class" in found.said


def test_the_features_farthest_from_the_mean_come_first() -> None:
    X, y = random_data(12, 50, 4, 2)
    X[:, 2] = 1.0
    rows = np.array([[9.0, -20.0, 1.0, 0.1], [0.0, 0.0, 1.0, 5.0]])
    features, z = farthest(dataset(X, y), rows, 3)
    assert features[0].tolist() == [1, 0, 3] and features[1, 0] == 3
    assert z[0, 0] == pytest.approx((-20 - X[:, 1].mean()) / X[:, 1].std())
    assert z[1, 0] == pytest.approx((5 - X[:, 3].mean()) / X[:, 3].std())


def test_the_matrix_marks_what_is_right_without_color() -> None:
    lines = [line.split() for line in matrix(np.array([[40, 3, 0], [1, 70, 0]]), ("malignant", "benign"))]
    assert lines == [
        ["truth", "malignant", "benign", "recall", "precision"],
        ["malignant", "[40]", "3", "93", "%", "98", "%"],
        ["benign", "1", "[70]", "99", "%", "96", "%"],
    ]


def test_of_unequal_classes_the_sentence_says_what_the_error_hides() -> None:
    X, y = np.zeros((200, 2)), (np.arange(200) < 2).astype(int)
    parameters = filled((2, 1))
    parameters.theta[:] = -1
    found = MistakesInsight.of(moment(dataset(X, y), Network((2, 1), ()), parameters))
    assert "2 of 200 wrong (1.00 %). Balanced error 50.00 %. Always one class would be wrong in 1.00 %." in found.said


def test_a_class_that_nothing_was_predicted_for_and_an_absent_one() -> None:
    lines = matrix(np.array([[2, 0, 1], [0, 0, 0]]), ("a", "b"))
    assert lines[0].split() == ["truth", "a", "b", "no", "class", "recall", "precision"]
    assert lines[1].split() == ["a", "[2]", "·", "1", "67", "%", "100", "%"] and lines[2].split()[-1] == "–"


def test_many_classes_give_their_mistakes_by_frequency() -> None:
    confusion = np.zeros((MOST_CLASSES + 1, MOST_CLASSES + 2), int)
    np.fill_diagonal(confusion, 5)
    confusion[3, 8], confusion[8, 3] = 2, 7
    assert entries(confusion) == [(7, 8, 3), (2, 3, 8)]
    names = tuple(f"c{k}" for k in range(MOST_CLASSES + 1))
    assert [line.split()[:3] for line in matrix(confusion, names)[1:]] == [["c8", "c3", "7"], ["c3", "c8", "2"]]


def test_mistakes_in_a_table_name_the_unusual_features(lab: Lab) -> None:
    problem = build(lab.open("breast-cancer")[1])
    found = MistakesInsight.of(Moment(problem, problem.initial, 0))
    assert found.said.startswith("Iteration 0, dev: ") and len(found.images) == 0
    wrong = int(found.said.split()[3])
    assert len(found.lines) == 3 + 1 + 1 + wrong
    assert found.lines[4].split() == ["example", "truth", "predicted", "sure", "farthest", "from", "the", "mean"]
    assert all("σ" in line and " %" in line for line in found.lines[5:])


def test_of_a_table_with_texts_and_dates_rows_and_slices_are_told_as_it_has_them(lab: Lab, tmp_path: Path) -> None:
    """Of each column one input is told, the one that tells its cell, and no slice is a number of days."""
    path, first = tmp_path / "left.csv", date(2020, 1, 1)
    cities, calls = ("Lyon", "Porto", "Graz"), ("", "1", "2", "3", "4", "5", "6")
    days = [first + timedelta(days=3 * k) for k in range(200)]
    rows = [f"{cities[k % 3]},{days[k]},{calls[k % 7]},{1990 + k % 9},{('no', 'yes')[k % 2]}" for k in range(200)]
    path.write_text("\n".join(["city,joined,calls,built,left", *rows, ""]))
    own = {"data.source": str(path), "data.label": "left", "columns.missing": "median"}
    problem = build(edit(Experiment(), own))
    found = MistakesInsight.of(Moment(problem, problem.initial, 0), "train")
    assert len(found.places)
    for place, unusual, cells in zip(found.places.tolist(), found.unusual.tolist(), found.cells, strict=True):
        told = dict(zip((found.features[k] for k in unusual), cells, strict=True))
        (of_city,) = (name for name in told if name.startswith("city = "))
        city, joined, called, built = raw_texts(problem.dataset, place)
        assert told["joined"] == joined and told["built"] == built and of_city == f"city = {city}"
        assert told[of_city] == "yes" and len(told) == 4
        assert told["calls"] == called if called else told["calls is missing"] == "yes"
    every = [Slice(feature=k, low=1.0, examples=1, wrong=1, interval=(0, 1), p=1) for k in range(len(found.features))]
    names = dict(zip(found.features, (slice_name(one, problem.dataset) for one in every), strict=True))
    assert names["city = Lyon"] == "city = Lyon" and names["calls"] == "calls ≥ 1"
    assert names["joined"] == "joined ≥ 1970-01-02"
    without = structs.replace(every[found.features.index("city = Lyon")], low=None, high=0.0)
    assert slice_name(without, problem.dataset) == "city = Lyon: no"


def raw_texts(dataset: Dataset, example: int) -> tuple[str, ...]:
    assert dataset.encoders is not None
    return dataset.encoders.texts(dataset.raw(dataset.train.X[example : example + 1])[0])


def test_mistakes_on_images_are_drawn(lab: Lab) -> None:
    problem = build(lab.open("digits")[1])
    found = MistakesInsight.of(Moment(problem, problem.initial, 0), "train")
    assert "train" in found.said and len(found.images) == LISTED and len(found.lines) == 11
    truth, rest = found.captions[0].split("→")
    assert truth.isdigit() and rest.endswith("%")


def test_an_empty_part_gives_way(lab: Lab) -> None:
    split = {"split.train": "1", "split.dev": "0", "split.test": "0"}
    problem = build(edit(lab.open("circles")[1], split))
    assert MistakesInsight.of(Moment(problem, problem.initial, 0), "dev").part == "train"


def test_a_long_list_says_how_many_are_left_out() -> None:
    X, y = random_data(1, 500, 2, 2)
    parameters = filled((2, 1))
    parameters.theta[:] = np.nan
    found = MistakesInsight.of(moment(dataset(X, y), Network((2, 1), ()), parameters))
    assert len(found.places) == LISTED and found.listed[-1] == "and 300 more" and len(found.listed) == LISTED + 2


def test_the_matrix_of_ten_classes_fits_beside_the_panels() -> None:
    confusion = np.full((10, 11), 3)
    confusion[:, -1] = 0
    np.fill_diagonal(confusion, 99)
    lines = matrix(confusion, [str(digit) for digit in range(10)])
    assert max(map(len, lines)) <= ROOM
    assert lines[0].split()[-2:] == ["rec%", "prec%"] and lines[1].split()[-2:] == ["79", "79"]


def half_wrong(dev: int, tags: dict[str, tuple[int, ...]]) -> MistakesInsight:
    """Of weights that always say class 0; seed 1 decides what is looked at."""
    X, y = np.zeros((dev + 2, 2)), np.arange(dev + 2) % 2
    parameters = filled((2, 1))
    parameters.theta[:] = -1
    return MistakesInsight.of(moment(dataset(X, y, dev=dev), Network((2, 1), ()), parameters), "dev", tags)


def test_of_a_large_dev_set_the_eyeball_part_alone_is_listed() -> None:
    found, seen = half_wrong(300, {}), eyeball(300, 1)
    wrong = np.arange(300) % 2 == 1
    assert found.wrong == 150 and found.looked_at == 150 and found.mistakes == (wrong & seen).sum()
    assert set(found.places.tolist()) == set(np.flatnonzero(wrong & seen).tolist())
    assert "Listed: those of the eyeball part, 150 examples." in found.said
    assert "black box, 150 that nobody sees" in found.text and "none is shown." in found.text
    few = half_wrong(100, {})
    assert few.gap is None and few.looked_at == 100 and "yeball" not in few.text


def test_a_tag_says_what_fixing_it_would_gain_at_most() -> None:
    found = half_wrong(100, {"dark": (1,), "blurred": (1, 3, 4, 5)})
    assert "50 of 100 wrong (50.00 %). Always one class would be wrong in 50.00 %." in found.said
    block = found.text.split("\n\n")[3].split("\n")
    assert [line.split() for line in block] == [
        ["gains", "at", "most", "95", "%,", "Wilson", "of", "50", "mistakes"],
        ["fixing", "blurred", "3.00", "%", "1.03–8.45", "3"],  # 4 is right
        ["fixing", "dark", "1.00", "%", "0.18–5.45", "1"],
    ]
    assert tag_lines((), 3, 100) == ()
    assert tag_lines((), 3, 100, "tags.toml: \x1b[2J") == ("The tags cannot be read: tags.toml: \ufffd[2J",)


@pytest.mark.parametrize(
    ("errors", "told"),
    [
        ((0.02, 0.15), "is worn out, what was mended there does not hold elsewhere."),
        ((0.15, 0.02), "is harder than the rest."),
        ((0.1, 0.1), "none is shown."),
    ],
)
def test_a_gap_is_told_with_its_interval_and_no_more_than_it_shows(errors: tuple[float, float], told: str) -> None:
    text = gap_text(shares_on_others(errors, (200, 200)))
    assert text.endswith(told) and "at 95 %, Newcombe)" in text


def test_labels_in_doubt_are_told_as_doubts() -> None:
    one = Doubt(part="dev", example=1200, label=0, said=1, believed=0.004, probability=0.97)
    known = Doubts(rounds=3, examples=2000, black_box=0, doubts=(one,) * 60)
    assert doubt_text(known).startswith("Of 2,000 labels of train and dev 60 look wrong: ")
    assert doubt_text(known).endswith("a doubt is no proof.")
    sure = doubt_text(structs.replace(known, doubts=()))
    assert sure.startswith(
        "Of 2,000 labels of train and dev none look wrong: networks trained shortly without them doubt"
    )
    lines = doubt_lines(known, ("a\x1b", "b"))
    assert lines[1].split() == ["dev", "1,200", "a\ufffd", "0.4", "%", "b", "97.0", "%"] and lines[-1] == "and 10 more"
    assert doubt_lines(Doubts(rounds=3, examples=9, black_box=0, doubts=()), ("a", "b")) == ()
