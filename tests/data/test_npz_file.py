import io
import struct
import sys
import tempfile
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.data import files, npz_file
from tuilab.errors import BadInput
from tuilab.text import clean

X = np.array([[1.0, 2], [3, 4], [5, 6], [7, 8]])
Y = np.array([0, 1, 0, 1])


class Trap:
    """Loading it as a pickle would end the test run."""

    def __reduce__(self):
        return sys.exit, ("unpickled",)


@pytest.fixture
def load(tmp_path):
    def load(label="", save=np.savez_compressed, **arrays):
        path = tmp_path / "table.npz"
        save(path, **arrays)
        return files.load(str(path), label)

    return load


@pytest.fixture
def refusal(tmp_path):
    """The refusal of arrays, or of a file's content."""

    def refusal(content=None, label="", **arrays):
        path = tmp_path / "table.npz"
        if content is None:
            np.savez_compressed(path, **arrays)
        else:
            path.write_bytes(content)
        with pytest.raises(BadInput) as caught:
            files.load(str(path), label)
        assert caught.value.file == str(path)
        assert str(caught.value).isprintable()
        return caught.value

    return refusal


def npy(descr, shape, content=b""):
    """A .npy member whose header may lie."""
    return npy_with(repr({"descr": descr, "fortran_order": False, "shape": shape}), content)


def npy_with(text, content=b""):
    """A .npy member with any text as its header."""
    header = text.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header + content


def archive(compression=zipfile.ZIP_DEFLATED, **members):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as zipped:
        for name, member in members.items():
            zipped.writestr(f"{name}.npy", member)
    return content.getvalue()


OVERLAPPED = "is not a readable .npz file: Overlapped entries: '{}.npy' (possible zip bomb)"
"""What the library says of a member that reaches beyond its place, from Python 3.12 on, before anything is read."""
Y_MEMBER = npy("<i8", (4,), Y.tobytes())


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize(
    "stored",
    [
        X,
        np.asfortranarray(X),
        X.astype(np.uint8),
        X.astype(">f4"),
        X.astype(np.float16),
        X.astype(np.longdouble),
        X.astype(np.int64),
    ],
    ids=lambda stored: str(stored.dtype),
)
def test_numbers_of_any_type(load, save, stored):
    table = load(save=save, X=stored, y=Y, other=np.arange(3))
    assert table.X.tolist() == X.tolist()
    assert (table.X.dtype, table.X.flags.c_contiguous, table.features) == (np.float64, True, ("x1", "x2"))
    assert (table.y.dtype, table.y.tolist(), table.classes) == (np.int64, [0, 1, 0, 1], ("0", "1"))


@pytest.mark.parametrize(
    ("labels", "y", "classes"),
    [
        (np.array([10, 9, 10, 9]), [1, 0, 1, 0], ("9", "10")),
        (np.array([200, 3, 200, 3], np.uint8), [1, 0, 1, 0], ("3", "200")),
        (np.array([True, False, True, False]), [1, 0, 1, 0], ("False", "True")),
        (np.array([1.0, -1, 1, -1]), [1, 0, 1, 0], ("-1", "1")),
        (np.array(["dog", "cat", "dog", "cat"]), [1, 0, 1, 0], ("cat", "dog")),
        (np.array(["10", "9", "10", "9"]), [1, 0, 1, 0], ("9", "10")),
        (np.array(["b\x1b[2J", "a", "a", "a"]), [1, 0, 0, 0], ("a", "b\ufffd[2J")),
    ],
)
def test_labels_of_any_type(load, labels, y, classes):
    table = load(X=X, y=labels)
    assert (table.y.tolist(), table.classes) == (y, classes)


def test_booleans_are_numbers(load):
    assert load(X=X > 3, y=Y).X.tolist() == [[0, 0], [0, 1], [1, 1], [1, 1]]


def test_there_is_no_label_column(refusal):
    assert refusal(label="kind", X=X, y=Y).path == "data.label"


