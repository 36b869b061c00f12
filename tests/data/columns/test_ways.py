"""The ways to decide a question, and the other ways beside them."""

import pytest

from tuilab.data.columns.ways import Way, left_out, together
from tuilab.experiment import Experiment, edit


@pytest.mark.parametrize(
    ("way", "other"),
    [
        (Way(key="missing", value="median", others=("drop rows",)), {"missing": '"drop rows"'}),
        (Way(key="as", value="a = b = category", others=("number",)), {"as": '["a = b = number"]'}),
        (left_out('the "id" = 7', "number"), {"as": r'["the \"id\" = 7 = number"]'}),
        (left_out("name"), {}),
    ],
)
def test_the_other_way_is_what_is_said_behind_or(way: Way, other: dict[str, str]) -> None:
    found = way.otherwise
    assert together([found] if found else []) == other
    assert all(
        value.strip("[]").split("= ")[-1].strip('"') in way.said.partition(" (or ")[2] for value in other.values()
    )


def test_what_a_column_is_comes_in_place_of_what_it_was_taken_for() -> None:
    wanted = edit(Experiment(), {"columns.as": '["zip = number", "a = b = date"]'}).columns
    found = together([Way(key="as", value="zip = category")], wanted)
    assert found == {"as": '["a = b = date", "zip = category"]'}
