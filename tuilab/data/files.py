"""A user's own file as a table. Whatever stands at the path, it is refused or read, never waited for."""

import os
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from tuilab.data.columns.reading import Reading
from tuilab.data.csv_file import CSV
from tuilab.data.format import Format
from tuilab.data.npz_file import NPZ
from tuilab.data.origin import Origin, Stamp, checksum, stamp_of
from tuilab.data.table import Table
from tuilab.errors import BadInput
from tuilab.experiment import GENERATED, SHIPPED
from tuilab.experiment.fields import PLAIN, ColumnsSection
from tuilab.text import clean

TICK = 0.02
"""Seconds at most between two times that the system gives to files: within it two changes may look like one."""

FORMATS = (CSV, NPZ)
"""Those that can be read: to add one, write its file and name it here."""


def load(
    source: str,
    label: str,
    path: str = "data.source",
    columns: ColumnsSection = PLAIN,
    like: Sequence[Reading] = (),
) -> Table:
    """The table in the file at `source` (relative to the current directory, `~` expanded), of one of the `FORMATS`.

    `label` names the label column, where the format has columns; empty, it is the usual one; `columns` is what is
    decided of the others, `like` how those of another file were read, which are read likewise. Raises `BadInput` naming
    the file, with the path of the fault, or `path`, the place in the experiment that names the file.
    """
    with watched(source, path) as (file, stamp):
        table = _known(source, path).read(file, label, columns, like)
        return replace(table, origin=Origin(source=source, stamp=stamp, checksum=checksum(file)))


@contextmanager
def watched(source: str, path: str = "data.source") -> Iterator[tuple[BinaryIO, Stamp]]:
    """The regular file at `source`, of one of the `FORMATS`, and its stamp; it must not change while it is read.

    Raises `BadInput` as `load`, of what is raised within too.
    """
    known = _known(source, path)
    try:
        with opened(source) as file:
            before = _settle(file)
            check_size(before.size, known)
            try:
                yield file, before
            except BadInput:
                _check_unchanged(file, before)  # what is half written may look like anything
                raise
            _check_unchanged(file, before)
    except BadInput as error:
        raise BadInput(error.message, path=error.path or path, file=clean(source)) from None
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", path=path, file=clean(source)) from None


def _known(source: str, path: str) -> Format:
    """The format of `source`. Raises `BadInput` if it is none."""
    known = format_of(source)
    if known is None:
        names = f"one of {', '.join(SHIPPED + GENERATED)}, or " if path == "data.source" else ""
        suffixes = " or ".join(one.suffix for one in FORMATS)
        raise BadInput(f"must be {names}the path of a {suffixes} file, not {clean(source, 60)!r}", path=path)
    return known


def format_of(source: str) -> Format | None:
    """The format of a file by its name; None if it is none of those that can be read."""
    suffix = Path(source).suffix.lower()
    return next((one for one in FORMATS if one.suffix == suffix), None)


def stamp(source: str) -> Stamp | None:
    """What changes whenever the file at `source` does; None if there is none, as where a data set is named."""
    try:
        found = Path(source).expanduser().stat() if source else None
    except (OSError, ValueError, RuntimeError):  # loading it will say what is wrong
        return None
    return found and stamp_of(found)


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
        raise BadInput("was changed while it was read")


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
