"""A user's own file as a table. Whatever stands at the path, it is refused or read, never waited for."""

import os
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from tuilab.data.array_columns import decided
from tuilab.data.columns.reading import Reading
from tuilab.data.csv_file import CSV, TSV
from tuilab.data.format import CHANGED, Format
from tuilab.data.gzipped import unpacked
from tuilab.data.idx_file import IDX
from tuilab.data.image_folder import IMAGES
from tuilab.data.npy_file import NPY
from tuilab.data.npz_file import NPZ
from tuilab.data.origin import Origin, Stamp, checksum, origin_of, stamp_of, together
from tuilab.data.parquet_file import PARQUET
from tuilab.data.table import Table
from tuilab.errors import BadInput
from tuilab.experiment import GENERATED, SHIPPED
from tuilab.experiment.fields import PLAIN, ColumnsSection
from tuilab.text import clean

TICK = 0.02
"""Seconds at most between two times that the system gives to files: within it two changes may look like one."""

GZIP = ".gz"
FORMATS = (CSV, TSV, NPZ, NPY, PARQUET, IDX)
"""Those that can be read: to add one, write its file and name it here."""
_ENDINGS = [suffix for one in FORMATS for suffix in one.suffixes]
SUFFIXES = " or ".join(", ".join(one) for one in (_ENDINGS[:-1], _ENDINGS[-1:]))
"""What names may end in, for a person."""


def load(
    source: str,
    label: str,
    path: str = "data.source",
    columns: ColumnsSection = PLAIN,
    like: Sequence[Reading] = (),
) -> Table:
    """The table at `source` (relative to the current directory, `~` expanded), of one of the `FORMATS`.

    `label` names the label column, where the format has columns; empty, it is the usual one; `columns` is what is
    decided of the others, `like` how those of another source were read, which are read likewise. Raises `BadInput`
    naming the file, with the path of the fault, or `path`, the place in the experiment that names the source.
    """
    known = _known(source, path)
    with parts_of(source, known, path) as parts:
        table = known.read(parts, label, columns, like)
        if known.inputs:
            table = decided(table, columns)
    return replace(table, origin=parts.origin(source))


class WatchedFiles:
    """The files of a source, each opened when it is asked for and watched while it is open."""

    def __init__(self, places: Sequence[str], known: Format) -> None:
        self.places, self._known = places, known
        self._seen = dict[str, tuple[Stamp, str]]()

    @contextmanager
    def open(self, place: str) -> Iterator[BinaryIO]:
        """The regular file at `place`, unpacked, which must not change meanwhile. Raises `BadInput`, naming it."""
        with _naming(place), opened(place) as file:
            before = _settle(file)
            try:
                check_size(before.size, self._known)
                if self._known.gzipped and place.lower().endswith(GZIP):
                    with unpacked(file, self._known.maximum_bytes) as plain:
                        yield plain
                else:
                    yield file
            except BadInput:
                _check_unchanged(file, before)  # what is half written may look like anything
                raise
            self._seen[place] = before, checksum(file)
            _check_unchanged(file, before)

    def origin(self, source: str) -> Origin:
        """What the files of `source` were, each of which has been opened."""
        return origin_of(source, [self._seen[place] for place in self.places])


@contextmanager
def parts_of(source: str, known: Format, path: str = "data.source") -> Iterator[WatchedFiles]:
    """The files that `source` is made of. Raises `BadInput` as `load`, of what is raised within too."""
    try:
        with _naming(source):
            places = known.files(source)
        yield WatchedFiles(places, known)
    except BadInput as error:
        raise BadInput(error.message, path=error.path or path, file=error.file or clean(source)) from None


@contextmanager
def watched(source: str, path: str = "data.source") -> Iterator[BinaryIO]:
    """The one file at `source`, unpacked, which must not change while it is read. Raises `BadInput` as `load`."""
    with parts_of(source, _known(source, path), path) as parts, parts.open(source) as file:
        yield file


@contextmanager
def _naming(place: str) -> Iterator[None]:
    """Makes what is raised within a `BadInput` of the file at `place`, where no other is named."""
    try:
        yield
    except BadInput as error:
        raise BadInput(error.message, path=error.path, file=error.file or clean(place)) from None
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror or clean(str(error))}", file=clean(place)) from None


def _known(source: str, path: str) -> Format:
    """The format of `source`. Raises `BadInput` if it is none."""
    known = format_of(source)
    if known is None:
        names = f"one of {', '.join(SHIPPED + GENERATED)}, or " if path == "data.source" else ""
        wanted = f"{names}the path of a {SUFFIXES} file or of a folder of images (flowers/)"
        raise BadInput(f"must be {wanted}, not {clean(source, 60)!r}", path=path)
    return known


def format_of(source: str) -> Format | None:
    """The format of a source by its name, or of a folder, named with a / in it; None if it is none that can be read."""
    name = Path(source).name.lower()
    for one in FORMATS:
        plain = name.removesuffix(GZIP) if one.gzipped else name
        if any(plain.endswith(suffix) and plain != suffix for suffix in one.suffixes):
            return one
    return IMAGES if "/" in source and _is_folder(source) else None


def _is_folder(source: str) -> bool:
    try:
        return Path(source).expanduser().is_dir()
    except (OSError, ValueError, RuntimeError):
        return False


def stamp(source: str) -> Stamp | None:
    """What changes whenever a file of `source` does; None if there is none, as where a data set is named."""
    known = format_of(source)
    if known is None:
        return None
    try:
        found = [Path(place).expanduser().stat() for place in known.files(source)]
    except (OSError, ValueError, RuntimeError):  # loading it will say what is wrong; BadInput is a ValueError
        return None
    return together([stamp_of(one) for one in found])


def check_size(size: int, known: Format) -> None:
    """Raises `BadInput` for a file of no bytes, or of more than its format may have."""
    if size == 0:
        raise BadInput("is empty")
    if size > known.maximum_bytes:
        advice = f"; {known.too_large}" if known.too_large else ""
        raise BadInput(f"is larger than {known.maximum_bytes >> 30} GiB{advice}")


def _check_unchanged(file: BinaryIO, before: Stamp) -> None:
    now = stamp_of(os.fstat(file.fileno()))
    # That another file took its name, which changes its own state, is no change of what it holds.
    if (now.size, now.modified) != (before.size, before.modified):
        raise BadInput(CHANGED)


def _settle(file: BinaryIO) -> Stamp:
    """The stamp of an open file, once a change to come must give it another one."""
    age = time.time() - os.fstat(file.fileno()).st_mtime
    if 0 <= age < TICK:
        time.sleep(TICK - age)
    return stamp_of(os.fstat(file.fileno()))


def opened(source: str) -> BinaryIO:
    """The regular file at `source`, open for reading. Raises `BadInput` or OSError, and never blocks."""
    try:
        path = Path(source).expanduser()
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise BadInput("a symbolic link to nothing" if path.is_symlink() else "no such file") from None
    except (ValueError, RuntimeError) as error:  # a NUL or a lone surrogate in the path; an unknown user after ~
        raise BadInput(f"is no path: {clean(str(error))}") from None
    # Looked at before it is opened, as opening a device can do something; and again after it, as it may have changed.
    _check_regular(mode)
    file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    try:
        _check_regular(os.fstat(file.fileno()).st_mode)
    except BadInput:
        file.close()
        raise
    return file


def _check_regular(mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise BadInput("is a directory, not a file" if stat.S_ISDIR(mode) else "is not a regular file")
