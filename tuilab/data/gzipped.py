"""Files packed by gzip (RFC 1952), unpacked as far as they may be; a bomb is refused before it has taken much."""

import os
import struct
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from tuilab import stages
from tuilab.data.memory import gibibytes
from tuilab.errors import BadInput

RATIO = 200
"""Of the bytes that a file is unpacked to, to those that it has. Tables reach 50, MNIST's images 5."""
_LARGE = 2**26  # bytes; what is unpacked to less may be packed at any ratio
_MOST_MEMBERS = 2**15  # that a file is put together of: bgzip makes one of every 64 KiB
_PIECE = 2**18  # bytes
_GZIP = 31  # zlib's name for the format with gzip's header


@contextmanager
def unpacked(file: BinaryIO, most: int) -> Iterator[BinaryIO]:
    """What is packed in `file`, at most `most` bytes, as a file without a name that is gone in the end.

    Raises `BadInput`.
    """
    size = os.fstat(file.fileno()).st_size
    told = os.pread(file.fileno(), 4, size - 4) if size >= 18 else bytes(4)
    if (declared := struct.unpack("<I", told)[0]) > most:  # the size of the last member, modulo 2³²
        raise BadInput(
            f"declares {gibibytes(declared)} when it is unpacked ({gibibytes(most)} are allowed), or ends early"
        )
    with tempfile.TemporaryFile() as plain:
        written = 0
        for piece, taken in _pieces(file):
            written += len(piece)
            if written > max(_LARGE, RATIO * taken):
                raise BadInput(f"unpacks to more than {RATIO} times its size, as no table does")
            if written > most:
                raise BadInput(f"is larger than {gibibytes(most)} when it is unpacked")
            plain.write(piece)
            stages.at("unpacking", taken / size)
        if not written:
            raise BadInput("is empty when it is unpacked")
        plain.flush()
        plain.seek(0)
        yield plain


def _pieces(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """What is unpacked, piece by piece, each with the bytes that were taken of `file` so far."""
    engine, rest, at, members = zlib.decompressobj(wbits=_GZIP), b"", 0, 1
    try:
        while True:
            if not rest:
                if not (rest := os.pread(file.fileno(), _PIECE, at)):
                    break
                at += len(rest)
            if engine.eof:
                if not (rest := rest.lstrip(b"\0")):  # padding, as of tapes
                    continue
                engine, members = zlib.decompressobj(wbits=_GZIP), members + 1
                if members > _MOST_MEMBERS:
                    raise BadInput(f"is put together of more than {_MOST_MEMBERS} packed files")
            piece = engine.decompress(rest, _PIECE)
            rest = engine.unused_data if engine.eof else engine.unconsumed_tail
            yield piece, at - len(rest)
        yield engine.flush(), at
    except zlib.error as error:
        raise BadInput(f"is no gzip file, or a damaged one: {error}") from None
    if not engine.eof:
        raise BadInput("is a gzip file that ends early")
