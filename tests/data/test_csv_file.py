import csv
import io
import os
import sys
import tempfile
import time
import tracemalloc
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.examples import examples
from tests.withheld import withhold
from tuilab.data import csv_file, csv_plain, csv_rows, files
from tuilab.data.header import looks_like_data
from tuilab.data.table import label_fault
from tuilab.errors import BadInput
from tuilab.text import clean

HEADER = "age,size,kind\n"
ROWS = "1,2,x\n3,4,y\n5,6,x\n7,8,y\n"


@pytest.fixture
def load(tmp_path):
    def load(content, label=""):
        path = tmp_path / "table.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return files.load(str(path), label)

    return load


@pytest.fixture
def refusal(load, tmp_path):
    def refusal(content, label=""):
        with pytest.raises(BadInput) as caught:
            load(content, label)
        assert caught.value.file == f"{tmp_path}/table.csv"
        assert str(caught.value).isprintable()
        return caught.value

    return refusal


def test_a_plain_table(load):
    table = load(HEADER + ROWS)
    assert table.X.tolist() == [[1, 2], [3, 4], [5, 6], [7, 8]]
    assert table.X.flags.c_contiguous
    assert table.y.tolist() == [0, 1, 0, 1]
    assert (table.y.dtype, table.features, table.classes) == (np.int64, ("age", "size"), ("x", "y"))


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + (HEADER + ROWS).encode(),
        (HEADER + ROWS).replace("\n", "\r\n"),
        (HEADER + ROWS).replace("\n", "\r"),
        (HEADER + ROWS).replace(",", " , "),
        (HEADER + ROWS).replace("age", '"age"').replace("1,", '"1",').replace("x", '"x"'),
        (HEADER + ROWS).replace("\n", "\n\n"),
        (HEADER + ROWS).rstrip("\n"),
        (HEADER + ROWS).encode("utf-16"),
        (HEADER + ROWS).replace(",", ";"),
        (HEADER + ROWS).replace(",", "\t"),
        (HEADER + ROWS).replace(",", " | "),
        (HEADER + ROWS).replace(",", ";").replace("1;", "1,0;"),
    ],
    ids=["mark", "CR LF", "CR", "spaces", "quotes", "blank", "no end", "UTF-16", "semicolons", "tabs", "bars", "comma"],
)
def test_the_same_table_written_otherwise(load, content):
    table = load(content)
    assert table.X.tolist() == [[1, 2], [3, 4], [5, 6], [7, 8]]
    assert (table.features, table.classes) == (("age", "size"), ("x", "y"))


def test_a_named_label_column(load):
    table = load("kind,age,size\nx,1,2\ny,3,4\nx,5,6\ny,7,8\n", label="kind")
    assert table.X.tolist() == [[1, 2], [3, 4], [5, 6], [7, 8]]
    assert (table.features, table.classes) == (("age", "size"), ("x", "y"))


def test_an_unknown_label_column_lists_the_known_ones_cleaned(refusal):
    error = refusal("a\x1b[1m,b,kind\n1,2,x\n3,4,y\n", label="kin\x07d")
    assert error.path == "data.label"
    assert error.message == 'no column is named "kin\ufffdd"; known are a\ufffd[1m, b, kind'


def test_a_label_column_is_found_under_the_name_that_is_shown(load):
    content = "ki\x07nd,age\nx,1\ny,3\nx,5\ny,7\n"
    assert load(content, label="ki\x07nd").classes == load(content, label="ki\ufffdnd").classes == ("x", "y")


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        ("10 9 10 9 -1 -1", ("-1", "9", "10")),
        ("b a B b a B", ("B", "a", "b")),
        ("1 x 10 1 x 10", ("1", "10", "x")),
        ("1.00e+00 0.00e+00 1.00e+00 0.00e+00", ("0", "1")),
        ("2.5 0.5 2.5 0.5", ("0.5", "2.5")),
        ("02 01 02 01", ("01", "02")),
        ("1_0 10 1_0 10", ("10", "1_0")),
        ("9007199254740993 9007199254740992 7 9007199254740993 7 7", ("7", "9007199254740992", "9007199254740993")),
        ("yes\x1b[0m no yes\x1b[0m no", ("no", "yes\ufffd[0m")),
    ],
)
def test_class_names_are_sorted_by_value_if_all_are_numbers(load, labels, classes):
    labels = labels.split()
    table = load("age,kind\n" + "".join(f"{index},{label}\n" for index, label in enumerate(labels)))
    assert table.classes == classes
    for label, y in zip(labels, table.y, strict=True):
        same = clean(label) == classes[y]
        assert same or float(label) == float(classes[y])


