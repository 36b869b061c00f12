"""Private, whole and safe files: the few ways in which anything under a store is created, replaced and opened."""

import errno
import os
import shutil
import stat
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from tuilab.errors import BadInput
from tuilab.text import clean


def open_private(path: Path, flags: int) -> int:
    """A descriptor of `path`, created with mode 0600 whatever the umask. Links are not followed. Raises OSError."""
    descriptor = os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    if stat.S_IMODE(os.fstat(descriptor).st_mode) != 0o600:
        os.fchmod(descriptor, 0o600)
    return descriptor


def make_folder(path: Path) -> None:
    """Make `path` and the parents it lacks, each with mode 0700 whatever the umask; one that is there is left as it is.

    Raises OSError.
    """
    if path.is_dir():
        return
    make_folder(path.parent)
    try:
        path.mkdir(0o700)
    except FileExistsError:
        if not path.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path)) from None
    else:
        path.chmod(0o700)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that becomes `path` when the block ends; until then, and if the block raises, the old one stands.

    A temporary file beside the target, fsync, rename, fsync of the folder: after a crash `path` is the old file or
    the new one, never a part. Raises OSError.
    """
    temporary = _beside(path)
    try:
        with os.fdopen(open_private(temporary, os.O_WRONLY | os.O_EXCL), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


@contextmanager
def settling(parent: Path) -> Iterator[Path]:
    """A new private folder in `parent` to be filled and then given its name by `settle`; removed if it was not."""
    temporary = _beside(parent / "folder")
    temporary.mkdir(0o700)
    temporary.chmod(0o700)
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def settle(temporary: Path, path: Path) -> bool:
    """Give the filled folder `temporary` the name `path`, all at once; False if another one has taken that name.

    The rename of a folder fails where the target holds anything, so that of many contenders exactly one wins. Unlike
    hard links, every file system has it. Raises OSError.
    """
    try:
        temporary.rename(path)
    except OSError as error:
        if error.errno in (errno.EEXIST, errno.ENOTEMPTY):
            return False
        raise
    sync_folder(path.parent)
    return True


def sync_folder(path: Path) -> None:
    """Make the names in the folder `path` survive a power failure. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network file systems cannot do that to a folder, and need not.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def open_regular(path: Path) -> int | None:
    """A descriptor to read `path`; None if it does not exist.

    Raises `BadInput` for what cannot be read and for what is no regular file (a FIFO would block for ever).
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _refused("cannot be read", error, path) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise BadInput("is not a regular file", file=clean(str(path)))
    return descriptor


def read_at(path: Path, offset: int, size: int) -> bytes:
    """At most `size` bytes of `path` from `offset`; nothing of a file that does not exist.

    The file is opened anew each time, which is when a network file system looks for what others wrote. Raises
    `BadInput` as `open_regular`.
    """
    descriptor = open_regular(path)
    if descriptor is None:
        return b""
    try:
        return os.pread(descriptor, size, offset)
    except OSError as error:
        raise _refused("cannot be read", error, path) from None
    finally:
        os.close(descriptor)


def entries(path: Path) -> list[os.DirEntry[str]]:
    """What lies in the folder `path`, in no order; nothing if there is no such folder. Raises `BadInput`."""
    try:
        with os.scandir(path) as found:
            return list(found)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _refused("cannot be read", error, path) from None


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn an OSError of the block (read-only, full, not permitted) into a `BadInput` that names `path`."""
    try:
        yield
    except OSError as error:
        raise _refused("cannot be written", error, path) from None


def _refused(what: str, error: OSError, path: Path) -> BadInput:
    return BadInput(f"{what}: {error.strerror}", file=clean(str(path)))


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{uuid.uuid4().hex}")
