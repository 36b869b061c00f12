"""Arrays larger than memory: files without a name, mapped, of which the system keeps in memory what is used.

They are arrays as any others, read and written where they lie; what would make a copy of all goes block by block.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from tuilab.data.memory import gibibytes
from tuilab.data.table import Floats
from tuilab.errors import BadInput

_BLOCK = 2**22
"""Numbers that are looked at a time."""
_SPOOL = Path("/var/tmp")
"""Lies on a disk, where /tmp may lie in memory."""


def is_mapped(X: NDArray[Any]) -> bool:
    """Whether an array lies in a file: one that is larger than memory."""
    return isinstance(X, np.memmap)


def mapped(shape: tuple[int, int], dtype: DTypeLike) -> Floats:
    """Room for an array on disk, which is gone with it. Raises `BadInput` where there is not so much."""
    needed = shape[0] * shape[1] * np.dtype(dtype).itemsize
    if not needed:
        return np.empty(shape, dtype)
    folder = os.environ.get("TMPDIR") or (str(_SPOOL) if _SPOOL.is_dir() else tempfile.gettempdir())
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            os.posix_fallocate(file.fileno(), 0, needed)  # a page without room would end the process
            return np.memmap(file, dtype, "r+", shape=shape)
    except OSError as error:
        raise BadInput(
            f"{shape[0]:,} examples are more than memory holds and need {gibibytes(needed)} of disk in {folder} while "
            f"they are trained on (TMPDIR names another folder): {error.strerror}"
        ) from None


def blocks(X: NDArray[Any]) -> Iterator[slice]:
    """All rows of X (m, n), some at a time."""
    rows = max(1, _BLOCK // max(1, X.shape[1]))
    for start in range(0, len(X), rows):
        yield slice(start, min(start + rows, len(X)))


def chosen(X: Floats, order: NDArray[np.int64]) -> Floats:
    """These rows of X: on disk, where X lies there."""
    if not is_mapped(X):
        return X[order]
    copy = mapped((len(order), X.shape[1]), X.dtype)
    for rows in blocks(copy):
        copy[rows] = X[order[rows]]
    return copy


def as_type(X: Floats, dtype: DTypeLike) -> Floats:
    """X as numbers of that type, C-contiguous: itself where it is; on disk, where X lies there."""
    if not is_mapped(X):
        return np.ascontiguousarray(X, dtype)
    if X.dtype == dtype:
        return X
    copy = mapped((len(X), X.shape[1]), dtype)
    for rows in blocks(copy):
        copy[rows] = X[rows]
    return copy
