"""An .npy file: an array of numbers, its labels in a file beside it or in its last column, as its name says."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from numpy.lib import format as npy

from tuilab.data.columns.reading import Reading
from tuilab.data.format import Format, SourceFiles, refuse_decisions
from tuilab.data.memory import refuse_too_large
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
)
from tuilab.data.table import Floats, Table
from tuilab.errors import BadInput
from tuilab.experiment.fields import ColumnsSection

_X = re.compile(r"(?<![A-Za-z])[Xx](?![A-Za-z])")  # as a word: X.npy, train_X.npy, x_test.npy


def read(parts: SourceFiles, label: str, columns: ColumnsSection, like: Sequence[Reading]) -> Table:
    """The table in an array X (m, n) and labels y (m,), or in one array (m, n + 1). Raises `BadInput`.

    Features are called x1 … xn. Types are those of an .npz file; the array is read whole.
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
            # A copy without the last column comes to what is kept of any array.
            refuse_too_large(head.bytes_as_floats + 8 * (width + 5) * rows, f"{rows:,} rows of {width:,} numbers")
            array = _array(file)
            X, (y, classes) = floats_of(array[:, :-1]), classes_of(array[:, -1])
        else:
            what = f"{rows:,} rows of {width:,} numbers"
            refuse_too_large(head.bytes_as_floats, what)
            with parts.open(parts.places[1]) as beside:
                labels = _header(beside, LABELS)
                refuse_labels(labels.shape, rows)
                refuse_too_large(head.bytes_as_floats + labels.bytes_as_labels, f"{what}, and their labels,")
                y, classes = classes_of(_array(beside))
            X = floats_of(_array(file))
    return Table(X=X, y=y, features=tuple(f"x{at}" for at in range(1, X.shape[1] + 1)), classes=classes)


def inputs(parts: SourceFiles) -> Floats:
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
