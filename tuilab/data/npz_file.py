"""An .npz file: X (m, n) of numbers, y (m,) of labels. What it declares is checked before anything is allocated."""

import math
import os
import struct
import warnings
import zipfile
import zlib
from tokenize import TokenError
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from tuilab.data.table import LARGEST, Floats, Table, label_fault, rank_labels
from tuilab.errors import BadInput
from tuilab.text import clean

MAXIMUM_MEMBERS = 64

MAXIMUM_BYTES = 2**32
"""Of the file, and of an array, also once it is float64."""

MAXIMUM_RATIO = 500
"""Of the bytes of a large array to its compressed bytes. Zeros reach 1030; real data stay far below 500."""

_LARGE = 2**26  # bytes; smaller arrays may be compressed at any ratio, as sorted labels are
_DIRECTORY_BYTES = 2**16  # of the zip directory, where NumPy takes about 50 for a member
_HEADER_CHARACTERS = 1000  # of an array's header, where NumPy takes about 100

_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    TypeError,
    SyntaxError,
    TokenError,
    RuntimeError,
    OSError,
)
"""What zipfile and NumPy raise about bytes that are no archive or no array, and about encrypted ones."""

_NUMBERS, _LABELS = "biuf", "biufU"  # NumPy's kinds: boolean, integer, unsigned, float, text

AnyArray = np.ndarray[Any, np.dtype[Any]]


def read(file: BinaryIO, label: str) -> Table:
    """The table in `file`; features are called x1 … xn, classes by the text of their label. Raises `BadInput`.

    X holds integers, floats or booleans; y integers, text, booleans or floats that are whole numbers. Other arrays
    are left alone. Nothing is unpickled. `label` must be empty.
    """
    if label:
        raise BadInput("an .npz file has no columns, its labels are the array y; leave this empty", path="data.label")
    _check_directory(file)
    try:
        # Old or odd headers make NumPy warn on stderr, which may be somebody's screen.
        with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(file) as archive:
            return _table(archive, os.fstat(file.fileno()).st_size)
    except BadInput:
        raise
    except _UNREADABLE as error:
        raise BadInput(f"is not a readable .npz file: {clean(str(error), 120) or 'it ends early'}") from None


def _check_directory(file: BinaryIO) -> None:
    """Refuses a zip directory that zipfile would take long to list (end record: APPNOTE.TXT 4.3.16)."""
    size = os.fstat(file.fileno()).st_size
    if size == 0:
        raise BadInput("is empty")
    if size > MAXIMUM_BYTES:
        raise BadInput(f"is larger than {MAXIMUM_BYTES >> 30} GiB")
    file.seek(max(0, size - 22 - 65535))  # the end record and the longest comment after it
    tail = file.read()
    end = tail.rfind(b"PK\5\6")
    if end < 0 or len(tail) - end < 22:
        raise BadInput("is not an .npz file (a zip archive of arrays)")
    members, length = struct.unpack_from("<10xHL", tail, end)
    zip64 = tail[max(0, end - 20) : end].startswith(b"PK\6\7")  # only needed above 65535 members or 4 GiB
    if members > MAXIMUM_MEMBERS or length > _DIRECTORY_BYTES or zip64:
        raise BadInput(f"has more than {MAXIMUM_MEMBERS} arrays")


def _table(archive: zipfile.ZipFile, size: int) -> Table:
    """The table in `archive`, a file of `size` bytes. Both headers are checked before either array is read."""
    if len(archive.infolist()) > MAXIMUM_MEMBERS:
        raise BadInput(f"has more than {MAXIMUM_MEMBERS} arrays")
    members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
    if missing := {"X", "y"} - members.keys():
        raise BadInput(f"has no array {min(missing)}; it holds {clean(', '.join(members), 120) or 'nothing'}")
    rows = _declared_shape(archive, members["X"], size, _NUMBERS)
    labels = _declared_shape(archive, members["y"], size, _LABELS)
    if len(rows) != 2 or rows[1] == 0:
        raise BadInput(f"X must have the shape (examples, features), not {rows}")
    if labels != rows[:1]:
        raise BadInput(f"y must have the shape ({rows[0]},), a label for each row of X, not {labels}")
    y, classes = _classes(_array(archive, members["y"]))
    X = _features(_array(archive, members["X"]))
    return Table(X=X, y=y, features=tuple(f"x{index}" for index in range(1, rows[1] + 1)), classes=classes)


def _declared_shape(archive: zipfile.ZipFile, info: zipfile.ZipInfo, size: int, kinds: str) -> tuple[int, ...]:
    """The shape in a member's header, if its type is allowed and its bytes are there and not too many."""
    name = clean(info.filename.removesuffix(".npy"))
    with archive.open(info) as member:
        read_header = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}.get(npy.read_magic(member))
        if read_header is None:
            raise BadInput(f"{name} is in a version of the .npy format that is not read; known are 1.0 and 2.0")
        shape, _, dtype = read_header(member, max_header_size=_HEADER_CHARACTERS)
        held = info.file_size - member.tell()
    if dtype.hasobject:
        raise BadInput(f"{name} holds Python objects, which are never loaded; {_allowed(kinds)} are wanted")
    if dtype.kind not in kinds:
        raise BadInput(f"{name} holds {clean(str(dtype), 40)}; {_allowed(kinds)} are wanted")
    count = math.prod(shape)
    declared = count * dtype.itemsize
    if min(shape, default=0) < 0 or declared != held or info.header_offset + info.compress_size > size:
        raise BadInput(f"{name} declares {declared} bytes, shape {clean(str(shape), 60)}, but does not hold them")
    if max(declared, 8 * count) > MAXIMUM_BYTES:
        raise BadInput(f"{name} is larger than {MAXIMUM_BYTES >> 30} GiB, shape {clean(str(shape), 60)}")
    if declared > max(_LARGE, MAXIMUM_RATIO * info.compress_size):
        raise BadInput(f"{name} declares {declared} bytes in {info.compress_size} compressed ones: too many to be data")
    return tuple(int(length) for length in shape)


def _allowed(kinds: str) -> str:
    return "numbers" if kinds == _NUMBERS else "whole numbers, text or booleans"


def _array(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> AnyArray:
    with archive.open(info) as member:
        return npy.read_array(member, allow_pickle=False, max_header_size=_HEADER_CHARACTERS)


def _classes(y: AnyArray) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """(y, classes) of labels of any allowed type."""
    if y.dtype.kind == "f":
        whole = (np.abs(y) <= 2**53) & (np.floor(y) == y)
        if not whole.all():
            index = int(np.argmin(whole))
            raise BadInput(f"y[{index}] is no label: {y[index]}; {_allowed(_LABELS)} are wanted")
        y = y.astype(np.int64)
    values, first, codes = np.unique(y, return_index=True, return_inverse=True)
    labels = [str(value) for value in values.tolist()]
    for label, index in zip(labels, first.tolist(), strict=True):
        if fault := label_fault(label.strip()):
            raise BadInput(f"y[{index}] {fault}")
    return rank_labels(codes, labels)


def _features(X: AnyArray) -> Floats:
    """X as floats, C-contiguous: float32 as it is, all else as float64."""
    numbers: Floats = np.ascontiguousarray(X, dtype=np.float32 if X.dtype == np.float32 else np.float64)
    if not (numbers.min() >= -LARGEST and numbers.max() <= LARGEST):  # false for NaN too
        row, column = np.argwhere(~(np.abs(numbers) <= LARGEST))[0]
        value = numbers[row, column]
        raise BadInput(f"X[{row}, {column}] is not a finite number, at most {LARGEST:g} in size: {value}")
    return numbers
