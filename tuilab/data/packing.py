"""Arrays that are most of the memory there is, made into others where they lie."""

from collections.abc import Callable

import numpy as np

from tuilab import stages
from tuilab.data.columns.reading import Values
from tuilab.data.table import Floats

_BLOCK = 2**17
"""Numbers that are made at a time: what a cache holds."""
_PIECE = 2**12
"""Rows of a column that are moved at a time, at most."""


def packed(room: Floats | None, shape: tuple[int, int], rows: Callable[[slice], Values]) -> Values:
    """(m, n), in rows: what `rows` makes for a slice of the m rows, of those of `room` from the same place on.

    It lies in `room`, which is used up, where that may be written to and has as many rows at least, and as long ones;
    else in memory of its own.
    """
    m, n = shape
    if room is not None and _holds(room, shape):
        made = np.asarray(room, np.float64).reshape(-1)[: m * n].reshape(shape)
    else:
        made = np.empty(shape)
    step = max(1, _BLOCK // max(1, n))
    for start in range(0, m, step):
        stages.check()
        some = slice(start, min(m, start + step))
        made[some] = rows(some)
    return made


def _holds(room: Floats, shape: tuple[int, int]) -> bool:
    writable = room.dtype == np.float64 and room.flags.c_contiguous and room.flags.writeable
    return writable and shape[0] <= len(room) and shape[1] <= room.shape[1]


def in_columns(shape: tuple[int, int]) -> Floats:
    """Room for m rows or a few more in (m, n) columns, which `in_rows` can turn where they lie."""
    m, n = shape
    piece = _piece(m)
    return np.empty((-(-m // piece) * piece, n), order="F")


def in_rows(X: Floats) -> Floats:
    """X (m, n), in rows: itself, or turned where it lies, and used up, if it is the first rows of `in_columns`.

    Those are n columns of b pieces; the pieces are moved to b blocks of n, and then each block is turned.
    """
    m, n = X.shape
    if X.flags.c_contiguous:
        return X
    whole = X.base if isinstance(X.base, np.ndarray) else X
    piece = _piece(len(whole))
    if (
        not (whole.flags.f_contiguous and whole.flags.writeable and X.flags.writeable)
        or len(whole) % piece
        or whole.shape[1:] != (n,)
        or X.__array_interface__["data"] != whole.__array_interface__["data"]
    ):
        return np.ascontiguousarray(X)
    pieces = whole.T.reshape(-1, piece)
    _move(pieces, n, len(whole) // piece)
    for block in pieces.reshape(-1, n, piece):
        stages.check()
        block.reshape(-1)[:] = block.T.copy().reshape(-1)
    return pieces.reshape(whole.shape)[:m]


def _piece(m: int) -> int:
    """A power of two, so that it divides the rows that m were rounded up to by it."""
    return min(_PIECE, 1 << max(0, (m // 16).bit_length() - 1))


def _move(pieces: Floats, n: int, blocks: int) -> None:
    """The piece at j·blocks + b comes to b·n + j, round by round of pieces that take the place of one another."""
    moved = np.zeros(len(pieces), bool)
    for first in range(len(pieces)):
        if moved[first]:
            continue
        place, waiting = first, pieces[first].copy()
        while True:
            moved[place] = True
            source = place % n * blocks + place // n
            if source == first:
                break
            pieces[place] = pieces[source]
            place = source
        pieces[place] = waiting
