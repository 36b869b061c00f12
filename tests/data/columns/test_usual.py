"""What is decided of many texts at once is what is decided of each alone, and few are looked at alone."""

from random import Random

import numpy as np
import pytest

from tuilab.data.columns import dates, numbers
from tuilab.data.columns.column import TextColumn
from tuilab.data.columns.kinds import judge
from tuilab.data.columns.numbers import NumberForm
from tuilab.data.columns.reading import Reading

ODD = (
    *("", "-", ".", ",", "+", "1", "-1", "+1", "--1", "007", "-0", "0", "0.5", ".5", "5.", ",5", "5,", "1,5", "1.5"),
    *("1.234", "0.234", "1.000", "-1.234", "12.345", "1234.567", "1.234.567", "1.234,5", "1,234", "0,234", "1,234.5"),
    *("1,234,567", "1,23,4", "1'234", "1 234", "1\u00a0234,5", "1’234.5", "(338)", "(0.5)", "(-5)", "−3", "−1.234"),
    *("1e5", "1,5e5", "9e200", "9,5e200", "1E5", "1e400", "9" * 160, "nan", "NaN", "inf", "-Infinity", "1_000", "1-2"),
    *("5 %", "5km", "5 km", "$5", "-$5", "5 m2", "USD 7", "(5 €)", "0x1f", "12:30", "1/2", "١٢", "３", "²", "1\n2"),
    *(
        "Anna",
        "fine",
        "nineteen 8",
        "7ce42c82",
        "C0001",
        "2020-01-05",
        "20200105",
        "5 Mar 2020",
        "May 5, 99",
        "1/2/2020",
    ),
    *(
        "2020-01-05 10:11",
        "2020-01-05T10:11:12",
        "2020-01-05 10:11:12.5",
        "2020-01-05T10:11Z",
        "2020-02-30",
        "0000-01-01",
    ),
    *("2020-01-05 24:00", "2020-01-05 10:60", "2020-1-5", "2020/01/05", "13.02.20", "13/2/2020", "2/13/20", "20/03/05"),
    *("Tue, 3 March 1999", "Sept. 3 2001", "3-Foo-2001", "2020-01-05 x", "1234-05-06", "9999-12-31", "2020-01-05\n1"),
)


def _numbers_and_pieces(seed: int) -> list[str]:
    random = Random(seed)
    return ["".join(random.choices("0012345.,'- eE", k=random.randrange(1, 9))).strip() for _ in range(3000)]


@pytest.mark.parametrize("texts", [ODD, _numbers_and_pieces(1), _numbers_and_pieces(2)])
def test_the_vote_for_numbers_is_the_sum_of_the_votes_of_each(texts: tuple[str, ...]) -> None:
    texts = tuple(dict.fromkeys(texts))
    found, kinds = numbers.vote([(text, 1) for text in texts]), [numbers._kind(text) for text in texts]
    for kind in ("point", "comma", "either", "torn"):
        assert getattr(found, kind) == kinds.count(kind), kind
    assert found.example == numbers.signed(texts[kinds.index("torn")])


@pytest.mark.parametrize("form", ["point", "comma"])
def test_numbers_read_at_once_are_those_read_alone(form: NumberForm) -> None:
    usual = [text for text in (*ODD, *_numbers_and_pieces(3)) if numbers.usual_numbers([text], form) is not None]
    assert len(usual) > 100
    found = numbers.usual_numbers(usual, form)
    assert found is not None
    assert np.array(found).tobytes() == np.array([numbers.number(text, form) for text in usual]).tobytes()


@pytest.mark.parametrize("form", ["year-first", "day-first", "month-first", "named"])
def test_days_read_at_once_are_those_read_alone(form: dates.DateForm) -> None:
    usual = [text for text in ODD if dates.usual_days([text]) is not None]
    assert usual == ["2020-01-05", "2020-01-05 10:11", "2020-01-05T10:11:12", "1234-05-06"]
    usual += [f"{year}-{1 + year % 12:02}-28 {year % 24:02}:{year % 60:02}:59" for year in range(1000, 3000)]
    assert dates.usual_days(usual) == [dates.days(text, form) for text in usual]


def test_the_vote_for_dates_is_the_sum_of_the_votes_of_each() -> None:
    found = dates.vote([(text, 1) for text in ODD])
    for form, told in (("year-first", found.year_first), ("named", found.named)):
        assert told == sum(dates._days(text, form) is not None for text in ODD)
    day, month = ([dates._days(text, form) is not None for text in ODD] for form in ("day-first", "month-first"))
    assert found.day_first + found.month_first + found.torn == np.sum(np.array(day) | np.array(month))


def test_a_unit_is_found_before_and_behind_numbers_however_they_are_written() -> None:
    for text in (
        "5 %",
        "−5 €",
        "(5 €)",
        "1\u00a0234,5 €",
        "$5",
        "-$5",
        "($ 5)",
        "+ 5 €",
        "USD 7",
        "-CHF 7",
        "5.m",
        "’5 km",
    ):
        looked = numbers._BEHIND.fullmatch(numbers.signed(text)) or numbers._BEFORE.match(numbers.signed(text))
        assert numbers.unit_of([(text, 1)]) == (looked[1] if looked else ""), text


def test_few_of_many_texts_are_looked_at_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    m, random, looked = 5000, Random(4), list[str]()
    number, days = numbers.number, dates._days
    monkeypatch.setattr(numbers, "number", lambda text, *form: looked.append(text) or number(text, *form))
    monkeypatch.setattr(dates, "_days", lambda text, *form: looked.append(text) or days(text, *form))
    columns = {
        "price": [f"{at // 1000 + 1}.{at % 1000:03},{random.randrange(100):02}" for at in range(m)],
        "time": [f"2020-01-{1 + at % 28:02} {at % 24:02}:{at % 60:02}:{at % 59:02}" for at in range(m)],
        "clock": [f"{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}" for at in range(m)],
        "key": [f"{random.getrandbits(64):016x}" for _ in range(m)],
        "name": [f"Anna gust{at // 2}" for at in range(m)],
    }
    sheet = [
        TextColumn(name, tuple(dict.fromkeys(texts)), np.arange(m) % len({*texts})) for name, texts in columns.items()
    ]
    kinds = {one.column.name: one.kind for one in judge(sheet, {})}
    assert kinds == {"price": "number", "time": "date", "clock": "text", "key": "identifier", "name": "category"}
    assert len(looked) < m / 20  # of 5 m texts


def test_a_mark_is_found_among_longer_texts_in_capitals_too() -> None:
    column = TextColumn("a", ("N/A", "STRASSE", "straße", "longer than any mark", ""), np.array([0, 1, 2, 3, 0]))
    assert column.blanks({"n/a", "strasse", ""}) == {"N/A": 2, "STRASSE": 1, "straße": 1}
    assert column.filled({"n/a", "strasse", ""}) == [("longer than any mark", 1)]
    assert column.filled(set()) == column.cells
    reading = Reading(name="a", kind="category", levels=("longer than any mark",), own_marks=("STRASSE",))
    assert np.isnan(np.array(reading.values(column.texts))).tolist() == [True, True, True, False, True]
