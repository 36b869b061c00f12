"""What a column becomes is learned of the training part alone; whatever comes later goes through the same."""

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.data.columns.encoders import ONE_HOT, Encoders, fit
from tuilab.data.columns.reading import Reading
from tuilab.errors import BadInput

NAN = math.nan
CITY = Reading(name="city", kind="category", levels=("oslo", "paris", "rome"))
AGE = Reading(name="age", kind="number", form="comma")
DAY = Reading(name="day", kind="date", form="day-first")


def test_a_category_is_an_input_a_level_and_what_is_unknown_is_all_zeros() -> None:
    encoders = fit([CITY], np.array([[0.0], [2.0], [0.0]]))
    assert encoders.features == ("city = oslo", "city = rome")
    later = encoders.read({"city": ["rome", "paris", "berlin", "oslo", "NA"]})
    assert encoders.apply(later).tolist() == [[0, 1], [0, 0], [0, 0], [1, 0], [0, 0]]
    assert {name: places.tolist() for name, places in encoders.unknown(later).items()} == {"city": [1, 2]}


def test_many_levels_are_told_by_their_share() -> None:
    levels = tuple(f"l{n}" for n in range(ONE_HOT + 1))
    wide = Reading(name="zip", kind="category", levels=levels)
    X = np.array([*range(ONE_HOT + 1), 0, 0, NAN], np.float64)[:, None]
    encoders = fit([wide], X)
    assert encoders.features == ("zip (frequency)", "zip is missing")
    m = len(X)
    later = encoders.apply(encoders.read({"zip": ["l0", "l1", "new", ""]}))
    assert later.tolist() == [[3 / m, 0], [1 / m, 0], [0, 0], [0, 1]]
    assert fit([wide], X, "one-hot").features[:2] == ("zip = l0", "zip = l1")
    assert fit([CITY], X[:3], "frequency").features == ("city (frequency)",)
    assert len(fit([wide], X[:ONE_HOT]).features) == ONE_HOT


def test_a_missing_number_is_the_median_and_marked() -> None:
    encoders = fit([AGE], np.array([[1.0], [3.0], [NAN], [10.0]]))
    assert encoders.features == ("age", "age is missing")
    assert encoders.apply(encoders.read({"age": ["2,5", "?"]})).tolist() == [[2.5, 0], [3, 1]]
    whole = fit([AGE], np.array([[1.0], [3.0]]))
    assert whole.apply(whole.read({"age": ["2,5", "?"]})).tolist() == [[2.5], [2]]


def test_a_date_is_its_days_and_its_place_in_the_year() -> None:
    encoders = fit([DAY], np.array([[0.0], [10.0]]))
    X = encoders.apply(encoders.read({"day": ["1/1/1970", "2/7/1970"]}))
    assert X[:, 0].tolist() == [0, 182]
    assert np.allclose(X[0, 1:], [0, 1]) and np.allclose(X[1, 1:], [0, -1], atol=0.02)


def test_what_is_no_value_is_refused_by_example_and_column() -> None:
    encoders = fit([AGE, CITY], np.array([[1.0, 0.0]]))
    with pytest.raises(BadInput, match="example 2, column \"age\": no number: 'ten'"):
        encoders.read({"age": ["1", "ten"], "city": ["rome", "rome"]})
    with pytest.raises(BadInput, match=r"no number with a decimal comma: '2\.5'"):
        encoders.read({"age": ["1", "2.5"], "city": ["rome", "rome"]})
    with pytest.raises(BadInput, match='has no column "city"'):
        encoders.read({"age": ["1"]})


values = st.sampled_from([0.0, 1.0, 2.0, NAN])


@given(st.lists(st.tuples(values, values), min_size=1, max_size=20))
def test_the_same_is_done_after_it_was_written_and_read(rows: list[tuple[float, float]]) -> None:
    X = np.array(rows)
    encoders = fit([CITY, AGE], X)
    again = msgspec.json.decode(msgspec.json.encode(encoders), type=Encoders)
    assert again == encoders
    made = again.apply(X)
    assert made.shape == (len(X), len(encoders.features)) and np.isfinite(made).all()
    assert (made == encoders.apply(X)).all() and not encoders.unknown(X)


@given(st.lists(st.tuples(values, values, st.sampled_from([-7.0, 18326.5, NAN])), min_size=1, max_size=20))
def test_cells_that_are_written_of_inputs_give_the_same_inputs(rows: list[tuple[float, float, float]]) -> None:
    """Of levels as frequent as one another another one may be written, whose input is the same."""
    X = np.array(rows)
    for encoding in ("one-hot", "frequency"):
        encoders = fit([CITY, AGE, DAY], X, encoding)
        inputs = encoders.apply(X)
        columns = zip(*(encoders.texts(row + 1e-9) for row in inputs), strict=True)
        again = encoders.read(dict(zip(("city", "age", "day"), columns, strict=True)))
        np.testing.assert_allclose(encoders.apply(again), inputs, atol=1e-4)