REFUSED_ARRAYS = [
    ({"X": X}, "has no array y; it holds X"),
    ({"x": X, "y\x1b": Y}, "has no array X; it holds x, y\ufffd"),
    ({"X": X.ravel(), "y": Y}, "X must have the shape (examples, features), not (8,)"),
    ({"X": X.reshape(4, 2, 1), "y": Y}, "X must have the shape (examples, features), not (4, 2, 1)"),
    ({"X": X[:, :0], "y": Y}, "X must have the shape (examples, features), not (4, 0)"),
    ({"X": X, "y": Y[:3]}, "y must have the shape (4,), a label for each row of X, not (3,)"),
    ({"X": X, "y": Y.reshape(4, 1)}, "y must have the shape (4,), a label for each row of X, not (4, 1)"),
    ({"X": X, "y": np.array(0)}, "y must have the shape (4,), a label for each row of X, not ()"),
    ({"X": X[:0], "y": Y[:0]}, "needs at least 4 examples, has 0"),
    ({"X": X[:3], "y": Y[:3]}, "needs at least 4 examples, has 3"),
    ({"X": X, "y": Y * 0}, "needs at least 2 different labels; every label is '0'"),
    ({"X": X, "y": np.array(list("abcd"))}, "the label has 4 different values in 4 examples"),
    ({"X": X * 1j, "y": Y}, "X holds complex128; numbers are wanted"),
    ({"X": X.astype(str), "y": Y}, "X holds <U32; numbers are wanted"),
    ({"X": X, "y": Y.astype("M8[s]")}, "y holds datetime64[s]; numbers, text or booleans are wanted"),
    ({"X": X, "y": Y.astype(bytes)}, "y holds |S21; numbers, text or booleans are wanted"),
    ({"X": X, "y": Y.astype([("a", "i8")])}, "y holds [('a', '<i8')]; numbers, text or booleans are wanted"),
    ({"X": X.astype(object), "y": Y}, "X holds Python objects, which are never loaded; numbers are wanted"),
    ({"X": X, "y": np.array([Trap()] * 4)}, "y holds Python objects, which are never loaded"),
    ({"X": X, "y": np.array([0, 1, np.nan, 1])}, "y[2] is no label: nan; a number is finite, at most 1e+150 in size"),
    ({"X": X, "y": np.array([0, 1, 0, 1e300])}, "y[3] is no label: 1e+300; a number is finite"),
    ({"X": X, "y": np.array(["a", "b", "NaN", "a"])}, "y[2] is no label: 'NaN'"),
    ({"X": X, "y": np.array(["a", " a", "a", " a"])}, "the labels ' a' and 'a' have the same name as it is shown"),
    ({"X": X, "y": np.array(["1", "1 ", "1", "1 "])}, "the labels '1' and '1 ' are the same number"),
    ({"X": X, "y": np.array(["a", "b", " ", "a"])}, "y[2] is empty: every example needs a label"),
    ({"X": np.where(X == 6, np.nan, X), "y": Y}, "X[2, 1] is not a finite number, at most 1e+150 in size: nan"),
    ({"X": np.where(X == 3, -np.inf, X), "y": Y}, "X[1, 0] is not a finite number, at most 1e+150 in size: -inf"),
    ({"X": np.where(X == 3, 1e200, X), "y": Y}, "X[1, 0] is not a finite number, at most 1e+150 in size: 1e+200"),
    ({"X": X.astype("g") * 10 ** np.longdouble(400), "y": Y}, "X[0, 0] is not a finite number"),
]


@pytest.mark.parametrize(("arrays", "message"), REFUSED_ARRAYS, ids=[message for _, message in REFUSED_ARRAYS])
def test_refused_arrays(refusal, arrays, message):
    error = refusal(**arrays)
    assert error.path == "data.source"
    assert error.message.startswith(message)


