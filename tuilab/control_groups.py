"""What a container or a batch job was given of a machine: Linux's control groups, of either version (cgroups(7))."""

from collections.abc import Iterator
from pathlib import Path

MOUNTED = Path("/sys/fs/cgroup")
"""Where they lie."""
MINE = Path("/proc/self/cgroup")
"""Says in which of them this process is."""


def folders(controller: str, mine: Path = MINE, mounted: Path = MOUNTED) -> Iterator[Path]:
    """The groups that may limit what a controller ("cpu", "memory") gives this process: its own, and all above.

    Any of them on the way up may set a limit; they need not be there.
    """
    try:
        lines = mine.read_text().splitlines()
    except (OSError, ValueError):
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        # Version 1 mounts each controller, or a pair of them, in a folder of its own; version 2 has one tree.
        names = {controllers, controller} if controllers else {".", "unified"}
        inner = Path(path.lstrip("/"))
        for name in names:
            yield from (mounted / name / part for part in (inner, *inner.parents))
