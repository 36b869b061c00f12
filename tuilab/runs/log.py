"""The log of a run: one event a line, appended by the one trainer, followed by any number of readers.

Plain reads and whole lines only: no locks, no memory maps and no change notices, so that it works on network file
systems too. Every line is JSON and says the CRC-32 of the rest of itself first; a line that was torn or damaged is
counted and skipped, and costs nothing but itself. (Lines of format 1 have no checksum.)
"""

import os
import zlib
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from tuilab.errors import BadInput
from tuilab.events import VERSION, AnyEvent, decode, decode_lines, encode
from tuilab.runs.files import look_up, open_private, read_at
from tuilab.runs.folder import newer
from tuilab.text import clean

CHUNK = 2**17
"""Bytes that one `Tail.read` takes in at most, but for a line that is longer."""
WINDOW = 2**18
"""Bytes at either end of a log that tell of the whole, for the most part."""
LONGEST = 2**23
"""Bytes of a line; a longer one is no event."""
LARGEST = 2**30
"""Bytes of a log: a day of training has some 13 MB. A larger one, be it empty for the most part, is none."""
TOGETHER = 256
"""Lines that are made events at once: a fraction of a millisecond, for which no other thread comes to its turn."""
MOST_DAMAGED = 100_000
"""Lines of a log that are no event; with more it is none."""