@pytest.mark.parametrize("label", ["{}", "c{}"])
def test_many_classes_may_be_numbers_where_each_has_examples_enough_and_words_always(load, label):
    each, classes = (20, 30) if label == "{}" else (2, 214)
    rows = "".join(f"1,{label.format(k % classes)}\n" for k in range(each * classes))
    assert len(load("age,kind\n" + rows).classes) == classes


def test_columns_without_a_name_get_their_number(load):
    assert load(",age,\n1,2,x\n3,4,y\n5,6,x\n7,8,y\n").features == ("column 1", "age")


def test_columns_named_by_their_index_are_no_data(load):
    assert load("0,1,2\n1,2,0\n3,4,1\n5,6,0\n7,8,1\n").features == ("0", "1")


REFUSED = [
    (HEADER, "has a header but no rows"),
    ("\n\n", "has no header row"),
    ("kind\nx\ny\n", "row 1: one column only ('kind'); commas between columns are wanted"),
    ("a;b;kind\n1;2;x\n", "row 1: one column only ('a;b;kind'); commas between columns are wanted"),
    ("5.1,3.5,x\n4.9,3.0,y\n", "row 1: holds numbers; a header row with the names of the columns is wanted"),
    ("a,b,a,kind\n1,2,3,x\n", 'row 1: columns 1 and 3 are both named "a": rename one'),
    ("a\x07,a\x08,kind\n1,2,x\n", 'row 1: columns 1 and 2 are both named "a\ufffd": rename one'),
    (
        f"{'a' * 400}1,b,{'a' * 400}2,kind\n",
        f'row 1: columns 1 and 3 are both named "{"a" * 39}…": rename one',
    ),
    ("column 2,,kind\n1,2,x\n", 'row 1: columns 1 and 2 are both named "column 2": rename one'),
    ("kind,a,kind\n1,2,x\n", 'row 1: columns 1 and 3 are both named "kind": rename one'),
    ("a," * 150_000 + "kind\n", "line 1: 150001 columns; at most 100001 are read"),
    (HEADER + ROWS + "," * 150_000, "line 6: 150001 columns; at most 100001 are read"),
    (HEADER + ROWS + "9,x\n", "row 6: 2 cells, the header has 3"),
    (HEADER + ROWS + "9,9,9,x\n", "row 6: 4 cells, the header has 3"),
    (HEADER + "\n" + ROWS + "9,x\n", "row 7: 2 cells, the header has 3"),
    (HEADER + ROWS + '9,9,"x\n', "row 6: a quote is not closed"),
    (HEADER + '1,2,"x\n3,4,"y\n' + ROWS, "row 2: ',' expected after '\"'"),
    (HEADER + '1,2,"x\n3,4,y"\n' + ROWS, 'row 2, column "kind": a label of more than one line'),
    (HEADER + ROWS + "9,,x\n", 'row 6, column "size": is empty; a number is wanted'),
    (HEADER + ROWS + "abc,9,x\n", "row 6, column \"age\": not a number: 'abc'"),
    (HEADER + ROWS + "9,1_0,x\n", "row 6, column \"size\": not a number: '1_0'"),
    (HEADER + ROWS + "9,0x10,x\n", "row 6, column \"size\": not a number: '0x10'"),
    (HEADER + ROWS + "9,1e999,x\n", "row 6, column \"size\": not a finite number, at most 1e+150 in size: '1e999'"),
    (HEADER + ROWS + "9,-inf,x\n", "row 6, column \"size\": not a finite number, at most 1e+150 in size: '-inf'"),
    (HEADER + ROWS + "NaN,9,x\n", "row 6, column \"age\": not a finite number, at most 1e+150 in size: 'NaN'"),
    (HEADER + ROWS + "9,1e200,x\n", "row 6, column \"size\": not a finite number, at most 1e+150 in size: '1e200'"),
    (HEADER + ROWS + "9,9,\n", 'row 6, column "kind": is empty: every example needs a label (data.label names'),
    (HEADER + ROWS + "9,9,nan\n", "row 6, column \"kind\": is no label: 'nan'"),
    (HEADER + "1,2,x\n3,4,y\n5,6,x\n", "needs at least 4 examples, has 3"),
    ("age,x;kind\n" + "1,5;2\n3,5;4\n" * 9, "row 1: a comma and a semicolon both divide every row into columns"),
    ("city, state\tkind\n" + "Rome, It\tx\nBonn, De\ty\n" * 9, "row 1: a comma and a tab both divide every row"),
    (HEADER + "1,2,x\n" * 9, "needs at least 2 different labels; every label is 'x'"),
    (
        HEADER + "1,2,1e200\n1,2,3\n1,2,4\n1,2,5\n",
        "the label must be a finite number, at most 1e+150 in size, not 1e+200",
    ),
    (HEADER + "1,2,x\n1,2,y\n1,2,z\n1,2,x\n", "the label has 3 different values in 4 examples"),
    (HEADER + "1,2,1\n1,2,1.0\n" * 2, "the labels '1' and '1.0' are the same number, written in two ways"),
    (HEADER + "1,2,1\n1,2,1.0\n1,2,x\n" * 2, "the labels '1' and '1.0' are the same number, written in two ways"),
    (HEADER + "1,2,a\x07\n1,2,a\x08\n" * 2, "the labels 'a\\x07' and 'a\\x08' have the same name as it is shown"),
    (
        HEADER + f"1,2,{'a' * 400}b\n1,2,{'a' * 400}c\n" * 2,
        f"the labels '{'a' * 29}…{'a' * 28}b' and '{'a' * 29}…{'a' * 28}c' have the same name as it is shown",
    ),
    (
        HEADER + f"1,2,{'1' * 500}\n1,2,{'1' * 501}\n" * 2,
        f"the labels '{'1' * 29}…{'1' * 29}' and '{'1' * 29}…{'1' * 29}' have the same name as it is shown",
    ),
    (HEADER + ROWS + "9,\x1b[2J,x\n", "row 6, column \"size\": not a number: '\ufffd[2J'"),
    ("a\x1b]0;x\x07,kind\nz,x\n", "row 2, column \"a\ufffd]0;x\ufffd\": not a number: 'z'"),
    ((HEADER + ROWS).encode("utf-16-le"), "line 1: is not UTF-8 text"),
    ((HEADER + ROWS).encode() + "9,9,é\n".encode("latin-1"), "line 6: is not UTF-8 text"),
    ((HEADER + ROWS).encode() + b"9,9,\xed\xa0\x80\n", "line 6: is not UTF-8 text"),
    (b"\0" * 100, "line 1: is not UTF-8 text"),
]


