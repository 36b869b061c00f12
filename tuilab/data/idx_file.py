"""Images in an IDX file, as MNIST's are (yann.lecun.com/exdb/mnist), with their labels in the file beside it."""

import math
import os
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from tuilab.data.columns.reading import Reading
from tuilab.data.format import CHANGED, Format, SourceFiles, refuse_decisions
from tuilab.data.memory import refuse_too_large
from tuilab.data.table import MAXIMUM_FEATURES, Table, rank_labels
from tuilab.errors import BadInput
from tuilab.experiment.fields import ColumnsSection
from tuilab.text import clean

_BYTES = 8  # IDX's code for unsigned bytes
_LABEL = 40  # bytes a label, with what the ranking of labels takes
_PIECE = 2**22  # bytes that are read at a time
_WANTED = {3: "images (three dimensions)", 1: "labels (one dimension)"}

Pixels = NDArray[np.float32]


def read(parts: SourceFiles, label: str, columns: ColumnsSection, like: Sequence[Reading]) -> Table:
    """The table of images (m, height, width) and labels (m,) of unsigned bytes. Raises `BadInput`.

    Features are the pixels, 0 to 255 and called by row and column from 0, as float32, which holds them exactly;
    classes are the labels. `label` must be empty.
    """
    refuse_decisions("an IDX file", "in the file beside it", label, columns, like)
    images, labels = parts.places
    with parts.open(images) as file:
        examples, height, width = _shape(file, 3)
        _refuse_too_large(examples, height * width, _LABEL)
        with parts.open(labels) as beside:
            (named,) = _shape(beside, 1)
            if named != examples:
                raise BadInput(f"holds {named:,} labels of the {examples:,} images in {clean(Path(images).name)}")
            values, codes = np.unique(_content(beside, 8, np.empty(examples, np.uint8)), return_inverse=True)
        X = _pixels(file, examples, height * width)
    y, classes = rank_labels(codes, [str(value) for value in values.tolist()])
    names = pixel_names(height, width)
    return Table(X=X, y=y, features=names, classes=classes, numbers=range(1, examples + 1))


def pixel_names(height: int, width: int) -> tuple[str, ...]:
    """The names of the features of images, row by row from 0."""
    return tuple(f"pixel {row},{column}" for row in range(height) for column in range(width))


def inputs(parts: SourceFiles, _features: Sequence[str]) -> Pixels:
    """X of the images alone. Raises `BadInput`."""
    with parts.open(parts.places[0]) as file:
        examples, height, width = _shape(file, 3)
        _refuse_too_large(examples, height * width)
        return _pixels(file, examples, height * width)


def files(source: str) -> tuple[str, str]:
    """The images, and the labels beside them: the same name with labels for images, and idx1 for idx3."""
    name = Path(source).name
    beside = name
    for word, other in (("images", "labels"), ("idx3", "idx1"), ("IMAGES", "LABELS"), ("IDX3", "IDX1")):
        beside = beside.replace(word, other)
    if beside == name:
        raise BadInput("has no labels beside it: a name with idx3 is wanted, that of the labels has idx1")
    return source, source.removesuffix(name) + beside


def _shape(file: BinaryIO, dimensions: int) -> tuple[int, ...]:
    """What the header declares, if all of it is there. Raises `BadInput`."""
    head = os.pread(file.fileno(), 4 + 4 * dimensions, 0)
    wanted = f"an IDX file of {_WANTED[dimensions]} is wanted"
    if len(head) < 4 + 4 * dimensions or head[:2] != b"\0\0" or head[3] not in (1, 2, 3, 4):
        raise BadInput(f"is none: {wanted}")
    if head[2] != _BYTES:
        raise BadInput(f"holds the type 0x{head[2]:02x}; unsigned bytes (0x08) are wanted")
    if head[3] != dimensions:
        raise BadInput(f"has {head[3]} dimensions; {wanted}")
    shape = struct.unpack(f">{dimensions}I", head[4:])
    held = os.fstat(file.fileno()).st_size - len(head)
    if math.prod(shape) != held:
        raise BadInput(f"declares {math.prod(shape):,} bytes, shape {shape}, but holds {held:,}")
    if not 1 <= math.prod(shape[1:]) <= MAXIMUM_FEATURES:
        raise BadInput(f"has images of {shape[1]} × {shape[2]} pixels; 1 to {MAXIMUM_FEATURES} pixels are read")
    return shape


def _refuse_too_large(examples: int, pixels: int, more: int = 0) -> None:
    refuse_too_large(examples * (4 * pixels + more) + 2 * _PIECE, f"{examples:,} images of {pixels:,} pixels")


def _pixels(file: BinaryIO, examples: int, pixels: int) -> Pixels:
    return _content(file, 16, np.empty(examples * pixels, np.float32)).reshape(examples, pixels)


def _content(file: BinaryIO, start: int, into: NDArray[Any]) -> NDArray[Any]:
    """`into` (values,), filled with the bytes from `start` on."""
    filled = 0
    while filled < len(into):
        piece = np.frombuffer(os.pread(file.fileno(), min(_PIECE, len(into) - filled), start + filled), np.uint8)
        if not len(piece):
            raise BadInput(CHANGED)
        into[filled : filled + len(piece)] = piece
        filled += len(piece)
    return into


IDX = Format(suffixes=("idx3-ubyte",), maximum_bytes=2**32, read=read, inputs=inputs, files=files, gzipped=True)
