"""Whether the first row of a file names its columns, or is data like the others."""

from pathlib import Path

import pytest

from tuilab.data import unlabeled
from tuilab.data.files import load
from tuilab.data.table import Table
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit

STATES, SEXES, INCOMES = ("State-gov", "Private", "?"), ("Male", "Female"), ("<=50K", ">50K")
ADULTS = "".join(
    f"{30 + n * 7 % 11}, {STATES[n % 3]}, {1000 + n * 37 % 29}, {SEXES[n % 2]}, {INCOMES[n % 5 > 2]}\n"
    for n in range(40)
)
IRISES = "".join(f"{4 + n % 7 / 10},{n % 3},{['setosa', 'virginica'][n % 2]}\n" for n in range(40))


def read(tmp_path: Path, text: str, label: str = "", **columns: str) -> Table:
    path = tmp_path / "t.data"
    path.write_text(text)
    wanted = edit(Experiment(), {f"columns.{name}": value for name, value in columns.items()}).columns
    return load(str(path), label, columns=wanted)


@pytest.mark.parametrize(
    "text",
    [ADULTS, IRISES, "".join(reversed(ADULTS.splitlines(keepends=True)))],
    ids=("adults", "irises", "backwards"),
)
def test_a_first_row_of_data_is_no_header(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInput, match=r'row 1: holds .* is wanted \(columns.header = "none"'):
        read(tmp_path, text)
    table = read(tmp_path, text, header="none", missing="median")
    names = tuple(f"column {place}" for place in range(1, text.partition("\n")[0].count(",") + 2))
    assert (*table.features, table.label) == names and len(table.y) == 40


def test_a_column_of_a_file_without_a_header_is_the_label_by_its_number(tmp_path: Path) -> None:
    table = read(tmp_path, ADULTS, "column 4", header="none", missing="median")
    assert table.classes == ("Female", "Male") and table.features[-1] == "column 5"


@pytest.mark.parametrize(
    "text",
    [
        "country,2019,2020,kind\n" + "no,1,2,a\nse,3,4,b\nno,5,6,a\nse,7,8,b\n" * 3,  # numbers as names
        "a,b,kind\n" + "a,1,x\nb,2,y\nkind,3,x\n" * 3,  # a name that is a level of its column
        "?,a,kind\n" + "1,u,x\n2,v,y\n" * 4,
        "x,y\n" + "1,y\n2,n\n" * 4,  # a class that is called as the label is
    ],
)
def test_names_that_stand_in_a_table_too_are_a_header(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text).label == text.partition("\n")[0].rpartition(",")[2]


def test_what_looks_like_data_may_be_said_to_be_names(tmp_path: Path) -> None:
    text = "A,B,kind\n" + "A,B,kind\nB,A,other\n" * 4
    with pytest.raises(BadInput, match="row 1: holds what stands below it again"):
        read(tmp_path, text)
    assert read(tmp_path, text, header="first row").features == ("A", "B")
    assert read(tmp_path, "2019,2020,kind\n" + "1,2,a\n3,4,b\n" * 3, header="first row").features == ("2019", "2020")


def test_a_file_to_be_predicted_is_read_as_one_without_a_header_if_the_first_was(tmp_path: Path) -> None:
    path = tmp_path / "new.csv"
    for text in ("1,2\n3,4\n", "1,2,x\n3,4,\n", "column 2,column 1\n2,1\n4,3\n"):
        path.write_text(text)
        X, _ = unlabeled.load(str(path), ("column 1", "column 2"), ("column 3",))
        assert X.tolist() == [[1, 2], [3, 4]]
    with pytest.raises(BadInput, match='lacks the column "column 3"'):
        unlabeled.load(str(path), ("column 2", "column 3"), ("column 1",))
