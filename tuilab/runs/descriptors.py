"""Descriptors: how a folder is come by without following a link, and what is done to a name in it.

Every folder on the way is opened inside the one before, so whichever name is a link, it is an OSError.
"""

import errno
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tuilab.text import clean

FOLDER = os.O_RDONLY | os.O_DIRECTORY
"""To list a folder, or to sync it."""
WAY = os.O_DIRECTORY | getattr(os, "O_PATH", os.O_RDONLY)
"""To pass through a folder, where the system knows that, it need not be readable."""


@contextmanager
def opened(path: Path, *, make: bool = False) -> Iterator[int]:
    """A descriptor of the folder `path`, to name in it what lies there. Raises OSError, also for a link on the way."""
    path = path.absolute()
    folder = os.open(path.anchor, WAY | os.O_CLOEXEC)
    try:
        for name in path.parts[1:]:
            outer, folder = folder, step(folder, name, WAY, make=make)
            os.close(outer)
        yield folder
    finally:
        os.close(folder)


def step(folder: int, name: str, flags: int, *, make: bool = False, mode: int = 0o600) -> int:
    """A descriptor of `name` in `folder`, made if it is a folder that may be missing; never of what a link leads to."""
    try:
        return os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, mode, dir_fd=folder)
    except FileNotFoundError:
        if not make:
            raise
        with suppress(FileExistsError):  # somebody else made it just now
            made(folder, name)
        return step(folder, name, flags)
    except OSError:
        if _is_link(folder, name):  # systems disagree on what they call that fault
            raise OSError(errno.ELOOP, f"{clean(name, 60)} is a link, which is not followed") from None
        raise


def _is_link(folder: int, name: str) -> bool:
    try:
        os.readlink(name, dir_fd=folder)
    except OSError:
        return False
    return True


def openness(folder: int, *, shared: bool) -> int:
    """The bits of its mode by which others are let into what is made in `folder`, whatever the umask.

    None, unless that is `shared`, as what is asked or said of a run is, or somebody has given the folder to a group:
    set-group-ID, and the group may write.
    """
    mode = os.fstat(folder).st_mode
    is_given = bool(mode & stat.S_ISGID and mode & stat.S_IWGRP)
    return mode & 0o2077 if shared or is_given else 0


def made(folder: int, name: str, others: int = 0) -> None:
    """Make the folder `name` with mode 0700 and the bits of `others`. Raises OSError, also if it is there."""
    os.mkdir(name, 0o700, dir_fd=folder)
    os.chmod(name, 0o700 | others, dir_fd=folder)


def regular(folder: int, name: str, flags: int) -> int:
    """A descriptor of the regular file `name`; of anything else, which might block, an OSError."""
    descriptor = step(folder, name, flags | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file")
    return descriptor


def created(folder: int, name: str, flags: int, others: int = 0) -> int:
    """A descriptor of the regular file `name`, created if it is missing, with mode 0600 and those bits of `others`
    that a file has; one that is another person's keeps its mode."""
    descriptor = regular(folder, name, flags | os.O_CREAT)
    found, mode = os.fstat(descriptor), 0o600 | others & 0o066
    if stat.S_IMODE(found.st_mode) != mode and found.st_uid == os.geteuid():
        os.fchmod(descriptor, mode)
    return descriptor


def discard(folder: int, name: str) -> None:
    """Remove the folder `name` with all that is in it, also where somebody still writes in it, as far as one may."""
    for _ in range(3):
        shutil.rmtree(name, ignore_errors=True, dir_fd=folder)
        try:
            os.stat(name, dir_fd=folder, follow_symlinks=False)
        except OSError:
            return


def sync(folder: int) -> None:
    """Make the names in `folder` survive a power failure."""
    descriptor = step(folder, ".", FOLDER)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network file systems cannot do that to a folder, and need not.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)
