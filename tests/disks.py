"""Small disks for tests: a real file system of a few megabytes that can be filled and emptied."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]


class Disk:
    """A file system of its own at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stuffing = path / "stuffing"

    def fill(self, left: int = 0) -> None:
        """Leaves no room, or `left` bytes of it."""
        with self._stuffing.open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass
            os.truncate(file.fileno(), max(0, file.tell() - left))

    def empty(self) -> None:
        """Gives the room back."""
        self._stuffing.unlink()


@contextmanager
def small_disk(path: Path, size: str = "4m") -> Iterator[Disk]:
    """Mounts a disk at `path`; only within `on_a_small_disk`."""
    path.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", path], check=True)
    try:
        yield Disk(path)
    finally:
        subprocess.run(["umount", "-l", path], check=True)


def on_a_small_disk(test: Callable[..., None]) -> Callable[..., None]:
    """Has `test` run where it may mount: here, or in a namespace of its own (a process that runs this test alone)."""

    @wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        if _may_mount():
            test(*arguments, **named)
            return
        if subprocess.run(["unshare", "-Urm", "true"], capture_output=True).returncode:
            pytest.skip("this machine lets nobody mount")
        node = f"{sys.modules[test.__module__].__file__}::{test.__name__}"
        done = subprocess.run(["unshare", "-Urm", sys.executable, "-m", "pytest", "-q", node], cwd=ROOT)
        assert done.returncode == 0

    return run


def _may_mount() -> bool:
    tried = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True)
    return os.geteuid() == 0 and tried.returncode == 0
