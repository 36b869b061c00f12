"""An .npz file: X (m, n) of numbers, y (m,) of labels. What it declares is checked before anything is allocated."""

import math
import os
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from tokenize import TokenError
from typing import IO, Any, BinaryIO, NamedTuple

import numpy as np
from numpy.lib import format as npy

from tuilab.data.columns.reading import Reading
from tuilab.data.format import Format, SourceFiles, of_one_file, refuse_decisions
from tuilab.data.memory import gibibytes, refuse_too_large
from tuilab.data.table import (
    LARGEST,
    MAXIMUM_FEATURES,
    MINIMUM_EXAMPLES,
    Floats,
    Labels,
    Table,
    first_unusable,
    is_quantity,
    label_fault,
    rank_labels,
)
from tuilab.errors import BadInput
from tuilab.experiment.fields import PLAIN, ColumnsSection
from tuilab.text import clean

MAXIMUM_MEMBERS = 64

MAXIMUM_RATIO = 200
"""Of the bytes that a compressed file needs in memory, as floats, to those that it has. MNIST's pixels reach 40."""

_LARGE = 2**28  # bytes in memory; what needs less may be compressed at any ratio, as sorted labels are
_RANKING = 40  # bytes a label, besides itself and its sorted copy: three orders of int64, and two masks
_DIRECTORY_BYTES = 2**16  # of the zip directory, where NumPy takes about 50 for a member
HEADER_CHARACTERS = 1000  # of an array's header, where NumPy takes about 100

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

NUMBERS, LABELS = "biuf", "biufU"  # NumPy's kinds: boolean, integer, unsigned, float, text

AnyArray = np.ndarray[Any, np.dtype[Any]]


def read(file: BinaryIO, label: str, columns: ColumnsSection = PLAIN, like: Sequence[Reading] = ()) -> Table:
    """The table in `file`; features are called x1 … xn, classes by the text of their label. Raises `BadInput`.

    X holds integers, floats or booleans; y these too, or text: classes, or, as in a .csv file, numbers. Other arrays
    are left alone. Nothing is unpickled. `label` must be empty.
    """
    refuse_decisions("an .npz file", "the array y", label, columns, like)
    with _opened(file) as archive:
        return _table(archive, os.fstat(file.fileno()).st_size)


def read_inputs(file: BinaryIO) -> Floats:
    """X in `file`, whatever else is there. Raises `BadInput`."""
    with _opened(file) as archive:
        members, size = _members(archive), os.fstat(file.fileno()).st_size
        if "X" not in members:
            raise BadInput(f"has no array X; it holds {clean(', '.join(members), 120) or 'nothing'}")
        inputs = _inputs(archive, members, size)
        _refuse_too_large(inputs.bytes_as_floats, members["X"].compress_size)
        return floats_of(_array(archive, members["X"]))


@contextmanager
def _opened(file: BinaryIO) -> Iterator[zipfile.ZipFile]:
    """The archive in `file`; what is amiss with its bytes becomes a `BadInput`."""
    _check_directory(file)
    with readable(".npz"), zipfile.ZipFile(file) as archive:
        yield archive


@contextmanager
def readable(suffix: str) -> Iterator[None]:
    """Makes what NumPy and zipfile raise within of a file's bytes a `BadInput`."""
    try:
        # Old or odd headers make NumPy warn on stderr, which may be somebody's screen.
        with warnings.catch_warnings(action="ignore"):
            yield
    except BadInput:
        raise
    except _UNREADABLE as error:
        raise BadInput(f"is not a readable {suffix} file: {clean(str(error), 120) or 'it ends early'}") from None


def _check_directory(file: BinaryIO) -> None:
    """Refuses a zip directory that zipfile would take long to list (end record: APPNOTE.TXT 4.3.16)."""
    size = os.fstat(file.fileno()).st_size
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
    members = _members(archive)
    if missing := {"X", "y"} - members.keys():
        raise BadInput(f"has no array {min(missing)}; it holds {clean(', '.join(members), 120) or 'nothing'}")
    inputs = _inputs(archive, members, size)
    labels = _declared(archive, members["y"], size, LABELS)
    rows = inputs.shape
    refuse_labels(labels.shape, rows[0])
    needed = inputs.bytes_as_floats + labels.bytes_as_labels
    _refuse_too_large(needed, members["X"].compress_size + members["y"].compress_size)
    y, classes = classes_of(_array(archive, members["y"]))
    X = floats_of(_array(archive, members["X"]))
    names = tuple(f"x{index}" for index in range(1, rows[1] + 1))
    return Table(X=X, y=y, features=names, classes=classes, numbers=range(1, rows[0] + 1))


def refuse_labels(shape: tuple[int, ...], rows: int) -> None:
    """Raises `BadInput` for the shape of a y that is none of as many rows."""
    if shape != (rows,):
        raise BadInput(f"y must have the shape ({rows},), a label for each row of X, not {clean(str(shape), 60)}")


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """By the name of their array."""
    if len(archive.infolist()) > MAXIMUM_MEMBERS:
        raise BadInput(f"has more than {MAXIMUM_MEMBERS} arrays")
    return {info.filename.removesuffix(".npy"): info for info in archive.infolist()}


def _inputs(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], size: int) -> "Declared":
    """What the header of X says."""
    inputs = _declared(archive, members["X"], size, NUMBERS)
    refuse_shape(inputs.shape)
    return inputs


