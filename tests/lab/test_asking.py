"""A single example put to a run: typed or chosen, with the nearest training rows; the data may be gone."""

import re
from pathlib import Path

import numpy as np
import pytest
from msgspec import structs

from tests.trainers import end_of
from tuilab.data.columns.encoders import Encoders
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.lab.asking import Asking
from tuilab.lab.prediction import Predictor

TRAINED = ("city", "age", "day")


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lab, Path, Experiment, str]:
    """A run on categories, numbers with a decimal comma and dates; its lab, its file, its experiment, its name."""
    folder = tmp_path_factory.mktemp("mixed")
    random, path = np.random.default_rng(3), folder / "mixed.csv"
    rows = [
        f"{random.choice(['rome', 'oslo'])};{k % 50},5;{1 + k % 28:02}/03/2020;p{k};{['no', 'yes'][k % 50 > 20]}"
        for k in range(100)
    ]
    path.write_text("\n".join(["city;age;day;id;won", *rows]))
    lab = Lab(folder / "home")
    edits = {"data.source": str(path), "columns.drop": "id", "optimization.iterations": "200"}
    run = end_of(lab, lab.start(edit(Experiment(), edits)))
    return lab, path, run.experiment, run.name


def test_an_example_is_told_with_its_nearest_training_rows(mixed: tuple[Lab, Path, Experiment, str]) -> None:
    lab, _, experiment, run = mixed
    asking = Asking(lab, experiment, run)
    assert [(one.name, one.kind) for one in asking.columns] == [
        *zip(TRAINED, ("category", "number", "date"), strict=True)
    ]
    assert asking.columns[0].holds == "oslo, rome" and asking.columns[2].holds.endswith("… 28/03/2020")
    texts = asking.example("train", 7)
    answer = asking.answer(texts)
    own = answer.nearest[0]
    assert (own.place, own.texts, own.label) == (7, texts, asking.truth("train", 7)) and own.distance < 1e-6
    assert [near.distance for near in answer.nearest] == sorted(near.distance for near in answer.nearest)
    assert answer.said.startswith(f"{own.label} · {own.label}: 9") and "Of the nearest 5 training rows: " in answer.said


def test_an_example_is_called_by_its_row_in_the_file(mixed: tuple[Lab, Path, Experiment, str]) -> None:
    """That row of the file holds its cells; so do those of the nearest training rows."""
    lab, path, experiment, run = mixed
    asking, lines = Asking(lab, experiment, run), path.read_text().splitlines()
    for part in ("train", "dev", "test"):
        for place in range(len(asking.parts[part].y)):
            found = re.fullmatch(rf"\w+ example {place + 1}, row (\d+) of mixed.csv", asking.name(part, place))
            assert found and tuple(lines[int(found[1]) - 1].split(";")[:3]) == asking.example(part, place)
    for near in asking.answer(asking.example("dev", 0)).nearest:
        assert isinstance(near.row, int) and tuple(lines[near.row - 1].split(";")[:3]) == near.texts


def test_what_is_typed_goes_the_way_of_predict(mixed: tuple[Lab, Path, Experiment, str], tmp_path: Path) -> None:
    """A missing value and an unknown level are said and predicted; what is no value is named with its column."""
    lab, _, experiment, run = mixed
    asking = Asking(lab, experiment, run)
    texts = ("paris", "", "05/03/2020")
    answer = asking.answer(texts)
    assert answer.notes == (
        'it is of a level of city that train has not ("paris"): all zeros',
        "it is without age, which none of train lacks: the median",
    )
    distant = asking.answer(("rome", "1,5e4", "05/03/2020"))
    assert distant.notes == ("it is with age far from what train has, 0,5 … 49,5: 15000",)
    assert re.search(r"; \d{3}σ to \d{3}σ away", distant.said), "no power of ten"
    (tmp_path / "new.csv").write_text(f"city;age;day\n{';'.join(texts)}\n")
    predictor = Predictor.of(lab, run)
    X, _ = predictor.read(str(tmp_path / "new.csv"))
    assert dict(answer.chances) == dict(zip(("no", "yes"), predictor(X).probabilities[0], strict=True))
    for cells, fault in (
        (("rome", "many", "05/03/2020"), "column \"age\": no number: 'many'"),
        (("rome", "1", "31/02/2020"), "column \"day\": no date: '31/02/2020'"),
        (("rome", "1e999", "05/03/2020"), "column \"age\": no number: '1e999'"),
        (("rome", "\x1b[2J", "05/03/2020"), "column \"age\": no number: '\ufffd[2J'"),
    ):
        with pytest.raises(BadInput) as refused:
            asking.answer(cells)
        assert str(refused.value) == fault


def test_a_whole_row_may_be_typed_at_once(mixed: tuple[Lab, Path, Experiment, str]) -> None:
    lab, _, experiment, run = mixed
    asking = Asking(lab, experiment, run)
    row = ("rome", "1,5", "05/03/2020")
    assert asking.cells(0, "rome; 1,5;05/03/2020") == asking.cells(1, "rome\t1,5\t05/03/2020") == row
    assert asking.cells(2, 'rome,"1,5",05/03/2020') == row
    assert asking.cells(1, " 1,5 ") == ("1,5",) and asking.cells(0, "a,b") == ("a,b",)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("rome;1,5", "2 cells, and 3 columns are wanted: in this order day would have none"),
        ("1,5; 05/03/2020", "2 cells, and 3 columns are wanted: in this order day would have none"),
        ('rome,"1,5"', "2 cells, and 3 columns are wanted: in this order day would have none"),
        ("rome\t1,5\t05/03/2020\tno", "4 cells, and 3 columns are wanted: city, age, day, not the label"),
    ],
)
def test_a_row_of_another_number_of_cells_is_no_cell(
    mixed: tuple[Lab, Path, Experiment, str], text: str, fault: str
) -> None:
    lab, _, experiment, run = mixed
    asking = Asking(lab, experiment, run)
    for column in range(3):
        with pytest.raises(BadInput) as refused:
            asking.cells(column, text)
        assert str(refused.value) == fault
    assert asking.cells(0, "Cologne, on the Rhine") == ("Cologne, on the Rhine",), "a level that train has not"


def test_without_its_data_a_run_still_answers(mixed: tuple[Lab, Path, Experiment, str]) -> None:
    lab, path, experiment, run = mixed
    kept = Asking(lab, experiment, run).answer(("rome", "1,5", "05/03/2020"))
    path.rename(path.with_suffix(".gone"))
    try:
        asking = Asking(Lab(lab.store.home), experiment, run)
    finally:
        path.with_suffix(".gone").rename(path)
    assert not asking.parts and asking.typical()[0] == "oslo" and asking.columns[0].holds == "oslo, rome"
    assert asking.columns[1].holds == "0,5 … 49,5", "which the run itself knows"
    answer = asking.answer(("rome", "1,5", "05/03/2020"))
    assert answer.chances == kept.chances and not answer.nearest
    assert "No nearest rows: " in answer.said and "no such file" in answer.said
    asking.answer(asking.typical())


def test_a_day_in_the_middle_of_two_is_no_noon(mixed: tuple[Lab, Path, Experiment, str]) -> None:
    lab, _, experiment, run = mixed
    asking = Asking(lab, experiment, run)
    assert asking.model.encoders is not None
    halves = Encoders(encoders=tuple(structs.replace(one, median=18334.5) for one in asking.model.encoders.encoders))
    asking.model = structs.replace(asking.model, encoders=halves)
    assert asking.typical() == ("oslo", "18334,5", "13/03/2020")
