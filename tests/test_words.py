"""Numbers and tables in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.words import count, duration, number, percent, plural, quantity, rate, sparkline
from tuilab.words.table import aligned


def test_numbers_are_told_the_same_everywhere() -> None:
    durations = {0.4: "0 s", 59.6: "1 min 00 s", 61: "1 min 01 s", 3600 * 5 + 180: "5 h 03 min"}
    assert {seconds: duration(seconds) for seconds in durations} == durations
    assert [rate(value) for value in (0.123, 12345.6)] == ["0.12 it/s", "12,346 it/s"]
    assert [count(value) for value in (0, 999, 15000)] == ["0", "999", "15,000"]
    assert [percent(value) for value in (None, 0.0351, 1)] == ["–", "3.51 %", "100.00 %"]
    assert [number(value) for value in (float("nan"), 0.12345, 2e-7)] == ["–", "0.123", "2e-07"]
    assert [plural(value, "run") for value in (0, 1, 2)] == ["0 runs", "1 run", "2 runs"]


@pytest.mark.parametrize(
    ("value", "told"),
    [(358_729.1, "359,000"), (0.18329, "0.183"), (-12.0, "-12"), (0.0, "0"), (2.1e12, "2.1e+12"), (3e-9, "3e-09")],
)
def test_a_quantity_is_written_as_a_person_does(value: float, told: str) -> None:
    assert quantity(value) == told
    assert [quantity(year, 20.0) for year in (1994.21, 2015.0)] == ["1,994.2", "2,015"]


@given(st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), max_size=20))
def test_a_sparkline_rises_with_its_values(values: list[float | None]) -> None:
    line = sparkline(values)
    assert len(line) == len(values) and [one == "!" for one in line] == [value is None for value in values]
    finite = [(value, one) for value, one in zip(values, line, strict=True) if value is not None]
    assert all(one <= other for value, one in finite for larger, other in finite if value <= larger)
    if len({value for value, _ in finite}) > 1:
        assert {"▁", "█"} <= set(line)


def test_columns_are_aligned_by_cells() -> None:
    assert aligned([("a", "b"), ("日本", "12")], "lr") == ("a      b", "日本  12")
    assert aligned([("a", "b", "c"), ("日本", "12", "")]) == ("a     b   c", "日本  12")
    assert aligned([("a", "b", "c", "d"), ("aa", "bb", "cc", "dd")], "rlr") == (" a  b    c   d", "aa  bb  cc  dd")
    assert aligned([("a\x1b", "b")], gap=1) == ("a\ufffd b",)