def refuse_shape(shape: tuple[int, ...]) -> None:
    """Raises `BadInput` for the shape of an X that is no table's."""
    if len(shape) != 2 or shape[1] == 0:
        raise BadInput(f"X must have the shape (examples, features), not {clean(str(shape), 60)}")
    if shape[1] > MAXIMUM_FEATURES:
        raise BadInput(f"has {shape[1]} features; at most {MAXIMUM_FEATURES} are read")


class Declared(NamedTuple):
    """What the header of an array says of it."""

    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype[Any]

    @property
    def bytes_as_floats(self) -> int:
        """Bytes that are taken while it becomes float64, or float32 if it is that: as it is stored, and the copy."""
        kept = self.dtype in (np.float32, np.float64) and not self.fortran
        copied = 0 if kept else 4 if self.dtype == np.float32 else 8
        return math.prod(self.shape) * (self.dtype.itemsize + copied)

    @property
    def bytes_as_labels(self) -> int:
        """Bytes that are taken while it becomes labels."""
        return math.prod(self.shape) * (2 * self.dtype.itemsize + _RANKING)


def _declared(archive: zipfile.ZipFile, info: zipfile.ZipInfo, size: int, kinds: str) -> "Declared":
    """As `declared`, of a member of an archive of `size` bytes."""
    there = info.header_offset + info.compress_size <= size
    with archive.open(info) as member:
        return declared(member, info.filename.removesuffix(".npy"), info.file_size if there else -1, kinds)


def declared(array: IO[bytes], name: str, size: int, kinds: str) -> "Declared":
    """What the header of an `array` called `name` says, if its type is allowed and its `size` bytes are as it says."""
    name = clean(name)
    read_header = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}.get(npy.read_magic(array))
    if read_header is None:
        raise BadInput(f"{name} is in a version of the .npy format that is not read; known are 1.0 and 2.0")
    shape, fortran, dtype = read_header(array, max_header_size=HEADER_CHARACTERS)
    if dtype.hasobject:
        raise BadInput(f"{name} holds Python objects, which are never loaded; {_allowed(kinds)} are wanted")
    if dtype.kind not in kinds:
        raise BadInput(f"{name} holds {clean(str(dtype), 40)}; {_allowed(kinds)} are wanted")
    told = math.prod(shape) * dtype.itemsize
    if min(shape, default=0) < 0 or told != size - array.tell():
        raise BadInput(f"{name} declares {told} bytes, shape {clean(str(shape), 60)}, but does not hold them")
    return Declared(tuple(int(length) for length in shape), fortran, dtype)


def _refuse_too_large(needed: int, compressed: int) -> None:
    """Raises `BadInput` if the arrays would need more bytes than there are, or than so few bytes can hold of data."""
    if needed > max(_LARGE, MAXIMUM_RATIO * compressed):
        raise BadInput(
            f"the arrays would need {gibibytes(needed)} of memory, {needed // max(1, compressed)} times their "
            f"compressed size; {MAXIMUM_RATIO} times are allowed (an uncompressed file, of np.savez, may be larger)"
        )
    refuse_too_large(needed, "the arrays")


def _allowed(kinds: str) -> str:
    return "numbers" if kinds == NUMBERS else "numbers, text or booleans"


def _array(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> AnyArray:
    with archive.open(info) as member:
        return npy.read_array(member, allow_pickle=False, max_header_size=HEADER_CHARACTERS)


def classes_of(y: AnyArray) -> tuple[Labels, tuple[str, ...]]:
    """As `rank_labels`, of labels of any allowed type."""
    if y.dtype.kind == "f" and not (finite := np.abs(y) <= LARGEST).all():
        index = int(np.argmin(finite))
        raise BadInput(f"y[{index}] is no label: {y[index]}; a number is finite, at most {LARGEST:g} in size")
    if y.dtype.kind == "f" and ((np.abs(y) <= 2**53) & (np.floor(y) == y)).all():
        y = y.astype(np.int64)
    values = np.unique(y)
    if y.dtype.kind in "iuf" and len(y) >= MINIMUM_EXAMPLES and is_quantity(values.tolist(), len(y)):
        return y.astype(np.float64), ()
    labels = [str(value) for value in values.tolist()]
    for value, label in zip(values, labels, strict=True):
        if fault := label_fault(label.strip()):
            raise BadInput(f"y[{int(np.argmax(y == value))}] {fault}")
    return rank_labels(np.searchsorted(values, y), labels)  # a fifth of the memory that np.unique takes for them


def floats_of(X: AnyArray) -> Floats:
    """X as floats, C-contiguous: float32 as it is, all else as float64."""
    numbers: Floats = np.ascontiguousarray(X, dtype=np.float32 if X.dtype == np.float32 else np.float64)
    if (place := first_unusable(numbers)) is not None:
        raise unusable(numbers, *place)
    return numbers


def unusable(X: Floats, row: int, column: int) -> BadInput:
    """What is wrong with a number in X."""
    return BadInput(f"X[{row}, {column}] is not a finite number, at most {LARGEST:g} in size: {X[row, column]}")


def _read_inputs(parts: SourceFiles, _features: Sequence[str]) -> Floats:
    with parts.open(parts.places[0]) as file:
        return read_inputs(file)


NPZ = Format(suffixes=(".npz",), maximum_bytes=2**32, read=of_one_file(read), inputs=_read_inputs)