REFUSED_BYTES = [
    (b"no zip archive", "is not an .npz file"),
    (npy("<f8", (4, 2), X.tobytes()), "is not an .npz file"),
    (b"PK\5\6" + b"\0" * 18, "has no array X; it holds nothing"),
    (b"PK\5\6", "is not an .npz file"),
    (archive(X=X.tobytes(), y=Y_MEMBER), "is not a readable .npz file"),
    (archive(X=b"", y=Y_MEMBER), "is not a readable .npz file"),
    (archive(X=b"\x93NUMPY\3\0" + npy("<f8", (4, 2))[8:], y=Y_MEMBER), "X is in a version of the .npy format"),
    (archive(X=npy("<f8", (4, 3), X.tobytes()), y=Y_MEMBER), "X declares 96 bytes, shape (4, 3), but does not"),
    (archive(X=npy("<f8", (3, 2), X.tobytes()), y=Y_MEMBER), "X declares 48 bytes, shape (3, 2), but does not"),
    (archive(X=npy("<f8", (2**40, 2**40)), y=Y_MEMBER), "X declares 9671406556917033397649408 bytes"),
    (archive(X=npy("|u1", (0, 2**20)), y=npy("|u1", (0,))), "has 1048576 features; at most 100000 are read"),
    (archive(X=npy("<f8", (-4, -2), X.tobytes()), y=Y_MEMBER), "X declares 64 bytes, shape (-4, -2), but does not"),
    (archive(X=npy("<U0", (2**60, 2)), y=Y_MEMBER), "X holds <U0; numbers are wanted"),
    (archive(X=npy("<f8", (4, 2), X.tobytes()), y=npy("<U0", (2**60,))), "y must have the shape (4,), "),
    (archive(X=npy("|O", (4, 2), X.tobytes()), y=Y_MEMBER), "X holds Python objects, which are never loaded"),
    (archive(X=npy("<nonsense", (4, 2)), y=Y_MEMBER), "is not a readable .npz file"),
    (archive(X=npy_with("{'descr': '<f8', 'shape': (4, 2"), y=Y_MEMBER), "is not a readable .npz file"),
    (archive(X=npy_with("(" * 900), y=Y_MEMBER), "is not a readable .npz file"),
    (archive(X=npy_with("-" * 900 + "1"), y=Y_MEMBER), "is not a readable .npz file"),
    (archive(X=npy_with("if 1:\n  x\n y"), y=Y_MEMBER), "is not a readable .npz file"),
    (archive(X=npy_with("{[]: 1}"), y=Y_MEMBER), "is not a readable .npz file"),
    (archive(X=npy_with(" " * 2000), y=Y_MEMBER), "is not a readable .npz file"),
    (archive(**{f"a{index}": b"" for index in range(65)}), "has more than 64 arrays"),
    (archive(zipfile.ZIP_STORED, X=npy("<f8", (4, 2), X.tobytes()), y=Y_MEMBER)[:-300], "is not an .npz file"),
]


@pytest.mark.parametrize(("content", "message"), REFUSED_BYTES, ids=[message for _, message in REFUSED_BYTES])
def test_refused_bytes(refusal, content, message):
    error = refusal(content)
    assert error.path == "data.source"
    assert error.message.startswith(message)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_array_that_does_not_have_its_checksum(refusal, compression):
    content = bytearray(archive(compression, X=npy("<f8", (4, 2), X.tobytes()), y=Y_MEMBER))
    content[content.index(b"PK\1\2") + 16] ^= 1
    assert refusal(bytes(content)).message.startswith("is not a readable .npz file: Bad CRC-32")


def test_a_count_of_members_that_lies(refusal):
    content = archive(**{f"a{index}": b"" for index in range(65)})
    end = content.rindex(b"PK\5\6")
    error = refusal(content[: end + 8] + struct.pack("<HH", 2, 2) + content[end + 12 :])
    assert error.message == "has more than 64 arrays"


@pytest.mark.parametrize(
    "record",
    [
        b"PK\5\6" + struct.pack("<4HLLH", 0, 0, 65, 65, 0, 0, 0),
        b"PK\5\6" + struct.pack("<4HLLH", 0, 0, 2, 2, 2**20, 0, 0),
        b"PK\6\7" + bytes(16) + b"PK\5\6" + struct.pack("<4HLLH", 0, 0, 2, 2, 100, 0, 0),
    ],
    ids=["many members", "a long directory", "a 64-bit end record"],
)
def test_a_long_directory_is_not_even_listed(refusal, monkeypatch, record):
    monkeypatch.setattr(npz_file.zipfile, "ZipFile", None)
    assert refusal(bytes(2**21) + record).message == "has more than 64 arrays"


