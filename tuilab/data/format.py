"""What a format of files of one's own is: all that is to be said of it stands in the one file that reads it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from tuilab.data.columns.reading import Reading
from tuilab.data.table import Table
from tuilab.experiment.fields import ColumnsSection


@dataclass(frozen=True, kw_only=True)
class Format:
    """How files whose names end in `suffix` are read."""

    suffix: str
    """With its dot, in small letters."""
    maximum_bytes: int
    """Of a file; a larger one is refused unread."""
    read: Callable[[BinaryIO, str, ColumnsSection, Sequence[Reading]], Table]
    """The table in a file that is not empty, given the name of its label column, "" for the usual one, what was decided
    of its columns, and the readings of another file's columns, by which it is to be read.

    Raises `BadInput`, before anything is allocated that would not fit, and never runs what is in the file.
    """
    too_large: str = ""
    """What whoever has a larger file may do."""
    slow: bool = False
    """Whether it takes long to read for its size, so that it is worth while to keep what was read."""
