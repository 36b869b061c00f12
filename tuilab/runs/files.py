"""Private, whole and safe files: the few ways in which anything under a store is created, replaced, opened, removed.

Private is mode 0700 or 0600, whatever the umask, but for the group that somebody has given a folder to (`openness`).
No link is ever followed here, whichever name on the way is one: every folder is opened from the root on, each inside
the one before. Where a person may put a link, at the store itself, `Store` resolves it first. What is temporary has a
name of a pattern of our own, and nothing else is removed unasked.
"""

import errno
import math
import os
import pwd
import re
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Literal

from tuilab.errors import BadInput
from tuilab.runs.descriptors import FOLDER, WAY, created, discard, made, opened, openness, regular, step, sync
from tuilab.text import clean

EntryKind = Literal["folder", "file", "link", "other"]
Stamps = tuple[tuple[int, int, int], ...]
"""Of each of several files: size, time of the last change in nanoseconds, and number; a change makes another one."""
MISSING = (0, 0, 0)
"""The stamp of a file that is not there."""

STALE = 3600.0
"""Seconds after which something temporary is no longer being made: whoever began it was killed."""
_TEMPORARY = re.compile(r"\.tuilab-[0-9a-f]{32}")


def open_private(path: Path, flags: int, *, shared: bool = False) -> int:
    """A descriptor of the regular file `path`, created if it is missing, private.

    If it is `shared`, it is for whomever its folder is for. Raises OSError.
    """
    with opened(path.parent) as folder:
        return created(folder, path.name, flags, openness(folder, shared=shared))


def make_folder(path: Path) -> None:
    """Make `path` and the parents it lacks, each with mode 0700, whomever the one that is there was given to.

    Raises OSError.
    """
    with opened(path, make=True):
        pass


def make_within(path: Path, *, shared: bool = False) -> None:
    """The same of the last name alone: what it lies in must be there, for it may have been deleted.

    If it is `shared`, a new one is for whomever that is for. Raises OSError.
    """
    with opened(path.parent) as folder:
        with suppress(FileExistsError):
            made(folder, path.name, openness(folder, shared=shared))
        os.close(step(folder, path.name, WAY))


def make_place(path: Path) -> None:
    """Make a folder of a store, and the store with it if that is missing, which is private then. Raises OSError."""
    make_folder(path.parent)
    make_within(path)


@contextmanager
def replacing(path: Path, *, lasting: bool = True, shared: bool = False) -> Iterator[BinaryIO]:
    """A file that becomes `path` when the block ends; until then, and if the block raises, the old one stands.

    A temporary file beside the target, fsync, rename, fsync of the folder: after a crash `path` is the old file or
    the new one, never a part. If it need not be `lasting`, the new one may be gone when the power fails, and costs
    half as much. If it is `shared`, it is for whomever its folder is for. Raises OSError.
    """
    temporary = _temporary()
    with opened(path.parent) as folder:
        try:
            others = openness(folder, shared=shared)
            with os.fdopen(created(folder, temporary, os.O_WRONLY | os.O_EXCL, others), "wb") as file:
                yield file
                file.flush()
                if file.tell():  # of one that is empty its name is all there is
                    os.fsync(file.fileno())
            os.replace(temporary, path.name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=folder)
            raise
        if lasting:
            sync(folder)


@contextmanager
def settling(parent: Path, *, shared: bool = False) -> Iterator[Path]:
    """A new folder in `parent` to be filled and then given its name by `settle`; removed if it was not.

    It is private, but if it is `shared` for whomever `parent` is for.
    """
    temporary = _temporary()
    with opened(parent) as folder:
        made(folder, temporary, openness(folder, shared=shared))
    try:
        yield parent / temporary
    finally:
        with suppress(OSError), opened(parent) as folder:  # not held meanwhile: many may be filled at a time
            discard(folder, temporary)


def settle(source: Path, target: Path, *, lasting: bool = True) -> bool:
    """Give the folder `source` the name `target`, all at once; False if another one has taken that name.

    `lasting` as in `replacing`.

    The rename of a folder fails where the target holds anything, so that of many contenders exactly one wins. Unlike
    hard links, every file system has it. Raises OSError.
    """
    with opened(source.parent) as before, opened(target.parent) as after:
        try:
            os.rename(source.name, target.name, src_dir_fd=before, dst_dir_fd=after)
        except OSError as error:
            if error.errno in (errno.EEXIST, errno.ENOTEMPTY):
                return False
            raise
        if lasting:
            sync(after)
    return True


def remove(path: Path) -> None:
    """Remove the file `path`, if it is there. Raises OSError."""
    with suppress(FileNotFoundError), opened(path.parent) as folder:
        os.unlink(path.name, dir_fd=folder)


