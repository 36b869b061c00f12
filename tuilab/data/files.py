"""A user's own file as a table. Whatever stands at the path, it is refused or read, never waited for."""

import os
import stat
import time
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from tuilab.data import csv_file, npz_file
from tuilab.data.origin import Origin, Stamp, checksum, stamp_of
from tuilab.data.table import Table
from tuilab.errors import BadInput
from tuilab.experiment import GENERATED, SHIPPED
from tuilab.text import clean

TICK = 0.02
"""Seconds at most between two times that the system gives to files: within it two changes may look like one."""

_READERS = {".csv": csv_file.read, ".npz": npz_file.read}


def load(source: str, label: str, path: str = "data.source") -> Table:
    """The table in the .csv or .npz file at `source` (relative to the current directory, `~` expanded).

    `label` names a .csv file's label column; empty, it is the last one. Raises `BadInput` naming the file, with the
    path `data.label` or `path`, the place in the experiment that names the file.
    """
    reader = _READERS.get(Path(source).suffix.lower())
    if reader is None:
        known = f"one of {', '.join(SHIPPED + GENERATED)}, or " if path == "data.source" else ""
        raise BadInput(f"must be {known}the path of a .csv or .npz file, not {clean(source, 60)!r}", path=path)
    try:
        with _open(source) as file:
            before = _settle(file)
            table = reader(file, label)
            origin = Origin(source=source, stamp=before, checksum=checksum(file))
            if stamp_of(os.fstat(file.fileno())) != before:
                raise BadInput("was changed while it was read")
            return replace(table, origin=origin)
    except BadInput as error:
        raise BadInput(error.message, path=error.path or path, file=clean(source)) from None
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", path=path, file=clean(source)) from None


def is_slow(source: str) -> bool:
    """Whether the file takes long to read for its size: it is worth while to keep what it holds."""
    return Path(source).suffix.lower() == ".csv"


def stamp(source: str) -> Stamp | None:
    """What changes whenever the file at `source` does; None if there is none, as where a data set is named."""
    try:
        found = Path(source).expanduser().stat() if source else None
    except (OSError, ValueError, RuntimeError):  # loading it will say what is wrong
        return None
    return found and stamp_of(found)


def _settle(file: BinaryIO) -> Stamp:
    """The stamp of an open file, once a change to come must give it another one."""
    age = time.time() - os.fstat(file.fileno()).st_mtime
    if 0 <= age < TICK:
        time.sleep(TICK - age)
    return stamp_of(os.fstat(file.fileno()))


def _open(source: str) -> BinaryIO:
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
