"""Which file data came from, so that it can be told whether that has changed."""

import hashlib
import os
from typing import BinaryIO

from msgspec import Struct

_PIECE = 2**20  # bytes


class Stamp(Struct, frozen=True):
    """What changes whenever a file does: another file in its place, its size, when it was changed (nanoseconds)."""

    device: int
    inode: int
    size: int
    modified: int
    """When its content was written; a person can set it."""
    changed: int
    """When anything about it changed; the system alone sets it."""


class Origin(Struct, frozen=True, kw_only=True):
    """The file at `source`, as it was when its content had that SHA-256 `checksum`."""

    source: str
    stamp: Stamp
    checksum: str


def stamp_of(found: os.stat_result) -> Stamp:
    """The stamp in what the file system says of a file."""
    return Stamp(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def checksum(file: BinaryIO) -> str:
    """The SHA-256 of all of an open file, wherever it stands. Raises OSError."""
    digest, at = hashlib.sha256(), 0
    while piece := os.pread(file.fileno(), _PIECE, at):
        digest.update(piece)
        at += len(piece)
    return digest.hexdigest()