@pytest.mark.parametrize(("content", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_refused_with_row_and_column(refusal, content, message):
    error = refusal(content)
    assert error.path == "data.source"
    assert error.message.startswith(message)


def test_an_unclosed_quote_does_not_swallow_a_long_file(refusal):
    assert refusal(HEADER + ROWS + '"9,9,x\n' + ROWS * 10_000).message == (
        "row 6: a cell is longer than 131072 characters (a quote that is not closed?)"
    )


def test_the_culprit_is_named_beyond_the_first_block(refusal):
    good = csv_file._BLOCK
    error = refusal(HEADER + "1,2,x\n3,4,y\n" * (good // 2) + "1,zwei,x\n")
    assert error.message == f"row {good + 2}, column \"size\": not a number: 'zwei'"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_table_takes_little_more_memory_than_its_numbers(load, end):
    rows, columns = 20_000, 20
    lines = [",".join([*[str(row % 7)] * columns, "ab"[row % 2]]) for row in range(rows)]
    content = end.join([",".join([*(f"x{index}" for index in range(columns)), "kind"]), *lines])
    tracemalloc.start()
    try:
        table = load(content)
        assert tracemalloc.get_traced_memory()[1] < 2 * table.X.nbytes + 20 * csv_file._BLOCK * 8
    finally:
        tracemalloc.stop()


def test_many_columns_of_one_name_are_told_at_once(refusal):
    header = ",".join([*(f"g{index}" for index in range(60_000)), "g59999", "kind"])
    start = time.process_time()
    assert refusal(header + "\n").message == 'row 1: columns 60000 and 60001 are both named "g59999": rename one'
    assert time.process_time() - start < 2


def test_rows_of_several_lines_count_as_one(refusal):
    assert refusal('"a\nge",kind\n1,x\n2,y\nz,x\n').message == "row 4, column \"a ge\": not a number: 'z'"


def test_a_line_without_end_is_not_read_whole(refusal, monkeypatch):
    monkeypatch.setattr(csv_rows, "_LONGEST_LINE", 1000)
    assert refusal(HEADER + ROWS + "9" * 5000).message == "line 6: longer than 1000 characters"


names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
finite = st.floats(-1e100, 1e100)


def shown(name):
    return clean(name.strip()).strip()


@st.composite
def tables(draw):
    header = draw(st.lists(names, min_size=2, max_size=5, unique_by=shown))
    rows = draw(st.lists(st.tuples(*[finite] * (len(header) - 1)), min_size=4, max_size=12))
    kinds = draw(st.lists(names.filter(lambda label: not label_fault(label.strip())), min_size=2, max_size=2))
    assume(shown(kinds[0]) != shown(kinds[1]))
    return header, rows, [kinds[index % 2] for index in range(len(rows))]


@given(tables())
def test_round_trip_of_any_table_and_any_names(made):
    header, rows, labels = made
    assume(not looks_like_data([name.strip() for name in header]))
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerows([header, *[(*row, label) for row, label in zip(rows, labels, strict=True)]])
    table = read(text.getvalue())
    assert table.X.tolist() == [list(row) for row in rows]
    expected = [clean(name.strip()) or f"column {index}" for index, name in enumerate(header[:-1], 1)]
    assert list(table.features) == expected
    assert len(set(zip(table.y.tolist(), labels, strict=True))) == 2
    assert all(name.isprintable() or clean(name) == name for name in table.features + table.classes)


def read(text):
    with tempfile.TemporaryFile() as file:
        file.write(text.encode())
        file.seek(0)
        return csv_file.read(file, "")


@given(st.binary(max_size=200) | st.text(alphabet='ab1,"\n\r .e-', max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(content):
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        try:
            table = csv_file.read(file, "")
        except BadInput as error:
            assert error.message == clean(error.message)
        else:
            assert np.isfinite(table.X).all()
            assert set(table.y.tolist()) == set(range(len(table.classes)))


def outcome(content, piece, plain=True, large=csv_plain.LARGE):
    """The table, or what is said of it; read many rows at a time where they are `plain`, or one by one."""
    with tempfile.TemporaryFile() as file, pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_file, "_PIECE", piece)
        patch.setattr(csv_file, "_TAIL", 3)  # shorter than many lines
        patch.setattr(csv_plain, "LARGE", large)
        patch.setattr(csv_plain, "_COUNTED", 7)
        if not plain:
            patch.setattr(csv_file, "after_header", lambda *given: None)
        file.write(content)
        file.seek(0)
        try:
            table = csv_file.read(file, "")
        except BadInput as error:
            return str(error)
        return table.X.tolist(), table.y.tolist(), table.features, table.classes


plain_cells = ["1", "-2.5", " 3e2 ", "0x1", "1_0", "nan", "1e999", "", " ", "x", "#", "y ", "\u0661", "1d3", "'"]
quoted_cells = ['"4"', '" 5"', ' "6"', '"7" ', '""', '"8', '"a,b"', '"a""b"', 'a"b"', '"a\nb"']
cells = st.sampled_from(plain_cells + quoted_cells)
headers = st.sampled_from(
    ["p,q,kind"] * 4
    + ["p, q,kind", '"p",q,kind', "p,q", 'p","q,kind', '"p\nq",r,kind', '"p""",q,kind', "p,q,kind\r", '"p,q",r,kind']
)
line_ends = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r", "\n\n", "\n \n", "\x0b", "\u2028", "\x00"])


@st.composite
def nearly_plain(draw):
    """A table with here and there an oddity."""
    row = st.tuples(st.integers(0, 9), st.floats(-9, 9), st.sampled_from(["a", "b", '"a"']))
    rows = draw(st.lists(row, min_size=6, max_size=12))
    text = [draw(headers), "\n"]
    odd = draw(st.sets(st.integers(0, len(rows) - 1), max_size=2))
    for index, row in enumerate(rows):
        line = [str(cell) for cell in row]
        if index in odd:
            line[draw(st.integers(0, 2))] = draw(cells)
        text += [",".join(line), draw(line_ends) if index in odd else "\n"]
    return "".join(text).encode()


@examples(400)
@given(nearly_plain(), st.sampled_from([30, 64, 2**22]))
def test_many_rows_at_a_time_give_what_they_give_one_by_one(content, piece):
    wanted = outcome(content, piece, plain=False)
    assert outcome(content, piece) == wanted
    assert outcome(content, piece, large=0) == wanted  # by polars


spellings = st.text("0123456789.+-eE_ xinfaNI\t", max_size=8) | st.floats().map(repr) | st.floats(width=32).map(str)
labels = st.text(st.characters(codec="utf-8", exclude_characters=',\n"'), max_size=4)


@examples(300)
@given(st.lists(st.tuples(spellings, st.integers(), labels), min_size=1, max_size=4), st.integers(0, 2))
def test_what_polars_reads_numpy_reads_to_the_last_bit(rows, label):
    """What it is not sure of it leaves to NumPy, which is asked in its place."""
    lines = [[*map(str, numbers)] for *numbers, _ in rows]
    for cells, (*_, name) in zip(lines, rows, strict=True):
        cells.insert(label, name)
    text = "".join(f"{','.join(cells)}\n" for cells in lines)
    found = {parse: csv_plain.LabelCodes() for parse in (csv_plain.by_numpy, csv_plain.by_polars)}
    tables = [csv_plain.parsed(parse, text.encode(), 3, label, codes) for parse, codes in found.items()]
    one, other = [table and (table[0].tobytes(), table[1].tolist()) for table in tables]
    assert one == other
    assert len({tuple(codes.items()) for codes in found.values()}) == 1


def test_polars_reads_a_large_file_itself(load, monkeypatch):
    monkeypatch.setattr(csv_plain, "LARGE", 0)
    monkeypatch.setattr(csv_plain, "by_numpy", lambda *given: pytest.fail("was left to NumPy"))
    for end in ("\n", "\r\n"):
        table = load((HEADER + ROWS * 50).replace("\n", end))
        assert (table.X.sum(), table.classes) == (50 * 36, ("x", "y"))


@pytest.mark.parametrize("error", [ModuleNotFoundError, ImportError, OSError])
def test_numpy_reads_a_large_file_where_polars_cannot_be_loaded(load, monkeypatch, error):
    monkeypatch.setattr(csv_plain, "LARGE", 0)
    withhold(monkeypatch, "polars", error("libc.so.7: no such file"))
    table = load(HEADER + ROWS * 50)
    assert (table.X.sum(), table.classes) == (50 * 36, ("x", "y"))
    monkeypatch.setitem(sys.modules, "polars", SimpleNamespace(__version__=""))  # without its compiled part
    assert load(HEADER + ROWS * 50).classes == ("x", "y")


def test_labels_of_rows_that_are_not_taken_are_forgotten():
    codes = csv_plain.LabelCodes({"x": 0})
    for parse in (csv_plain.by_numpy, csv_plain.by_polars):
        assert csv_plain.parsed(parse, b"1,y\n2,z\nzwei,x\n", 2, 1, codes) is None
        assert csv_plain.parsed(parse, b"1,y\n1e200,x\n", 2, 1, codes) is None
        assert codes == {"x": 0}


def test_plain_rows_are_read_many_at_a_time_and_odd_ones_one_by_one(load, monkeypatch):
    plain, one_by_one = [], []
    really_parse, really_convert = csv_file.parsed, csv_file.convert
    monkeypatch.setattr(csv_file, "_PIECE", 100)
    monkeypatch.setattr(csv_file, "parsed", lambda *given: plain.append(given) or really_parse(*given))
    monkeypatch.setattr(csv_file, "convert", lambda *given: one_by_one.extend(given[0]) or really_convert(*given))
    assert len(load(HEADER + ROWS * 50).X) == 200
    assert len(plain) > 10 and not one_by_one
    assert len(load(HEADER + '1,2,"x"\n' * 50 + ROWS * 50).X) == 250
    assert not one_by_one
    assert len(load(HEADER + ROWS * 50 + '1, "2",x\n' + ROWS * 50).X) == 401
    assert 200 <= len(one_by_one) < 230


def test_a_file_that_grows_while_it_is_read_is_said_to_be_changing(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_file, "_count_lines", lambda file: 5)
    for rows in (ROWS * 2, ROWS + '1, "2",x\n' * 9):
        (tmp_path / "t.csv").write_text(HEADER + rows)
        with (tmp_path / "t.csv").open("rb") as file, pytest.raises(BadInput, match="was changed while it was read"):
            csv_file.read_numbers(file, "", order="F")


def test_shorter_lines_than_the_first_ones_find_room(load, monkeypatch):
    content = HEADER + "0.10000000000,2.5000000000000,x\n" * 40 + ROWS * 50 + '1, "2",x\n' * 9
    whole = load(content)
    monkeypatch.setattr(csv_file, "_PIECE", 500)
    pieces = load(content)
    assert (pieces.X == whole.X).all() and (pieces.y == whole.y).all() and pieces.X.flags.c_contiguous
    monkeypatch.setattr("tuilab.data.memory.total", lambda: 100 * 60)
    with pytest.raises(BadInput, match="lines of 3 columns would need about"):
        load(content)


def test_a_file_is_read_and_checked_and_hardly_looked_at_besides(load, monkeypatch):
    content = HEADER.encode() + b"1.25,2.123456,x\n3.5,4.5,y\n" * 60_000
    really, taken = os.pread, list[int]()

    def counted(file: int, size: int, at: int) -> bytes:
        piece = really(file, size, at)
        taken.append(len(piece))
        return piece

    monkeypatch.setattr(os, "pread", counted)
    load(content)
    assert 2 <= sum(taken) / len(content) < 3.5
