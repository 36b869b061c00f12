"""Arrays in one file: a NumPy archive, whole or absent, every byte under a CRC-32, and never a pickle in it."""

import io
import math
import os
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from tokenize import TokenError
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.lib import format as npy

from tuilab import stages
from tuilab.arrays import Array
from tuilab.errors import BadInput
from tuilab.runs.files import open_regular, replacing
from tuilab.text import clean

_LARGE = 2**23
"""Bytes that are read or written at a time; of more, how far it is is said."""
_HEADER_BYTES = 2**17
_HEADER_CHARACTERS = 1000  # of an array's header, where NumPy takes about 100
_UNREADABLE = (zipfile.BadZipFile, struct.error, EOFError, ValueError, TypeError, SyntaxError, TokenError, RuntimeError)
"""What zipfile and NumPy raise about bytes that are no archive or no array."""


def write_arrays(path: Path, arrays: Mapping[str, Array]) -> None:
    """Writes `arrays` to `path`, which is the old file or the new one at any time. Raises OSError."""
    size = sum(array.nbytes for array in arrays.values())
    with replacing(path, shared=True) as file:
        if size < _LARGE:
            np.savez(file, allow_pickle=False, **arrays)
        else:
            np.savez(cast(BinaryIO, _Metered(file, size)), allow_pickle=False, **arrays)


def read_arrays(path: Path) -> dict[str, Array]:
    """The arrays in `path`, read-only, each of numbers and each as its checksum says.

    Raises `BadInput` for a file that is missing, damaged or no archive of plain numbers. What a stranger's archive
    declares makes nothing larger than the file itself.
    """
    descriptor = open_regular(path)
    if descriptor is None:
        raise BadInput("is missing", file=clean(str(path)))
    try:
        with os.fdopen(descriptor, "rb") as file, zipfile.ZipFile(file) as archive:
            size = os.fstat(descriptor).st_size
            members = archive.infolist()
            stored = all(member.compress_type == zipfile.ZIP_STORED for member in members)
            if len(members) != _count(file):
                raise ValueError("its directory lacks members")
            if not stored or sum(member.file_size for member in members) > size:
                raise BadInput("is no archive that tuilab wrote", file=clean(str(path)))
            return {member.filename.removesuffix(".npy"): _array(_content(archive, member)) for member in members}
    except BadInput:
        raise
    except (*_UNREADABLE, OSError) as error:
        raise BadInput(f"is damaged: {clean(str(error), 120)}", file=clean(str(path))) from None


class _Metered:
    """A file that says how much of so many bytes was written into it."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._size, self._written = file, size, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, piece: bytes) -> int:
        self._written += len(piece)
        stages.at("keeping", min(1.0, self._written / self._size))
        return self._file.write(piece)


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> memoryview:
    """The bytes of a member, read-only."""
    content, at = memoryview(bytearray(member.file_size)), 0
    with archive.open(member) as file:
        while piece := file.read(_LARGE):
            content[at : at + len(piece)] = piece
            at += len(piece)
            if at < len(content):
                stages.at("reading", at / len(content))
    if at < len(content):
        raise EOFError("a member ends early")
    return content.toreadonly()


def _count(file: BinaryIO) -> int:
    """How many members the last record of the archive speaks of (APPNOTE.TXT 4.3.16), which zipfile does not check."""
    file.seek(-12, os.SEEK_END)
    return int.from_bytes(file.read(2), "little")


def _array(content: memoryview) -> Array:
    file = io.BytesIO(content[:_HEADER_BYTES])
    if npy.read_magic(file) != (1, 0):
        raise ValueError("an unknown version of the .npy format")
    shape, fortran, dtype = npy.read_array_header_1_0(file, max_header_size=_HEADER_CHARACTERS)
    if dtype.kind not in "biuf" or min(shape, default=0) < 0:
        raise ValueError(f"holds {dtype}, not numbers")
    if math.prod(shape) * dtype.itemsize != len(content) - file.tell():
        raise ValueError("declares what it does not hold")
    return np.frombuffer(content, dtype, offset=file.tell()).reshape(shape, order="F" if fortran else "C")
