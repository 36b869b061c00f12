"""What a column holds is voted by all of its cells; what they do not tell is a question, never a guess."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.data.columns import dates, kinds, numbers
from tuilab.data.columns.column import NumberColumn
from tuilab.data.columns.kinds import DECISIONS, Judged, _different_rows, judge
from tuilab.data.columns.reading import Reading
from tuilab.data.columns.sheet import TextColumn


def column(cells: Sequence[str], name: str = "x") -> TextColumn:
    texts = list(dict.fromkeys(cells))
    return TextColumn(name, tuple(texts), np.array([texts.index(cell) for cell in cells]))


def judged(cells: Sequence[str], name: str = "x", **others: Sequence[str]) -> Judged:
    return judge([column(cells, name), *(column(each, other) for other, each in others.items())], {})[0]


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("12", 12, 12),
        ("-3.5", -3.5, None),
        ("−3.5", -3.5, None),
        ("−1.234,5", None, -1234.5),
        ("3−5", None, None),
        ("3,5", None, 3.5),
        (",5", None, 0.5),
        (".5", 0.5, None),
        ("30.123", 30.123, 30123),
        ("30,123", 30123, 30.123),
        ("1.234.567", None, 1234567),
        ("1,234,567.8", 1234567.8, None),
        ("1.234,5", None, 1234.5),
        ("1 234", 1234, 1234),
        ("1'234.5", 1234.5, None),
        ("0.123", 0.123, None),
        ("1234.567", 1234.567, None),
        ("1e3", 1000, 1000),
        ("2,5e3", None, 2500),
        ("1_000", None, None),
        ("0x10", None, None),
        ("1e999", None, None),
        ("inf", None, None),
        ("nan", None, None),
        ("1.2.3", None, None),
        ("12,34,567", None, None),
        ("", None, None),
    ],
)
def test_a_number_in_both_forms(text: str, point: float | None, comma: float | None) -> None:
    assert (numbers.number(text, "point"), numbers.number(text, "comma")) == (point, comma)


@given(st.floats(-1e100, 1e100))
def test_every_number_comes_back_from_either_form(value: float) -> None:
    assert numbers.number(repr(value), "point") == value
    assert numbers.number(repr(value).replace(".", ","), "comma") == value


@given(
    st.integers(-(10**12), 10**12), st.sampled_from([(",", "point"), (".", "comma"), (" ", "point"), ("'", "comma")])
)
def test_groups_of_three_come_back(value: int, written: tuple[str, numbers.NumberForm]) -> None:
    separator, form = written
    assert numbers.number(f"{value:,}".replace(",", separator), form) == value


@pytest.mark.parametrize(
    ("text", "form", "found"),
    [
        ("2020-03-05", "year-first", 18326),
        ("2020/3/5", "year-first", 18326),
        ("2020-03-05 12:00", "year-first", 18326.5),
        ("2020-03-05T12:00:00Z", "year-first", 18326.5),
        ("5/3/2020", "day-first", 18326),
        ("3/5/2020", "month-first", 18326),
        ("05.03.2020", "day-first", 18326),
        ("31/2/2020", "day-first", None),
        ("13/5/2020", "month-first", None),
        ("5/3-2020", "day-first", None),
        ("2020-03-05 25:00", "year-first", None),
        ("0000-01-01", "year-first", None),
    ],
)
def test_a_date(text: str, form: dates.DateForm, found: float | None) -> None:
    assert dates.days(text, form) == found


TENS = [str(n % 10) for n in range(100)]


@pytest.mark.parametrize(
    ("cells", "kind", "form"),
    [
        ([f"{n / 7:.2f}" for n in range(100)], "number", "point"),
        ([f"{n / 7:.2f}".replace(".", ",") for n in range(100)], "number", "comma"),
        ([f"{10**6 + 37 * (n % 50) ** 2:,}".replace(",", ".") for n in range(1200, 1300)], "number", "comma"),
        ([*"12?3", "NA", ""] * 20, "integer", "point"),
        ([str(n) for n in range(1, 101)], "identifier", "point"),
        ([str(7 * n % 101) for n in range(1, 101)], "identifier", "point"),
        (["5"] * 100, "constant", "point"),
        (["", "NA"] * 50, "constant", None),
        (["north"] * 100, "constant", None),
        (["rome", "paris", "oslo", "?"] * 25, "category", ""),
        (["yes", "no"] * 50, "boolean", ""),
        ([f"K-{n:05}" for n in range(100)], "identifier", None),
        ([f"once upon a time {'very ' * n}" for n in range(100)], "text", None),
        ([f"{n % 28 + 1}/{n % 12 + 1}/2020" for n in range(100)], "date", "day-first"),
        ([f"{n % 12 + 1}/{n % 28 + 1}/2020" for n in range(100)], "date", "month-first"),
        ([f"{n % 9 + 1}.{n % 12 + 1}.2020" for n in range(100)], "date", "day-first"),
        ([f"2020-{n % 12 + 1:02}-{n % 28 + 1:02}" for n in range(100)], "date", "year-first"),
        (["2020-03-05", "13/2/2020", "05/03/2020", "5 Mar 2020"] * 25, "date", "day-first"),
        ([*["2020-03-05"] * 90, *["2/13/2020"] * 10], "date", "month-first"),
        (["2020-03-05", "5 Mar 2020"] * 50, "date", "named"),
    ],
)
def test_the_kind_of_a_column(cells: list[str], kind: str, form: str | None) -> None:
    one = judged(cells, other=[str(n // 2) for n in range(len(cells))])
    assert (one.kind, one.reading and one.reading.form, one.question, one.doubtful) == (kind, form, "", ())
    assert one.evidence


@pytest.mark.parametrize(
    ("cells", "ways"),
    [
        ([f"{n}.{n * 37 % 1000:03}" for n in range(1, 101)], ("point", "comma")),
        ([f"{n},{n * 37 % 1000:03}" for n in range(1, 101)], ("point", "comma")),
        ([f"{n % 12 + 1}/{n % 11 + 1}/2020" for n in range(100)], ("day-first", "month-first")),
        ([*["2020-03-05", "5 Mar 2020"] * 45, *["05/03/2020"] * 10], ("day-first", "month-first")),
        ([*["13/02/2020"] * 60, *["02/13/2020"] * 10, *["05/03/2020"] * 30], ("day-first", "month-first")),
    ],
)
def test_what_the_cells_do_not_tell_is_asked(cells: list[str], ways: tuple[str, ...]) -> None:
    one = judged(cells)
    assert one.reading is None and one.alternatives[:2] == ways
    assert all(way in one.question for way in ways)
    general = judge([column(cells)], {"x": "date" if "first" in ways[0] else "number"})[0]
    assert general.question == one.question, "which number, or which date, is not told by that"
    for way in ways:
        decided = judge([column(cells)], {"x": way})[0]
        assert decided.reading is not None and decided.reading.form == way and not decided.question


def test_dates_of_several_forms_are_the_days_that_they_say() -> None:
    one = judged(["2020-03-05", "13/2/2020", "05/03/2020", "5 Mar 2020", "March 5, 2020"] * 20)
    assert one.values[:5].tolist() == [18326, 18305, 18326, 18326, 18326] and one.evidence == (
        "100 of 100 cells are dates, day/month/year or year-month-day or with the names of months"
    )
    slip = judged([*["13/02/2020"] * 60, "02/13/2020", *["05/03/2020"] * 30])
    assert slip.doubtful == ("02/13/2020",) and slip.values[-1] == 18326


def test_a_decimal_point_elsewhere_in_the_file_tells_it_and_a_comma_does_not() -> None:
    torn = [f"{n}.{n * 37 % 1000:03}" for n in range(1, 101)]
    point = judged(torn, other=[f"{n / 2:.1f}" for n in range(100)])
    assert not point.question and point.reading is not None and point.reading.form == "point"
    assert judged(torn, other=[f"{n / 2:.1f}".replace(".", ",") for n in range(100)]).question


def test_whole_numbers_have_the_form_that_the_rest_of_the_file_tells() -> None:
    """So what comes later, 1.234 or 1,5, is read as the file would have meant it."""
    halves = [f"{n / 2:.1f}" for n in range(100)]
    for form, other in (
        ("point", halves),
        ("comma", [half.replace(".", ",") for half in halves]),
        ("point", ["a", "b"] * 50),
    ):
        one = judged([str(n % 60) for n in range(100)], other=other)
        assert one.reading is not None and one.reading.form == form and "decimal comma" not in one.evidence
        later = [1.234, None] if form == "point" else [1234, 1.5]
        assert one.reading.values(["1.234", "1,5"]) == later
    both = judged([f"{n}.5" for n in range(100)], other=[half.replace(".", ",") for half in halves])
    assert both.reading is not None and both.reading.form == "point"


def test_the_last_cells_count_as_much_as_the_first() -> None:
    cells = [str(n) for n in range(300)] + ["12.5"]
    assert judged(cells).kind == "number"
    cells = [f"{n % 12 + 1}/{n % 12 + 1}/2020" for n in range(300)] + ["13/1/2020"]
    one = judged(cells)
    assert one.reading is not None and one.reading.form == "day-first"


def test_cells_that_do_not_fit_are_doubtful_and_missing_ones_are_not() -> None:
    one = judged([*(str(n / 3) for n in range(50)), "NA", "?", "many", "few"])
    assert (one.kind, one.missing, sorted(one.doubtful)) == ("number", 2, ["few", "many"])
    assert [math.isnan(value) for value in one.values.tolist()] == [False] * 50 + [True] * 4


@pytest.mark.parametrize("way", DECISIONS)
def test_what_a_person_says_of_any_column_is_heeded_or_doubted(way: str) -> None:
    for cells in (["", "NA"] * 9, ["north", "?"] * 9, ["1.5", ""] * 9, ["1/2/2020", "x"] * 9):
        (one,) = judge([column(cells)], {"x": way})
        assert len(one.values) == 18 and (one.reading is not None or one.question)
        assert np.isnan(one.values).sum() == one.missing + sum(cells.count(text) for text in one.doubtful)


def test_an_identifier_is_one_although_rows_are_repeated() -> None:
    cells = [str(n) for n in range(1, 101)]
    assert judged([*cells, *cells[:10]], other=[*TENS, *TENS[:10]]).kind == "identifier"
    assert judged([*cells, *cells[:10]], other=[*TENS, *TENS[10:15], *TENS[:5]]).kind == "number"


@pytest.mark.parametrize(
    ("text", "form", "unit", "value"),
    [
        ("$1,234.50", "point", "$", 1234.5),
        ("-$5", "point", "$", -5),
        ("$ -5", "point", "$", -5),
        ("1.234,50 €", "comma", "€", 1234.5),
        ("45 %", "point", "%", 45),
        ("4,5%", "comma", "%", 4.5),
        ("%45", "point", "%", None),
        ("5", "point", "$", None),
        ("€5", "point", "$", None),
        ("$", "point", "$", None),
        ("-$-5", "point", "$", None),
        ("$5$", "point", "$", None),
        ("$5", "point", "", None),
        ("163 m²", "point", "m²", 163),
        ("1.234,5 km", "comma", "km", 1234.5),
        ("12µg/L", "point", "µg/L", 12),
        ("kg 5", "point", "kg", None),
        ("5 kkm", "point", "km", None),
        ("1 room", "point", "rooms", 1),
        ("5 m", "point", "ms", None),
        ("EUR -5", "point", "EUR", -5),
        ("(338)", "point", "", -338),
        ("($1,208.50)", "point", "$", -1208.5),
        ("(4,5 %)", "comma", "%", -4.5),
        ("(-338)", "point", "", None),
        ("(338", "point", "", None),
        ("()", "point", "", None),
    ],
)
def test_a_number_with_a_sign_of_its_unit(text: str, form: numbers.NumberForm, unit: str, value: float | None) -> None:
    assert numbers.number(text, form, unit) == value
    if value is not None:
        assert numbers.number(numbers.written(value, form, unit=unit), form, unit) == value


def test_a_number_is_written_with_its_unit_as_people_do() -> None:
    assert [numbers.written(-2.5, "comma", unit=unit) for unit in ("$", "%", "")] == ["-$2,5", "-2,5 %", "-2,5"]
    assert numbers.written(2.5, "comma", unit="km") == "2,5 km"


@pytest.mark.parametrize(
    ("cells", "unit"),
    [
        (["163 m²", "70 m²", "81 m²"], "m²"),
        (["1 room", "2 rooms", "1 room"], "rooms"),
        (["5 kg/m3", "6 kg/m3"], "kg/m3"),
        (["EUR 5", "-EUR 6.5"], "EUR"),
        (["($5)", "($6.50)"], "$"),
        (["5 °C", "−6 °C"], "°C"),
        (["−$5", "−$6"], "$"),
        (["5 km", "3 mi"], ""),
        (["1,5e-05", "2,5e-05"], ""),
        (["A1 km", "B2 km"], ""),
        (["5 of 6", "3 of 6"], ""),
        (["2 Jan", "3 Feb", "3 Mar"], ""),
    ],
)
def test_the_unit_of_a_column_is_told_by_most_of_its_cells(cells: list[str], unit: str) -> None:
    assert numbers.unit_of([(text, 1) for text in cells]) == unit


def test_a_unit_is_that_of_the_whole_column_and_what_is_without_is_doubted() -> None:
    (money,) = judge([column([f"${n},000.00" for n in range(1, 40)], "price")], {})
    assert money.reading is not None and (money.reading.form, money.reading.unit) == ("point", "$")
    assert money.values[0] == 1000 and "39 of 39 cells are numbers, each with $" in money.evidence
    (share,) = judge([column([*(f"{n} %" for n in range(40)), "0.5", "3 €"], "share")], {})
    assert share.reading is not None and share.reading.unit == "%" and share.doubtful == ("0.5", "3 €")
    (torn,) = judge([column([f"€ {n}.500" for n in range(1, 40)], "price")], {})
    assert torn.reading is None and "30.500" not in torn.question and "(point) or" in torn.question


@pytest.mark.parametrize(
    ("text", "form", "day"),
    [
        ("5 Mar 2020", "named", "2020-03-05"),
        ("05-March-20", "named", "2020-03-05"),
        ("5. Sept. 1998", "named", "1998-09-05"),
        ("Sat 01 Aug 2020", "named", "2020-08-01"),
        ("Saturday, August 1, 2020", "named", "2020-08-01"),
        ("Mar 5, 2020", "named", "2020-03-05"),
        ("march 5 98 12:00", "named", "1998-03-05T12:00"),
        ("31 Feb 2020", "named", None),
        ("5 Mär 2020", "named", None),
        ("05/03/20", "day-first", "2020-03-05"),
        ("05/03/20", "month-first", "2020-05-03"),
        ("05.03.98", "day-first", "1998-03-05"),
        ("20-03-05", "day-first", None),
    ],
)
def test_short_years_and_names_of_months(text: str, form: dates.DateForm, day: str | None) -> None:
    wanted = None if day is None else (np.datetime64(day, "s") - np.datetime64("1970", "s")) / np.timedelta64(1, "D")
    found = dates.days(text, form)
    assert found == wanted
    if found is not None:
        assert dates.days(dates.written(found, form), form) == found


@pytest.mark.parametrize(
    ("years", "first", "last"),
    [
        (range(15, 24), 2015, 2023),
        (range(75, 100), 1975, 1999),
        ([*range(45, 100), *range(6)], 1945, 2005),
        (range(30, 91), 1930, 1990),
        ([98], 1998, 1998),
    ],
)
def test_years_of_two_digits_are_in_a_row(years: Sequence[int], first: int, last: int) -> None:
    (one,) = judge([column([f"{13 + n % 16}/03/{year:02}" for n, year in enumerate([*years] * 20)], "day")], {})
    assert one.kind == "date" and not one.question
    ends = [np.datetime64(int(day), "D").astype(object).year for day in (one.values.min(), one.values.max())]
    assert ends == [first, last] and f"years of two digits read as {first} to {last}" in one.evidence


@pytest.mark.parametrize(
    ("cells", "question"),
    [
        ([f"{13 + n % 16}/03/{20 + n}" for n in range(49)], "would be of 2020 to 2068 (date), or of a century before"),
        ([f"20/03/{n:02}" for n in range(1, 31)], "may begin with its year, or end with it (date)"),
        ([f"{1 + n % 12:02}/{1 + n // 12:02}/22" for n in range(100)], "day-first) or its month (month-first)"),
    ],
)
def test_dates_that_may_be_others_are_asked_about(cells: list[str], question: str) -> None:
    (one,) = judge([column(cells, "day")], {})
    assert one.reading is None and question in one.question
    (decided,) = judge([column(cells, "day")], {"day": one.alternatives[0]})
    assert decided.reading is not None and not decided.question


_PLAIN = st.one_of(
    st.from_regex(r"[+-]?(0|[1-9][0-9]{0,3})(\.[0-9]{0,4})?(e[+-]?[0-9])?", fullmatch=True),
    st.sampled_from(["30.123", "0.123", "1_0", "nan", "inf", "1e200", "-", "", "x", "1,5"]),
)


@given(st.lists(_PLAIN, min_size=1, max_size=8))
def test_plain_numbers_are_told_at_once_as_one_by_one(texts: list[str]) -> None:
    different = tuple(dict.fromkeys(texts))
    column = TextColumn("a", different, np.array([different.index(text) for text in texts]))
    if column.plain is None:
        return
    reading = Reading(name="a", kind="number", form="point")
    filled = [cell for cell in column.cells if cell[0].casefold() not in reading.marks]
    assert numbers.vote_of_plain(filled) == numbers.vote(filled)
    values = [value for value in reading.values(different) if value is not None]
    assert np.array_equal(values, column.plain, equal_nan=True)


def test_different_rows_are_counted_without_a_table_of_their_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """`np.unique` makes one of whole numbers, which of a million takes a second and 50 MB."""
    monkeypatch.setattr(np, "unique", lambda *_, **__: pytest.fail("it makes one"))
    columns = [NumberColumn("a", np.array([1.0, 2, 1, 2, np.nan])), column(["x", "x", "x", "y", "x"], "b")]
    assert _different_rows(columns) == 4


def test_numbers_alone_are_not_read_a_text_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = tuple(f"{at / 7:.4f}" for at in range(100))
    monkeypatch.setattr(numbers, "number", lambda *_: pytest.fail("each of 10,000 columns would wait for it"))
    judged = judge([TextColumn("a", texts, np.arange(100))], {})[0]
    assert judged.kind == "number" and judged.values[99] == float(texts[99])


def test_rows_are_compared_only_where_a_column_may_be_the_names_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(kinds, "_different_rows", lambda columns: asked.append(1) or 40)
    fractions = NumberColumn("x", np.linspace(0, 1, 40))
    assert judge([fractions, column(["a", "b"] * 20)], {})[0].kind == "number" and not asked
    names = [column([f"n{number:02}" for number in range(40)], name) for name in ("one", "other")]
    assert [one.kind for one in judge([*names, fractions], {})] == ["identifier", "identifier", "number"]
    assert asked == [1]
