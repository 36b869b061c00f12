"""The mistakes view: the matrix, the list, the images, the parts."""

import numpy as np

from tests.ui.conftest import until
from tuilab.experiment import edit
from tuilab.lab import Lab, Moment
from tuilab.training import build
from tuilab.ui.app import LabApp
from tuilab.ui.panels.run import RunPane
from tuilab.ui.views import VIEWS
from tuilab.ui.views.mistakes import MOST_CLASSES, MistakesView, entries, insight, matrix


def test_the_matrix_marks_what_is_right_without_color() -> None:
    lines = [line.split() for line in matrix(np.array([[40, 3, 0], [1, 70, 0]]), ("malignant", "benign"))]
    assert lines == [
        ["truth", "malignant", "benign", "right"],
        ["malignant", "[40]", "3", "93", "%"],
        ["benign", "1", "[70]", "99", "%"],
    ]


def test_a_class_that_nothing_was_predicted_for_and_an_absent_one() -> None:
    lines = matrix(np.array([[2, 0, 1], [0, 0, 0]]), ("a", "b"))
    assert lines[0].split() == ["truth", "a", "b", "no", "class", "right"]
    assert lines[1].split() == ["a", "[2]", "·", "1", "67", "%"] and lines[2].split()[-1] == "–"


def test_many_classes_give_their_mistakes_by_frequency() -> None:
    confusion = np.zeros((MOST_CLASSES + 1, MOST_CLASSES + 2), int)
    np.fill_diagonal(confusion, 5)
    confusion[3, 8], confusion[8, 3] = 2, 7
    assert entries(confusion) == [(7, 8, 3), (2, 3, 8)]
    names = tuple(f"c{k}" for k in range(MOST_CLASSES + 1))
    assert [line.split()[:3] for line in matrix(confusion, names)[1:]] == [["c8", "c3", "7"], ["c3", "c8", "2"]]


def test_mistakes_in_a_table_name_the_unusual_features(lab: Lab) -> None:
    problem = build(lab.open("breast-cancer")[1])
    found = insight(Moment(problem, problem.initial, 0), "")
    assert found.said.startswith("Iteration 0, dev: ") and found.images == ()
    wrong = int(found.said.split()[3])
    assert len(found.rows) == 3 + 1 + 1 + wrong
    assert found.rows[4].split() == ["example", "truth", "predicted", "sure", "farthest", "from", "the", "mean"]
    assert all("σ" in line and " %" in line for line in found.rows[5:])


def test_mistakes_on_images_are_drawn(lab: Lab) -> None:
    problem = build(lab.open("digits")[1])
    found = insight(Moment(problem, problem.initial, 0), "train")
    assert "train" in found.said and len(found.images) == 60 and len(found.rows) == 11
    truth, rest = found.captions[0].split("→")
    assert truth.isdigit() and rest.endswith("%")


def test_an_empty_part_gives_way(lab: Lab) -> None:
    split = {"split.train": "1", "split.dev": "0", "split.test": "0"}
    problem = build(edit(lab.open("circles")[1], split))
    assert insight(Moment(problem, problem.initial, 0), "dev").part == "train"


async def test_a_key_turns_to_the_next_part(app: LabApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        pane = app.screen.query_one(RunPane)
        pane.current = VIEWS.index(MistakesView)
        await until(pilot, lambda: pane.view.insight is not None)
        for part in ("train", "test", "dev"):
            pane.view.focus()
            await pilot.press("d")
            await until(pilot, lambda part=part: pane.view.insight.part == part)
