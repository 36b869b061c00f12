"""An .npy file: an array of numbers, its labels in a file beside it or in its last column, as its name says."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.lib import format as npy

from tuilab import stages
from tuilab.data.columns.reading import Reading
from tuilab.data.format import Format, SourceFiles, refuse_decisions
from tuilab.data.mapped import blocks, mapped
from tuilab.data.memory import fits, refuse_too_large
from tuilab.data.npz_file import (
    HEADER_CHARACTERS,
    LABELS,
    NUMBERS,
    AnyArray,
    Declared,
    classes_of,
    declared,
    floats_of,
    readable,
    refuse_labels,
    refuse_shape,
    unusable,
)
from tuilab.data.table import Floats, Table, first_unusable
from tuilab.errors import BadInput
from tuilab.experiment.fields import ColumnsSection

_X = re.compile(r"(?<![A-Za-z])[Xx](?![A-Za-z])")  # as a word: X.npy, train_X.npy, x_test.npy


def read(parts: SourceFiles, label: str, columns: ColumnsSection, like: Sequence[Reading]) -> Table:
    """The table in an array X (m, n) and labels y (m,), or in one array (m, n + 1). Raises `BadInput`.

    Features are called x1 … xn. Types are those of an .npz file. What does not fit into memory is laid out on disk.
    """
    whole = len(parts.places) == 1
    refuse_decisions("an .npy file", "its last column" if whole else "in the file beside it", label, columns, like)
    with parts.open(parts.places[0]) as file, readable(".npy"):
        head = _header(file, NUMBERS)
        refuse_shape(head.shape)
        rows, width = head.shape
        if whole:
            if width < 2:
                raise BadInput("has one column only; features and a label in the last one are wanted")
            X, labels = _parted(file, head)
            y, classes = classes_of(labels)
        else:
            with parts.open(parts.places[1]) as beside:
                ahead = _header(beside, LABELS)
                refuse_labels(ahead.shape, rows)
                refuse_too_large(ahead.bytes_as_labels, f"the labels of {rows:,} rows")
                y, classes = classes_of(_array(beside))
            X = _floats(file, head, ahead.bytes_as_labels)
    names = tuple(f"x{at}" for at in range(1, X.shape[1] + 1))
    return Table(X=X, y=y, features=names, classes=classes, numbers=range(1, rows + 1))


def _floats(file: BinaryIO, head: Declared, beside: int) -> Floats:
    """The array, where so many bytes are needed beside it."""
    if fits(head.bytes_as_floats + beside):
        return floats_of(_array(file))
    return _laid_out(file, head, head.shape[1])[0]


def _parted(file: BinaryIO, head: Declared) -> tuple[Floats, AnyArray]:
    """All columns but the last, and the last one."""
    rows, width = head.shape
    # A copy without the last column comes to what is kept of any array.
    if fits(head.bytes_as_floats + 8 * (width + 5) * rows):
        array = _array(file)
        return floats_of(array[:, :-1]), array[:, -1]
    refuse_too_large(Declared((rows,), False, head.dtype).bytes_as_labels, f"the labels of {rows:,} rows")
    return _laid_out(file, head, width - 1)


def _laid_out(file: BinaryIO, head: Declared, features: int) -> tuple[Floats, AnyArray]:
    """The first `features` columns as floats on disk, and the column after them, if there is one; block by block.

    A mapping of the file itself would end the process where somebody cuts it off.
    """
    rows, width = head.shape
    if head.fortran:
        raise BadInput(
            "lies column by column (Fortran order), and is larger than memory: np.ascontiguousarray it first"
        )
    X = mapped((rows, features), np.float32 if head.dtype == np.float32 else np.float64)
    labels = np.empty(rows if features < width else 0, head.dtype)
    for some in blocks(X):
        stages.at("reading", some.start / rows)
        read = np.fromfile(file, head.dtype, (some.stop - some.start) * width).reshape(-1, width)
        X[some] = read[:, :features]
        if features < width:
            labels[some] = read[:, -1]
        if (place := first_unusable(X[some])) is not None:
            raise unusable(X, some.start + place[0], place[1])
    return X, labels


def inputs(parts: SourceFiles, _features: Sequence[str]) -> Floats:
    """The array, without labels. Raises `BadInput`."""
    with parts.open(parts.places[0]) as file, readable(".npy"):
        head = _header(file, NUMBERS)
        refuse_shape(head.shape)
        refuse_too_large(head.bytes_as_floats, f"{head.shape[0]:,} rows of {head.shape[1]:,} numbers")
        return floats_of(_array(file))


def files(source: str) -> tuple[str, ...]:
    """The array; and where its name has the word X, or images, the labels beside it: y, or labels, in their place."""
    name = Path(source).name
    beside = _X.sub("y", name)
    beside = beside.replace("images", "labels")
    return (source,) if beside == name else (source, source.removesuffix(name) + beside)


def _header(file: BinaryIO, kinds: str) -> Declared:
    """What the header of an open file says."""
    file.seek(0)
    return declared(file, "the array", os.fstat(file.fileno()).st_size, kinds)


def _array(file: BinaryIO) -> AnyArray:
    file.seek(0)
    array: AnyArray = npy.read_array(file, allow_pickle=False, max_header_size=HEADER_CHARACTERS)
    return array


NPY = Format(suffixes=(".npy",), maximum_bytes=2**36, read=read, inputs=inputs, files=files)
