"""What a trainer prints: a file that cannot take it costs the words, never the run."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class _Shrugging(io.FileIO):
    """A file that drops what the file system refuses, as that of a full disk does."""

    def write(self, content: "ReadableBuffer") -> int:
        """Writes `content`, or not; raises nothing."""
        try:
            return super().write(content) or 0
        except OSError:
            return memoryview(content).nbytes


@contextmanager
def shrugging() -> Iterator[None]:
    """Within the block nothing that is printed can fail, whoever prints it and whatever it says."""
    with redirect_stdout(_stream(sys.__stdout__)), redirect_stderr(_stream(sys.__stderr__)):
        yield


def _stream(stream: TextIO | None) -> TextIO | None:
    if stream is None:  # closed before the start: Python prints nothing then
        return None
    raw = _Shrugging(stream.fileno(), "w", closefd=False)
    return io.TextIOWrapper(io.BufferedWriter(raw), "utf-8", errors="backslashreplace", line_buffering=True)