def test_compressed_bytes_that_are_none(refusal):
    content = bytearray(archive(X=npy("<f8", (4, 2), X.tobytes()), y=Y_MEMBER))
    content[content.index(b"X.npy") + len("X.npy")] = 0xFF
    assert refusal(bytes(content)).message.startswith("is not a readable .npz file: Error -3")


def test_an_array_beyond_the_end(refusal):
    content = bytearray(archive(X=npy("<f8", (4, 2), X.tobytes()), y=Y_MEMBER))
    length_of_extra_field = content.rindex(b"PK\3\4") + 28
    content[length_of_extra_field : length_of_extra_field + 2] = b"\xff\xff"
    assert refusal(bytes(content)).message in ("is not a readable .npz file: it ends early", OVERLAPPED.format("y"))


def zeros(path, rows, columns):
    """An .npz file with X = 0 of the given shape, written without making the array."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        with zipped.open("X.npy", "w", force_zip64=True) as member:
            member.write(npy("|u1", (rows, columns)))
            for _ in range(rows):
                member.write(bytes(columns))
        zipped.writestr("y.npy", npy("|u1", (rows,), (np.arange(rows) % 2).astype(np.uint8).tobytes()))


def test_a_bomb_is_refused_before_it_takes_memory(tmp_path):
    path = tmp_path / "bomb.npz"
    zeros(path, 2**11, 51_200)
    assert path.stat().st_size < 200_000
    tracemalloc.start()
    try:
        with pytest.raises(BadInput, match=r"the arrays would need 900.1 MiB of memory, \d+ times their compressed"):
            files.load(str(path), "")
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_what_small_integers_become_is_counted_and_an_uncompressed_file_is_told_as_the_way_out(load, monkeypatch):
    monkeypatch.setattr(npz_file, "_LARGE", 0)
    pixels = np.zeros((500, 2000), np.uint8)
    pixels[:, :15] = np.random.default_rng(0).integers(0, 256, (500, 15))  # compressed to a ninetieth
    with pytest.raises(BadInput, match=r"need 8\.6 MiB of memory, 8\d\d times .*; 200 times are allowed \(an uncompr"):
        load(X=pixels, y=np.arange(500) % 2)
    assert load(X=pixels, y=np.arange(500) % 2, save=np.savez).X.nbytes == 8 * pixels.size


def test_a_compressed_size_that_lies(refusal):
    content = bytearray(archive(X=npy("<f8", (4, 2), X.tobytes()), y=Y_MEMBER))
    entry = content.index(b"PK\1\2")
    content[entry + 20 : entry + 24] = struct.pack("<I", 2**31)
    said = "X declares 64 bytes, shape (4, 2), but does not hold them"
    assert refusal(bytes(content)).message.startswith((said, OVERLAPPED.format("X")))


def test_an_offset_before_the_start(refusal):
    content = bytearray(archive(X=npy("<f8", (4, 2), X.tobytes()), y=Y_MEMBER))
    at = content.index(b"PK\5\6") + 16  # of the directory; moved on, it puts the first member at -2
    content[at : at + 4] = struct.pack("<I", struct.unpack_from("<I", content, at)[0] + 2)
    assert refusal(bytes(content)).message.startswith("is not a readable .npz file")


def test_an_encrypted_member(refusal):
    content = bytearray(archive(X=npy("<f8", (4, 2), X.tobytes()), y=Y_MEMBER))
    content[content.index(b"PK\1\2") + 8] |= 1
    content[content.index(b"PK\3\4") + 6] |= 1
    assert "encrypted" in refusal(bytes(content)).message


SMALL = archive(zipfile.ZIP_STORED, X=npy("<f8", (4, 2), X.tobytes()), y=Y_MEMBER)


@given(st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.integers(0, 255)), min_size=1, max_size=3))
def test_flipped_bytes_give_the_same_table_or_a_refusal(changes):
    content = bytearray(SMALL)
    for at, byte in changes:
        content[at] = byte
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        try:
            table = npz_file.read(file, "")
        except BadInput as error:
            assert error.message == clean(error.message)
        else:
            assert (table.X.tolist(), table.y.tolist()) == (X.tolist(), Y.tolist())
