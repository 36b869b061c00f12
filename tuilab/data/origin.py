"""Which files data came from, so that it can be told whether those have changed."""

import hashlib
import os
import time
from collections.abc import Sequence
from typing import BinaryIO

from msgspec import Struct
from msgspec.structs import astuple

from tuilab import stages
from tuilab.events import MAXIMUM_TIME, DataFile
from tuilab.text import clean

_PIECE = 2**20  # bytes


class Stamp(Struct, frozen=True):
    """What changes whenever a file does: another file in its place, its size, when it was changed (nanoseconds).

    Of several files their size in all and the latest times.
    """

    device: int
    inode: int
    """Of several files a number made of all their stamps."""
    size: int
    modified: int
    """When its content was written; a person can set it."""
    changed: int
    """When anything about it changed; the system alone sets it."""


class Origin(Struct, frozen=True, kw_only=True):
    """The file at `source`, as it was when its content had that SHA-256 `checksum`.

    Of a source of several files the checksum is that of their checksums.
    """

    source: str
    stamp: Stamp
    checksum: str

    def noted(self, place: str) -> DataFile:
        """What a run notes of it, where `place` is what names it in the experiment."""
        seconds = min(max(0, self.stamp.modified // 10**9), MAXIMUM_TIME - 1)
        return DataFile(place=place, file=self.source, size=self.stamp.size, modified=seconds, checksum=self.checksum)


def origin_of(source: str, files: Sequence[tuple[Stamp, str]]) -> Origin:
    """The origin at `source` of files with those stamps and checksums, in their order."""
    stamps, checksums = zip(*files, strict=True)
    one = checksums[0] if len(files) == 1 else hashlib.sha256("".join(checksums).encode()).hexdigest()
    return Origin(source=source, stamp=together(stamps), checksum=one)


def together(stamps: Sequence[Stamp]) -> Stamp:
    """The stamp of files with those stamps, in their order."""
    if len(stamps) == 1:
        return stamps[0]
    told = hashlib.sha256(repr([astuple(one) for one in stamps]).encode()).digest()
    return Stamp(
        device=stamps[0].device,
        inode=int.from_bytes(told[:7]),
        size=sum(one.size for one in stamps),
        modified=max(one.modified for one in stamps),
        changed=max(one.changed for one in stamps),
    )


def difference(noted: Sequence[DataFile], found: Sequence[DataFile]) -> str:
    """In what the files found differ from those that were noted; empty if their contents are the same."""
    now = {one.place: one for one in found}
    told = []
    for before in noted:
        after = now.get(before.place)
        if after is None or after.checksum != before.checksum:
            is_now = "none" if after is None else _told(after)
            same = " and of other content" if is_now == _told(before) else ""
            told.append(f"{before.place} was {_told(before)} and is {is_now}{same}")
    return "; ".join(told)


def _told(one: DataFile) -> str:
    date = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(one.modified))
    return f"{clean(one.file, 200)} ({one.size:,} bytes of {date})"


def stamp_of(found: os.stat_result) -> Stamp:
    """The stamp in what the file system says of a file."""
    return Stamp(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def checksum(file: BinaryIO) -> str:
    """The SHA-256 of all of an open file, wherever it stands. Raises OSError."""
    digest, at, size = hashlib.sha256(), 0, os.fstat(file.fileno()).st_size
    while piece := os.pread(file.fileno(), _PIECE, at):
        digest.update(piece)
        at += len(piece)
        stages.at("checking", min(1, at / size))
    return digest.hexdigest()
