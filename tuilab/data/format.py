"""What a format of data of one's own is: all that is to be said of it stands in the one file that reads it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from msgspec import structs

from tuilab.data.columns.reading import Reading
from tuilab.data.table import Floats, Table
from tuilab.errors import BadInput
from tuilab.experiment.fields import PLAIN, ColumnsSection

CHANGED = "was changed while it was read"


class SourceFiles(Protocol):
    """The files that a source is made of."""

    @property
    def places(self) -> Sequence[str]:
        """Their paths, as a person would write them: what `Format.files` says of the source."""

    def open(self, place: str) -> AbstractContextManager[BinaryIO]:
        """The regular file at `place`, unpacked, which must not change while it is open.

        Raises `BadInput` naming the file, of what is raised within too.
        """


ReadFiles = Callable[[SourceFiles, str, ColumnsSection, Sequence[Reading]], Table]
ReadOneFile = Callable[[BinaryIO, str, ColumnsSection, Sequence[Reading]], Table]


@dataclass(frozen=True, kw_only=True)
class Format:
    """How sources are read whose names end in one of `suffixes`."""

    suffixes: tuple[str, ...]
    """In small letters."""
    maximum_bytes: int
    """Of a file, unpacked; a larger one is refused unread."""
    read: ReadFiles
    """The table in files that are not empty, given the name of the label column, "" for the usual one, what was decided
    of the columns, and the readings of another source's columns, by which they are to be read.

    Raises `BadInput`, before anything is allocated that would not fit, and never runs what is in a file. Opens each of
    the files.
    """
    inputs: Callable[[SourceFiles, Sequence[str]], Floats] | None = None
    """X alone, whether there are labels or not, where columns have no names; given what its features are called where
    a network was trained on them. Raises `BadInput`."""
    files: Callable[[str], Sequence[str]] = lambda source: (source,)
    """The files that a source is made of, in an order that does not change by itself. Raises `BadInput` or OSError."""
    gzipped: bool = False
    """Whether a name may go on with .gz, the file packed by gzip."""
    too_large: str = ""
    """What whoever has a larger file may do."""
    slow: bool = False
    """Whether it takes long to read for its size, so that it is worth while to keep what was read."""


def of_one_file(read: ReadOneFile) -> ReadFiles:
    """How a source is read that is a single file."""

    def read_only(parts: SourceFiles, label: str, columns: ColumnsSection, like: Sequence[Reading]) -> Table:
        with parts.open(parts.places[0]) as file:
            return read(file, label, columns, like)

    return read_only


def refuse_decisions(what: str, labels: str, label: str, columns: ColumnsSection, like: Sequence[Reading]) -> None:
    """Raises `BadInput` where more is decided than may be of columns of numbers; the labels of `what` are `labels`."""
    taken = {name: getattr(columns, name) for name in ("drop", "as_", "repeats", "drop_rows", "keep_rows")}
    if like or columns != structs.replace(PLAIN, **taken):
        said = "drop, as, repeats, drop_rows and keep_rows"
        raise BadInput(f"{what} has numbers alone; of [columns] it takes {said}", path="columns")
    if label:
        raise BadInput(f"{what} has no columns, its labels are {labels}; leave this empty", path="data.label")
