"""Rows that are taken many at a time are what they are one by one; numbers beside marks need no closer look."""

import tempfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tuilab.data import csv_rows
from tuilab.data.columns import blocks
from tuilab.data.columns.column import TextColumn
from tuilab.data.columns.kinds import judge
from tuilab.data.columns.sheet import read_sheet
from tuilab.errors import BadInput
from tuilab.experiment.fields import ColumnsSection

plain = ["1", "-2.5", "NA", "", "x y", " x", "x ", "é", "\u2028", "\x0b", "'"]
odd = ['"4"', '"a,b"', '"a""b"', ' "q"', '"a\nb"', '"a\r\nb"', '"open', 'a"b', "\0", "a,b", "\udcff"]
ends = st.sampled_from(["\n"] * 6 + ["\r\n", "\r", "\n\n", " \n"])


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """A table with here and there an oddity."""
    delimiter = draw(st.sampled_from([",", ",", ";", "\t"]))
    text = delimiter.join(["p", "q", draw(st.sampled_from(["kind", '"kind"', '"ki\nnd"']))]) + draw(ends)
    strange = draw(st.sets(st.integers(0, 11), max_size=2))
    for row in range(draw(st.integers(0, 12))):
        cells = [draw(st.sampled_from(plain + odd * (row in strange))) for _ in range(3)]
        text += delimiter.join(cells) + (draw(ends) if row in strange else "\n")
    return text.encode(errors="surrogateescape")


def outcome(content: bytes, piece: int, header: str, *, one_by_one: bool = False) -> object:
    """The sheet, or what is said of it."""
    with tempfile.TemporaryFile() as file, pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "_PIECE", piece)
        if one_by_one:
            patch.setattr(blocks, "after_header", lambda *given: None)
        file.write(content)
        file.flush()
        try:
            sheet = read_sheet(file, "", ColumnsSection(header=header))
        except BadInput as error:
            return str(error)
        columns = [(one.name, one.texts, one.codes.tolist(), one.padded) for one in sheet.columns]
        return columns, sheet.numbers.tolist(), sheet.label


@examples(400)
@given(tables(), st.sampled_from([20, 64, 2**20]), st.sampled_from(["auto", "none"]))
def test_many_rows_at_a_time_are_what_they_are_one_by_one(content: bytes, piece: int, header: str) -> None:
    assert outcome(content, piece, header) == outcome(content, piece, header, one_by_one=True)


def test_rows_with_quotes_are_not_read_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    content = 'p,q,kind\n1,2,"a"\n3,"4,5", b\n"6",7,"a\nb"\n\n8,9,c\n'
    asked = list[csv_rows.Place]()
    real = csv_rows.rows
    monkeypatch.setattr(blocks, "rows", lambda file, place, **how: asked.append(place) or real(file, place, **how))
    found = outcome(content.encode(), 20, "auto")
    assert found == outcome(content.encode(), 20, "auto", one_by_one=True)
    assert asked[0] == csv_rows.Place(content.index('"6"'), 3, 3)


texts = st.sampled_from(["1", "2.5", "1e3", "999", "999.0", "NA", "-", "", "nan", "none", "+nan", "inf", "1_0", "x"])


@examples(300)
@given(st.lists(texts, min_size=1, max_size=12), st.sampled_from([(), ("x",)]))
def test_numbers_beside_marks_are_what_a_closer_look_finds(cells: list[str], own: tuple[str, ...]) -> None:
    different = tuple(dict.fromkeys(cells))
    column = TextColumn("x", different, np.array([different.index(cell) for cell in cells]))
    looked = TextColumn("x", column.texts, column.codes)
    looked.__dict__["plain"] = None
    one, other = (judge([each], {}, {"x": own})[0] for each in (column, looked))
    assert (one.kind, one.evidence, one.reading, one.doubtful) == (
        other.kind,
        other.evidence,
        other.reading,
        other.doubtful,
    )
    assert np.array_equal(one.values, other.values, equal_nan=True)


def test_marks_beside_numbers_are_no_reason_for_a_closer_look() -> None:
    column = TextColumn("x", ("1", "NA", "2e1", ""), np.array([0, 1, 2, 3]))
    assert column.plain is not None and np.array_equal(column.plain, [1, np.nan, 20, np.nan], equal_nan=True)