def tidy(path: Path, age: float = 0.0) -> None:
    """Remove what killed processes have left in the folder `path`, temporary and `age` seconds old. Raises OSError."""
    with opened(path) as folder:
        for name, kind in listed(path).items():
            if kind not in ("file", "folder") or not _TEMPORARY.fullmatch(name):
                continue
            with suppress(OSError):  # whoever began it has ended it just now, or it is another person's
                made = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mtime
                if time.time() - made < age:
                    continue
                if kind == "folder":
                    discard(folder, name)
                else:
                    os.unlink(name, dir_fd=folder)


def open_regular(path: Path) -> int | None:
    """A descriptor to read `path`; None if it does not exist.

    Raises `BadInput` for what cannot be read and for what is no regular file (a FIFO would block for ever).
    """
    try:
        with opened(path.parent) as folder:
            return regular(folder, path.name, os.O_RDONLY)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _refused("cannot be read", error, path) from None


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


def look_up(path: Path) -> os.stat_result | None:
    """What the file system says of `path` itself, be it a link; None if it does not exist. Raises `BadInput`."""
    try:
        with opened(path.parent) as folder:
            return os.stat(path.name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _refused("cannot be read", error, path) from None


def is_gone(path: Path) -> bool:
    """Whether there is nothing called `path` any more; where that cannot be seen, there may be."""
    with suppress(BadInput):
        return look_up(path) is None
    return False


def stamps(parent: Path, names: Iterable[str], parts: Sequence[str]) -> dict[str, Stamps | None]:
    """The stamps of `parts` in each folder of `parent` that is called so; None where they cannot be told.

    Raises `BadInput` if `parent` cannot be read.
    """
    try:
        with opened(parent) as way:
            return {name: _stamps(way, name, parts) for name in names}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise _refused("cannot be read", error, parent) from None


def entries(path: Path, most: int | None = None) -> dict[str, EntryKind]:
    """What lies in the folder `path`, or so much of it at `most`, by name, in no order.

    Nothing if there is no such folder. Raises `BadInput`.
    """
    try:
        return listed(path, most)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise _refused("cannot be read", error, path) from None


def listed(path: Path, most: int | None = None) -> dict[str, EntryKind]:
    """What lies in the folder `path`, or so much of it at `most`, by name, in no order. Raises OSError."""
    with opened(path) as way:
        folder = step(way, ".", FOLDER)
        try:
            with os.scandir(folder) as found:
                return {entry.name: _kind(entry) for entry in islice(found, most)}
        finally:
            os.close(folder)


def room(path: Path) -> float:
    """Bytes that this user may still write on the disk that `path`, or its nearest parent, lies on; ∞ if unknown."""
    try:
        there = next(folder for folder in (path, *path.parents) if folder.exists())
        disk = os.statvfs(there)
    except (OSError, StopIteration):
        return math.inf
    return disk.f_frsize * (disk.f_bavail if os.geteuid() else disk.f_bfree) if disk.f_blocks else math.inf


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn an OSError of the block (read-only, full, not permitted) into a `BadInput` that names `path`."""
    try:
        yield
    except OSError as error:
        raise _refused("cannot be written", error, path) from None


def _refused(what: str, error: OSError, path: Path) -> BadInput:
    owner = f" ({whose(path)})" if isinstance(error, PermissionError) else ""
    return BadInput(f"{what}: {error.strerror}{owner}", file=clean(str(path)))


def whose(path: Path) -> str:
    """Whom `path` belongs to, or the innermost folder on the way to it that can be seen."""
    for place in (path, *path.parents):
        with suppress(OSError):
            owner = place.lstat().st_uid
            try:
                return f"belongs to {clean(pwd.getpwuid(owner).pw_name, 60)}"
            except KeyError:
                return f"belongs to user {owner}"
    return "belongs to somebody else"


def _temporary() -> str:
    return f".tuilab-{uuid.uuid4().hex}"


def _stamps(way: int, name: str, parts: Sequence[str]) -> Stamps | None:
    try:
        folder = step(way, name, WAY)
    except OSError:
        return None
    try:
        return tuple([_stamp(folder, part) for part in parts])
    except OSError:
        return None
    finally:
        os.close(folder)


def _stamp(folder: int, name: str) -> tuple[int, int, int]:
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return MISSING
    return (found.st_size, found.st_mtime_ns, found.st_ino)


def _kind(entry: os.DirEntry[str]) -> EntryKind:
    if entry.is_symlink():
        return "link"
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    return "file" if entry.is_file(follow_symlinks=False) else "other"