class Appender:
    """The writing end, for the one trainer of a run. Raises OSError when the file system refuses."""

    def __init__(self, path: Path) -> None:
        self._descriptor = open_private(path, os.O_RDWR | os.O_APPEND, shared=True)
        size = os.fstat(self._descriptor).st_size
        self._torn = size > 0 and os.pread(self._descriptor, 1, size - 1) != b"\n"

    def append(self, event: AnyEvent) -> None:
        """Write `event` as one whole line.

        If that fails half-way (a full disk), OSError is raised and the half is taken back; where it cannot be, the
        next append starts on a line of its own.
        """
        line = (b"\n" if self._torn else b"") + written(event)
        put = 0
        try:
            while put < len(line):
                put += os.write(self._descriptor, line[put:])
        except OSError:
            self._take_back(put)
            raise
        self._torn = False

    def _take_back(self, count: int) -> None:
        """Cut the last `count` bytes off, which no reader has taken in: they end no line."""
        if count:
            try:
                os.ftruncate(self._descriptor, os.fstat(self._descriptor).st_size - count)
            except OSError:
                self._torn = True

    def sync(self) -> None:
        """Make what was appended survive a power failure."""
        os.fsync(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            os.fsync(self._descriptor)
        finally:
            os.close(self._descriptor)


class Tail:
    """The reading end: each `read` gives the whole events that came since the one before, from the beginning."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self.damaged = 0
        """Lines so far that are no event: torn, flipped or unknown."""
        self.at_end = False
        """Whether the last `read` came to the end of the log as it then was."""

    def read(self) -> list[AnyEvent]:
        """New events in the order in which they were written, of at most `CHUNK` bytes; a missing log is an empty one.

        Raises `BadInput` for a log of a newer format, for one that cannot be read, and for what can be no log.
        """
        if not self._offset:
            _size(self._path)
        for size in (CHUNK, LONGEST):
            chunk = read_at(self._path, self._offset, size)
            self.at_end = len(chunk) < size
            whole = chunk.rfind(b"\n") + 1
            if whole or self.at_end:
                break
        if not whole:
            # Wait for the rest of a torn line; only of one that is too long is this part given up.
            if not self.at_end:
                self._offset += LONGEST
            return []
        events, damaged = _parse(_whole_lines(chunk), self._path)
        self._offset += whole
        self.damaged += damaged
        if self.damaged > MOST_DAMAGED:
            raise BadInput(f"is no log of a run: {MOST_DAMAGED:,} lines are no event", file=clean(str(self._path)))
        return events


def ends(path: Path, window: int = WINDOW) -> list[AnyEvent]:
    """The first and the last events of a log, however long it is.

    Reads `window` bytes at either end, and more, up to `LONGEST`, only while no event is found in them. Raises as
    `Tail.read`.
    """
    size = _size(path)
    while 2 * window < size:
        head, _ = _parse(_whole_lines(read_at(path, 0, window)), path)
        # What stands before the first line end may be half a line.
        tail, _ = _parse(_whole_lines(read_at(path, size - window, window))[1:], path)
        if (head and tail) or window >= LONGEST:
            return head + tail
        window *= 4
    events, _ = _parse(_whole_lines(read_at(path, 0, size)), path)
    return events


def _size(path: Path) -> int:
    """The bytes of a log, 0 of a missing one. Raises `BadInput` for more than any has."""
    size = found.st_size if (found := look_up(path)) else 0
    if size > LARGEST:
        raise BadInput(f"is no log of a run: it has {size / 1e9:,.1f} GB", file=clean(str(path)))
    return size


def written(event: AnyEvent) -> bytes:
    """The line of the log that says `event`: `{"crc":"89abcdef",…}`, the CRC-32 being that of `{…}`."""
    body = encode(event)
    return _HEAD % zlib.crc32(body) + body[1:] + b"\n"


_CRC = b'{"crc":"'
_HEAD = _CRC + b'%08x",'
_BODY = len(_HEAD % 0)


class _Versioned(msgspec.Struct):
    version: int = 0


def _whole_lines(content: bytes) -> list[bytes]:
    return content.split(b"\n")[:-1]


def _parse(lines: list[bytes], path: Path) -> tuple[list[AnyEvent], int]:
    """The events in `lines`, and how many lines are none. Raises `BadInput` for a newer format."""
    events: list[AnyEvent] = []
    lines = [*filter(None, lines)]
    for start in range(0, len(lines), TOGETHER):
        bodies = _checked(lines[start : start + TOGETHER])
        if (found := _decode_all(bodies)) is None:
            found = [event for body in bodies if (event := _decode(body, path)) is not None]
        events += found
    return events, len(lines) - len(events)


def _checked(lines: list[bytes]) -> list[bytes]:
    """The event's JSON of each line, but for those that are not what was written."""
    bodies = [b"{" + line[_BODY:] for line in lines]
    heads = b"".join([line[:_BODY] for line in lines])
    if heads == _HEAD * len(lines) % tuple(map(zlib.crc32, bodies)):  # all at once, as they nearly always are
        return bodies
    return [body for line in lines if (body := _body(line))]


def _body(line: bytes) -> bytes | None:
    if not line.startswith(_CRC):
        return line if b"{" in line else None  # of noise no more is asked: to refuse it takes a third of the time
    body = b"{" + line[_BODY:]
    return body if line[:_BODY] == _HEAD % zlib.crc32(body) else None


def _decode_all(lines: list[bytes]) -> list[AnyEvent] | None:
    """An event of each line, in two thirds of the time that they take one by one; None where one of them is none."""
    together = b"\n".join(lines)
    # Where a line ends in } and the next begins with {, no value goes on from the one to the other.
    if together.count(b"}\n{") != len(lines) - 1:
        return None
    try:
        events = decode_lines(together)
    except (ValueError, OverflowError, RecursionError):
        return None
    return events if len(events) == len(lines) else None


def _decode(line: bytes, path: Path) -> AnyEvent | None:
    """The event of a line, if it is one. Raises `BadInput` for one of a newer format."""
    try:
        return decode(line)
    except (ValueError, OverflowError, RecursionError):
        _refuse_newer(line, path)
        return None


def _refuse_newer(line: bytes, path: Path) -> None:
    # A newer `Started` need not look like ours, but it says its version in the same place.
    try:
        version = msgspec.json.decode(line, type=_Versioned).version
    except (ValueError, RecursionError):
        return
    if version > VERSION:
        raise newer("log", version, VERSION, path)
